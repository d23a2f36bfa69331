"""Days, amounts, percentages and codes as activities write them: the value, or why it cannot be used."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Context, Decimal
from functools import lru_cache

#: Nothing longer is a code, a reference or an identifier.
LONGEST = 200
#: Of a longer text this much is looked at where answers are remembered: a file must not fill the memory.
REMEMBERED = 64
#: A larger amount is a slip of the pen or an attack: the world's yearly product is 10^14 dollars.
LARGEST = Decimal(10) ** 15
#: Years that a date of an activity may have.
FIRST_YEAR, LAST_YEAR = 1900, 2100
#: Sums of amounts are exact in it: 10^15 with 44 decimals.
EXACT = Context(prec=60)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=$|Z|T|[ +-])")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_NUMBER = 60
_PERCENTAGE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})\s*%?")


class Unusable(ValueError):
    """A value that cannot be used; ``code`` is that of a problem."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def judge_day(text: str) -> dt.date | str:
    """Return the day that a date or date-time begins with, or the code of what is wrong.

    >>> judge_day(" 2024-02-29Z "), judge_day("29/02/2024"), judge_day("0201-05-01")
    (datetime.date(2024, 2, 29), 'date', 'date-far')
    """
    return _judged_day(text[:REMEMBERED])


@lru_cache(maxsize=16384)
def _judged_day(text: str) -> dt.date | str:
    match = _DAY.match(text.strip())
    if not match:
        return "date" if text.strip() else "date-missing"
    try:
        found = dt.date.fromisoformat(match[0])
    except ValueError:
        return "date"
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else "date-far"


def usable_day(text: str) -> dt.date | None:
    """Return the day that a text begins with, or None."""
    found = judge_day(text)
    return found if isinstance(found, dt.date) else None


def amount(text: str) -> Decimal:
    """Return an amount, exact; raises ``Unusable``.

    >>> amount(" -1250.50 "), amount("1.2E3")
    (Decimal('-1250.50'), Decimal('1.2E+3'))
    """
    stripped = text.strip()
    if not stripped:
        raise Unusable("amount-missing")
    if len(stripped) > _LONGEST_NUMBER or not _NUMBER.fullmatch(stripped):
        raise Unusable("amount")
    number = Decimal(stripped)
    if number.adjusted() < -_LONGEST_NUMBER:
        raise Unusable("amount")
    if abs(number) > LARGEST:
        raise Unusable("amount-large")
    return number


def add(first: Decimal, second: Decimal) -> Decimal:
    """Return an exact sum."""
    return EXACT.add(first, second)


def written(number: Decimal) -> str:
    """Return an amount as text without an exponent.

    >>> written(Decimal("1.2E3")), written(Decimal("10.50"))
    ('1200', '10.50')
    """
    return format(number, "f")


def percentage(text: str) -> float:
    """Return a percentage, 0 or more (what goes past 100 is brought back later); raises ``Unusable``.

    >>> percentage("33.33"), percentage("19%"), percentage("102")
    (33.33, 19.0, 102.0)
    """
    match = _PERCENTAGE.fullmatch(text.strip())
    if not match:
        raise Unusable("percentage")
    return float(match[1])


def language(tag: str) -> str:
    """Return the two letters of a language, "" where a tag has none.

    >>> language("FR-ca"), language("fra"), language("")
    ('fr', '', '')
    """
    return _language(tag[:REMEMBERED])


@lru_cache(maxsize=1024)
def _language(tag: str) -> str:
    code = tag.strip().lower()
    letters = code[:2]
    plain = letters.isascii() and letters.isalpha() and len(letters) == 2  # noqa: PLR2004 - ISO 639-1
    return letters if plain and not code[2:3].isalnum() else ""


def coordinate(text: str, limit: float) -> float:
    """Return degrees between -limit and limit; raises ``Unusable``."""
    stripped = text.strip()
    if len(stripped) > _LONGEST_NUMBER or not _NUMBER.fullmatch(stripped):
        raise Unusable("coordinates")
    degrees = float(stripped)
    if not -limit <= degrees <= limit:
        raise Unusable("coordinates")
    return degrees
