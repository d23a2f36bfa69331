"""The Bulk Data Service, in every generation of its indices."""

# ruff: noqa: PT017 (a broken record may raise or not; both are looked at)

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.ess.sources.base import DatasetDraft, PublisherDraft, Ref
from ckanext.ess.sources.bulk_data import BulkData
from ckanext.ess.sources.bulk_refs import BulkRefs, draft_of
from ckanext.ess.sources.errors import SourceInvalid, SourceMissing, SourceRefused, SourceUnavailable
from ckanext.ess.sources.filters import Wanted
from ckanext.ess.sources.http import Http
from ckanext.ess.tests.unit.bulk_indices import ORGS, contract, read, source
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream
from ckanext.ess.tests.unit.mangling import ANYTHING, mangled

LEGACY = {
    "index_created": "2024-05-01 10:00:00+00:00",
    "datasets": {
        "exemple-sn": {
            "id": "11111111-2222-4333-8444-555555555555",
            "name": "exemple-sn",
            "publisher_id": "99999999-2222-4333-8444-555555555555",
            "publisher_name": "exemple",
            "type": "activity",
            "source_url": "https://exemple.example/sn.xml",
            "hash": "a" * 40,
            "hash_excluding_generated_timestamp": "b" * 40,
            "last_successful_download": "2024-04-30 09:08:07.123+02:00",
            "url_xml": "https://cache.example/exemple/exemple-sn.xml",
            "url_zip": "",
        },
        "exemple-org": {
            "id": "",
            "publisher_name": "exemple",
            "type": "organisation",
            "source_url": "",
            "url_xml": "",
        },
    },
}


def test_the_generation_of_2024(upstream: FakeUpstream):
    upstream.serve("/dataset-index-full.json", LEGACY)
    found = source(upstream)
    first, second = (found.draft(ref) for ref in found.refs())
    assert first == DatasetDraft(
        id="11111111-2222-4333-8444-555555555555",
        name="exemple-sn",
        title="",
        publisher=PublisherDraft(id="99999999-2222-4333-8444-555555555555", name="exemple", title="exemple"),
        source_url="https://exemple.example/sn.xml",
        cached_url="https://cache.example/exemple/exemple-sn.xml",
        file_type="activities",
        content_hash="b" * 40,
        file_hash="a" * 40,
        modified="2024-04-30T07:08:07+00:00",
    )
    assert (second.id, second.name, second.file_type) == ("exemple-org", "exemple-org", "organisations")
    assert found.total == 2
    assert upstream.paths() == ["/datasets-full", "/dataset-index-full.json"]


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("", ["/datasets-full", "/reporting-orgs"]),
        ("/", ["/datasets-full", "/reporting-orgs"]),
        ("/datasets-minimal", ["/datasets-minimal", "/reporting-orgs"]),
        ("/dataset-index-minimal.json", ["/dataset-index-minimal.json"]),
    ],
)
def test_the_address_may_be_the_service_or_an_index(address: str, asked: list[str], upstream: FakeUpstream):
    for path in ("/datasets-full", "/datasets-minimal", "/dataset-index-minimal.json"):
        upstream.serve(path, {"datasets": [], "index_created_unix_timestamp": 7})
    upstream.serve("/reporting-orgs", ORGS)
    found = BulkData(upstream.url(address), Http(trusted=[upstream.place]))
    assert list(found.refs()) == []
    assert found.complete
    assert upstream.paths() == asked


def test_a_service_that_has_no_index_is_missing(upstream: FakeUpstream):
    found = source(upstream)
    with pytest.raises(SourceMissing) as caught:
        list(found.refs())
    assert "/datasets-full" in str(caught.value)
    assert not found.complete
    with pytest.raises(SourceMissing):
        found.state()


def test_indices_that_were_not_made_together_are_not_mixed(upstream: FakeUpstream):
    upstream.serve("/datasets-full", {"datasets": [], "index_created_unix_timestamp": 8})
    upstream.serve("/reporting-orgs", ORGS)
    found = source(upstream)
    with pytest.raises(SourceUnavailable) as caught:
        list(found.refs())
    assert caught.value.code == "index.mismatch"
    assert "8" in str(caught.value)
    assert not found.complete


