"""Dates as catalogues write them: a year, a month, a day, or an instant of which the day is kept."""

from __future__ import annotations

import datetime as dt
import re

_PARTS = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?")


def normalise(value: object) -> str:
    """Return ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

    Raises:
        ValueError: no such date exists.

    >>> normalise("2026-11-23T15:20:00Z"), normalise(" 2026-11 "), normalise(dt.date(2026, 1, 2))
    ('2026-11-23', '2026-11', '2026-01-02')
    """
    if isinstance(value, dt.datetime):
        value = value.date()
    found = _PARTS.fullmatch(str(value).strip())
    if not found:
        raise ValueError(value)
    year, month, day = found.groups()
    dt.date(int(year), int(month or 1), int(day or 1))
    return "-".join(part for part in (year, month, day) if part)
