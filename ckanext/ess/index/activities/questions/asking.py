"""Sends questions to the index on behalf of somebody, who sees what their labels let them see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import Any

from ckanext.ess.index.activities.client import core
from ckanext.ess.index.activities.fields import MONEY
from ckanext.ess.index.activities.questions import filters, matching
from ckanext.ess.index.activities.questions.names import ORDERS
from ckanext.ess.index.activities.questions.question import Question
from ckanext.ess.store.activity_visibility import Visibility

#: What a row of results is made of.
CARD = ("id", "iati_identifier", "dataset_id", "resource_id", "card")
_LAST = "id asc"


def today() -> date:
    """The day, in UTC as everything in the index."""
    return datetime.now(tz=timezone.utc).date()


@dataclass(frozen=True)
class Asker:
    """Who asks, as far as it matters: which datasets they see."""

    visibility: Visibility
    today: date = field(default_factory=today)

    def find(self, question: Question, fields: Iterable[str], counted: Mapping[str, Any]) -> dict[str, Any]:
        """Return Solr's answer with the question's page of documents and what is to be counted.

        Raises:
            ActivityIndexError: the index does not answer.
        """
        body = self.request(question)
        body |= {"fields": list(fields), "limit": question.rows, "offset": question.start}
        body["sort"] = f"{ORDERS[question.sort]},{_LAST}"
        if counted:
            body["facet"] = dict(counted)
        return core().ask(body)

    def count(self, question: Question, counted: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is counted among the activities of a question; raises as :meth:`find`."""
        return core().ask({**self.request(question), "limit": 0, "facet": dict(counted)})["facets"]

    def stream(self, question: Question, fields: Iterable[str], at_once: int) -> Iterator[list[Any]]:
        """Yield all documents of a question, a page at a time, the next one being fetched meanwhile.

        The index may change under way: what is there from the beginning to the end comes once. Needs no
        request and no database once it has begun; raises as :meth:`find`.
        """
        body = self.request(question)
        body |= {"fields": list(fields), "limit": at_once, "sort": _LAST}
        client = core()
        with ThreadPoolExecutor(1) as ahead:
            mark = "*"
            page = ahead.submit(client.ask, _at(body, mark))
            while True:
                answer = page.result()
                is_last = answer["nextCursorMark"] == mark
                mark = answer["nextCursorMark"]
                if not is_last:
                    page = ahead.submit(client.ask, _at(body, mark))
                if answer["response"]["docs"]:
                    yield answer["response"]["docs"]
                if is_last:
                    return

    def request(self, question: Question) -> dict[str, Any]:
        """Return the request that selects the activities of a question, and nothing else yet."""
        body = self._base()
        body["query"] = matching.query(question.text)
        body["filter"] += filters.of(question, self.today)
        return body

    def exactly(self, conditions: Mapping[str, Iterable[str]], fields: Iterable[str], rows: int) -> list[Any]:
        """Return the documents of which one field has one of its values; raises as :meth:`find`."""
        body = self._base()
        body |= {"query": matching.EVERYTHING, "fields": list(fields), "limit": rows, "sort": _LAST}
        body["filter"].append(filters.any_field(conditions))
        return core().ask(body)["response"]["docs"]

    def money(self, ids: list[str], fields: Iterable[str], rows: int) -> list[dict[str, Any]]:
        """Return the money documents of some activities; raises as :meth:`find`."""
        body = self._base()
        body["filter"][0] = f"kind:{MONEY}"
        body["filter"].append(filters.any_field({"_root_": ids}))
        body |= {"query": matching.EVERYTHING, "fields": list(fields), "limit": rows}
        body["sort"] = f"type asc,year asc,{_LAST}"
        return core().ask(body)["response"]["docs"]

    def grouped(self, queries: list[str], fields: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        """Return one document for each of several queries, by query; raises as :meth:`find`."""
        body = self._base()
        body |= {"query": matching.EVERYTHING, "fields": list(fields)}
        body["params"] |= {"group": "true", "group.query": queries, "group.limit": "1"}
        found = core().ask(body)["grouped"]
        return {query: found[query]["doclist"]["docs"] for query in queries}

    def _base(self) -> dict[str, Any]:
        seen, params = filters.visible(self.visibility.excluded, self.visibility.included)
        return {"filter": [filters.activities(), *([seen] if seen else [])], "params": params}


def _at(body: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """A request at a place of its answer."""
    return {**body, "params": {**body["params"], "cursorMark": mark}}
