"""The IATI Registry: paging that moves, publishers, answers that are none."""

# ruff: noqa: PT017, PERF203 (a broken record may raise or not; both are looked at)

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from ckanext.ess.sources.base import Ref
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceRefused, SourceUnavailable
from ckanext.ess.sources.filters import Wanted
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.iati_registry import IatiRegistry
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, Handler
from ckanext.ess.tests.unit.registry_pages import (
    SEARCH,
    SHOW,
    Pages,
    extras,
    listed,
    package,
    source,
)

pytestmark = pytest.mark.usefixtures("short_waits")


@pytest.mark.parametrize("rows", [1, 3, 7, 10, 1000])
def test_pages_are_read_to_the_end(rows: int, upstream: FakeUpstream):
    pages = Pages([package(number) for number in range(10)])
    refs, found = listed(upstream, pages, rows=rows)
    assert [ref.id for ref in refs] == [f"id-{number:04}" for number in range(10)]
    assert found.complete
    assert found.total == 10
    assert pages.asked == -(-10 // rows)
    assert all("sort=id+asc" in path for path in upstream.paths() if path.startswith(SEARCH))


def test_a_server_that_gives_fewer_rows_than_asked(upstream: FakeUpstream):
    pages = Pages([package(number) for number in range(120)], cap=50)
    refs, found = listed(upstream, pages)
    assert len(refs) == 120
    assert found.complete
    assert pages.asked == 3


def test_a_dataset_that_appears_while_paging_moves_rows_that_are_then_repeated(upstream: FakeUpstream):
    def add(pages: Pages) -> None:
        if pages.asked == 2:
            pages.rows.insert(0, package(9999))

    refs, found = listed(upstream, Pages([package(number) for number in range(10)], change=add), rows=4)
    assert len(refs) == len({ref.id for ref in refs}) == 11
    assert found.complete


def test_a_dataset_that_disappears_while_paging_hides_a_row_that_is_found_again(upstream: FakeUpstream):
    def remove(pages: Pages) -> None:
        if pages.asked == 2:
            del pages.rows[0]

    refs, found = listed(upstream, Pages([package(number) for number in range(10)], change=remove), rows=4)
    assert {ref.id for ref in refs} == {f"id-{number:04}" for number in range(10)}
    assert found.complete


def test_a_listing_that_never_shows_all_it_counts_is_not_complete(upstream: FakeUpstream):
    pages = Pages([package(number) for number in range(10)])
    pages.count = 12
    refs, found = listed(upstream, pages, rows=5)
    assert len(refs) == 10
    assert not found.complete


def test_a_server_that_always_gives_the_first_page_ends(upstream: FakeUpstream):
    first = [package(number) for number in range(5)]
    body = json.dumps({"success": True, "result": {"count": 100_000, "results": first}}).encode()
    upstream.serve(SEARCH, body)
    found = source(upstream)
    assert len(list(found.refs())) == 5
    assert not found.complete
    assert len(upstream.paths()) < 15


def test_too_many_datasets(upstream: FakeUpstream):
    with pytest.raises(SourceRefused) as caught:
        listed(upstream, Pages([package(1), package(2), package(3)]), max_datasets=2)
    assert caught.value.code == "index.many"


def test_broken_rows_are_reported_and_the_run_goes_on(upstream: FakeUpstream):
    rows = [
        package(1),
        "text",
        None,
        {},
        package(1, name="other"),
        package(2, organization=None, owner_org=None),
    ]
    refs, found = listed(upstream, Pages([*rows, package(3)]))
    again = [Ref(**json.loads(json.dumps(dataclasses.asdict(ref)))) for ref in refs]
    assert len({ref.id for ref in again}) == 7
    codes = []
    for ref in again:
        try:
            found.draft(ref)
            codes.append("ok")
        except SourceInvalid as error:
            codes.append(error.code)
            assert "{" not in error.sentence("fr")
    shape = "record.shape"
    assert codes == ["ok", shape, shape, "record.lacks", "record.twice", "record.lacks", "ok"]
    assert found.complete


# ---- answers that are no listing


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (
            {"success": False, "error": {"message": "Access denied", "__type": "x"}},
            "api.failed",
            "Access denied",
        ),
        ({"success": True}, "api.failed", ""),
        ([], "api.failed", ""),
        ({"success": True, "result": []}, "index.shape", "results"),
        ({"success": True, "result": {"count": 3}}, "index.shape", "results"),
        ({"success": True, "result": {"count": "many", "results": []}}, "index.shape", "results"),
        ({"success": True, "result": {"count": 0, "results": {}}}, "index.shape", "results"),
        (b"<html><title>IATI</title>", "json.html", "IATI"),
    ],
)
def test_answers_that_are_no_listing(body: Any, code: str, said: str, upstream: FakeUpstream):
    upstream.serve(SEARCH, body)
    with pytest.raises(SourceError) as caught:
        list(source(upstream).refs())
    assert isinstance(caught.value, SourceInvalid)
    assert caught.value.code == code
    assert said in str(caught.value)
    assert SEARCH in caught.value.sentence("fr")


