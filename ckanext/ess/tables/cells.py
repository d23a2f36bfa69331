"""Cells and rows as they come out of a file, and their places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

#: What a spreadsheet gives; CSV gives text only.
Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

_LETTERS = 26


class Row(NamedTuple):
    """A row: the line where it begins (1 is the first), its cells, and how many lines it takes.

    ``unclosed`` says that a quotation mark in it never closes.
    """

    line: int
    cells: list[Cell]
    lines: int = 1
    unclosed: bool = False


class Remark(NamedTuple):
    """Something about the file as a whole: a rule, a line where one is known, what the sentence needs."""

    rule: str
    params: dict[str, str]
    line: int | None = None


@dataclass
class Sheet:
    """A table being read: ``content`` is csv or spreadsheet; ``ragged`` where a short row is a mistake."""

    content: str
    rows: Iterator[Row]
    ragged: bool = False
    remarks: list[Remark] = field(default_factory=list)


def text_of(cell: Cell) -> str:
    """Return a cell as one would type it in a text file.

    >>> text_of(23350001600040.0), text_of(True), text_of(dt.datetime(2024, 12, 31)), text_of(None)
    ('23350001600040', 'true', '2024-12-31', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)  # noqa: PLR2004
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep="T")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)


def letters(column: int) -> str:
    """Return the letters by which spreadsheets call a column, counted from 1.

    >>> letters(1), letters(27), letters(703)
    ('A', 'AA', 'AAA')
    """
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, _LETTERS)
        found = chr(ord("A") + rest) + found
    return found
