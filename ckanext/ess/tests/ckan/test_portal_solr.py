"""CKAN's own search tests pass against our Solr configuration, and so does what CKAN does not test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

#: A CKAN without extensions, as its own tests expect it.
INI = """
[app:main]
use = egg:ckan
testing = true
SECRET_KEY = only-for-tests
ckan.site_url = http://test.ckan.net
ckan.site_id = test.ckan.net
ckan.plugins =
ckan.extra_resource_fields = alt_url
ckan.auth.create_unowned_dataset = true
ckan.auth.user_create_organizations = true
ckan.auth.create_dataset_if_not_in_organization = true
ckan.files.default_storages.default = test
ckan.files.storage.test.type = ckan:memory
"""
#: Queries first: they make the tables that the others take for granted.
MODULES = [
    f"ckan.tests.lib.search.{name}" for name in ("test_query", "test_index", "test_search", "test_common")
]
#: Each reads a file that CKAN's wheel does not contain.
NOT_IN_THE_WHEEL = ("test_check_invalid_schema", "test_check_schema_with_wrong_version")
#: Within this time searchers see what was written without a commit (autoSoftCommit is one second).
SEEN_WITHIN = 5.0


@pytest.fixture(scope="module")
def solr() -> str:
    """Address of the core that tests may empty."""
    url = os.environ.get("CKAN_SOLR_URL")
    if not url:
        pytest.skip("no services: run the tests with `make test` or `ess-portal run -- pytest …`")
    return url


def test_ckans_own_search_tests(solr: str, tmp_path_factory: pytest.TempPathFactory):
    """Queries, indexing, dates with offsets, schema version: those of the installed CKAN."""
    folder = tmp_path_factory.mktemp("search")
    ini = folder / "ckan.ini"
    ini.write_text(INI)
    chosen = " and ".join(f"not {name}" for name in NOT_IN_THE_WHEEL)
    words = ["-q", "--ckan-ini", str(ini), "--rootdir", str(folder), "-k", chosen, "--pyargs", *MODULES]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    summary = done.stdout.splitlines()[-1]
    assert int(summary.partition(" passed")[0].split()[-1]) >= 70
    assert "skipped" not in summary


def ask(solr: str, query: str) -> list[dict[str, Any]]:
    """Documents that match."""
    url = f"{solr}/select?" + urllib.parse.urlencode({"q": query, "wt": "json", "rows": 10})
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)["response"]["docs"]


def send(solr: str, command: dict[str, Any] | list[dict[str, Any]], *, commit: bool) -> None:
    """An update as harvest processes send it, without a commit, or with one."""
    request = urllib.request.Request(
        f"{solr}/update?commit={str(commit).lower()}",
        data=json.dumps(command).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=10).close()


@pytest.fixture
def site(solr: str) -> Iterator[str]:
    """Documents of this site are deleted afterwards."""
    yield "ess-solr-test"
    send(solr, {"delete": {"query": "site_id:ess-solr-test"}}, commit=True)


def document(site: str, **fields: object) -> dict[str, object]:
    """A dataset's document with what the schema asks for."""
    return {"index_id": site, "id": site, "site_id": site, **fields}


def test_seen_without_a_commit(solr: str, site: str):
    """Harvest processes run with ``ckan.search.solr_commit = false``."""
    send(solr, [document(site, title="sans attendre")], commit=False)
    until = time.monotonic() + SEEN_WITHIN
    while not ask(solr, f"site_id:{site}"):
        assert time.monotonic() < until, "not seen"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2024-05-01", "2024-05-01T00:00:00Z"),
        ("2024-05-01T12:30:00", "2024-05-01T12:30:00Z"),
        ("2024-05-01T12:30:00Z", "2024-05-01T12:30:00Z"),
        ("2024-05-01T12:30:00.123456", "2024-05-01T12:30:00.123Z"),
        ("2024-05-01T12:30:00+02:00", "2024-05-01T10:30:00Z"),
        ("2024-05-01 12:30:00+00:00", "2024-05-01T12:30:00Z"),
    ],
)
def test_dates_as_ckan_writes_them(solr: str, site: str, written: str, stored: str):
    """Without a time, with fractions, with an offset."""
    send(solr, [document(site, ess_date=written)], commit=True)
    (found,) = ask(solr, f"site_id:{site}")
    assert found["ess_date"] == stored
