"""The little of XML that must be understood to cut it: where a comment, a tag or an activity ends."""

from __future__ import annotations

import re
from functools import lru_cache

_QUOTE_OR_END = re.compile(rb"[\"'>]")
_CLOSERS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_OPAQUE = re.compile(rb"<!--|<!\[CDATA\[|<\?")


#: The text stops before the end of what was looked for.
MORE = -1
#: An element holds so many of its own name that one of them was surely left open.
UNCLOSED = -2
_NESTED = 4
_AFTER_NAME = frozenset({b" ", b"\n", b"\t", b">", b"/"})


@lru_cache(maxsize=8)
def tokens(name: bytes) -> re.Pattern[bytes]:
    """Compile the expression that finds what matters when cutting out elements called ``name``."""
    return re.compile(rb"<!--|<!\[CDATA\[|<\?|<(/?)" + re.escape(name) + rb"(?=[\s/>])")


def opaque_end(text: bytes, start: int, opener: bytes) -> int:
    """Return the offset after the comment, CDATA section or instruction at ``start``, or MORE."""
    closer = _CLOSERS[opener]
    end = text.find(closer, start + len(opener))
    return MORE if end < 0 else end + len(closer)


def tag_end(text: bytes, start: int) -> int:
    """Return the offset after the tag at ``start``, or MORE; a ``>`` inside a quoted value does not end it.

    >>> tag_end(b'<a b="1>2"/>tail', 0)
    12
    """
    position = start
    while match := _QUOTE_OR_END.search(text, position):
        if match[0] == b">":
            return match.end()
        position = text.find(match[0], match.end()) + 1
        if position == 0:
            return MORE
    return MORE


def element_end(text: bytes, start: int, name: bytes) -> int:
    """Return the offset after the element ``name`` that starts at ``start``, or MORE, or UNCLOSED.

    The quick way out is for nearly every activity: its end tag comes next, and nothing could hide one.
    """
    closing = text.find(b"</" + name, start)
    inner = start + len(name) + 1
    after = closing + len(name) + 3
    if (
        closing >= 0
        and text[after - 1 : after] == b">"
        and text.find(b"<" + name, inner, closing) < 0
        and not _hides(text, b"!", inner, closing)
        and not _hides(text, b"?", inner, closing)
    ):
        return after
    return _careful_end(text, start, name)


def _hides(text: bytes, mark: bytes, start: int, end: int) -> bool:
    """Whether "<" and the mark stand together; the mark alone is rare, and one byte is found much quicker."""
    first = text.find(mark, start, end)
    return first >= 0 and text.find(b"<" + mark, first - 1, end) >= 0


def _careful_end(text: bytes, start: int, name: bytes) -> int:
    depth = 0
    position = start
    pattern = tokens(name)
    while match := pattern.search(text, position):
        end = (
            tag_end(text, match.start())
            if match[1] is not None
            else opaque_end(text, match.start(), match[0])
        )
        if end < 0:
            return MORE
        if match[1] is not None:
            depth += -1 if match[1] else int(text[end - 2 : end] != b"/>")
            if depth <= 0:
                return end
            if depth > _NESTED:
                return UNCLOSED
        position = end
    return MORE


def starts_with_name(text: bytes, start: int, name: bytes) -> bool:
    """Whether a start tag of this name stands at ``start``."""
    end = start + 1 + len(name)
    return text[start + 1 : end] == name and text[end : end + 1] in _AFTER_NAME


def boundary(text: bytes, start: int, item: bytes, root: bytes) -> int:
    """Return where the next start tag ``item``, or a tag ``root``, stands outside comments; or MORE."""
    after = text.find(b"<", start)
    if after >= 0 and starts_with_name(text, after, item):
        return after
    position = start
    pattern = _boundaries(item, root)
    while match := pattern.search(text, position):
        if match[1] is not None:
            return match.start()
        position = opaque_end(text, match.start(), match[0])
        if position < 0:
            return MORE
    return MORE


@lru_cache(maxsize=8)
def _boundaries(item: bytes, root: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<!--|<!\[CDATA\[|<\?|<(" + item + rb"(?=[\s/>])|/?" + root + rb"(?=[\s/>]))")


def opaque_at(text: bytes, position: int) -> bytes:
    """Return the opener of the comment, CDATA section or instruction at ``position``, or nothing."""
    match = _OPAQUE.match(text, position)
    return match[0] if match else b""


def bare(text: bytes) -> bytes:
    """Return a text without the comments and instructions in it."""
    return re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", text, flags=re.DOTALL)
