"""Tables among the portal's files: the schema that a resource names, its server, its copies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ckan.lib.redis import connect_to_redis

from ckanext.ess.index.activities.origin import Origin
from ckanext.ess.jobs.checking import Subject, check
from ckanext.ess.sources.http import Http
from ckanext.ess.store import schema_copies
from ckanext.ess.store.verdicts import Verdict
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, Handler, running, status
from ckanext.ess.tests.unit.table_files import GRANT, SUBVENTIONS, grants, ods, xlsx

ORIGIN = Origin(dataset_id="d", resource_id="x")
pytestmark = [
    pytest.mark.usefixtures("with_plugins", "clean_redis"),
    pytest.mark.ckan_config("ckanext.ess.tables.schema_hosts", "127.0.0.1"),
    pytest.mark.ckan_config("ckanext.ess.validation.max_megabytes", 1),
]

SCHEMA = {"name": "aides", "fields": [{"name": "montant", "type": "number"}]}
GOOD, BAD = b"montant\n1.5\n", b"montant\ndouze\n"


@pytest.fixture
def upstream() -> Iterator[FakeUpstream]:
    """A server of files and schemas."""
    with running(FakeUpstream()) as server:
        server.serve("/schema.json", json.dumps(SCHEMA).encode())
        yield server


@pytest.fixture
def http(upstream: FakeUpstream) -> Iterator[Http]:
    """A client for the files."""
    client = Http(trusted=[upstream.place], sleep=lambda _: None)
    yield client
    client.close()


def checked(upstream: FakeUpstream, http: Http, content: bytes, schema: str, form: str = "CSV") -> Verdict:
    """The verdict on a file with a schema."""
    upstream.serve("/file", content)
    return check(
        Subject({"id": "x", "url": upstream.url("/file"), "format": form, "ess_schema": schema}, "", ORIGIN),
        http,
    )


def told(found: Verdict) -> list[str]:
    """Rules of a verdict."""
    return [rule["rule"] for rule in found.fields.get("rules", [])]


@pytest.mark.parametrize(
    ("content", "expected"),
    [(GOOD, "valid"), (BAD, "invalid"), (b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "unreadable")],
)
def test_by_address(upstream: FakeUpstream, http: Http, content: bytes, expected: str):
    found = checked(upstream, http, content, upstream.url("/schema.json"))
    assert (found.status, found.fields["file_type"], found.fields["version"]) == (expected, "table", "aides")


ROWS = [SUBVENTIONS, [GRANT[name] for name in SUBVENTIONS]]


@pytest.mark.parametrize(
    ("content", "form"),
    [(grants({}), "CSV"), (xlsx(*[ROWS]), "XLSX"), (ods(*[ROWS]), "ODS")],
    ids=["csv", "xlsx", "ods"],
)
@pytest.mark.parametrize("announced", [True, False])
def test_the_built_in_schema(upstream: FakeUpstream, http: Http, content: bytes, form: str, announced: bool):
    found = checked(upstream, http, content, "scdl/subventions", form if announced else "")
    assert (found.status, found.fields["version"]) == ("valid", "scdl/subventions 2.1.1")
    assert [path for path in upstream.paths() if "schema" in path] == []


@pytest.mark.parametrize(
    ("schema", "rule"),
    [
        ("", "table.no-schema"),
        ("what is this", "table.schema-unknown"),
        ("http://localhost:9/s.json", "table.schema-unreachable"),
    ],
)
def test_not_applicable_says_why(upstream: FakeUpstream, http: Http, schema: str, rule: str):
    found = checked(upstream, http, GOOD, schema)
    assert (found.status, told(found)) == ("not-applicable", [rule])


def test_a_schema_that_cannot_be_fetched_is_tried_again(upstream: FakeUpstream, http: Http):
    upstream.routes["/schema.json"] = status(404)
    found = checked(upstream, http, GOOD, upstream.url("/schema.json"))
    assert (found.status, found.again_in) == ("not-applicable", timedelta(minutes=15))


def test_copies_are_kept_in_redis(upstream: FakeUpstream, http: Http):
    for _ in range(3):
        assert checked(upstream, http, GOOD, upstream.url("/schema.json")).status == "valid"
    assert upstream.paths().count("/schema.json") == 1
    (key,) = connect_to_redis().keys("ess:*:table-schema:*")
    assert 0 < connect_to_redis().ttl(key) <= schema_copies.LIFE


@pytest.mark.parametrize("kept", [b"{", b"[]", b'["", "x", ""]', b"\xff", b'["a"]'])
def test_a_damaged_copy_is_fetched_anew(upstream: FakeUpstream, http: Http, kept: bytes):
    checked(upstream, http, GOOD, upstream.url("/schema.json"))
    (key,) = connect_to_redis().keys("ess:*:table-schema:*")
    connect_to_redis().set(key, kept)
    assert checked(upstream, http, GOOD, upstream.url("/schema.json")).status == "valid"
    assert upstream.paths().count("/schema.json") == 2


def test_the_portal_bounds_a_table(upstream: FakeUpstream, http: Http):
    def endless(handler: Handler) -> None:
        handler.answer(200, b"montant\n" + b"1.5\n" * 300_000)

    upstream.routes["/file"] = endless
    given: dict[str, Any] = {
        "id": "x",
        "url": upstream.url("/file"),
        "format": "CSV",
        "ess_schema": "subventions",
    }
    found = check(Subject(given, "", ORIGIN), http)
    assert (found.status, found.fields["problem"]["code"]) == ("unreadable", "http.large")
