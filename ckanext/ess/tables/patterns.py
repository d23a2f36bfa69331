"""Patterns of a schema, matched in linear time: a schema is as hostile as the file, and ``re`` can hang."""

from __future__ import annotations

from collections.abc import Callable

#: Bytes that a compiled pattern may take.
_MEMORY = 8 << 20
#: Letters of all languages, as the pattern's author sees them; RE2's own classes know ASCII only.
_WORD, _OUTSIDE = r"\p{L}\p{N}_", {"w": r"[\p{L}\p{N}_]", "W": r"[^\p{L}\p{N}_]"}


class PatternUnknown(ValueError):
    """The pattern is broken, or uses what cannot be matched in linear time (references, look-ahead)."""


def matcher(pattern: str) -> Callable[[str], bool]:
    r"""Return whether a whole text fits a pattern, as a function.

    Raises:
        PatternUnknown: it cannot be used.

    >>> matcher(r"^\w+$")("échelonné"), matcher(r"\d{2}|\d{4}")("123")
    (True, False)
    """
    import re2

    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        compiled = re2.compile(_unicode(pattern), options)
    except (re2.error, UnicodeError, ValueError) as error:
        raise PatternUnknown(pattern) from error
    return lambda text: compiled.fullmatch(text) is not None


def _unicode(pattern: str) -> str:
    r"""Let ``\w`` mean letters of all languages, inside a class and outside."""
    found: list[str] = []
    inside, signs = False, iter(pattern)
    for sign in signs:
        if sign == "\\":
            escaped = next(signs, "")
            word = _WORD if inside and escaped == "w" else None if inside else _OUTSIDE.get(escaped)
            found.append(word or sign + escaped)
            continue
        inside = sign == "[" or (inside and sign != "]")
        found.append(sign)
    return "".join(found)
