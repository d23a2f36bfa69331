"""Answers a question: a page of activities, counts, totals."""

from __future__ import annotations

from typing import Any, NamedTuple

from ckanext.ess.index.activities.questions import cache, facets, money
from ckanext.ess.index.activities.questions.asking import CARD, Asker
from ckanext.ess.index.activities.questions.facets import Count
from ckanext.ess.index.activities.questions.question import Question

_IDENTIFIED = "identified"
#: Measures of which the part without an identified funder is told.
_TOLD = ("budget", "commitments", "disbursements")


class Found(NamedTuple):
    """The answer, in no language yet.

    ``documents`` are the fields :data:`CARD` of a page of activities; ``unidentified`` is the part, 0 to 1,
    of each total that belongs to activities of which no funder has an identifier (None of a total of zero).
    """

    count: int
    documents: list[dict[str, Any]]
    facets: dict[str, list[Count]]
    totals: dict[str, float]
    unidentified: dict[str, float | None]


def search(asker: Asker, question: Question, currency: str = "eur") -> Found:
    """Answer a question; raises ``ActivityIndexError`` where the index does not answer.

    What is counted is the same on every page of the results, and kept under a name of its own.
    """
    selection = question.selection()
    figures = {**selection, "facets": question.facets, "limit": question.facet_limit, "currency": currency}
    page = {**selection, "rows": question.rows, "start": question.start, "sort": question.sort}
    names = [cache.key(asker, "figures", figures), cache.key(asker, "page", page)]
    counted, documents = cache.read(names)
    if counted is None or documents is None:
        counted, documents = _asked(asker, question, currency, counted)
        cache.keep(dict(zip(names, (counted, documents), strict=True)))
    return _found(question, counted, documents)


def _asked(asker: Asker, question: Question, currency: str, counted: Any) -> tuple[Any, list[dict[str, Any]]]:
    wanted: dict[str, Any] = {}
    if counted is None:
        wanted = {**facets.asked(question, asker.today), **money.totals(question, currency)}
        wanted[_IDENTIFIED] = {
            "type": "query",
            "q": "funder_identified:(all OR some)",
            "facet": money.totals(question, currency),
        }
    answer = asker.find(question, CARD, wanted)
    if counted is None:
        counted = {"count": answer["response"]["numFound"], **answer["facets"]}
    return counted, answer["response"]["docs"]


def _found(question: Question, counted: dict[str, Any], documents: list[dict[str, Any]]) -> Found:
    totals = money.read_totals(question, counted)
    identified = money.read_totals(question, counted.get(_IDENTIFIED, {}))
    shares = {
        measure: round(1 - identified[measure] / totals[measure], 4) if totals[measure] else None
        for measure in _TOLD
    }
    return Found(counted["count"], documents, facets.read(question, counted), totals, shares)
