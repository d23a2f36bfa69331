"""Rates of exchange: known averages, parities of law, years without a rate, the tool that makes the table."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from ckanext.ess.iati.extract.rates import PEGS, TABLE, Rates
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.identifiers.tsv import rows
from ckanext.ess.tests.installed import ROOT

RATES = Rates.shipped()


def euros(amount: str, currency: str, year: int | None) -> tuple[Decimal, int] | None:
    """Euros to the cent, with the year of the rate."""
    found = RATES.convert(Decimal(amount), currency, year, "EUR")
    return found and (round(found.amount, 2), found.rate_year)


@pytest.mark.parametrize(
    ("amount", "currency", "year", "expected"),
    [
        ("1.1422", "USD", 2020, ("1.00", 2020)),  # the bank's own average of 2020
        ("0.8897", "GBP", 2020, ("1.00", 2020)),
        ("655957", "XOF", 2024, ("1000.00", 2024)),
        ("655957", "XAF", 1999, ("1000.00", 1999)),
        ("1000", "XPF", 2024, ("8.38", 2024)),
        ("6.55957", "FRF", 2001, ("1.00", 2001)),
        ("1.95583", "DEM", 2024, ("1.00", 2024)),
        ("49.196775", "KMF", 2010, ("0.10", 2010)),
        ("7.5345", "HRK", 2024, ("1.00", 2024)),
        ("1936.27", "ITL", 1985, ("1.00", 1999)),  # before the euro: the nearest year, and it says so
        ("1.0658", "USD", 1975, ("1.00", 1999)),
        ("5", "EUR", None, ("5.00", 0)),
    ],
)
def test_known_amounts(amount: str, currency: str, year: int | None, expected: tuple[str, int]):
    """To the cent, with the year whose rate served."""
    assert euros(amount, currency, year) == (Decimal(expected[0]), expected[1])


def test_a_year_to_come_has_the_rate_of_the_latest():
    """Budgets run ahead of the table."""
    latest = int(RATES.last_day[:4])
    found, year = euros("100", "USD", latest + 5) or (None, 0)
    assert year == latest
    assert euros("100", "USD", latest) == (found, latest)


@pytest.mark.parametrize(
    ("currency", "year"), [("XDR", 2020), ("", 2020), ("EURO", 2020), ("USD", None), ("ZZZ", 1)]
)
def test_what_is_never_converted(currency: str, year: int | None):
    """No rate, no currency, no year: None, not zero."""
    assert euros("100", currency, year) is None
    assert RATES.convert(Decimal(100), currency, year, "EUR") is None


def test_dollars_of_dollars_are_the_same():
    """No detour by the euro."""
    found = RATES.convert(Decimal("10.10"), "USD", 2024, "USD")
    assert found is not None
    assert (found.amount, found.rate) == (Decimal("10.10"), Decimal(1))


def test_parities_have_a_source_and_a_currency_that_exists():
    """Each line can be checked: currencies are in the standard's list or became the euro, units positive."""
    known = codelist("Currency")
    for currency, anchor, units, first, last, source in rows(PEGS):
        assert currency in known or anchor == "EUR"
        assert anchor in {"EUR", "USD", "HKD", "SGD", "INR", "ZAR", "GBP"}
        assert Decimal(units) > 0
        assert int(first) <= int(last or 9999)
        assert len(source) > 10


def test_table_is_whole():
    """One rate for each currency and year, in order, from days of that year."""
    table = rows(TABLE)
    assert [(line[1], line[0]) for line in table] == sorted({(line[1], line[0]) for line in table})
    assert all(line[3][:4] == line[4][:4] == line[0] and int(line[5]) >= 10 for line in table)
    years = {int(line[0]) for line in table if line[1] == "USD"}
    assert years == set(range(1999, max(years) + 1))


def test_the_tool_averages_a_history(tmp_path: Path):
    """Days without a rate are left out, a currency with hardly any has no average."""
    days = "".join(f"2024-01-{day:02},{2 if day % 2 else 4},N/A,\n" for day in range(1, 13))
    with zipfile.ZipFile(tmp_path / "eurofxref-hist.zip", "w") as archive:
        archive.writestr("eurofxref-hist.csv", "Date,USD,XYZ,\n2024-02-01,3,9,\n" + days)
    program = (
        "import sys, pathlib, import_rates as tool; print(tool.table(pathlib.Path(sys.argv[1])), end='')"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT / "tools", capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1:] == ["2024\tUSD\t3\t2024-01-01\t2024-02-01\t13"]
