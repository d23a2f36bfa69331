"""What a file is, judged by its first bytes; its name is never asked."""

from __future__ import annotations

import codecs
import enum
import re


class Kind(enum.Enum):
    """What the first bytes say. Values are stable, reports carry them."""

    XML = "xml"
    ZIP = "zip"
    GZIP = "gzip"
    SPREADSHEET = "spreadsheet"
    CSV = "csv"
    HTML = "html"
    JSON = "json"
    TEXT = "text"
    ARCHIVE = "archive"
    BINARY = "binary"
    EMPTY = "empty"


#: Bytes looked at.
HEAD = 8192

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\x1f\x8b", Kind.GZIP),
    (_OLE2, Kind.SPREADSHEET),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ\x00", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"Rar!", Kind.ARCHIVE),
    (b"%PDF-", Kind.BINARY),
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE
)
_JSON = re.compile(rb"\s*(?:\{\s*(?:\"|\})|\[\s*(?:[\[{\"\]\d-]|true|false|null))")
_CSV = re.compile(rb"[^\r\n<>]*[;,\t|][^\r\n<>]*(?:\r\n|\r|\n|$)")


def wide_encoding(head: bytes) -> str:
    """Name the encoding that a byte-order mark or the first characters give, or an empty string."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if head[:4] in {b"<\x00?\x00", b"<\x00i\x00", b"<\x00!\x00"}:
        return "utf-16-le"
    if head[:4] in {b"\x00<\x00?", b"\x00<\x00i", b"\x00<\x00!"}:
        return "utf-16-be"
    return ""


def sniff(head: bytes) -> Kind:
    """Say what a file that begins with ``head`` is.

    >>> sniff(b'{"success": true}')
    <Kind.JSON: 'json'>
    >>> sniff(b'<!DOCTYPE html><title>404</title>')
    <Kind.HTML: 'html'>
    """
    if not head:
        return Kind.EMPTY
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    encoding = wide_encoding(head)
    text = head.decode(encoding, "ignore").encode() if encoding else head
    # A byte-order mark alone is a file in which nothing was written.
    return _sniff_text(text) if text else Kind.EMPTY


def _sniff_text(text: bytes) -> Kind:
    start = text.lstrip()
    if _HTML.match(_COMMENT.sub(b"", text)):
        return Kind.HTML
    if start.startswith(b"<"):
        return Kind.XML
    if _JSON.match(text):
        return Kind.JSON
    if b"\x00" in text or _control_share(text) > 0.1:  # noqa: PLR2004 - a tenth of control characters is no text
        return Kind.BINARY
    return _sniff_plain(start)


def _sniff_plain(text: bytes) -> Kind:
    if not text:
        return Kind.EMPTY
    if _CSV.match(text):
        return Kind.CSV
    # Text before the first tag is a broken XML file rather than another kind of file.
    return Kind.XML if re.search(rb"<\??[A-Za-z]", text) else Kind.TEXT


def _control_share(text: bytes) -> float:
    return sum(byte < 32 and byte not in b"\t\n\r\f" for byte in text) / len(text)  # noqa: PLR2004 - ASCII
