"""Writes our facets as Solr wants them: tagged filters, and counts that leave out their own filter.

CKAN refuses local parameters (``{!…}``) unless ``ckan.search.solr_allowed_query_parsers`` names the parser.
Without ``lucene`` there, filters still work, but the counts of a facet in which something is chosen are those
of the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ckanext.ess import config
from ckanext.ess.index import clauses, freshness
from ckanext.ess.index.facets import FACETS

_CLASS = re.compile(r'"?\b(' + "|".join(freshness.CLASSES) + r')\b"?')
_FRESHNESS = re.compile(r'(?<![\w\\])ess_freshness:(\([^()]*\)|"[^"]*"|[^\s()]+)')
_LOCAL = re.compile(r"(\{![^}]*\})(\w+)")


def chosen(name: str, values: Iterable[str], today: date) -> str:
    """Return the filter query of values chosen in one facet: any of them."""
    return filtered(name, (_condition(name, value, today) for value in values))


def filtered(name: str, conditions: Iterable[str]) -> str:
    """Return the filter query of one facet from Solr conditions: any of them."""
    tag = f"{{!lucene tag={name}}}" if config.tagged_facets() else ""
    return f"{tag}{FACETS[name].field}:({clauses.any_of(conditions)})"


def counted(name: str, limit: int | None = None, key: str = "") -> str:
    """Return what goes into ``facet.field`` to count a facet under its public name, or under another key."""
    facet = FACETS[name]
    if not config.tagged_facets():
        return facet.field
    return f"{{!lucene ex={name} key={key or name} facet.limit='{limit or facet.limit}'}}{facet.field}"


def raw_counts(field: str, key: str, limit: int) -> str:
    """Return what goes into ``facet.field`` to count the values of a Solr field under a key of ours."""
    return f"{{!lucene key={key} facet.limit='{limit}'}}{field}" if config.tagged_facets() else field


def translated(query: str, today: date) -> str:
    """Return a query in which public names are Solr's, wherever they stand."""
    if "ess_" not in query:
        return query
    query = _FRESHNESS.sub(lambda found: f"{freshness.FIELD}:{classes(found[1], today)}", query)
    return clauses.rename(query, lambda name: FACETS[name].field if name in FACETS else name)


def condition(name: str, given: str, today: date) -> str:
    """Return a condition on a facet, as written by a caller, as one on its Solr field."""
    return classes(given, today) if name == "ess_freshness" else given


def faceting(search_params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that count facets, with public names mapped.

    Without a limit of the caller, the closed lists are counted whole: a country is not missing because it is
    rare.
    """
    limit: int | None = search_params.get("facet.limit")
    found: dict[str, Any] = {
        "facet.field": [facet_field(item, limit) for item in search_params["facet.field"]]
    }
    if not config.tagged_facets():
        # Without local parameters there is one limit for all, and the days of freshness need the largest.
        asked = [FACETS[item].limit for item in search_params["facet.field"] if item in FACETS]
        if asked:
            found["facet.limit"] = max([limit or 0, *asked])
    return found


def classes(condition: str, today: date) -> str:
    """Return a condition on freshness classes as one on days."""
    return _CLASS.sub(lambda found: freshness.condition(found[1], today) or found[0], condition)


def facet_field(item: str, limit: int | None) -> str:
    """Return one entry of ``facet.field`` with a public name mapped; others stay as they are."""
    if item in FACETS:
        wanted = None if item == "ess_freshness" else limit
        return counted(item, wanted)
    local = _LOCAL.fullmatch(item)
    return f"{local[1]}{FACETS[local[2]].field}" if local and local[2] in FACETS else item


def _condition(name: str, value: str, today: date) -> str:
    found = freshness.condition(value, today) if name == "ess_freshness" else None
    return found or clauses.quote(value)
