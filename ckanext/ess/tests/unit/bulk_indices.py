"""The Bulk Data Service for tests: its indices on a server, and what our source reads there."""

from __future__ import annotations

import json
from typing import Any

from ckanext.ess.sources.base import DatasetDraft
from ckanext.ess.sources.bulk_data import BulkData
from ckanext.ess.sources.http import Http
from ckanext.ess.tests.shared import shared
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream

ORGS = {"index_created_unix_timestamp": 7, "reporting_orgs": []}


def source(upstream: FakeUpstream, **options: Any) -> BulkData:
    return BulkData(upstream.url(), Http(trusted=[upstream.place]), **options)


def contract(name: str) -> Any:
    return json.loads(shared(f"contracts/bds/{name}").read_text())


def read(upstream: FakeUpstream, datasets: Any, orgs: Any = ORGS, **options: Any) -> list[DatasetDraft]:
    upstream.serve("/datasets-full", datasets)
    upstream.serve("/reporting-orgs", orgs)
    found = source(upstream, **options)
    drafts = [found.draft(ref) for ref in found.refs()]
    assert found.complete
    return drafts
