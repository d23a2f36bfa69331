"""What number formats say: that a number is a day, a percentage, or an amount in some currency.

>>> what("dd/mm/yyyy"), what("0.00%"), what("#,##0.00 [$€-40C]"), what("0.00")
(('date', ''), ('percent', ''), ('number', '€'), ('number', ''))
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from ckanext.ess.iati.convert.cell import Kind

#: Excel's own formats that show a day; those with the time only show none.
_DAYS = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_PERCENT = frozenset({9, 10})
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKET = re.compile(r"\[\$([^\]-]*)[^\]]*\]")
_COLOURS = re.compile(r"\[[^\]]*\]")
_SIGNS = ("€", "£", "$", "EUR", "USD", "XOF", "CHF", "GBP")
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
#: Excel has a 29 February 1900 that never was; earlier numbers are a day off and nobody means them.
_FIRST, _LAST = 61, 2_958_465
_DIGITS = 15


@lru_cache(maxsize=1024)
def what(code: str) -> tuple[Kind, str]:
    """Return the kind of number that a format shows, and the currency it shows with it."""
    bracket = _BRACKET.search(code)
    unit = bracket[1].strip() if bracket else next((sign for sign in _SIGNS if sign in code), "")
    bare = _COLOURS.sub("", _QUOTED.sub("", code)).lower()
    if "general" not in bare and re.search(r"[dy]|m{3,}", bare):
        return "date", ""
    return ("percent", "") if "%" in bare else ("number", unit)


def built_in(number: int) -> tuple[Kind, str]:
    """Return the same for a format that has a number only."""
    if number in _DAYS:
        return "date", ""
    return ("percent", "") if number in _PERCENT else ("number", "")


def day(serial: str, *, since_1904: bool = False) -> str:
    """Return the ISO date of a day's number; "" when there is none.

    >>> day("45678"), day("45678.75"), day("0.5"), day("-3")
    ('2025-01-21', '2025-01-21', '', '')
    """
    try:
        number = int(Decimal(serial))
    except (InvalidOperation, ValueError, OverflowError):
        return ""
    if not (0 if since_1904 else _FIRST) <= number <= _LAST:
        return ""
    try:
        return ((_EPOCH_1904 if since_1904 else _EPOCH) + dt.timedelta(days=number)).isoformat()
    except OverflowError:
        return ""


def plain(number: str, *, hundredths: bool = False) -> str:
    """Return a stored number as the spreadsheet shows it: fifteen digits, no exponent.

    >>> plain("0.30000000000000004"), plain("1E3"), plain("0.6", hundredths=True), plain("12.50"), plain("?")
    ('0.3', '1000', '60', '12.5', '')
    """
    try:
        value = Decimal(number.strip())
        if not value.is_finite() or abs(value.adjusted()) > 2 * _DIGITS:
            return ""
    except InvalidOperation:
        return ""
    if hundredths:
        value *= 100
    rounded = Decimal(f"{value:.{_DIGITS}g}")
    text = f"{rounded:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
