"""Dates, sizes and lists as people write them, in French and English."""

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


def date(value: Any) -> str:
    """A day, a month or a year in words: ``3 nov. 2026``; text that is no date as it is."""
    try:
        text = dates.normalise(value)
    except ValueError:
        return "" if value is None else str(value)
    year, month, day = (int(part) for part in f"{text}-01-01"[:10].split("-"))
    return format_date(dt.date(year, month, day), _PATTERNS[len(text)], locale=language.current())


def size(value: Any) -> str:
    """A size given in bytes: ``4,1 Mo`` in French, ``4.1 MB`` in English; nothing for what is no size."""
    try:
        amount = float(value)
    except (TypeError, ValueError):
        return ""
    lang, step = language.current(), 0
    while amount >= _THOUSAND and step < len(_UNITS[lang]) - 1:
        amount, step = amount / _THOUSAND, step + 1
    written = format_decimal(amount, "#,##0.#" if step else "#,##0", locale=lang)
    return f"{written}\N{NO-BREAK SPACE}{_UNITS[lang][step]}"


def labels(list_name: str, values: Any, order: str = "label") -> list[tuple[str, str]]:
    """``(value, name)`` of some values of a list, by name, or by value for another order."""
    given = [values] if isinstance(values, str) and values else list(values or ())
    lang = language.current()
    named = [(value, choices.label(list_name, value, lang)) for value in given]
    return sorted(named, key=lambda pair: choices.sort_key(pair[1])) if order == "label" else sorted(named)
