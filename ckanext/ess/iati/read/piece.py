"""One activity (or organisation) of a file: its bytes, its place, its tree."""

from __future__ import annotations

import re
from typing import NamedTuple

from ckanext.ess.iati.read.crowd import crowded, too_much
from ckanext.ess.iati.read.limits import LIBXML2_DEPTH, Limits
from ckanext.ess.iati.read.problems import Problem
from ckanext.ess.iati.read.root import Root
from ckanext.ess.iati.read.text import FALLBACK
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.read.window import place
from ckanext.ess.iati.read.xml import Malformed, read_xml

#: The problem of an activity with a crowd in it: only its codes can be checked.
CROWDED = "too-crowded"
_VALUE = re.compile(rb"=\s*(\"[^\"<]*\"|'[^'<]*')")


class Piece(NamedTuple):
    """Bytes of one element below the root. ``number`` counts activities from 1; 0 stands between them.

    ``displaced`` says that a tag of the root's own name stands right before it, where none should be.
    """

    number: int
    raw: bytes
    line: int
    column: int
    displaced: bool = False

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column in the file of an offset in ``raw``."""
        return place(self.raw, offset, self.line, self.column)


class Parsed(NamedTuple):
    """The element of a piece inside its root, or None, and what was wrong with its text."""

    element: Element | None
    problems: tuple[Problem, ...] = ()


def parse(piece: Piece, root: Root, limits: Limits, *, lenient: bool = False) -> Parsed:
    """Parse a piece inside the file's root start tag; never raises on bad markup.

    The element's parent is a root element with the file's own attributes and namespaces; of what stands
    between activities, that root is given itself. ``lenient`` is that of ``read_xml``,
    and replaces bytes that are no UTF-8 where else they are taken for Windows Latin.
    """
    if refused := _refused(piece, limits):
        return Parsed(None, (refused,))
    raw, problems = _utf8(piece, "utf-8" if lenient else FALLBACK)
    try:
        tree = read_xml(b"".join((root.opening, raw, root.closing)), lenient=lenient)
    except Malformed as error:
        shift = len(root.opening.decode("utf-8", "replace"))
        problem = error.problem(raw, piece.line, piece.column - shift)
        return Parsed(
            None, (*problems, problem._replace(params={**problem.params, "number": str(piece.number)}))
        )
    if strange := _strange(piece, raw, tree, limits):
        problems = (*problems, strange)
        if strange.code != CROWDED:
            return Parsed(None, problems)
    if piece.number == 0:
        return Parsed(tree, problems)
    return Parsed(tree[0] if len(tree) else None, problems)


def _refused(piece: Piece, limits: Limits) -> Problem | None:
    """Return why a text is not even to be parsed."""
    if len(piece.raw) > limits.attribute and (long := _long_value(piece, limits)):
        return long
    if too_much(piece.raw, limits):
        return Problem("too-much-markup", piece.line, piece.column, {"limit": str(limits.nodes)})
    return None


def _strange(piece: Piece, raw: bytes, tree: Element, limits: Limits) -> Problem | None:
    """Return why a tree is not to be checked, or (a crowd) not in full."""
    if limits.depth < LIBXML2_DEPTH and deeper(tree, limits.depth):
        return Problem("too-deep", piece.line, piece.column, {"limit": str(limits.depth)})
    if crowd := crowded(raw, tree, limits):
        element, finery = crowd
        params = {"element": element.tag, "limit": str(limits.children), "attributes": str(limits.attributes)}
        code = "too-many-attributes" if finery else CROWDED
        return Problem(code, piece.line, piece.column, params)
    return None


def deeper(element: Element, limit: int) -> bool:
    """Whether elements are nested deeper than ``limit``, looked at without recursion."""
    level = [element]
    for _ in range(limit):
        level = [child for parent in level for child in parent]
    return bool(level)


def _utf8(piece: Piece, fallback: str) -> tuple[bytes, tuple[Problem, ...]]:
    try:
        if not piece.raw.isascii():
            piece.raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = piece.place(error.start)
        problem = Problem("encoding-undeclared", line, column, {"byte": f"0x{piece.raw[error.start]:02X}"})
        return piece.raw.decode(fallback, "replace").encode(), (problem,)
    return piece.raw, ()


def _long_value(piece: Piece, limits: Limits) -> Problem | None:
    for match in _VALUE.finditer(piece.raw):
        if len(match[1]) > limits.attribute:
            line, column = piece.place(match.start())
            return Problem("attribute-too-large", line, column, {"limit": str(limits.attribute)})
    return None
