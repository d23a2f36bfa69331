"""Freshness classes of the data, right on any day without indexing anything again.

The index holds the *day* of a dataset's data, not its class: ``vocab_ess_data_day`` is ``2026-11-03``, or
only the year once the day is so old that no class can depend on it any more (which keeps the list of distinct
values short), or ``unknown``. Classes are made when somebody asks: filters become ranges of days, counts are
summed up by class. ISO dates sort like text, and ``unknown`` sorts after every digit, so plain string ranges
are exact.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date

FIELD = "vocab_ess_data_day"
UNKNOWN = "unknown"

#: Classes from the freshest to the oldest, with their upper age in months; None: no upper age.
AGES: Mapping[str, int | None] = {"3-months": 3, "1-year": 12, "2-years": 24, "older": None}
CLASSES: tuple[str, ...] = (*AGES, UNKNOWN)

#: More distinct days than the index can hold: two years of days, the years before them, a few dates to come.
MOST_DAYS = 5000

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?=$|[T ])")


def day(value: object, today: date) -> str:
    """Return what the index holds for a data date.

    Args:
        value: A date, date-time, month or year as ISO text; anything else counts as unknown.
        today: The day of indexing.

    >>> now = date(2026, 11, 23)
    >>> day("2026-11-03T10:00:00", now), day("2026-10", now), day("2019-05-01", now), day("soon", now)
    ('2026-11-03', '2026-10-01', '2019', 'unknown')
    """
    match = _DAY.match(value) if isinstance(value, str) else None
    if not match:
        return UNKNOWN
    try:
        # Of a month or a year we know its first day: never fresher than we can say.
        found = date(*(int(part or 1) for part in match.groups()))
    except ValueError:
        return UNKNOWN
    return found.isoformat() if found >= before(today, 24) else f"{found.year:04d}"


def condition(name: str, today: date) -> str | None:
    """Return the Solr condition on :data:`FIELD` that selects one class, or None if there is no such class.

    >>> condition("1-year", date(2026, 5, 31))
    '["2025-05-31" TO "2026-02-28"}'
    """
    if name == UNKNOWN:
        return f'"{UNKNOWN}"'
    if name not in AGES:
        return None
    months = list(AGES.values())
    place = list(AGES).index(name)
    youngest = months[place - 1] if place else None
    lower = _quoted(before(today, months[place])) if months[place] is not None else "*"
    # The day on which a class begins belongs to the younger class.
    upper = f"{_quoted(before(today, youngest))}}}" if youngest is not None else '"9999-12-31"]'
    return f"[{lower} TO {upper}"


def class_of(indexed: str, today: date) -> str:
    """Return the class of a day as the index holds it.

    >>> now = date(2026, 11, 23)
    >>> class_of("2026-08-23", now), class_of("2026-08-22", now), class_of("2019", now)
    ('3-months', '1-year', 'older')
    """
    if not indexed[:1].isdigit():
        return UNKNOWN
    for name, months in AGES.items():
        if months is None or indexed >= before(today, months).isoformat():
            return name
    return UNKNOWN  # pragma: no cover (the last class has no upper age)


def counts(days: Mapping[str, int], today: date) -> dict[str, int]:
    """Sum up counts of days as counts of classes, freshest first, without the empty ones."""
    found = dict.fromkeys(CLASSES, 0)
    for indexed, number in days.items():
        found[class_of(indexed, today)] += number
    return {name: number for name, number in found.items() if number}


def before(today: date, months: int | None) -> date:
    """Return the same day so many months ago, or the last day of a shorter month."""
    years, month = divmod(today.year * 12 + today.month - 1 - (months or 0), 12)
    last = calendar.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(today.day, last))


def _quoted(found: date) -> str:
    return f'"{found.isoformat()}"'
