"""Numbers and dates as the rules read them: strictly, or the way the official validator's JavaScript does."""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache

from ckanext.ess.iati.validate.rules.blanks import BLANKS, XML_BLANKS
from ckanext.ess.iati.validate.rules.loose_dates import loose_moment

_DAY = 86400
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?",
)
_XPATH_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_OFFICIAL_NUMBER = re.compile(r"-?\d*\.?\d+", re.ASCII)
_JS_NUMBER = re.compile(r"[+-]?(?:Infinity|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)", re.ASCII)
_JS_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[bB][01]+|[oO][0-7]+)")


@lru_cache(maxsize=8192)
def moment(text: str, *, official: bool = False) -> float | None:
    """Return seconds since 0001-01-01 UTC of a date or date-time, or None where it is none.

    Args:
        text: the attribute's value.
        official: read what JavaScript reads: also ``2019``, ``2019-02-30``, ``1 May 2019``, and not
            ``2019-02-01+01:00``.

    >>> moment("2024-02-30") is None, moment("2024-03-01") == moment("2024-02-30", official=True)
    (True, True)
    """
    if official:
        return loose_moment(text)
    match = _ISO.fullmatch(text.strip(XML_BLANKS))
    return _seconds(match) if match else None


def _seconds(match: re.Match[str]) -> int | None:
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    hour, minute, second = (int(match[place] or 0) for place in (4, 5, 6))
    if hour > 24 or minute > 59 or second > 59:  # noqa: PLR2004 - clock
        return None
    try:
        start = dt.date(year, month, day).toordinal()
    except ValueError:
        return None
    return start * _DAY + hour * 3600 + minute * 60 + second - _offset(match[7] or "Z")


def _offset(zone: str) -> int:
    if zone == "Z":
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def whole_days(start: float, end: float) -> int:
    """Return the whole days from one moment to another, towards zero."""
    days = int(abs(end - start) // _DAY)
    return days if end >= start else -days


def xpath_number(text: str, *, official: bool = False) -> float:
    """Return what XPath 1.0's ``number()`` makes of a text.

    libxml2's own also takes exponents, which it should not.

    >>> xpath_number("5."), xpath_number("5.", official=True), xpath_number("1e3")
    (5.0, nan, nan)
    """
    pattern = _OFFICIAL_NUMBER if official else _XPATH_NUMBER
    value = text.strip(BLANKS if official else XML_BLANKS)
    return float(value) if pattern.fullmatch(value) else math.nan


def js_number(text: str) -> float:
    """Return what JavaScript's ``Number()`` makes of a text.

    The rules on sums and ranges were written for it.

    >>> js_number(""), js_number(" 50 "), js_number("50,0")
    (0.0, 50.0, nan)
    """
    value = text.strip(BLANKS)
    if not value:
        return 0.0
    if _JS_RADIX.fullmatch(value):
        try:
            return float(int(value, 0))
        except OverflowError:
            return math.inf
    return float(value) if _JS_NUMBER.fullmatch(value) else math.nan


def decimal_text(value: float) -> str:
    """Return a sum as a person would write it.

    >>> decimal_text(99.5), decimal_text(100.0)
    ('99.5', '100')
    """
    if math.isnan(value):
        return "?"
    return f"{value:.4f}".rstrip("0").rstrip(".") if math.isfinite(value) else str(value)
