"""Bring what people type and paste to the characters that identifiers are made of."""

from __future__ import annotations

import unicodedata

_LOWER_TO_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}

#: Hyphens, dashes and the minus sign that word processors put for "-".
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣-"), "-")


def without_blanks(value: str) -> str:
    """Without spaces of any kind, zero-width characters and byte-order marks.

    >>> without_blanks(chr(0xFEFF) + " 732" + chr(0x202F) + "829" + chr(0xA0) + "320 ")
    '732829320'
    """
    return "".join(
        character
        for character in value
        if not character.isspace() and unicodedata.category(character) not in {"Cf", "Zs"}
    )


def upper(value: str) -> str:
    """ASCII letters in capitals; other letters are left alone, as their capitals can be several letters."""
    return value.translate(_LOWER_TO_UPPER)


def plain_dashes(value: str) -> str:
    """Every kind of dash as the hyphen of the keyboard."""
    return value.translate(_DASHES)


def compact(value: str, separators: str = " .-_/") -> str:
    """Full-width characters made plain, separators and blanks removed, ASCII letters in capitals.

    >>> compact("w 751.234-567")
    'W751234567'
    """
    plain = unicodedata.normalize("NFKC", plain_dashes(value))
    kept = without_blanks(plain).translate(str.maketrans("", "", separators))
    return upper(unicodedata.normalize("NFKC", kept))


def is_digits(value: str) -> bool:
    """Only 0 to 9; other scripts' digits are not what a register writes."""
    return value.isascii() and value.isdigit()


def odd_characters(value: str, allowed: str = "0123456789") -> str:
    """The characters of a value that are not allowed, each once, as a sentence names them.

    >>> odd_characters("12A4A6-")
    'A -'
    """
    return " ".join(dict.fromkeys(character for character in value if character not in allowed))
