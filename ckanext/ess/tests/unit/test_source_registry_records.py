"""The IATI Registry: every file of its contract, and records of every kind."""

# ruff: noqa: PT017 (a broken record may raise or not; both are looked at)

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.ess.sources.base import DatasetDraft, PublisherDraft
from ckanext.ess.sources.errors import SourceInvalid
from ckanext.ess.sources.registry_records import publisher_draft, shortened_org
from ckanext.ess.sources.registry_refs import RegistryRefs, draft_of
from ckanext.ess.sources.titles import readable_title
from ckanext.ess.tests.shared import shared, shared_files
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream
from ckanext.ess.tests.unit.mangling import ANYTHING, mangled
from ckanext.ess.tests.unit.registry_pages import (
    SEARCH,
    contract,
    drafts_of,
    extras,
    package,
)

pytestmark = pytest.mark.usefixtures("short_waits")


# ---- the contract


def expected(letter: str = "a", **changes: Any) -> DatasetDraft:
    a = letter == "a"
    draft = DatasetDraft(
        id="c8a40aa5-9f31-4bcf-a36f-51c1fc2cc159" if a else "90f4282f-9ac5-4385-804d-1a377f5b57be",
        name=f"test_foundation_{letter}-dataset-001",
        title="040324",
        publisher=PublisherDraft(
            id="ea055d99-f7e9-456f-9f99-963e95493c1b" if a else "373cd7dc-114b-4a91-a63f-cb2e25cd1249",
            name=f"test_foundation_{letter}",
            title=f"Test Foundation {letter.upper()}",
        ),
        source_url=f"http://localhost:3000/data/test_foundation_{letter}-dataset-001.xml",
        file_type="activities",
        iati_version="2.03",
        activity_count=10,
        countries=("GB",),
        data_date="2024-03-01",
        content_hash="f6bb14d61bb2652f1014d6ebfee3c4b873241bac",
        file_hash="f6bb14d61bb2652f1014d6ebfee3c4b873241bac",
        size=399382,
        license_id="other-at",
        author_email="publisher@email-here.com",
        created="2024-03-04T10:24:11+00:00",
        modified="2024-05-07T15:38:58+00:00",
        problems=(f"doubt.publisher: test_foundation_{letter}",),
    )
    return dataclasses.replace(draft, **changes)


