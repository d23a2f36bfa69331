"""A file of activities or organisations, read once from its first byte to its last, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.ess.iati.read.kinds import Kind
from ckanext.ess.iati.read.limits import Limits
from ckanext.ess.iati.read.markup import (
    MORE,
    UNCLOSED,
    bare,
    boundary,
    element_end,
    starts_with_name,
    tag_end,
)
from ckanext.ess.iati.read.piece import Piece
from ckanext.ess.iati.read.problems import FATAL, Problem, Unreadable, WrongRoot
from ckanext.ess.iati.read.prolog import read_prolog
from ckanext.ess.iati.read.raw import Observer, RawFile, Source
from ckanext.ess.iati.read.root import Root
from ckanext.ess.iati.read.text import text_chunks
from ckanext.ess.iati.read.window import Window
from ckanext.ess.iati.read.xml import Malformed, check_stream, read_xml


def _ignore(_: bytes) -> None:
    """Observe nothing."""


class IatiFile:
    """One file, of any kind, from a path or a binary stream.

    ``kind`` is what its content is; ``root`` is None where it is no IATI XML; ``problems`` grows while
    :meth:`pieces` is read and says everything that is wrong with the file as a file. Nothing in it raises on
    bad content.

    Args:
        source: path, or binary stream at its start (closed by who opened it).
        limits: sizes and times past which reading stops.
        allow_doctype: step over a document type (it is never read either way), and read HTML that is XML.
        raw: called with each chunk of the source; ``content``: with each chunk out of its envelope.
    """

    def __init__(
        self,
        source: Source,
        limits: Limits | None = None,
        *,
        allow_doctype: bool = False,
        raw: Observer = _ignore,
        content: Observer = _ignore,
    ) -> None:
        self.limits = limits or Limits()
        self.kind = Kind.EMPTY
        self.container = ""
        self.root: Root | None = None
        self.problems: list[Problem] = []
        self.dropped = 0
        self._content = content
        self._raw: RawFile | None = None
        self._closed = False
        self._numbered = 0
        self._depth = 0
        self._displaced = False
        try:
            self._open(source, raw, allow_doctype=allow_doctype)
        except Unreadable as reason:
            self.tell(reason.problem)

    def __enter__(self) -> IatiFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._raw:
            self._raw.close()

    @property
    def size(self) -> int:
        """Bytes read from the source so far."""
        return self._raw.size if self._raw else 0

    @property
    def readable(self) -> bool:
        """Whether this is an IATI file, whatever is wrong inside it."""
        return self.root is not None and not any(problem.code in FATAL for problem in self.problems)

    def tell(self, problem: Problem) -> None:
        """Add a problem, also one that was found while parsing a piece."""
        if problem.code == "encoding-undeclared" and any(
            known.code == problem.code for known in self.problems
        ):
            return  # one wrong byte or a million: the same edit
        if len(self.problems) < self.limits.problems or problem.code in FATAL:
            self.problems.append(problem)
        else:
            self.dropped += 1

    def pieces(self) -> Iterator[Piece]:
        """Yield every activity (or organisation), and what else stands below the root (number 0), in order.

        It stops early where a limit says so, and after ``limits.problems`` broken pieces.
        """
        if self.root is None:
            return
        try:
            if not self._closed:
                yield from self._pieces(self.root)
            self._tail()
        except Unreadable as reason:
            self.tell(reason.problem)

    def drain(self) -> None:
        """Read the rest of the source, so that a hash of the raw bytes is that of the whole file."""
        try:
            if self._raw:
                for chunk in self._raw:
                    self._content(chunk)
                self._raw.drain()
        except Unreadable as reason:
            self.tell(reason.problem)

    def _open(self, source: Source, raw: Observer, *, allow_doctype: bool) -> None:
        self._raw = opened = RawFile(source, self.limits, raw)
        self.kind, self.container = opened.kind, opened.container
        if self.kind is Kind.EMPTY:
            raise Unreadable("empty", size=str(opened.size))
        if self.kind is not Kind.XML and not (allow_doctype and self.kind is Kind.HTML):
            raise Unreadable("not-xml", kind=self.kind.value)
        self._window = Window(text_chunks(self._observed(opened), self.tell))
        try:
            self.root, self._closed = read_prolog(
                self._window, self.limits, self.tell, allow_doctype=allow_doctype
            )
        except WrongRoot as reason:
            self._check_foreign(reason)
            raise

    def _check_foreign(self, root: WrongRoot) -> None:
        """Tell whether a document that is not IATI's is at least XML."""
        window = self._window
        line, column = window.line, window.column
        try:
            check_stream(root.tag, window.rest())
        except Malformed as error:
            if error.line == 1:
                column = max(column + error.column - 1 - len(root.tag), 1)
            self.tell(Problem("not-well-formed", line + error.line - 1, column, {**error.params, "near": ""}))

    def _observed(self, chunks: RawFile) -> Iterator[bytes]:
        for chunk in chunks:
            self._content(chunk)
            yield chunk

    def _pieces(self, root: Root) -> Iterator[Piece]:
        window = self._window
        while True:
            start = self._next(root)
            if start > window.position and (gap := self._gap(start)):
                yield gap
            if start == len(window.buffer):
                self.tell(Problem("truncated", window.line, window.column, {"root": root.name}))
                return
            if not starts_with_name(window.buffer, start, root.item):
                if self._root_tag(root):
                    return
                continue
            if piece := self._piece(root):
                yield piece
            if self.dropped:
                raise Unreadable("too-many-problems", window.line, limit=str(self.limits.problems))

    def _root_tag(self, root: Root) -> bool:
        """Step over a tag of the root's name: its end, or a root inside; say if the file is over."""
        window = self._window
        line, column = window.line, window.column
        while (end := tag_end(window.buffer, window.position)) == MORE:
            if len(window) > self.limits.prolog or not window.grow():
                end = len(window.buffer)
                break
        tag = window.take(end)
        if tag.startswith(b"</"):
            self._depth -= 1
        elif not tag.endswith(b"/>"):
            self._depth += 1
        if not tag.startswith(b"</"):
            self.tell(Problem("nested-root", line, column, {"root": root.name}))
        self._displaced = True
        self._closed = self._depth < 0
        return self._closed

    def _next(self, root: Root) -> int:
        """Return where the next activity or tag of the root is; the buffer's end where the text ends."""
        window = self._window
        name = root.name.encode()
        while (start := boundary(window.buffer, window.position, root.item, name)) == MORE:
            if len(window) > self.limits.piece:
                raise Unreadable("activity-too-large", window.line, limit=str(self.limits.piece))
            if not window.grow():
                return len(window.buffer)
        return start

    def _gap(self, start: int) -> Piece | None:
        line, column = self._window.line, self._window.column
        raw = self._window.take(start)
        if raw.isspace():
            return None
        piece = Piece(0, raw, line, column)
        if b"<" in raw and not bare(raw).strip():
            self._check_opaque(piece)
            return None
        return piece

    def _check_opaque(self, piece: Piece) -> None:
        """Comments and instructions are not handed on, but they can be broken too."""
        try:
            read_xml(b"<x>" + piece.raw + b"</x>")
        except Malformed as error:
            self.tell(error.problem(piece.raw, piece.line, piece.column - len("<x>")))

    def _piece(self, root: Root) -> Piece | None:
        window = self._window
        while (end := element_end(window.buffer, window.position, root.item)) == MORE:
            if len(window) > self.limits.piece or not window.grow():
                end = UNCLOSED
                break
        self._numbered += 1
        if end == UNCLOSED:
            end = self._unclosed_end(root)
        if end - window.position > self.limits.piece:
            self.tell(
                Problem("activity-too-large", window.line, window.column, {"limit": str(self.limits.piece)})
            )
            window.take(end)
            return None
        line, column = window.line, window.column
        displaced, self._displaced = self._displaced, False
        return Piece(self._numbered, window.take(end), line, column, displaced)

    def _unclosed_end(self, root: Root) -> int:
        """An activity that does not end is cut where the next one starts."""
        window = self._window
        inside = window.position + 1
        end = boundary(window.buffer, inside, root.item, root.name.encode())
        return len(window.buffer) if end == MORE else end

    def _tail(self) -> None:
        """Check what follows the root: comments may, a second root may not."""
        window = self._window
        if not self._closed:
            return
        while len(window) <= self.limits.prolog and window.grow():
            pass
        line, column = window.line, window.column
        if bare(window.buffer[window.position :]).strip():
            self.tell(Problem("trailing-content", line, column))
            return
        rest = window.take(len(window.buffer))
        try:
            read_xml(b"<x/>" + rest)
        except Malformed as error:
            self.tell(error.problem(rest, line, column - len("<x/>")))
