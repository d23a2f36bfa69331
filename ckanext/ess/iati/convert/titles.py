"""Understand the title of a column: its language and spelling, a year, a currency, a number.

>>> understand("projects", "Budget prévisionnel 2025 (€)")
Match(column=Column(projects.budget_year), year='2025', number=0, unit='€', thousands=False)
>>> understand("projects", "BAILLEUR N°2").number
2
>>> understand("projects", "Couleur") is None
True
>>> proposal("projects", "Secteurr", "fr")
'Secteur'
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ckanext.ess.iati.convert.columns import YEAR, Column, columns, singular, titles
from ckanext.ess.iati.convert.fold import fold

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_THOUSANDS = re.compile(r"\bk ?(?:€|eur|f?cfa|\$)|milliers|thousands|\bm ?€|millions", re.IGNORECASE)
_UNITS = {
    "€": "€", "euro": "EUR", "eur": "EUR", "$": "$", "usd": "USD", "dollar": "$", "£": "£",
    "gbp": "GBP", "chf": "CHF", "fcfa": "FCFA", "cfa": "FCFA", "xof": "XOF", "xaf": "XAF",
    "ttc": "", "ht": "",
}  # fmt: skip
_NUMBER = re.compile(r"^(.+?) (?:numero )?([1-9])$")
_CLOSE = 0.78
_LONG = 200


class Match(NamedTuple):
    """A column that a title names. ``number`` tells numbered columns apart ("Bailleur 2"), else 0."""

    column: Column
    year: str = ""
    number: int = 0
    unit: str = ""
    thousands: bool = False


@lru_cache(maxsize=4096)
def understand(sheet: str, title: str) -> Match | None:
    """Return what a title means on a kind of sheet; None for one that is unknown."""
    known = titles(sheet)
    thousands = bool(_THOUSANDS.search(title))
    for words, year in _readings(title[:_LONG]):
        for name, unit, index in _spellings(words):
            if (column := known.get(name)) and (column.yearly or not year):
                return Match(column, year, index, unit, thousands and column.kind.endswith(_MONEY))
    return None


_MONEY = ("amount", "year-budget", "year-transaction")


def _readings(title: str) -> Iterator[tuple[str, str]]:
    """Folded titles with ``year`` in the year's place, with and without what stands in brackets."""
    for text in dict.fromkeys((title, _BRACKETS.sub(" ", title))):
        years = _YEAR.findall(text)
        year = years[0] if len(years) == 1 else ""
        yield singular(fold(text.replace(year, " year ") if year else text)), year


def _spellings(words: str) -> Iterator[tuple[str, str, int]]:
    """The title as it is, without its currency, without its number."""
    yield words, "", 0
    parts = words.split()
    units = [_UNITS[part] for part in parts if _UNITS.get(part)]
    bare = " ".join(part for part in parts if part not in _UNITS)
    if bare and bare != words:
        yield bare, units[0] if units else "", 0
    if numbered := _NUMBER.match(bare):
        yield numbered[1], units[0] if units else "", int(numbered[2])


def several_years(sheet: str, title: str) -> Column | None:
    """Return the yearly column of a title that names a period instead of a year ("Budget 2025-2026").

    >>> several_years("projects", "Budget 2025-2026").key
    'budget_year'
    """
    if len(_YEAR.findall(title)) != 2:  # noqa: PLR2004 - from and to
        return None
    stem = fold(_YEAR.sub(" ", title))
    return titles(sheet).get(singular(f"{stem} year"))


def proposal(sheet: str, title: str, lang: str) -> str:
    """Return the label of the column that an unknown title is close to; "" for none."""
    year = next(iter(_YEAR.findall(title)), "")
    words = singular(fold(title.replace(year, " year ") if year else title))
    known = titles(sheet)
    close = difflib.get_close_matches(words[:_LONG], known, n=1, cutoff=_CLOSE)
    if not close:
        return ""
    column = known[close[0]]
    return column.label(lang, year or _example_year(column))


def _example_year(column: Column) -> str:
    return "2026" if column.yearly else ""


def labels(sheet: str, lang: str) -> list[str]:
    """Return all labels of a kind of sheet, with ``…`` for the year."""
    return [column.label(lang).replace(YEAR, "…") for column in columns(sheet)]
