"""The lists of choices beside the results, and the chips above them; everything is a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ckan.plugins import toolkit as tk

from ckanext.ess.index.activities.questions import labels
from ckanext.ess.index.activities.questions.names import FIELDS
from ckanext.ess.views.projects import names
from ckanext.ess.views.projects.address import Search

#: Values shown before "more".
UNFOLDED = 8
_SECTORS = "sector"
_GROUPS = "sector_group"
_GROUP_DIGITS = 3


class Value(NamedTuple):
    """One value: what it is called, how many projects, where choosing it (again) and excluding it lead.

    ``children`` are the precise sectors of a sector that is chosen.
    """

    name: str
    label: str
    count: int
    is_chosen: bool
    url: str
    exclude_url: str
    children: tuple[Value, ...] = ()


class List(NamedTuple):
    """The values of one field: those in sight and those folded away."""

    name: str
    title: str
    first: Sequence[Value]
    more: Sequence[Value]
    chosen: int
    is_open: bool


class Range(NamedTuple):
    """Two inputs: from a year, to a year."""

    name: str
    title: str
    start: str
    end: str


class Chip(NamedTuple):
    """One choice that can be taken back."""

    title: str
    label: str
    url: str
    is_excluded: bool = False


Facets = Mapping[str, Sequence[Mapping[str, Any]]]


def lists(search: Search, facets: Facets) -> list[List]:
    """Return the lists that have something to choose, in the order of the page."""
    shown = []
    for name in names.FIELDS:
        if name in facets and not (name == _SECTORS and _GROUPS in facets):
            made = _list(search, name, facets)
            if made.first:
                shown.append(made)
    return shown


def ranges(search: Search) -> list[Range]:
    """Return the inputs of years."""
    found = []
    for name in names.RANGES:
        start, _, end = (search.filters.get(name) or ("",))[0].partition("..")
        found.append(Range(name, names.title(name), start, end))
    return found


def chips(search: Search, facets: Facets) -> list[Chip]:
    """Return what is chosen and what is excluded, in the order of the fields."""
    found = []
    for chosen, is_excluded in ((search.filters, False), (search.exclude, True)):
        for name, values in chosen.items():
            known = {item["value"]: item["label"] for item in facets.get(name, ())}
            for value in values:
                label = span(value) if name in names.RANGES else known.get(value) or _called(name, value)
                found.append(Chip(names.title(name), label, search.without(name, value).url(), is_excluded))
    return found


def _called(name: str, value: str) -> str:
    """What a value is called that is in no list here: it is excluded, or the search cannot be read."""
    field = FIELDS.get(name)
    return labels.of(field, [value], {})[value] if field else value


def span(value: str) -> str:
    """Return a range of years in words."""
    start, dots, end = value.partition("..")
    if not dots or start == end:
        return start
    if start and end:
        return tk._("{start} to {end}").format(start=start, end=end)
    return tk._("since {year}").format(year=start) if start else tk._("until {year}").format(year=end)


def _list(search: Search, name: str, facets: Facets) -> List:
    chosen = search.filters.get(name, ())
    values = [_value(search, name, item, chosen) for item in facets[name] if _is_wanted(item, chosen)]
    if name == _GROUPS:
        values = [_with_sectors(search, value, facets) for value in values]
    fold = UNFOLDED if len(values) > UNFOLDED + 2 else len(values)
    first = [value for place, value in enumerate(values) if place < fold or value.is_chosen]
    more = [value for value in values[fold:] if not value.is_chosen]
    number = len(chosen) + (len(search.filters.get(_SECTORS, ())) if name == _GROUPS else 0)
    is_open = bool(number) or names.FIELDS[name].is_open
    return List(name, names.title(name), first, more, number, is_open)


def _is_wanted(item: Mapping[str, Any], chosen: Iterable[str]) -> bool:
    return bool(item["count"]) or item["value"] in chosen


def _value(search: Search, name: str, item: Mapping[str, Any], chosen: Iterable[str]) -> Value:
    value = str(item["value"])
    is_chosen = value in chosen
    there = search.without(name, value) if is_chosen else search.adding(name, value)
    label = item.get("label") or value
    return Value(value, label, item["count"], is_chosen, there.url(), search.excluding(name, value).url())


def _with_sectors(search: Search, group: Value, facets: Facets) -> Value:
    """Give a chosen sector its precise sectors, of which one or more can be chosen besides."""
    chosen = search.filters.get(_SECTORS, ())
    parts = [
        _value(search, _SECTORS, item, chosen)
        for item in facets.get(_SECTORS, ())
        if item["value"][:_GROUP_DIGITS] == group.name and _is_wanted(item, chosen)
    ]
    is_shown = group.is_chosen or any(part.is_chosen for part in parts)
    return group._replace(children=tuple(parts)) if is_shown else group
