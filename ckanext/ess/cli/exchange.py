"""The table of ``ckan ess index rates``."""

from __future__ import annotations

from decimal import Decimal

import click

from ckan.plugins import toolkit as tk

from ckanext.ess.iati.extract.rates import EURO
from ckanext.ess.index.activities.exchange import rates


def show(year: int | None) -> None:
    """Print units of each currency for one euro in a year, the last of the table where none is given."""
    table = rates()
    wanted = year or int(table.last_day[:4])
    said = tk._("Units for one euro in {year}; the table goes to {day}.")
    click.echo(said.format(year=wanted, day=table.last_day))
    for currency in sorted(table.currencies() - {EURO}):
        found = table.convert(Decimal(1), currency, wanted, EURO)
        if found is None:
            continue
        other = f"  ({found.rate_year})" if found.rate_year != wanted else ""
        click.echo(f"{currency}  {found.rate:>16.6f}{other}")
