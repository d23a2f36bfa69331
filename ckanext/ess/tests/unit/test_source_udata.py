"""udata: paging that moves, filters, loops, organisations, answers that are none."""

# ruff: noqa: PT017 (a listing or a record may be refused or not; both are looked at)

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceMissing, SourceRefused
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.udata import ONE_BY_ONE, Choice, Udata
from ckanext.ess.sources.udata_records import LIGHT_MASK
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, dripping_body, raw, redirect, status
from ckanext.ess.tests.unit.udata_pages import (
    FakeUdata,
    dataset,
    drafts_of,
    identifier,
    listed,
    organization,
    resource,
    source,
)

pytestmark = pytest.mark.usefixtures("short_waits")
LIST = "/api/1/datasets/"


def many(count: int) -> FakeUdata:
    return FakeUdata([dataset(number) for number in range(1, count + 1)])


# ---- pages


@pytest.mark.parametrize("rows", [1, 3, 10, 100])
def test_pages_are_read_to_the_end(rows: int, upstream: FakeUpstream):
    fake = many(10)
    refs, found = listed(upstream, fake, rows=rows)
    assert [ref.id for ref in refs] == [identifier(number) for number in range(1, 11)]
    assert (found.complete, found.total) == (True, 10)
    assert fake.asked == -(-10 // rows)


def test_only_the_fields_that_are_used_are_asked_for(upstream: FakeUpstream):
    listed(upstream, many(1))
    masks = {path: headers.get("X-Fields", "") for _, path, headers in upstream.requests}
    assert all(masks.values())
    assert LIGHT_MASK in masks[next(path for path in masks if path.startswith(LIST))]


def test_a_server_that_gives_fewer_rows_than_asked(upstream: FakeUpstream):
    fake = many(12)
    fake.cap = 5
    refs, found = listed(upstream, fake)
    assert len(refs) == 12
    assert found.complete


def test_a_dataset_that_disappears_while_paging_hides_a_row_that_is_found_again(upstream: FakeUpstream):
    def remove(fake: FakeUdata) -> None:
        if fake.asked == 2:
            del fake.datasets[0]

    fake = many(10)
    fake.change = remove
    refs, found = listed(upstream, fake, rows=4)
    assert {ref.id for ref in refs} == {identifier(number) for number in range(1, 11)}
    assert found.complete


def test_a_listing_that_never_shows_all_it_counts_is_not_complete(upstream: FakeUpstream):
    fake = many(4)
    fake.total = 9
    refs, found = listed(upstream, fake, rows=2)
    assert len(refs) == 4
    assert not found.complete


@pytest.mark.parametrize("page", ["?page=1", "?page=1&page_size=100&sort=created", ""])
def test_pages_that_lead_back_end(page: str, upstream: FakeUpstream):
    upstream.serve(LIST, {"data": [dataset()], "total": 9, "next_page": upstream.url(LIST + page)})
    found = source(upstream)
    try:
        assert len(list(found.refs())) == 1
    except SourceInvalid as error:
        assert error.code == "udata.loop"
    assert not found.complete
    assert len(upstream.paths()) < 12


def test_the_next_page_is_asked_of_the_server_that_we_were_told_to_read(upstream: FakeUpstream):
    """A proxy may call itself otherwise, and a hostile catalogue may point elsewhere."""
    rows = [dataset(1), dataset(2)]

    def page(handler: Any) -> None:
        number = int(handler.options.get("page", "1"))
        leads = f"http://169.254.169.254{LIST}?page=2&page_size=1" if number == 1 else None
        body = {"data": [rows[number - 1]], "total": 2, "next_page": leads}
        handler.answer(200, json.dumps(body).encode())

    upstream.routes[LIST] = page
    found = source(upstream)
    assert len(list(found.refs())) == 2
    assert found.complete


def test_a_larger_catalogue_is_refused(upstream: FakeUpstream):
    many(5).serve(upstream)
    with pytest.raises(SourceRefused, match="more than 3 datasets"):
        list(source(upstream, max_datasets=3).refs())


@pytest.mark.parametrize(
    "url", ["", "/", "/api/1", "/api/1/datasets/?page_size=20", "/fr/", "/fr/datasets/x/", "/datasets/"]
)
def test_any_address_of_the_site_will_do(url: str, upstream: FakeUpstream):
    many(2).serve(upstream)
    assert len(list(Udata(upstream.url(url), Http(trusted=[upstream.place])).refs())) == 2


# ---- which datasets


def test_the_choice_is_sent(upstream: FakeUpstream):
    choice = Choice(
        tags=("eau", "santé"),
        badge="hvd",
        organization_badge="association",
        schema="scdl/subventions",
        format="csv",
        query="aide sociale",
    )
    listed(upstream, many(1), choice=choice)
    asked = next(path for path in upstream.paths() if path.startswith(LIST))
    for part in (
        "tag=eau&tag=sant%C3%A9",
        "badge=hvd",
        "organization_badge=association",
        "schema=scdl%2Fsubventions",
        "format=csv",
        "q=aide+sociale",
    ):
        assert part in asked


def test_organisations_by_identifier_and_by_short_name(upstream: FakeUpstream):
    """Each has its own list; a dataset of both counts once."""
    other = organization(2)
    rows = [dataset(1), dataset(2, organization=other), dataset(3, organization=organization(3))]
    fake = FakeUdata(rows, [organization(), other])
    refs, found = listed(upstream, fake, choice=Choice(organizations=(organization()["id"], "exemple-2")))
    assert [ref.id for ref in refs] == [identifier(1), identifier(2)]
    assert (found.complete, found.total) == (True, 2)


def test_an_organisation_that_the_catalogue_does_not_have(upstream: FakeUpstream):
    many(1).serve(upstream)
    with pytest.raises(SourceMissing, match="nobody"):
        list(source(upstream, choice=Choice(organizations=("nobody",))).refs())


@pytest.mark.parametrize("key", ["archived", "deleted"])
def test_what_is_archived_or_deleted_is_not_listed(key: str, upstream: FakeUpstream):
    """Nor when a server shows it all the same."""
    upstream.serve(LIST, {"data": [dataset(1), dataset(2, **{key: "2026-01-01"})], "total": 2})
    upstream.serve(f"/api/1/organizations/{organization()['id']}/", organization())
    found = source(upstream)
    assert [ref.id for ref in found.refs()] == [identifier(1)]
    assert found.complete


def test_a_private_dataset_and_one_without_files_are_not_taken(upstream: FakeUpstream):
    rows = [dataset(1), dataset(2, private=True), dataset(3, resources=[])]
    upstream.serve(LIST, {"data": rows, "total": 3})
    upstream.serve(f"/api/1/organizations/{organization()['id']}/", organization())
    assert [ref.id for ref in source(upstream).refs()] == [identifier(1)]


def test_one_dataset_alone(upstream: FakeUpstream):
    fake = many(3)
    refs, found = listed(upstream, fake)
    assert found.find(refs[1].id) == refs[1]
    assert found.find(identifier(99)) is None
    fake.datasets[1]["archived"] = "2026-01-01"
    assert found.find(refs[1].id) is None


# ---- what changes


@pytest.mark.parametrize(
    ("change", "content", "fingerprint"),
    [
        ({"title": "Autre titre"}, False, True),
        ({"metrics": {"reuses": 0, "views": 12}}, False, False),
        ({"last_update": "2026-05-05T00:00:00+00:00"}, False, False),
        ({"resources": [resource(checksum={"type": "sha1", "value": "b" * 40})]}, True, False),
        ({"resources": [resource(checksum=None, last_modified="2026-06-06T00:00:00+00:00")]}, True, False),
        ({"resources": [resource(), resource(2)]}, True, True),
        ({"resources": [resource(title="Autre nom")]}, False, True),
        ({"frequency": "monthly"}, False, True),
        ({"quality": {"score": 0.3}}, False, False),
    ],
)
def test_what_counts_as_a_change(
    change: dict[str, Any], content: bool, fingerprint: bool, upstream: FakeUpstream
):
    before, _ = listed(upstream, FakeUdata([dataset()]))
    after, _ = listed(upstream, FakeUdata([dataset(**change)]))
    assert (before[0].content != after[0].content) is content
    assert (before[0].fingerprint != after[0].fingerprint) is fingerprint


# ---- organisations and reuses


def test_organisations_are_asked_for_once_and_listed_when_there_are_many(upstream: FakeUpstream):
    owners = [organization(number) for number in range(ONE_BY_ONE + 30)]
    rows = [dataset(number, organization=owners[number % len(owners)]) for number in range(120)]
    refs, found = listed(upstream, FakeUdata(rows, owners))
    assert {found.draft(ref).publisher.title for ref in refs} == {owner["name"] for owner in owners}
    asked = [path for path in upstream.paths() if path.startswith("/api/1/organizations/")]
    assert len(asked) <= ONE_BY_ONE + 1


def test_an_organisation_that_is_away_for_a_moment_does_not_spoil_the_others(upstream: FakeUpstream):
    other = organization(2)
    fake = FakeUdata([dataset(1), dataset(2, organization=other)], [organization(), other]).serve(upstream)
    upstream.routes[f"/api/1/organizations/{other['id']}/"] = status(503)
    found = source(upstream)
    first, second = found.refs()
    assert found.draft(first).publisher.title == "Exemple 1"
    with pytest.raises(SourceError, match="503"):
        found.draft(second)
    assert fake.asked == 1


def test_an_organisation_that_is_gone_is_described_by_its_datasets(upstream: FakeUpstream):
    (found,) = drafts_of(upstream, FakeUdata([dataset()], []))
    assert (found.publisher.title, found.publisher.family) == ("Exemple 1", "association")


def test_reuses_are_kept(upstream: FakeUpstream):
    reuse = {"id": "r1", "title": "Carte", "url": "https://carte.example", "type": "visualization"}
    rows = [dataset(1, metrics={"reuses": 1}), dataset(2)]
    fake = FakeUdata(rows, reuses=[{**reuse, "datasets": [{"id": identifier(1)}]}])
    one, two = drafts_of(upstream, fake)
    assert [(kept.title, kept.kind) for kept in one.reuses] == [("Carte", "visualization")]
    assert two.reuses == ()
    assert sum("/reuses/" in path for path in upstream.paths()) == 1


def test_people_without_an_organisation_share_one(upstream: FakeUpstream):
    """Nobody becomes an organisation of the portal; their name stays that of the author."""
    person = {"id": identifier(9), "first_name": "Awa", "last_name": "Diop"}
    (found,) = drafts_of(upstream, FakeUdata([dataset(organization=None, owner=person)]))
    assert found.author == "Awa Diop"
    assert found.publisher.title == f"Contributeurs de {upstream.place}"
    assert "Awa" not in repr(found.publisher)


# ---- answers that are none


@pytest.mark.parametrize(
    ("route", "said"),
    [
        (status(404, b"no"), "404"),
        (status(401, b'{"message": "Go away"}'), "Go away"),
        (status(500, b"oops"), "500"),
        (status(429, b"", Retry_After="3600"), "3600"),
        (status(200, b"<html><title>Portail</title></html>"), "Portail"),
        (status(200, b"{"), "not JSON"),
        (status(200, b""), "empty"),
        (status(200, b"[]"), "data"),
        (status(200, b'{"data": {}}'), "data"),
        (status(200, b'{"data": ' + b"[" * 60 + b"]" * 60 + b"}"), "levels deep"),
        (redirect("http://169.254.169.254/latest/meta-data"), "169.254.169.254"),
        (redirect("http://[::1]:9/api"), "not read"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"), "stopped"),
        (raw(b"nonsense\r\n\r\n"), "HTTP"),
        (status(200, b" " * 100, Content_Length="99999999999"), "MB"),
    ],
)
def test_faults_of_the_listing_are_sentences(route: Any, said: str, upstream: FakeUpstream):
    upstream.routes[LIST] = route
    found = source(upstream)
    with pytest.raises(SourceError) as caught:
        list(found.refs())
    assert said in str(caught.value)
    assert caught.value.sentence("fr") != str(caught.value)
    assert not found.complete


def test_a_silent_server(upstream: FakeUpstream, monkeypatch: pytest.MonkeyPatch):
    from ckanext.ess.sources import udata_api

    quick = dataclasses.replace(udata_api.PAGE_LIMITS, seconds=0.6, silence=0.4, tries=1)
    monkeypatch.setattr(udata_api, "PAGE_LIMITS", quick)
    upstream.routes[LIST] = dripping_body
    with pytest.raises(SourceError, match="not finished"):
        list(source(upstream).refs())


@pytest.mark.parametrize("row", [None, 7, "x", [], {"id": identifier(8)}, {"title": "x"}, {}])
def test_a_broken_row_is_reported_and_spoils_nothing(row: Any, upstream: FakeUpstream):
    fake = FakeUdata([dataset(1), row, dataset(3)])
    refs, found = listed(upstream, fake)
    assert [ref.id for ref in refs if ref.id in (identifier(1), identifier(3))] == [
        identifier(1),
        identifier(3),
    ]
    assert len(refs) == 3
    with pytest.raises(SourceInvalid):
        found.draft(refs[1])
