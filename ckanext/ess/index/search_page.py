"""Reads the filters of CKAN's search pages from the request instead of from the query made of them.

CKAN pastes each parameter into the filter query between quotes, without escaping: a quotation mark in a value
breaks the query, and two values of a facet exclude each other. The request still has the values as they were
typed, so we cut out exactly what CKAN pasted and write it again.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import has_request_context

from ckan.plugins import toolkit as tk

from ckanext.ess.index import clauses
from ckanext.ess.index.facets import FACETS

_NOT_FILTERS = {"q", "page", "sort"}


class Filters(NamedTuple):
    """What a search page filters by."""

    chosen: dict[str, list[str]]
    """Facet name to the chosen values, as typed."""
    rest: str
    """The filter query without them."""


def filters(fq: str) -> Filters:
    """Separate the choices made on a search page from the rest of its filter query.

    Outside a search page, or when somebody else has changed the query already, nothing is chosen and the
    query stays as it is.
    """
    given = _given()
    pasted = " ".join(f'{name}:"{value}"' for name, value in given)
    if not pasted or pasted not in fq:
        return Filters({}, fq)
    chosen: dict[str, list[str]] = {}
    others: list[str] = []
    for name, value in given:
        if name in FACETS:
            chosen.setdefault(name, []).append(value)
        elif clauses.is_field_name(name):
            others.append(f"{name}:{clauses.quote(value)}")
    before, _, after = fq.partition(pasted)
    return Filters(chosen, " ".join(filter(None, [before.strip(), *others, after.strip()])))


def _given() -> list[tuple[str, str]]:
    """Return the request's parameters that CKAN's search views take for filters, in their order."""
    if not has_request_context():
        return []
    return [
        (name, value)
        for name, value in tk.request.args.items(multi=True)
        if value and name not in _NOT_FILTERS and not name.startswith(("_", "ext_"))
    ]
