"""Asks Solr to count the values of fields, and reads its counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from ckanext.ess.index.activities.questions import filters
from ckanext.ess.index.activities.questions.names import CLASSES, FIELDS, Named
from ckanext.ess.index.activities.questions.question import Question
from ckanext.ess.index.activities.questions.values import Range

#: Prefix of our lists of counts in Solr's answer.
_OF = "of_"
#: Values of closed lists are counted whole: a country is not missing because it is rare.
_WHOLE = 400


class Count(NamedTuple):
    """How many activities have a value."""

    value: str
    count: int


def asked(question: Question, today: date) -> dict[str, Any]:
    """Return what counts the facets of a question; what is chosen in a facet does not lower its counts."""
    found: dict[str, Any] = {}
    for name in question.facets:
        named = FIELDS[name]
        domain = {"excludeTags": name} if filters.is_chosen(question.filters, name) else None
        if named.list_name == "freshness":
            found |= _classes(named, domain, today)
            continue
        found[_OF + name] = _terms(named, _limit(named, question.facet_limit), domain)
        missing = _chosen(question, named)
        found |= {
            f"{_OF}{name}__{place}": _one(named, value, domain, today) for place, value in enumerate(missing)
        }
    return found


def read(question: Question, answer: Mapping[str, Any]) -> dict[str, list[Count]]:
    """Return the counts of an answer by facet: the largest first, those of a year or a class in their order.

    What was chosen in a facet is always among its values.
    """
    return {name: _read(question, FIELDS[name], answer) for name in question.facets}


def _read(question: Question, named: Named, answer: Mapping[str, Any]) -> list[Count]:
    if named.list_name == "freshness":
        known = CLASSES["freshness"]
        counts = {value: answer.get(f"{_OF}{named.name}__{value}", {}).get("count", 0) for value in known}
    else:
        buckets = answer.get(_OF + named.name, {}).get("buckets", ())
        counts = {str(bucket["val"]): bucket["count"] for bucket in buckets}
        for place, value in enumerate(_chosen(question, named)):
            counts.setdefault(value, answer.get(f"{_OF}{named.name}__{place}", {}).get("count", 0))
    chosen = set(_chosen(question, named))
    kept = [Count(value, count) for value, count in counts.items() if count or value in chosen]
    order = CLASSES.get(named.list_name)
    if order:
        places = {value: place for place, value in enumerate(order)}
        kept.sort(key=lambda one: places.get(one.value, len(places)))
    return kept


def _chosen(question: Question, named: Named) -> list[str]:
    """Single values that are chosen in a facet."""
    found = (_single(value) for value in question.filters.get(named.name, ()))
    return [value for value in found if value is not None]


def _single(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return value.low if isinstance(value, Range) and value.low == value.high else None


def _terms(named: Named, limit: int, domain: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "terms", "field": named.field, "limit": limit, "mincount": 1}
    if named.kind in filters.NUMBERS:
        found["sort"] = "index asc"
        found["limit"] = _WHOLE
    return {**found, "domain": domain} if domain else found


def _one(named: Named, value: str, domain: Any, today: date) -> dict[str, Any]:
    chosen = Range(value, value) if named.kind in filters.NUMBERS else value
    found = {"type": "query", "q": filters.condition(named, [chosen], today)}
    return {**found, "domain": domain} if domain else found


def _classes(named: Named, domain: Any, today: date) -> dict[str, Any]:
    return {
        f"{_OF}{named.name}__{value}": _one(named, value, domain, today) for value in CLASSES[named.list_name]
    }


def _limit(named: Named, wanted: int) -> int:
    return max(wanted, _WHOLE) if named.list_name in _CLOSED else wanted


#: Lists so short that all their values are counted.
_CLOSED: Iterable[str] = frozenset({"Country", "Region", "UNSDG-Goals", "SectorCategory", "ActivityStatus"})