def test_the_state_changes_with_either_index(upstream: FakeUpstream):
    states = set()
    for datasets, orgs in (('"a"', '"b"'), ('"a"', '"c"'), ('"d"', '"b"')):
        upstream.serve("/datasets-full", {}, ETag=datasets)
        upstream.serve("/reporting-orgs", {}, ETag=orgs)
        states.add(source(upstream).state())
    assert len(states) == 3
    assert "" not in states
    assert {method for method, _, _ in upstream.requests} == {"HEAD"}
    upstream.serve("/reporting-orgs", {})
    assert source(upstream).state() == ""


def dataset(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"id-{number}",
        "short_name": f"exemple-{number}",
        "reporting_org_short_name": "exemple",
    } | changes


def index(*records: Any) -> dict[str, Any]:
    return {"datasets": list(records), "index_created_unix_timestamp": 7}


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ("text", "record.shape"),
        (None, "record.shape"),
        ([dataset()], "record.shape"),
        (17, "record.shape"),
        ({}, "record.lacks"),
        ({"id": None, "short_name": "None"}, "record.lacks"),
        ({"id": {"a": 1}, "short_name": ["b"]}, "record.lacks"),
        (dataset(1, short_name="another"), "record.twice"),
    ],
)
def test_a_broken_record_is_reported_and_the_run_goes_on(record: Any, code: str, upstream: FakeUpstream):
    upstream.serve("/datasets-full", index(dataset(1), record, dataset(2)))
    upstream.serve("/reporting-orgs", ORGS)
    found = source(upstream)
    refs = [
        Ref(**json.loads(json.dumps(dataclasses.asdict(ref)))) for ref in found.refs()
    ]  # as in another process
    assert len({ref.id for ref in refs}) == 3
    assert found.draft(refs[0]).name == "exemple-1"
    assert found.draft(refs[2]).name == "exemple-2"
    with pytest.raises(SourceInvalid) as caught:
        found.draft(refs[1])
    assert caught.value.code == code
    assert caught.value.sentence("fr").startswith("Fiche ")
    assert "{" not in caught.value.sentence("fr")


def test_a_repeated_record_counts_once(upstream: FakeUpstream):
    assert len(read(upstream, index(dataset(1), dataset(1), dataset(2)))) == 2


def test_a_listing_has_a_limit(upstream: FakeUpstream):
    upstream.serve("/datasets-full", index(*({} for _ in range(50))))
    with pytest.raises(SourceRefused) as caught:
        list(source(upstream, max_datasets=49).refs())
    assert caught.value.code == "index.many"


def test_a_million_empty_datasets_are_refused_in_little_memory_and_time(upstream: FakeUpstream):
    upstream.serve("/datasets-full", b'{"datasets": [' + b"{}," * 1_000_000 + b"{}]}")
    with pytest.raises(SourceRefused):
        list(source(upstream).refs())


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted.of(), ["a-act", "a-org", "b-act"]),
        (Wanted.of(publishers=["a"]), ["a-act", "a-org"]),
        (Wanted.of(publishers=["fr-rcs-000000018"]), ["a-act", "a-org"]),
        (Wanted.of(publishers=["org-b", "nobody"]), ["b-act"]),
        (Wanted.of(file_types=["activities"]), ["a-act", "b-act"]),
        (Wanted.of(file_types=["organisations"], publishers=["b"]), []),
        (Wanted.of(countries=["SN"]), ["a-act", "a-org", "b-act"]),  # the index says nothing of countries
    ],
)
def test_filters(wanted: Wanted, names: list[str], upstream: FakeUpstream):
    def one(name: str, org: str, root: str) -> dict[str, Any]:
        copy_ = {"initial_contents": f'<{root} version="2.03">', "hash": name}
        return {"id": name, "short_name": name, "reporting_org_id": org, "last_known_good_dataset": copy_}

    orgs = {
        "reporting_orgs": [
            {"id": "org-a", "short_name": "a", "organisation_identifier": "FR-RCS-000000018"},
            {"id": "org-b", "short_name": "b"},
        ]
    }
    listing = index(
        one("a-act", "org-a", "iati-activities"),
        one("a-org", "org-a", "iati-organisations"),
        one("b-act", "org-b", "iati-activities"),
    )
    assert [draft.name for draft in read(upstream, listing, orgs, wanted=wanted)] == names


