"""Dates as people in France write them; day before month, nothing guessed.

>>> read("1er mars 2025").iso, read("31/01/2025").iso, read("2025-01-31T10:00:00").iso
('2025-03-01', '2025-01-31', '2025-01-31')
>>> read("mars 2025")
Traceback (most recent call last):
...
ckanext.ess.iati.convert.values.refused.Refused: date-month
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple

from ckanext.ess.iati.convert.book.formats import day as day_of_serial
from ckanext.ess.iati.convert.cell import Cell
from ckanext.ess.iati.convert.fold import fold
from ckanext.ess.iati.convert.values.refused import Refused

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4})(?:[ T]\d{1,2}[:h]\d{2}.*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T].*)?")
_SHORT_YEAR = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.\-](\d{4})|(\d{4})[/.\-](\d{1,2})")
_NAMED = re.compile(r"(?:(\d{1,2})(?:er|st|nd|rd|th)? )?([a-z]{3,9}) (?:(\d{1,2})(?:st|nd|rd|th)? )?(\d{4})")
_DAYS = (
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_WEEKDAY = re.compile(f"^(?:{'|'.join(_DAYS)}) ")
_MONTHS = (
    "janvier january janv jan", "fevrier february fevr fev feb", "mars march mar", "avril april avr apr",
    "mai may", "juin june jun", "juillet july juil jul", "aout august aug", "septembre september sept sep",
    "octobre october oct", "novembre november nov", "decembre december dec",
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
#: Numbers of days that a date column may hold where a day's format was lost: 1954 to 2119.
_SERIALS = range(20_000, 80_001)
_MOST_MONTHS = 12


class Day(NamedTuple):
    """An ISO date; ``serial`` says that the cell had the number of a day."""

    iso: str
    serial: bool = False


def read_cell(cell: Cell) -> Day:
    """Return the date in a cell; raises ``Refused``."""
    if cell.kind == "date":
        return read(cell.text)
    return read(cell.text)


@lru_cache(maxsize=4096)
def read(text: str) -> Day:
    """Return the date that a text writes; raises ``Refused``."""
    text = " ".join(text.split())
    if found := _YEAR_FIRST.fullmatch(text):
        return Day(_checked(int(found[1]), int(found[2]), int(found[3])))
    if found := _DAY_FIRST.fullmatch(text):
        return Day(_checked(int(found[3]), int(found[2]), int(found[1])))
    if day := _named(text):
        return Day(day)
    if text.isascii() and text.isdigit() and int(text) in _SERIALS:
        return Day(day_of_serial(text), serial=True)
    raise _unclear(text)


def _named(text: str) -> str:
    """A date whose month is a word; "" for none."""
    words = _WEEKDAY.sub("", fold(text))
    found = _NAMED.fullmatch(words)
    if not found or found[2] not in MONTHS:
        return ""
    day = found[1] or found[3]
    if not day:
        raise _month(int(found[4]), MONTHS[found[2]])
    return _checked(int(found[4]), MONTHS[found[2]], int(day))


def _checked(year: int, month: int, day: int) -> str:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        if month > _MOST_MONTHS >= day >= 1 and month <= calendar.monthrange(max(year, 1), day)[1]:
            raise Refused("date-american", example=f"{month:02}/{day:02}/{year:04}") from None
        raise Refused("date", example=_example(year, month)) from None
    if year < _OLDEST or year > _NEWEST:
        raise Refused("date-year", year=str(year))
    return date.isoformat()


_OLDEST, _NEWEST = 1950, 2100


def _example(year: int, month: int) -> str:
    """The last day of the month that was meant, else of January."""
    if not (_OLDEST <= year <= _NEWEST and 1 <= month <= _MOST_MONTHS):
        return "31/01/2025"
    return f"{calendar.monthrange(year, month)[1]:02}/{month:02}/{year}"


def _month(year: int, month: int) -> Refused:
    if not _OLDEST <= year <= _NEWEST:
        return Refused("date-year", year=str(year))
    last = calendar.monthrange(year, month)[1]
    return Refused("date-month", first=f"01/{month:02}/{year}", last=f"{last}/{month:02}/{year}")


def _unclear(text: str) -> Refused:
    """Say what is missing for a date."""
    if found := _MONTH_YEAR.fullmatch(text):
        year, month = int(found[2] or found[3]), int(found[1] or found[4])
        if 1 <= month <= _MOST_MONTHS:
            return _month(year, month)
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return Refused("date-only-year", first=f"01/01/{text}", last=f"31/12/{text}")
    if found := _SHORT_YEAR.fullmatch(text):
        return Refused("date-short", example=f"{found[1]:0>2}/{found[2]:0>2}/20{found[3]}")
    return Refused("date", example="31/01/2025")


def shown(iso: str) -> str:
    """Return a date as people write it.

    >>> shown("2025-01-31")
    '31/01/2025'
    """
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"
