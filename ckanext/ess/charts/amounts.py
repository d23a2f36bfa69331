r"""Amounts of money as people write them: exact, or short for a heading or a bar.

>>> short(63_400_000, "EUR", "fr"), short(63_400_000, "EUR", "en")
('63,4\xa0M€', '€63.4M')
>>> exact(1234567, "EUR", "en")
'€1,234,567'
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_compact_currency, format_currency, format_decimal

Number = int | float | Decimal

#: From this size on, cents are noise.
_WHOLE = 100
_CURRENCY = re.compile(r"[A-Z]{3}")
_UNIT_BEFORE_EURO = re.compile(r"(?<=[A-Za-z])[\u00a0\u202f](?=€)")


@lru_cache(maxsize=8)
def locale(lang: str) -> Locale:
    """The locale of a page's language; English days come before months."""
    return Locale.parse("fr" if lang.startswith("fr") else "en_GB")


def exact(amount: Number, currency: str, lang: str) -> str:
    """Every digit of an amount; cents only where they matter. An unknown currency is left out."""
    rounded = round(Decimal(str(amount)), 0 if abs(amount) >= _WHOLE else 2)
    if not _CURRENCY.fullmatch(currency):
        return format_decimal(rounded, locale=locale(lang))
    digits = "#,##0" if rounded == rounded.to_integral_value() else "#,##0.00"
    pattern = f"{digits}\u00a0¤" if lang.startswith("fr") else f"¤{digits}"
    return format_currency(rounded, currency, pattern, locale(lang), currency_digits=False)


def short(amount: Number, currency: str, lang: str) -> str:
    """An amount to two or three figures: ``63,4 M€``, ``€1.2B``."""
    if not _CURRENCY.fullmatch(currency):
        return exact(amount, currency, lang)
    digits = 0 if abs(amount) < 10 * 1000 else 1
    written = format_compact_currency(amount, currency, locale=locale(lang), fraction_digits=digits)
    return _UNIT_BEFORE_EURO.sub("", written.replace("k\u00a0€", "k€"))