def refs_of(datasets: Any, orgs: Any) -> list[Ref]:
    refs = BulkRefs()
    for org in orgs["reporting_orgs"]:
        refs.add_organisation(org)
    return [ref for record in datasets["datasets"] if (ref := refs.add("", record)) is not None]


def test_content_and_fingerprint_change_when_they_should():
    datasets = contract("datasets-full-2025.constructed.json")
    orgs = contract("reporting-orgs-2025.constructed.json")
    (before,) = refs_of(datasets, orgs)

    def changed(change: Any) -> tuple[bool, bool]:
        other, others = copy.deepcopy(datasets), copy.deepcopy(orgs)
        change(other["datasets"][0], others["reporting_orgs"][0])
        (after,) = refs_of(other, others)
        return after.content != before.content, after.fingerprint != before.fingerprint

    def again_seen(record: Any, _: Any) -> None:
        record["last_update_check"] = "2026-01-01 00:00:00+00:00"
        record["last_known_good_dataset"]["verified_on_server"] = "2026-01-01 00:00:00+00:00"
        record["last_known_good_dataset"]["downloaded"] = "2026-01-01 00:00:00+00:00"
        record["last_known_good_dataset"]["hash"] = "0" * 40
        record["last_known_good_dataset"]["content_length"] = 5

    def new_content(record: Any, _: Any) -> None:
        record["last_known_good_dataset"]["hash_excluding_generated_timestamp"] = "0" * 40

    def new_address(record: Any, _: Any) -> None:
        record["source_url"] = "https://elsewhere.example/"

    def new_name_of_publisher(_: Any, org: Any) -> None:
        org["human_readable_name"] = "Et Et Rerum, new"

    assert changed(again_seen) == (False, False)
    assert changed(new_content) == (True, False)
    assert changed(new_address) == (False, True)
    assert changed(new_name_of_publisher) == (False, True)


def test_a_reference_is_small():
    """The first characters of each file, 6,000 of them, do not travel through the queue."""
    datasets = contract("datasets-full-2025.constructed.json")
    datasets["datasets"][0]["last_known_good_dataset"]["initial_contents"] += "x" * 6_000
    (ref,) = refs_of(datasets, contract("reporting-orgs-2025.constructed.json"))
    assert len(json.dumps(ref.record)) < 3_000
    assert draft_of(ref).file_type == "activities"


FULL = {
    "id": "c8a40aa5-9f31-4bcf-a36f-51c1fc2cc159",
    "short_name": "aidagency-culpa",
    "licence_id": "cc-by",
    "reporting_org_id": "org",
    "reporting_org_short_name": "aidagency",
    "source_url": "http://jaunty-kick.net",
    "type": "activity",
    "last_known_good_dataset": {
        "cached_dataset_xml_url": "https://bulk.example/a.xml",
        "content_length": 423423,
        "downloaded": "2025-01-02 03:04:05+00:00",
        "hash": "5c5d7e150145f34975485e6a4b862d5f238f7f84",
        "initial_contents": '<iati-activities version="2.03">',
    },
}
ORG = {
    "id": "org",
    "short_name": "aidagency",
    "human_readable_name": "Aid Agency",
    "first_publication_date": "2025-01-02T03:04:05+00:00",
    "website": "https://little-licensing.name",
    "hq_country": "GB",
}


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_mangled_records_raise_nothing_but_source_invalid(data: st.DataObject):
    refs = BulkRefs()
    refs.add_organisation(mangled(ORG, data))
    ref = refs.add("", mangled(FULL, data))
    assert ref is not None
    json.dumps(ref.record)
    assert refs.wants(ref, Wanted.of(publishers=["x"])) in (True, False)
    try:
        draft = draft_of(ref)
    except SourceInvalid as error:
        assert error.sentence("fr")
        return
    assert draft.id
    assert draft.name
    assert draft.publisher.title or draft.problems
    for field in dataclasses.fields(draft):
        value = getattr(draft, field.name)
        if isinstance(value, str):
            value.encode("utf-8")  # no half surrogate pairs
            assert "\x00" not in value


@settings(max_examples=200, deadline=None)
@given(record=ANYTHING)
def test_anything_at_all_as_a_record(record: Any):
    refs = BulkRefs()
    refs.add_organisation(record)
    ref = refs.add("", record)
    assert ref is not None
    try:
        assert draft_of(ref).id
    except SourceInvalid as error:
        assert error.code in ("record.shape", "record.lacks")
