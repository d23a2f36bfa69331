"""From the first byte to the root's start tag: declaration, comments, a refused DOCTYPE."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ckanext.ess.iati.read.limits import Limits
from ckanext.ess.iati.read.markup import MORE, opaque_at, opaque_end, tag_end
from ckanext.ess.iati.read.problems import Problem, Unreadable
from ckanext.ess.iati.read.root import Root, read_root
from ckanext.ess.iati.read.window import Window
from ckanext.ess.iati.read.xml import Malformed, read_xml

_ENCODING = re.compile(rb"(\A\s*<\?xml[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_HARMLESS = re.compile(
    rb"<!DOCTYPE\s[^\[\]>\"']*(?:(?:\"[^\"]*\"|'[^']*')\s*)*(?:\[(?:[^\]\"']|\"[^\"]*\"|'[^']*')*\]\s*)?>"
)

Tell = Callable[[Problem], None]


def read_prolog(
    window: Window, limits: Limits, tell: Tell, *, allow_doctype: bool = False
) -> tuple[Root, bool]:
    """Consume the text up to and with the root's start tag.

    Args:
        window: the text, at its start.
        limits: how much prolog is accepted.
        tell: called with each problem that does not stop the reading.
        allow_doctype: step over a document type, unread, instead of refusing it.

    Returns:
        The root, and whether its tag closes itself.

    Raises:
        Unreadable: no root, or one that is not IATI's, or a document type.
    """
    end = _skip_to_root(window, limits, allow_doctype=allow_doctype)
    while (after := tag_end(window.buffer, window.position)) == MORE:
        if len(window) > limits.prolog:
            raise Unreadable("prolog-too-large", window.line, limit=str(limits.prolog))
        if not window.grow():
            raise Unreadable("root-broken", window.line, kind="unfinished", near="")
    _check(end, tell)
    line, column = window.line, window.column
    tag = window.take(after)
    root = read_root(_utf8(tag), line, column)
    declared = _ENCODING.match(end) is not None
    return replace(root, encoding_declared=declared), tag.endswith(b"/>")


def _utf8(text: bytes) -> bytes:
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace").encode()
    return text


def _skip_to_root(window: Window, limits: Limits, *, allow_doctype: bool) -> bytes:
    """Consume everything before the root's ``<`` and return what of it must be well-formed."""
    seen: list[bytes] = []
    while True:
        start = window.buffer.find(b"<", window.position)
        if start < 0 or len(window.buffer) - start < len(b"<![CDATA["):
            if window.grow():
                continue
            start = window.buffer.find(b"<", window.position)  # looking for more moved the text
            if start < 0:
                raise Unreadable("not-xml", 1, kind="text")
        seen.append(window.take(start))
        opener = opaque_at(window.buffer, start)
        if window.buffer.startswith(b"<!DOCTYPE", start):
            _doctype(window, allow=allow_doctype)
        elif not opener:
            return b"".join(seen)
        else:
            seen.append(_opaque(window, opener, limits))
        if sum(map(len, seen)) > limits.prolog:
            raise Unreadable("prolog-too-large", window.line, limit=str(limits.prolog))


def _opaque(window: Window, opener: bytes, limits: Limits) -> bytes:
    while (end := opaque_end(window.buffer, window.position, opener)) == MORE:
        if len(window) > limits.prolog:
            raise Unreadable("prolog-too-large", window.line, limit=str(limits.prolog))
        if not window.grow():
            raise Unreadable("root-broken", window.line, kind="comment", near="")
    return window.take(end)


def _doctype(window: Window, *, allow: bool) -> None:
    match = _HARMLESS.match(window.buffer, window.position)
    if not (allow and match):
        raise Unreadable("doctype", window.line)
    window.take(match.end())


def _check(prolog: bytes, tell: Tell) -> None:
    """Tell what is not well-formed before the root, such as text or a misplaced declaration."""
    text = _ENCODING.sub(rb"\1", _utf8(prolog))
    try:
        read_xml(text + b"<x/>")
    except Malformed as error:
        tell(error.problem(text, 1, 1))
