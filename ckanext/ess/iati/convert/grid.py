"""Sheets as we write them: titles, and rows of values as IATI has them, to be shown in a language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ckanext.ess.iati.convert.columns import Column, columns, sheets
from ckanext.ess.iati.convert.values import dates

#: A column, with its year where titles have one.
Key = tuple[Column, str]

_NUMBERS = frozenset({"amount", "year-budget", "year-transaction", "latitude", "longitude", "measured"})
_NUMBER = re.compile(r"(-?)(\d+)(?:\.(\d+))?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Title(NamedTuple):
    """Head of a column."""

    text: str
    help: str
    column: Column


@dataclass
class Grid:
    """A sheet. ``rows`` hold texts by column: dates as ISO, numbers with a point."""

    sheet: str
    rows: list[dict[Key, str]] = field(default_factory=list[dict[Key, str]])

    def keys(self) -> list[Key]:
        """Columns of the template and those that rows use, in the order of the declaration."""
        used = {key for row in self.rows for key in row}
        found: list[Key] = []
        for column in columns(self.sheet):
            years = sorted(year for one, year in used if one is column)
            if column.yearly:
                found += [(column, year) for year in years]
            elif column.in_template or years:
                found.append((column, ""))
        return found

    def titles(self, lang: str) -> list[Title]:
        """Heads of the columns; an asterisk stands with those that are needed."""
        return [
            Title(
                f"{column.label(lang, year)}{' *' if column.required else ''}",
                column.words(lang).help,
                column,
            )
            for column, year in self.keys()
        ]

    def name(self, lang: str) -> str:
        """Name of the sheet."""
        return sheets()[self.sheet].title(lang)

    def cells(self) -> Iterator[list[str]]:
        """Rows as lists."""
        keys = self.keys()
        for row in self.rows:
            yield [row.get(key, "") for key in keys]


def shown(column: Column, text: str, lang: str) -> str:
    """Return a value as people write it in a language, for a CSV file.

    >>> from ckanext.ess.iati.convert.columns import column
    >>> shown(column("transactions", "date"), "2025-01-31", "fr")
    '31/01/2025'
    >>> shown(column("transactions", "value"), "1000.50", "fr")
    '1000,50'
    """
    if column.kind == "date" and _DATE.fullmatch(text):
        return dates.shown(text)
    if column.kind in _NUMBERS and lang == "fr":
        head, space, unit = text.partition(" ")
        found = _NUMBER.fullmatch(head)
        return f"{head.replace('.', ',')}{space}{unit}" if found else text
    return text


def number(column: Column, text: str) -> float | int | None:
    """Return a value as the number that it is; None for none, or where digits would be lost."""
    if column.kind not in _NUMBERS | {"year"} or not (found := _NUMBER.fullmatch(text)):
        return None
    if len(found[2] + (found[3] or "")) > 15:  # noqa: PLR2004 - what a spreadsheet keeps
        return None
    return float(text) if found[3] else int(text)


def in_use(grids: Iterable[Grid]) -> list[Grid]:
    """Grids that have rows, and that of the projects."""
    return [grid for grid in grids if grid.rows or grid.sheet == "projects"]
