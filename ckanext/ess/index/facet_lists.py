"""What a search page shows of its facets: lists of links, and chips to take choices back.

Everything is a link, so that it works without JavaScript, by keyboard, and can be shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from ckan.plugins import toolkit as tk

from ckanext.ess.index import labels
from ckanext.ess.index.facets import FACETS

#: Values shown before "more".
UNFOLDED = 10

#: Facets that are open when nothing is chosen; the others show their title only.
_OPEN = ("ess_kind", "organization", "ess_country", "ess_sector_group")

_ORDERED = {"ess_freshness": list(labels.FRESHNESS)}


class Value(NamedTuple):
    """One value of a facet: its name, how many datasets, the link that chooses it or takes it back."""

    name: str
    label: str
    count: int
    is_chosen: bool
    url: str


class FacetList(NamedTuple):
    """One facet with its values, the first ones and the folded ones."""

    name: str
    title: str
    first: list[Value]
    more: list[Value]
    chosen: int
    is_open: bool

    @property
    def is_unfolded(self) -> bool:
        """Whether a folded value is chosen, which must be seen."""
        return any(value.is_chosen for value in self.more)


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
    shown = [_facet_list(name, title, _items(name, search_facets)) for name, title in titles.items()]
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
    found = []
    for name, values in chosen.items():
        known = {item["name"]: item["display_name"] for item in _items(name, search_facets)}
        title = titles.get(name) or (tk._(FACETS[name].title) if name in FACETS else name)
        for value in dict.fromkeys(values):
            label = known.get(value) or labels.label(name, value) or value
            found.append(Chip(title, label, _url_without(name, value)))
    return found


def url_without_choices(chosen: Mapping[str, list[str]]) -> str:
    """Return the address of the same search with nothing chosen; the words and the order stay."""
    return _url([(name, value) for name, value in _parameters() if name not in chosen])


def _facet_list(name: str, title: str, items: list[dict[str, Any]]) -> FacetList:
    chosen = list(dict.fromkeys(tk.request.args.getlist(name)))
    known = {item["name"] for item in items}
    # A choice that finds nothing any more must still be there to be taken back.
    lost = [
        {"name": value, "display_name": labels.label(name, value) or value, "count": 0}
        for value in chosen
        if value and value not in known
    ]
    values = [_value(name, item, item["name"] in chosen) for item in [*in_order(name, items), *lost]]
    fold = UNFOLDED if len(values) > UNFOLDED + 2 else len(values)
    number = sum(value.is_chosen for value in values)
    return FacetList(name, title, values[:fold], values[fold:], number, bool(number) or name in _OPEN)


def _items(name: str, search_facets: Mapping[str, Any]) -> list[dict[str, Any]]:
    return search_facets.get(name, {}).get("items", [])


def in_order(name: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort values by count, but those with an order of their own by that."""
    order = _ORDERED.get(name)
    if order:
        return sorted(
            items, key=lambda item: order.index(item["name"]) if item["name"] in order else len(order)
        )
    return sorted(items, key=lambda item: (-item["count"], item["display_name"].casefold()))


def _value(name: str, item: Mapping[str, Any], is_chosen: bool) -> Value:
    url = _url_without(name, item["name"]) if is_chosen else _url([*_parameters(), (name, item["name"])])
    return Value(item["name"], item["display_name"], item["count"], is_chosen, url)


def _url_without(name: str, value: str) -> str:
    return _url([pair for pair in _parameters() if pair != (name, value)])


def _parameters() -> list[tuple[str, str]]:
    """Return the request's parameters; a changed search starts at its first page."""
    return [(name, value) for name, value in tk.request.args.items(multi=True) if name != "page"]


def _url(parameters: list[tuple[str, str]]) -> str:
    address = tk.h.url_for(tk.request.path)
    return f"{address}?{urlencode(parameters)}" if parameters else address
