"""What the first characters of an IATI file tell: its kind and its version."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

#: Enough to pass a declaration and a comment; catalogues keep about 6,000 characters.
OPENING_BYTES = 8_192

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins in the same way
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ROOT = re.compile(r"<(?:[\w.-]{1,100}:)?(iati-activities|iati-organisations)(?=[\s/>])")
_VERSION = re.compile(r"""\sversion\s*=\s*(?:"([^"<=]{1,20})"|'([^'<=]{1,20})')""")
_KINDS = {"iati-activities": "activities", "iati-organisations": "organisations"}


class Opening(NamedTuple):
    """Kind (``activities``, ``organisations`` or empty) and declared version (or empty) of a file."""

    file_type: str
    version: str


def read_opening(start: str | bytes) -> Opening:
    """Kind and version of a file from its first characters; both empty when its root is not an IATI one.

    >>> read_opening('<?xml version="1.0"?><iati-activities version="2.03">')
    Opening(file_type='activities', version='2.03')
    """
    text = _text(start)
    root = _ROOT.match(text, _root_at(text))
    if root is None:
        return Opening("", "")
    end = text.find(">", root.end())
    version = _VERSION.search(text, root.end(), end if end >= 0 else len(text))
    return Opening(_KINDS[root[1]], (version[1] or version[2]).strip() if version else "")


def _text(start: str | bytes) -> str:
    if isinstance(start, str):
        return start.lstrip("\ufeff")
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return start[len(mark) :].decode(encoding, "replace")
    if start[:4] in (b"<\0?\0", b"<\0i\0"):
        return start.decode("utf-16-le", "replace")
    if start[:4] in (b"\0<\0?", b"\0<\0i"):
        return start.decode("utf-16-be", "replace")
    return start.decode("latin-1")  # the names that are looked for are ASCII in every other encoding


def _root_at(text: str) -> int:
    """Position of the first tag that is neither declaration, comment nor document type."""
    position = 0
    while True:
        position = text.find("<", position)
        if position < 0:
            return len(text)
        closing = _closing_of(text, position)
        if closing is None:
            return position
        end = text.find(closing, position)
        if end < 0:
            return len(text)
        position = end + len(closing)


def _closing_of(text: str, position: int) -> str | None:
    if text.startswith("<!--", position):
        return "-->"
    if text.startswith("<?", position):
        return "?>"
    return ">" if text.startswith("<!", position) else None
