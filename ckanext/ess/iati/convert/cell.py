"""Cells and rows as the readers of all formats give them.

>>> letters(1), letters(26), letters(27), letters(703)
('A', 'Z', 'AA', 'AAA')
>>> Place("Projets", 12, 7).address
'G12'
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

_ALPHABET = 26

#: What a cell holds. A "formula" is one whose result is not in the file.
Kind = Literal["text", "number", "percent", "date", "yes-no", "error", "formula"]


class Cell(NamedTuple):
    """A cell that is not empty. ``column`` counts from 1.

    ``text`` is what was typed; a number is written with a point and without grouping, a date as
    ``YYYY-MM-DD``, a percentage as its number of hundredths, a Boolean as ``true`` or ``false``. ``unit`` is
    the currency that the cell's format shows, as a code or a sign.
    """

    column: int
    text: str
    kind: Kind = "text"
    unit: str = ""


class Row(NamedTuple):
    """A row with something in it. ``number`` counts from 1, as the spreadsheet shows it.

    ``merged`` holds for a cell that spans others (column, rows, columns).
    """

    number: int
    cells: tuple[Cell, ...]
    merged: tuple[tuple[int, int, int], ...] = ()
    hidden: bool = False


class Place(NamedTuple):
    """Where a value stands; ``row`` or ``column`` 0 means all of them."""

    sheet: str
    row: int = 0
    column: int = 0

    @property
    def address(self) -> str:
        """``G12``; ``12`` for a whole row, ``G`` for a whole column."""
        return f"{letters(self.column)}{self.row or ''}"


@lru_cache(maxsize=2048)
def letters(column: int) -> str:
    """Name of a column that counts from 1; "" for 0."""
    name = ""
    while column:
        column, rest = divmod(column - 1, _ALPHABET)
        name = chr(ord("A") + rest) + name
    return name


@lru_cache(maxsize=2048)
def number_of(name: str) -> int:
    """Number of a column from its letters.

    >>> number_of("AA")
    27
    """
    number = 0
    for letter in name:
        number = number * _ALPHABET + ord(letter) - ord("A") + 1
    return number
