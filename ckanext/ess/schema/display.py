"""Values as people write them: numbers, dates and sizes in French and English, names instead of codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from ckanext.ess.schema import choices, dates, language

_UNITS: Mapping[str, Sequence[str]] = {"fr": ("o", "ko", "Mo", "Go"), "en": ("B", "kB", "MB", "GB")}
_THOUSAND = 1000
#: By length of the date: year, month, day.
_PATTERNS = {4: "y", 7: "MMM y", 10: "d MMM y"}
_LONG_PATTERNS = {4: "y", 7: "MMMM y", 10: "d MMMM y"}


def number(value: Any) -> str:
    """A number with its thousands apart: ``1 234 567`` in French, ``1,234,567`` in English; other text as it is.

    >>> number("not one")
    'not one'
    """
    try:
        return format_decimal(value, locale=language.current())
    except (ArithmeticError, TypeError, ValueError):
        return _text(value)


def date(value: Any, *, long: bool = False) -> str:
    """A day, a month or a year in words: ``3 nov. 2026``; text that is no date as it is."""
    try:
        text = dates.normalise(value)
    except ValueError:
        return _text(value)
    year, month, day = (int(part) for part in f"{text}-01-01"[:10].split("-"))
    pattern = (_LONG_PATTERNS if long else _PATTERNS)[len(text)]
    return format_date(dt.date(year, month, day), pattern, locale=language.current())


def size(value: Any) -> str:
    """A size given in bytes: ``4,1 Mo`` in French, ``4.1 MB`` in English; nothing for what is no size."""
    try:
        amount = float(value)
    except (TypeError, ValueError):
        return ""
    lang = language.current()
    units = _UNITS[lang]
    step = 0
    while amount >= _THOUSAND and step < len(units) - 1:
        amount, step = amount / _THOUSAND, step + 1
    return f"{format_decimal(amount, '#,##0.#' if step else '#,##0', locale=lang)}\N{NO-BREAK SPACE}{units[step]}"


def label(list_name: str, value: Any) -> str:
    """Name of one value of a list, in the reader's language; the value itself where the list has not got it."""
    return "" if value is None else choices.label(list_name, str(value), language.current())


def labels(list_name: str, values: Any, order: str = "label") -> list[tuple[str, str]]:
    """``(value, name)`` of several values, by name or, for another order, by value."""
    given = [values] if isinstance(values, str) and values else list(values or ())
    named = [(value, label(list_name, value)) for value in given]
    return sorted(named, key=lambda pair: choices.sort_key(pair[1])) if order == "label" else sorted(named)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
