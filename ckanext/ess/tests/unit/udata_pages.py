"""A udata for tests: datasets, organisations and reuses, and the pages that they come on."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from ckanext.ess.sources.base import DatasetDraft, Ref
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.udata import Udata
from ckanext.ess.tests.shared import shared
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, Handler

SIRET = "12345678200010"


def contract(path: str) -> Any:
    return json.loads(shared(f"contracts/{path}").read_text())


def identifier(number: int) -> str:
    """An ObjectId."""
    return f"{number:024x}"


def organization(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": identifier(0xE000 + number),
        "slug": f"exemple-{number}",
        "name": f"Exemple {number}",
        "acronym": None,
        "description": "Une association.",
        "url": "https://exemple.example",
        "business_number_id": None,
        "badges": [{"kind": "association"}],
        "deleted": None,
    } | changes


def dataset(number: int = 1, **changes: Any) -> dict[str, Any]:
    owner = organization()
    return {
        "id": identifier(number),
        "slug": f"subventions-{number}",
        "title": f"Subventions {number}",
        "description": "Ce que nous avons donné.",
        "tags": ["subventions"],
        "license": "lov2",
        "frequency": "annual",
        "temporal_coverage": {"start": "2025-01-01", "end": "2025-12-31"},
        "spatial": {"zones": ["fr:departement:75"], "granularity": "other"},
        "organization": {key: owner[key] for key in ("id", "slug", "name", "badges")},
        "owner": None,
        "contact_points": [],
        "harvest": None,
        "schema": None,
        "created_at": "2024-05-06T07:08:09.123000+00:00",
        "last_update": "2026-01-02T03:04:05.000000+00:00",
        "archived": None,
        "deleted": None,
        "private": False,
        "page": f"https://udata.example/datasets/subventions-{number}/",
        "metrics": {"reuses": 0},
        "resources": [resource(number)],
    } | changes


def resource(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "title": "subventions.csv",
        "description": None,
        "type": "main",
        "format": "csv",
        "mime": "text/csv",
        "url": f"https://exemple.example/{number}.csv",
        "filesize": 120,
        "checksum": {"type": "sha1", "value": "a" * 40},
        "schema": {"name": "scdl/subventions", "version": None, "url": None},
        "last_modified": "2026-01-02T03:04:05.000000+00:00",
    } | changes


@dataclass
class FakeUdata:
    """What it has; ``change`` is called before each page of datasets, to make rows move."""

    datasets: list[Any] = field(default_factory=list)
    organizations: list[dict[str, Any]] = field(default_factory=lambda: [organization()])
    reuses: list[dict[str, Any]] = field(default_factory=list)
    change: Callable[[FakeUdata], None] | None = None
    cap: int = 1000
    total: Any = None
    asked: int = 0
    site: str = ""

    def serve(self, upstream: FakeUpstream) -> FakeUdata:
        """Answer on a server."""
        self.site = upstream.url()
        upstream.fallback = self.answer
        return self

    def answer(self, handler: Handler) -> None:
        """Answer any path of the API."""
        parts = urlsplit(handler.path).path.strip("/").split("/")
        found = self._find(parts[1:], handler.options) if parts[0] == "api" else None
        if found is None:
            handler.answer(404, b'{"message": "Not found"}')
        else:
            handler.answer(200, json.dumps(found).encode())

    def _find(self, parts: list[str], options: dict[str, str]) -> Any:
        if parts == ["1", "datasets"]:
            self.asked += 1
            if self.change is not None:
                self.change(self)
            return self._page(self._chosen(options), "/api/1/datasets/", options, total=self.total)
        if parts[:2] == ["2", "datasets"] and parts[3:] == ["resources"]:
            rows = next(row["resources"] for row in self.datasets if row["id"] == parts[2])
            return self._page(rows, f"/api/2/datasets/{parts[2]}/resources/", options)
        if parts == ["1", "organizations"]:
            return self._page(self.organizations, "/api/1/organizations/", options)
        if parts == ["1", "reuses"]:
            wanted = options.get("dataset", "")
            rows = [
                one
                for one in self.reuses
                if not wanted or wanted in {target["id"] for target in one["datasets"]}
            ]
            return self._page(rows, "/api/1/reuses/", options)
        held = {"datasets": self.datasets, "organizations": self.organizations}.get(parts[1], [])
        return next((one for one in held if parts[2] in (one["id"], one["slug"])), None)

    def _chosen(self, options: dict[str, str]) -> list[Any]:
        wanted = options.get("organization", "")
        return [
            row
            for row in self.datasets
            if not isinstance(row, dict)
            or (
                not (row.get("archived") or row.get("deleted") or row.get("private"))
                and (not wanted or (row.get("organization") or {}).get("id") == wanted)
            )
        ]

    def _page(self, rows: list[Any], path: str, options: dict[str, str], total: Any = None) -> Any:
        page, size = int(options.get("page", 1)), min(self.cap, int(options.get("page_size", 20)))
        shown = copy.deepcopy(rows[(page - 1) * size : page * size])
        more = page * size < len(rows)
        query = urlencode({**options, "page": page + 1})
        return {
            "data": shown,
            "page": page,
            "page_size": size,
            "total": len(rows) if total is None else total,
            "next_page": f"{self.site}{path}?{query}" if more else None,
            "previous_page": None,
        }


def source(upstream: FakeUpstream, **options: Any) -> Udata:
    return Udata(upstream.url(), Http(trusted=[upstream.place]), **options)


def listed(upstream: FakeUpstream, fake: FakeUdata, **options: Any) -> tuple[list[Ref], Udata]:
    fake.serve(upstream)
    found = source(upstream, **options)
    return list(found.refs()), found


def drafts_of(upstream: FakeUpstream, fake: FakeUdata, **options: Any) -> list[DatasetDraft]:
    refs, found = listed(upstream, fake, **options)
    return [found.draft(ref) for ref in refs]
