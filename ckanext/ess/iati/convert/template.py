"""The empty sheet to fill in: titles, help, two example rows, made from the declared columns."""

from __future__ import annotations

import datetime as dt

from ckanext.ess.iati.convert.columns import Column, columns, sheets
from ckanext.ess.iati.convert.grid import Grid, Key
from ckanext.ess.iati.convert.values import amounts, codes, dates, shares

#: Years for which the template has columns, from the current one on.
_YEARS = 3
_SHOWN_YEARLY = frozenset({"budget_year", "total_budget_year"})


def grids(lang: str, year: int | None = None) -> list[Grid]:
    """Return the sheets of the template with their examples.

    Args:
        lang: ``fr`` or ``en``.
        year: first year of yearly columns; this year by default.
    """
    first = year or dt.datetime.now(dt.timezone.utc).year
    return [_grid(sheet, lang, first) for sheet in sheets()]


def _grid(sheet: str, lang: str, first: int) -> Grid:
    grid = Grid(sheet)
    for number in (0, 1):
        row: dict[Key, str] = {}
        for column in columns(sheet):
            text = column.words(lang).examples[number]
            for year in _years(column, first):
                row[column, year] = _canonical(column, text, lang) if text else ""
        if any(row.values()):
            grid.rows.append(row)
    return grid


def _years(column: Column, first: int) -> list[str]:
    if not column.yearly:
        return [""] if column.in_template else []
    return [str(first + more) for more in range(_YEARS)] if column.key in _SHOWN_YEARLY else []


def _canonical(column: Column, text: str, lang: str) -> str:
    """An example as values are kept: codes by their names, dates as ISO, numbers with a point."""
    if column.kind == "date":
        return dates.read(text).iso
    if column.kind in {"amount", "year-budget"}:
        return amounts.read(text).text
    if column.kind == "code":
        return codes.label(column.list, text, lang)
    if column.kind == "shares" and len(shares.read(column.list, text)) == 1:
        return codes.label(column.list, text, lang)
    return text.replace(",", ".") if column.kind in {"latitude", "longitude"} else text
