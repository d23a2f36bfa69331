"""Answers of ``ess_activity_facets`` and ``ess_activity_money``."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.index.activities.questions import breakdown, cache, drawn, facets
from ckanext.ess.index.activities.questions.asking import Asker
from ckanext.ess.index.activities.questions.names import FIELDS
from ckanext.ess.index.activities.questions.question import MOST_ITEMS, Question
from ckanext.ess.index.activities.questions.words import clean
from ckanext.ess.logic import activities

#: Values looked through for some letters.
_LOOKED_AT = MOST_ITEMS


def counts(who: Asker, question: Question, match: Any) -> dict[str, Any]:
    """Return values of fields with counts; see ``ess_activity_facets``."""
    letters = folded(clean(str(match or "")))[:100]
    wider = replace(question, facet_limit=_LOOKED_AT) if letters else question
    found = {name: activities.items(who, name, listed) for name, listed in _counted(who, wider).items()}
    if letters:
        found = {
            name: [
                one for one in listed if letters in folded(one["label"]) or letters in folded(one["value"])
            ]
            for name, listed in found.items()
        }
    return {
        "facets": {name: listed[: question.facet_limit] for name, listed in found.items()},
        "titles": {name: tk._(FIELDS[name].title) for name in question.facets},
    }


def folded(text: str) -> str:
    """Return letters without accents and capitals.

    >>> folded("École")
    'ecole'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def _has(item: Mapping[str, Any], letters: str) -> bool:
    return letters in folded(item["label"]) or letters in folded(item["value"])


#: Besides years and fields: what drawings are made of.
DRAWN = ("flow", "points")
BY = (*breakdown.BY, *DRAWN)


def flow(who: Asker, question: Question, currency: str) -> dict[str, Any]:
    """Return who funds whom; see ``ess_activity_money``."""
    found = drawn.flows(who, question, currency)
    givers = activities.named(who, "funder", list({one.funder for one in found}))
    takers = activities.named(who, "implementer", list({one.implementer for one in found}))
    rows = [
        {
            **one._asdict(),
            "funder_label": givers[one.funder],
            "implementer_label": takers[one.implementer],
        }
        for one in found
    ]
    said = activities.definition(question, currency)
    return {"by": "flow", "currency": currency.upper(), "rows": rows, "definition": said}


def points(who: Asker, question: Question) -> dict[str, Any]:
    """Return where activities have points; see ``ess_activity_money``."""
    found = drawn.cells(who, question)
    return {"by": "points", "cell": found.size, "rows": [one._asdict() for one in found.cells]}


def money(who: Asker, question: Question, by: str, currency: str) -> dict[str, Any]:
    """Return sums by year or value; see ``ess_activity_money``."""
    if by == "flow":
        return flow(who, question, currency)
    if by == "points":
        return points(who, question)
    found = breakdown.breakdown(who, question, by, currency)
    values = [row.value for row in found.rows]
    names = activities.named(who, by, values) if by in FIELDS else {"": tk._("Year not said")}
    return {
        "by": by,
        "currency": currency.upper(),
        "rows": [
            {"value": row.value, "label": names.get(row.value, row.value), "count": row.count, **row.amounts}
            for row in found.rows
        ],
        "unconverted": [one._asdict() for one in found.unconverted],
        "definition": activities.definition(question, currency),
    }


def _counted(who: Asker, question: Question) -> Mapping[str, list[facets.Count]]:
    wanted = {**question.selection(), "facets": question.facets, "limit": question.facet_limit}
    name = cache.key(who, "facets", wanted)
    (kept,) = cache.read([name])
    if kept is None:
        kept = who.count(question, facets.asked(question, who.today))
        cache.keep({name: kept})
    return facets.read(question, kept)
