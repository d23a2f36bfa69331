"""What a search page shows of its facets: lists of links, and chips to take choices back.

Everything is a link, so that it works without JavaScript, by keyboard, and can be shared.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from ckan.plugins import toolkit as tk

from ckanext.ess.index import labels
from ckanext.ess.index.facets import FACETS
from ckanext.ess.schema import choices

#: Values shown before "more".
UNFOLDED = 10

#: Facets that are open when nothing is chosen; the others show their title only.
_OPEN = ("ess_kind", "organization", "ess_country", "ess_sector_group")

#: Facets whose values have an order of their own; the others go by count.
_ORDERS: Mapping[str, Callable[[str], Any]] = {
    "ess_freshness": lambda value: [*labels.FRESHNESS, value].index(value),
    "ess_sdg": lambda value: (len(value), value),
    "ess_validation": lambda value: [*choices.table("validation"), value].index(value),
    "ess_iati_version": lambda value: [-ord(character) for character in value],
}


class Value(NamedTuple):
    """One value of a facet: its name, how many datasets, the link that chooses it or takes it back."""

    name: str
    label: str
    count: int
    is_chosen: bool
    url: str


class FacetList(NamedTuple):
    """One facet with its values: those in sight, and the folded ones, none of which is chosen."""

    name: str
    title: str
    first: list[Value]
    more: list[Value]
    chosen: int
    is_open: bool


class Chip(NamedTuple):
    """One choice that can be taken back."""

    title: str
    label: str
    url: str


def facet_lists(titles: Mapping[str, str], search_facets: Mapping[str, Any]) -> list[FacetList]:
    """Return the facets that have something to choose, in their order.

    Args:
        titles: Public name to title, as CKAN's views give them.
        search_facets: As ``package_search`` returns them; empty after an error.
    """
    links = _Links()
    shown = [_facet_list(name, title, _items(name, search_facets), links) for name, title in titles.items()]
    return [facet for facet in shown if facet.first]


def chips(
    chosen: Mapping[str, list[str]], titles: Mapping[str, str], search_facets: Mapping[str, Any]
) -> list[Chip]:
    """Return what is chosen, in the order of the request.

    Args:
        chosen: Parameter name to values, as CKAN's views group them.
        titles: Public name to title.
        search_facets: As ``package_search`` returns them.
    """
    found, links = [], _Links()
    for name, values in chosen.items():
        known = {item["name"]: item["display_name"] for item in _items(name, search_facets)}
        title = titles.get(name) or (tk._(FACETS[name].title) if name in FACETS else name)
        for value in dict.fromkeys(values):
            label = known.get(value) or labels.label(name, value) or value
            found.append(Chip(title, label, links.without(name, value)))
    return found


def url_without_choices(chosen: Mapping[str, list[str]]) -> str:
    """Return the address of the same search with nothing chosen; the words and the order stay."""
    return _Links().without_any(chosen)


def in_order(name: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort a facet's values: those with an order of their own by that, others by number of datasets."""
    order = _ORDERS.get(name)
    if order:
        return sorted(items, key=lambda item: order(item["name"]))
    return sorted(items, key=lambda item: (-item["count"], item["display_name"].casefold()))


class _Links:
    """Addresses of the same search with a choice more or less; it starts at its first page again."""

    def __init__(self) -> None:
        self._address = tk.h.url_for(tk.request.path)
        self._given = [(n, value) for n, value in tk.request.args.items(multi=True) if n != "page"]

    def adding(self, name: str, value: str) -> str:
        return self._url([*self._given, (name, value)])

    def without(self, name: str, value: str) -> str:
        return self._url([pair for pair in self._given if pair != (name, value)])

    def without_any(self, names: Container[str]) -> str:
        return self._url([pair for pair in self._given if pair[0] not in names])

    def _url(self, parameters: list[tuple[str, str]]) -> str:
        return f"{self._address}?{urlencode(parameters)}" if parameters else self._address


def _facet_list(name: str, title: str, items: list[dict[str, Any]], links: _Links) -> FacetList:
    chosen = [value for value in dict.fromkeys(tk.request.args.getlist(name)) if value]
    known = {item["name"] for item in items}
    # A choice that finds nothing any more must still be there to be taken back.
    lost = [
        {"name": value, "display_name": labels.label(name, value) or value, "count": 0}
        for value in chosen
        if value not in known
    ]
    values = [_value(name, item, item["name"] in chosen, links) for item in [*in_order(name, items), *lost]]
    fold = UNFOLDED if len(values) > UNFOLDED + 2 else len(values)
    first = [value for place, value in enumerate(values) if place < fold or value.is_chosen]
    more = [value for value in values[fold:] if not value.is_chosen]
    return FacetList(name, title, first, more, len(chosen), bool(chosen) or name in _OPEN)


def _items(name: str, search_facets: Mapping[str, Any]) -> list[dict[str, Any]]:
    return search_facets.get(name, {}).get("items", [])


def _value(name: str, item: Mapping[str, Any], is_chosen: bool, links: _Links) -> Value:
    url = links.without(name, item["name"]) if is_chosen else links.adding(name, item["name"])
    return Value(item["name"], item["display_name"], item["count"], is_chosen, url)
