"""A Registry for tests: packages, and the pages that they come on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ckanext.ess.sources.base import DatasetDraft, Ref
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.iati_registry import IatiRegistry
from ckanext.ess.tests.shared import shared
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, Handler

SEARCH = "/api/3/action/package_search"
SHOW = "/api/3/action/organization_show"


def source(upstream: FakeUpstream, **options: Any) -> IatiRegistry:
    return IatiRegistry(upstream.url(), Http(trusted=[upstream.place]), **options)


def contract(path: str) -> Any:
    return json.loads(shared(f"contracts/{path}").read_text())


def drafts_of(upstream: FakeUpstream, **options: Any) -> list[DatasetDraft]:
    found = source(upstream, **options)
    return [found.draft(ref) for ref in found.refs()]


def package(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"id-{number:04}",
        "name": f"exemple-{number:04}",
        "title": f"Projets {number}",
        "owner_org": "org",
        "organization": {"id": "org", "name": "exemple", "title": "Exemple"},
        "extras": [{"key": "filetype", "value": "activity"}],
        "resources": [{"url": "https://exemple.example/a.xml", "hash": "a" * 40, "size": "12"}],
    } | changes


def extras(**values: Any) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]


class Pages:
    """A Registry that pages; ``change`` is called before each page to make its rows move."""

    def __init__(
        self, rows: list[Any], cap: int = 1000, change: Callable[[Pages], None] | None = None
    ) -> None:
        self.rows = rows
        self.cap = cap
        self.asked = 0
        self.change = change
        self.count: Any = None

    def __call__(self, handler: Handler) -> None:
        self.asked += 1
        if self.change is not None:
            self.change(self)
        start, rows = int(handler.options["start"]), min(self.cap, int(handler.options["rows"]))
        count = len(self.rows) if self.count is None else self.count
        result = {"count": count, "results": self.rows[start : start + rows]}
        handler.answer(200, json.dumps({"success": True, "result": result}).encode())


def listed(upstream: FakeUpstream, pages: Pages, **options: Any) -> tuple[list[Ref], IatiRegistry]:
    upstream.routes[SEARCH] = pages
    found = source(upstream, **options)
    return list(found.refs()), found
