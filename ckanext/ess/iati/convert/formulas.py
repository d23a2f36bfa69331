"""Texts that spreadsheets take for formulas: in CSV an apostrophe goes before them, and is taken back."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


def harmless(text: str) -> str:
    """Return a text for a CSV file that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("-5"), harmless("+33 1 23"), harmless("'=x")
    ("'=1+1", '-5', "'+33 1 23", "''=x")
    """
    if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def plain(text: str) -> str:
    """Take back what ``harmless`` did.

    >>> plain("'=1+1"), plain("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