DATA = "http://localhost:3000/data/test_foundation_"
#: What a person reads off each file of the contract.
EXPECTED = {
    "ckan-registry-datasets-01-1-dataset-403.json": [expected(source_url=f"{DATA}a-dataset-001-403.xml")],
    "ckan-registry-datasets-01-1-dataset.json": [expected()],
    "ckan-registry-datasets-02-2-datasets.json": [expected(), expected("b")],
    "ckan-registry-datasets-03-1-dataset-404.json": [expected(source_url=f"{DATA}a-dataset-404.xml")],
    "ckan-registry-datasets-04-2-datasets-1-404.json": [
        expected(),
        expected("b", source_url=f"{DATA}b-dataset-404.xml"),
    ],
    "ckan-registry-datasets-05-1-dataset-updated.json": [
        expected(
            publisher=PublisherDraft(
                id="4f0f8498-20d2-4ca5-a20f-f441eedb1d4f", name="test_org_a", title="Test Foundation A"
            ),
            source_url="http://localhost:3000/not_found",
            file_type="organisations",
            problems=("doubt.publisher: test_org_a",),
        )
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_answer_of_the_contract(name: str, upstream: FakeUpstream):
    upstream.serve(SEARCH, contract(f"iati_registry/{name}"))
    assert drafts_of(upstream) == EXPECTED[name]


def test_no_file_of_the_contract_is_forgotten():
    shared("contracts/iati_registry")
    assert {path.name for path in shared_files("contracts/iati_registry/*.json")} == set(EXPECTED)


def test_junk_titles_of_the_contract_are_made_readable(upstream: FakeUpstream):
    upstream.serve(SEARCH, contract("iati_registry/ckan-registry-datasets-02-2-datasets.json"))
    titles = [(readable_title(draft, "fr"), readable_title(draft, "en")) for draft in drafts_of(upstream)]
    assert titles == [
        (
            "Test Foundation A – Activités IATI – Royaume-Uni",
            "Test Foundation A – IATI activities – United Kingdom",
        ),
        (
            "Test Foundation B – Activités IATI – Royaume-Uni",
            "Test Foundation B – IATI activities – United Kingdom",
        ),
    ]


#: What a person reads off the stored metadata of the old data download.
OLD_PACKAGES = {
    "fixture-org/fixture-org-activities.json": ("activities", "odc-pddl", "0" * 40, 2345788),
    "fixture-org/fixture-org-activities2.json": ("", "other-pd", "2" * 40, 5770729),
    "fixture-org/fixture-org-org.json": ("", "odc-pddl", "1" * 40, 10102),
    "old-org/old-org-acts.json": ("", "cc-by", "4" * 40, 944252),
    "old-org/old-org-missing-acts.json": ("activities", "cc-by", None, None),
}


@pytest.mark.parametrize("name", OLD_PACKAGES)
def test_packages_of_the_old_data_download(name: str):
    package = contract(f"c4iati/registry/metadata/{name}")
    organisation = contract(f"c4iati/registry/metadata/{name.partition('/')[0]}.json")
    ref = RegistryRefs(lambda _: organisation).add(package)
    assert ref is not None
    draft = draft_of(ref)
    _, licence, digest, size = OLD_PACKAGES[name]
    assert (draft.name, draft.license_id) == (package["name"], licence)
    if digest is not None:
        assert (draft.file_hash, draft.size) == (digest, size)
    if name == "old-org/old-org-missing-acts.json":
        assert (draft.activity_count, draft.countries, draft.iati_version) == (200, ("NL",), "1.03")
        assert (draft.languages, draft.data_date, draft.file_type) == (("en",), "2016-07-07", "activities")


def test_publishers_of_the_old_data_download():
    fixture = publisher_draft(shortened_org(contract("c4iati/registry/metadata/fixture-org.json")))
    assert fixture == PublisherDraft(
        id="00000000-0000-0000-0000-000000000000",
        name="fixture-org",
        title="Fixture Organisation",
        iati_identifier="GB-COH-01234567",
        organisation_type="21",
        country="GB",
        source_type="primary",
        website="http://www.fixture.org",
        contact_email="steve.bobbins@fixture.org",
        license_id="odc-pddl",
        first_published="2015-04-01",  # "01.04.2015", day first
    )
    old = publisher_draft(shortened_org(contract("c4iati/registry/metadata/old-org.json")))
    assert old is not None
    assert (old.iati_identifier, old.first_published) == ("NL-CHC-98765", "2009-06-25")


def draft(**changes: Any) -> DatasetDraft:
    ref = RegistryRefs(lambda _: {"id": "org", "name": "exemple"}).add(package(**changes))
    assert ref is not None
    return draft_of(ref)


@pytest.mark.parametrize("missing", ["", None, "None", "none", " None ", "null", "  "])
def test_every_spelling_of_a_missing_value(missing: object):
    found = draft(
        title=missing,
        license_id=missing,
        extras=extras(
            filetype=missing,
            iati_version=missing,
            country=missing,
            activity_count=missing,
            data_updated=missing,
        ),
        resources=[{"url": missing, "hash": missing, "size": missing}],
    )
    assert found == dataclasses.replace(
        DatasetDraft(
            id="id-0001", name="exemple-0001", title="", publisher=PublisherDraft("org", "exemple", "exemple")
        )
    )


@pytest.mark.parametrize(
    ("text", "countries", "regions", "problems"),
    [
        ("SN", ("SN",), (), ()),
        ("sn", ("SN",), (), ()),
        ("SN, ML;BJ", ("SN", "ML", "BJ"), (), ()),
        ("998", (), ("998",), ()),
        ("88 289", (), ("88", "289"), ()),
        ("XK", ("XK",), (), ()),
        ("ZZ", (), (), ("doubt.country: ZZ",)),
        ("Senegal", (), (), ("doubt.country: SENEGAL",)),
        ("SN|SN", ("SN",), (), ()),
    ],
)
def test_countries(
    text: str, countries: tuple[str, ...], regions: tuple[str, ...], problems: tuple[str, ...]
):
    found = draft(extras=extras(country=text))
    assert (found.countries, found.regions, found.problems) == (countries, regions, problems)


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("activity_count", "ten", "doubt.number: ten"),
        ("activity_count", "-3", "doubt.number: -3"),
        ("activity_count", "9" * 40, "doubt.number: " + "9" * 40),
        ("data_updated", "31/02/2024", "doubt.date: 31/02/2024"),
        ("data_updated", "2024-13-45 00:00:00", "doubt.date: 2024-13-45 00:00:00"),
        ("issue_message", "Could not fetch the file", "doubt.issue: Could not fetch the file"),
    ],
)
def test_what_cannot_be_read_is_a_doubt_not_an_error(field: str, text: str, problem: str):
    found = draft(extras=extras(**{field: text}))
    assert found.problems == (problem,)
    assert found.activity_count is None
    assert found.data_date == ""


@pytest.mark.parametrize("address", ["javascript:alert(1)", "example.org/a.xml", "http://[x", "C:\\iati.xml"])
def test_addresses_that_cannot_be_used(address: str):
    found = draft(resources=[{"url": address}])
    assert found.source_url == ""
    assert found.problems == (f"doubt.address: {address}",)


def test_publisher_extras_stand_in_for_a_publisher_that_is_not_shown():
    given = package(extras=extras(publisher_iati_id="FR-RCS-000000018", publisher_country="fr"))
    ref = RegistryRefs(lambda _: None).add(given)
    assert ref is not None
    found = draft_of(ref)
    assert (found.publisher.iati_identifier, found.publisher.country) == ("FR-RCS-000000018", "FR")
    assert found.problems == ("doubt.publisher: exemple",)


# ---- anything

ORG = {"id": "org", "name": "exemple", "title": "Exemple", "publisher_first_publish_date": "01.04.2015"}


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_mangled_records_raise_nothing_but_source_invalid(data: st.DataObject):
    organisation = mangled(ORG, data)
    given_ = mangled(
        package(1, extras=extras(country="SN", activity_count="3", data_updated="2024-01-01")), data
    )
    ref = RegistryRefs(lambda _: organisation).add(copy.deepcopy(given_))
    assert ref is not None
    json.dumps(ref.record)
    try:
        found = draft_of(ref)
    except SourceInvalid as error:
        assert error.sentence("fr")
        return
    assert found.id
    assert found.name
    assert readable_title(found)
    for field in dataclasses.fields(found):
        value = getattr(found, field.name)
        if isinstance(value, str):
            value.encode("utf-8")
            assert "\x00" not in value


@settings(max_examples=200, deadline=None)
@given(record=ANYTHING)
def test_anything_at_all_as_a_row(record: Any):
    ref = RegistryRefs(lambda _: record).add(record)
    assert ref is not None
    try:
        assert draft_of(ref).id
    except SourceInvalid as error:
        assert error.code in ("record.shape", "record.lacks")