@pytest.mark.parametrize(
    "suffix", ["", "/", "/api", "/api/3", "/api/3/action/", "/api/3/action/package_search"]
)
def test_the_address_may_be_the_site_or_its_api(suffix: str, upstream: FakeUpstream):
    upstream.routes["/registry" + SEARCH] = Pages([package(1)])
    found = IatiRegistry(upstream.url("/registry") + suffix, Http(trusted=[upstream.place]))
    assert len(list(found.refs())) == 1


# ---- publishers


def organisations(upstream: FakeUpstream, **known: dict[str, Any]) -> None:
    def show(handler: Handler) -> None:
        found = known.get(handler.options["id"])
        body = {"success": found is not None, "result": found}
        handler.answer(200 if found else 404, json.dumps(body).encode())

    upstream.routes[SHOW] = show


def test_publishers_are_asked_for_once(upstream: FakeUpstream):
    organisations(
        upstream,
        org={
            "id": "org",
            "name": "exemple",
            "title": "Exemple Solidarité",
            "publisher_iati_id": "FR-RCS-000000018",
            "publisher_source_type": "secondary_source",
            "historical_publisher_names": [{"old_name": "exemple-ancien"}, {"old_name": None}, "x"],
            "users": [{"name": "someone"}],
        },
    )
    refs, found = listed(upstream, Pages([package(number) for number in range(20)]), rows=5)
    publisher = found.draft(refs[0]).publisher
    assert publisher.title == "Exemple Solidarité"
    assert publisher.iati_identifier == "FR-RCS-000000018"
    assert publisher.former_names == ("exemple-ancien",)
    assert publisher.source_type == "secondary"
    shows = [path for path in upstream.paths() if path.startswith(SHOW)]
    assert len(shows) == 1
    assert "show_historical_publisher_names=true" in shows[0]
    assert "someone" not in json.dumps(refs[0].record)


def test_a_publisher_that_cannot_be_read_now_fails_its_own_datasets_only(upstream: FakeUpstream):
    def show(handler: Handler) -> None:
        good = handler.options["id"] == "org"
        result = {"success": True, "result": {"id": "org", "name": "exemple"}}
        handler.answer(200 if good else 503, json.dumps(result).encode() if good else b"gateway is tired")

    upstream.routes[SHOW] = show
    other = package(2, organization={"id": "other", "name": "autre"})
    refs, found = listed(upstream, Pages([package(1), other, package(3)]))
    assert found.draft(refs[0]).problems == ()
    assert found.draft(refs[2]).problems == ()
    with pytest.raises(SourceUnavailable) as caught:
        found.draft(refs[1])
    assert "autre" in str(caught.value)
    assert "gateway is tired" in str(caught.value)
    assert found.complete


def test_wanted_publishers_are_left_to_the_registry_when_it_knows_them(upstream: FakeUpstream):
    organisations(upstream, exemple={"id": "org", "name": "exemple"}, org={"id": "org", "name": "exemple"})
    wanted = Wanted.of(publishers=["exemple"])
    refs, _ = listed(upstream, Pages([package(1)]), wanted=wanted)
    assert len(refs) == 1
    assert any("fq=organization%3A%28exemple%29" in path for path in upstream.paths())


def test_wanted_publishers_by_identifier_or_former_name(upstream: FakeUpstream):
    one = {"id": "org", "name": "exemple", "publisher_iati_id": "FR-RCS-000000018"}
    two = {"id": "org2", "name": "autre", "historical_publisher_names": [{"old_name": "avant"}]}
    organisations(upstream, org=one, org2=two)
    rows = [package(1), package(2, organization={"id": "org2", "name": "autre"})]
    for words, names in (
        (["fr-rcs-000000018"], ["exemple-0001"]),
        (["Avant"], ["exemple-0002"]),
        (["rien"], []),
    ):
        refs, found = listed(upstream, Pages(rows), wanted=Wanted.of(publishers=words))
        assert [ref.name for ref in refs] == names
        assert found.complete


def test_publishers_of_datasets_that_are_not_wanted_are_not_asked_for(upstream: FakeUpstream):
    rows = [
        package(1, extras=extras(country="SN")),
        package(2, extras=extras(country="ML", filetype="activity")),
    ]
    refs, found = listed(upstream, Pages(rows), wanted=Wanted.of(countries=["bj"]))
    assert refs == []
    assert found.complete
    assert not any(path.startswith(SHOW) for path in upstream.paths())
