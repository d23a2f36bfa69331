"""Bytes in any encoding become UTF-8 with line feeds, chunk by chunk, as XML 1.0 §2.11 and appendix F ask."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator

from ckanext.ess.iati.read.kinds import wide_encoding
from ckanext.ess.iati.read.problems import Problem, Unreadable

_DECLARED = re.compile(rb"\A\s*<\?xml[^>]{0,300}?encoding\s*=\s*[\"']([^\"'<>]{1,60})[\"']")
#: Encodings of text only: Python also has codecs such as ``punycode`` that decode to anything.
_ALLOWED = re.compile(
    r"(ascii|latin-1|utf-8|iso8859-\d+|cp\d{3,4}|mac-\w+|koi8-\w|gb2312|gbk|gb18030|big5\w*|shift_jis\w*|euc_\w+|"
    r"johab|tis-620|hz|iso2022_\w+)",
)
UTF8 = frozenset({"utf-8", "ascii"})
#: What undeclared bytes are that are no UTF-8: nearly always the Windows superset of Latin-1.
FALLBACK = "cp1252"


def text_chunks(chunks: Iterable[bytes], tell: Callable[[Problem], None]) -> Iterator[bytes]:
    """Yield the text of ``chunks`` as UTF-8 without byte-order mark, with line feeds only.

    UTF-8 passes through unchecked (each activity is checked when it is parsed).

    Raises:
        Unreadable: the declared encoding is unknown.
    """
    source = iter(chunks)
    head = next(source, b"")
    encoding = encoding_of(head)
    if encoding not in {"utf-8", "utf-8-sig"}:
        yield from _line_feeds(_transcoded(_after(head, source), encoding, tell))
        return
    head = head.removeprefix(codecs.BOM_UTF8)
    yield from _line_feeds(_after(head, source))


def encoding_of(head: bytes) -> str:
    """Name the encoding that the first bytes of a document give: mark, shape, declaration, else UTF-8."""
    wide = wide_encoding(head)
    if wide:
        return wide
    match = _DECLARED.match(head)
    if not match:
        return "utf-8"
    declared = match[1].decode("latin-1").strip()
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError) as error:
        raise Unreadable("encoding-unknown", 1, declared=declared) from error
    if name in UTF8 or name.startswith(("utf-16", "utf-32")):
        # A declaration that we could read says UTF-16: it lies, the bytes are of one byte each.
        return "utf-8"
    if not _ALLOWED.fullmatch(name):
        raise Unreadable("encoding-unknown", 1, declared=declared)
    # HTML's habit, right for nearly every file that says Latin-1.
    return FALLBACK if name in {"iso8859-1", "latin-1"} else name


def _after(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from chunks


def _transcoded(chunks: Iterable[bytes], encoding: str, tell: Callable[[Problem], None]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    told = False
    for chunk in chunks:
        text = decoder.decode(chunk)
        if "\ufffd" in text and not told:
            told = True
            tell(Problem("encoding-wrong", None, None, {"encoding": encoding.removesuffix("-sig")}))
        yield text.encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _line_feeds(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Turn CR LF and lone CR into LF; a CR at the end of a chunk waits for the next one."""
    pending = b""
    for raw in chunks:
        chunk = pending + raw if pending else raw
        pending = b""
        if b"\r" in chunk:
            if chunk.endswith(b"\r"):
                chunk, pending = chunk[:-1], b"\r"
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield chunk
    if pending:
        yield b"\n"
