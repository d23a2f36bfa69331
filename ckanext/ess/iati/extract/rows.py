"""Entries of money summed into rows, each with the parts that go to a place and a sector."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from ckanext.ess.iati import coded
from ckanext.ess.iati.extract import shares
from ckanext.ess.iati.extract.document import BUDGET, PLANNED, MoneyRow
from ckanext.ess.iati.extract.draft import Draft, Entry, Own
from ckanext.ess.iati.extract.values import add

_PERIODS = frozenset({BUDGET, PLANNED})


class Split(NamedTuple):
    """Where the money of an activity goes: code → part."""

    countries: dict[str, float]
    regions: dict[str, float]
    sectors: dict[str, float]
    groups: dict[str, float]


def split(draft: Draft) -> Split:
    """Return how the activity itself divides its money."""
    countries, regions = shares.places(draft.countries, draft.regions)
    oecd = draft.sectors.get(coded.OECD, ())
    sectors = shares.one_list([part._replace(code=coded.sector(part.code)) for part in oecd])
    grouped = oecd or draft.sectors.get(coded.OECD_GROUPS, ())
    groups = shares.one_list([part._replace(code=_group(part.code)) for part in grouped])
    return Split(countries, regions, sectors, groups)


def _group(code: str) -> str:
    return coded.sector(code)[:3] or coded.group(code)


def rows(draft: Draft, whole: Split) -> tuple[MoneyRow, ...]:
    """Return the sums of an activity, budgets first, in the order in which they first appear."""
    entries = list(_counted(draft.entries))
    rest = _of_periods(draft, [entry.own for entry in entries if entry.type not in _PERIODS])
    sums: dict[tuple[str, int | None, str, Own], tuple[Decimal, int]] = {}
    for entry in entries:
        own = rest if entry.type in _PERIODS else entry.own
        key = (entry.type, entry.year, entry.currency, own)
        amount, count = sums.get(key, (Decimal(0), 0))
        sums[key] = add(amount, entry.amount), count + 1
    splits = {own: _of(own, whole) for *_, own in sums}
    return tuple(
        MoneyRow(kind, year, currency, amount, *splits[own], entries=count)
        for (kind, year, currency, own), (amount, count) in sums.items()
    )


def _counted(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Leave out budgets that a revised one of the same period replaces."""
    revised = {(entry.type, entry.period) for entry in entries if entry.revised and entry.period}
    for entry in entries:
        if entry.period and not entry.revised and (entry.type, entry.period) in revised:
            if entry.record is not None:
                entry.record["replaced"] = True
        else:
            yield entry


def _of_periods(draft: Draft, owns: list[Own]) -> Own:
    """Return where budgets go if the activity does not say it: to what all transactions name alike."""
    if not owns:
        return Own()
    first = owns[0]
    silent = not draft.countries and not draft.regions
    places = silent and all(own[:2] == first[:2] for own in owns)
    silent = coded.OECD not in draft.sectors and coded.OECD_GROUPS not in draft.sectors
    sectors = silent and all(own[2:] == first[2:] for own in owns)
    return Own(*(first[:2] if places else ((), ())), *(first[2:] if sectors else ((), ())))


def _of(own: Own, whole: Split) -> Split:
    """Return the parts for a row: of what its transactions name themselves, else of the activity."""
    countries, regions, sectors, groups = whole
    if own.countries or own.regions:
        countries, regions = shares.even(own.countries), shares.even(own.regions)
    if own.groups:
        sectors, groups = shares.even(own.sectors), shares.even(own.groups)
    return Split(countries, regions, sectors, groups)
