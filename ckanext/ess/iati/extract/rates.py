"""Amounts in euros and dollars, by the average rate of a year.

>>> rates = Rates.shipped()
>>> rates.convert(Decimal("983935.5"), "XOF", 2020, "EUR")
Converted(amount=Decimal('1.5E+3'), rate=Decimal('655.957'), rate_year=2020)
>>> rates.convert(Decimal(100), "XTS", 2020, "EUR") is None
True

Rates are those of the European Central Bank (the average of the days of a year), and the parities that law
or treaty sets, with their sources, in ``data/``. Where the table has no rate of the year, that of the nearest
year serves, and ``rate_year`` says so.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ckanext.ess.identifiers.tsv import rows

EURO, DOLLAR = "EUR", "USD"
TABLE = Path(__file__).parent / "data" / "rates.tsv"
PEGS = Path(__file__).parent / "data" / "pegs.tsv"
_ONE = Decimal(1)


class Converted(NamedTuple):
    """An amount in another currency; ``rate`` is units of the first currency for one of the second."""

    amount: Decimal
    rate: Decimal
    rate_year: int


class Peg(NamedTuple):
    """A parity: ``units`` of the currency for one of the anchor, in the years from ``first`` to ``last``."""

    anchor: str
    units: Decimal
    first: int
    last: int | None
    source: str


class _Rate(NamedTuple):
    """Units for one euro, and the year that this is of."""

    units: Decimal
    year: int


class Rates:
    """Yearly rates of exchange.

    Args:
        table: a table as ``tools/import_rates.py`` writes it: an administrator may have a newer one.
        pegs: parities.
    """

    def __init__(self, table: Path = TABLE, pegs: Path = PEGS) -> None:
        self._years: dict[str, dict[int, Decimal]] = {}
        self.last_day = ""
        for year, currency, per_euro, _first, last, *_ in rows(table):
            self._years.setdefault(currency, {})[int(year)] = Decimal(per_euro)
            self.last_day = max(self.last_day, last)
        self._pegs: dict[str, Peg] = {}
        for currency, anchor, units, first, last, source in rows(pegs):
            self._pegs[currency] = Peg(
                anchor, Decimal(units), int(first), int(last) if last else None, source
            )
        self._known: dict[tuple[str, int], _Rate | None] = {}

    @staticmethod
    @lru_cache(maxsize=1)
    def shipped() -> Rates:
        """Return the rates that come with the product."""
        return Rates()

    def currencies(self) -> frozenset[str]:
        """Return the currencies that can be converted, in some year."""
        return frozenset((EURO, *self._years, *self._pegs))

    def peg(self, currency: str) -> Peg | None:
        """Return the parity of a currency that has one."""
        return self._pegs.get(currency)

    def convert(self, amount: Decimal, currency: str, year: int | None, to: str) -> Converted | None:
        """Return an amount of a year in another currency; None where no rate is known.

        What is in that currency already needs no year.
        """
        if currency == to and currency:
            return Converted(amount, _ONE, year or 0)
        if year is None:
            return None
        source, target = self._rate(currency, year), self._rate(to, year)
        if source is None or target is None:
            return None
        rate = source.units if to == EURO else source.units / target.units
        used = source.year if currency != EURO and source.year != year else target.year
        return Converted(amount / rate, rate, used)

    def _rate(self, currency: str, year: int) -> _Rate | None:
        key = (currency, year)
        if key not in self._known:
            self._known[key] = self._found(currency, year)
        return self._known[key]

    def _found(self, currency: str, year: int) -> _Rate | None:
        if currency == EURO:
            return _Rate(_ONE, year)
        peg = self._pegs.get(currency)
        if peg and _holds(peg, year):
            return self._pegged(peg, year)
        years = self._years.get(currency, {})
        nearest = min(years, key=lambda known: (abs(known - year), known), default=None)
        if peg:
            end = peg.first if year < peg.first else peg.last or peg.first
            if nearest is None or abs(end - year) < abs(nearest - year):
                return self._pegged(peg, end)
        return None if nearest is None else _Rate(years[nearest], nearest)

    def _pegged(self, peg: Peg, year: int) -> _Rate | None:
        anchor = self._rate(peg.anchor, year)
        return anchor and _Rate(anchor.units * peg.units, anchor.year)


def _holds(peg: Peg, year: int) -> bool:
    return peg.first <= year and (peg.last is None or year <= peg.last)
