"""udata: every file of its contract, with the values that a person reads off it."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from ckanext.ess.sources.base import DatasetDraft, FileDraft, PublisherDraft, ReuseDraft
from ckanext.ess.tests.shared import shared, shared_files
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream
from ckanext.ess.tests.unit.udata_pages import FakeUdata, contract, drafts_of, source

FEDERATION = PublisherDraft(
    id="6b03e8498c9b04eaa07c6de4",
    name="federation-ess",
    title="Fédération ESS",
    description="x",
    family="association",
)
SUBVENTIONS = DatasetDraft(
    id="6b03e8498c9b04eaa07c6de5",
    name="subventions-2025",
    title="Subventions 2025",
    publisher=FEDERATION,
    source_url="https://example.org/iati.xml",
    license_id="lov2",
    description="desc",
    tags=("ess", "subventions"),
    created="2026-11-23T07:16:25+00:00",
    modified="2026-11-23T07:16:25+00:00",
    files=(
        FileDraft(
            id="4f1dda3b-cc8c-4a0b-a83d-581fb11166e4",
            url="https://example.org/b.csv",
            title="b.csv",
            format="csv",
            schema="https://schema.data.gouv.fr/schemas/x/latest/schema.json",
            modified="2026-11-23T07:16:25+00:00",
        ),
        FileDraft(
            id="7fab1a9b-24d4-4b87-9db2-1e9f01ae4530",
            url="https://example.org/iati.xml",
            title="iati.xml",
            format="xml",
            media_type="application/xml",
            checksum="0d7bb1d30a853949fb522fb7f8b330cbb9cf38c5",
            checksum_type="sha1",
            schema="etalab/schema-iati",
            modified="2026-11-23T07:16:25+00:00",
        ),
    ),
    frequency="ANNUAL",
    temporal_start="2025-01-01",
    temporal_end="2025-12-31",
)
HARVESTED = DatasetDraft(
    id="6b03e8498c9b04eaa07c6deb",
    name="dataset-1",
    title="Dataset 1",
    publisher=FEDERATION,
    license_id="notspecified",
    description="Dataset 1 description",
    tags=("tag-1", "tag-2", "tag-3", "tag-4", "theme-1", "theme-2"),
    created="2016-12-14T18:59:02+00:00",
    modified="2016-12-14T19:01:24+00:00",
    surely_iati=False,
    frequency="UNKNOWN",
    temporal_start="2016-12-05",
    contact_name="Organization contact",
    contact_email="hello@its.me",
)


def only(upstream: FakeUpstream, record: Any, **options: Any) -> DatasetDraft:
    """The draft of the only dataset of a catalogue."""
    fake = FakeUdata([record], [contract("udata_api/live_organization.json")])
    (draft,) = drafts_of(upstream, fake, **options)
    return draft


def test_a_dataset_as_one_page_shows_it(upstream: FakeUpstream):
    assert only(upstream, contract("udata_api/live_dataset.json")) == SUBVENTIONS


def test_a_page_of_datasets(upstream: FakeUpstream):
    upstream.serve("/api/1/datasets/", contract("udata_api/live_datasets_v1_page.json"))
    upstream.serve(f"/api/1/organizations/{FEDERATION.id}/", contract("udata_api/live_organization.json"))
    found = source(upstream)
    assert [found.draft(ref) for ref in found.refs()] == [SUBVENTIONS]
    assert (found.complete, found.total) == (True, 1)


def test_an_empty_page(upstream: FakeUpstream):
    upstream.serve("/api/1/datasets/", contract("udata_v1_datasets_page.json"))
    found = source(upstream)
    assert list(found.refs()) == []
    assert (found.complete, found.total) == (True, 0)


def test_a_dataset_just_made_has_one_file(upstream: FakeUpstream):
    draft = only(upstream, contract("udata_api/live_dataset_created.json"))
    assert draft == dataclasses.replace(SUBVENTIONS, files=SUBVENTIONS.files[1:])


def test_a_dataset_that_the_catalogue_harvested(upstream: FakeUpstream):
    draft = only(upstream, contract("udata_api/live_dataset_harvested.json"))
    assert dataclasses.replace(draft, files=()) == HARVESTED
    assert [(file.title, file.format) for file in draft.files] == [
        ("Resource 1-1", "json"),
        ("Resource 1-2", "json"),
    ]


@pytest.mark.parametrize("host", ["data.test.org", "DATA.TEST.ORG"])
def test_what_the_catalogue_harvested_from_us_does_not_come_back(host: str, upstream: FakeUpstream):
    fake = FakeUdata([contract("udata_api/live_dataset_harvested.json")])
    fake.serve(upstream)
    found = source(upstream, own_host=host)
    assert list(found.refs()) == []
    assert (found.complete, found.total) == (True, 1)


def test_files_come_from_the_second_version_when_a_page_is_too_large(upstream: FakeUpstream):
    """The same files, in the order of that version, as the page would have given."""
    light = {**contract("udata_api/live_dataset.json"), "resources": None}
    page = {"data": [light], "total": 1, "next_page": None}

    def answer(handler: Any) -> None:
        whole = "resources" in handler.headers["X-Fields"]
        body = b" " * (17 * 1024 * 1024) if whole else json.dumps(page).encode()
        handler.answer(200, body)

    upstream.routes["/api/1/datasets/"] = answer
    upstream.serve(f"/api/1/organizations/{FEDERATION.id}/", contract("udata_api/live_organization.json"))
    upstream.serve(
        f"/api/2/datasets/{SUBVENTIONS.id}/resources/", contract("udata_api/live_resources_v2_page.json")
    )
    found = source(upstream)
    assert [found.draft(ref) for ref in found.refs()] == [SUBVENTIONS]


def test_a_page_of_the_second_version_has_the_same_dataset(upstream: FakeUpstream):
    """It links to its files instead of holding them; everything else is what the first version says."""
    (record,) = contract("udata_api/live_datasets_v2_page.json")["data"]
    files = contract("udata_api/live_resources_v2_page.json")["data"]
    assert only(upstream, {**record, "resources": files}) == SUBVENTIONS


def test_a_dataset_of_production(upstream: FakeUpstream):
    """data.gouv.fr's own catalogue: eight files, an organisation with its SIRET."""
    record = contract("udata_api/dataset_metadata.json")
    fake = FakeUdata([record], [contract("udata_api/organization_metadata.json")])
    (draft,) = drafts_of(upstream, fake)
    assert draft.publisher == PublisherDraft(
        id="646b7187b50b2a93b1ae3d45",
        name="data-gouv-fr",
        title="data.gouv.fr",
        description=draft.publisher.description,
        website="https://www.data.gouv.fr/",
        siren="130025265",
        siret="13002526500013",
        family="public",
    )
    assert draft.publisher.description.startswith("data.gouv.fr est la plateforme ouverte")
    assert (draft.title, draft.frequency, draft.license_id) == (
        "Catalogue des données de data.gouv.fr",
        "WEEKLY",
        "lov2",
    )
    assert draft.page_url == "https://www.data.gouv.fr/fr/datasets/catalogue-des-donnees-de-data-gouv-fr/"
    assert draft.modified == "2025-04-07T08:15:30+00:00"
    assert not draft.source_url
    assert len(draft.files) == 8
    assert draft.files[0] == FileDraft(
        id="f868cca6-8da1-4369-a78d-47463f19a9a3",
        url="https://static.data.gouv.fr/resources/catalogue-des-donnees-de-data-gouv-fr/20250407-054928/"
        "export-dataset-20250407-054928.csv",
        title="export-dataset-20250407-054928.csv",
        format="csv",
        media_type="text/csv",
        size=176653507,
        checksum="ac6f302f0f3fe34604fc65c6e24259f6a1874cb7",
        checksum_type="sha1",
        modified="2025-04-07T07:49:37+00:00",
    )


@pytest.mark.parametrize("name", ["resource_metadata_api1.json", "resource_metadata_api2.json"])
def test_a_file_of_production(name: str, upstream: FakeUpstream):
    """Both versions of the API describe a file alike."""
    record = contract(f"udata_api/{name}")
    record = record.get("resource", record)
    draft = only(upstream, {**contract("udata_api/live_dataset.json"), "resources": [record]})
    (file,) = draft.files
    assert file == FileDraft(
        id="aaaaaaaa-1111-bbbb-2222-cccccccccccc",
        url=record["url"],
        title=record["title"],
        format="csv",
        media_type="text/csv",
        size=record["filesize"],
        checksum=record["checksum"]["value"],
        checksum_type="sha1",
        modified=file.modified,
    )
    assert file.modified.startswith(record["last_modified"][:19])


def test_reuses(upstream: FakeUpstream):
    page = contract("udata_api/live_reuses_v1_page.json")
    record = {**contract("udata_api/live_dataset.json"), "metrics": {"reuses": 1}}
    fake = FakeUdata([record], [contract("udata_api/live_organization.json")], page["data"])
    (draft,) = drafts_of(upstream, fake)
    reuse = page["data"][0]
    assert draft.reuses == (ReuseDraft(reuse["id"], reuse["title"], reuse["url"], reuse["type"]),)
    assert contract("udata_api/live_reuse.json")["id"] == reuse["id"]


def test_a_page_of_organisations(upstream: FakeUpstream):
    """The same organisation alone and in the list; an identifier asks for no more than its own page."""
    page = contract("udata_api/live_organizations_v1_page.json")
    alone = contract("udata_api/live_organization.json")
    assert alone["id"] in {one["id"] for one in page["data"]}
    fake = FakeUdata([contract("udata_api/live_dataset.json")], page["data"])
    (draft,) = drafts_of(upstream, fake)
    assert draft.publisher.title == "Fédération ESS"


#: Of other parts of udata's API, which are not read here.
ELSEWHERE = {
    "elements_metadata.json",
    "live_harvest_source.json",
    "tabular_api_data.json",
    "tabular_api_profile.json",
    "topic_metadata.json",
}
READ = {
    "dataset_metadata.json",
    "live_dataset.json",
    "live_dataset_created.json",
    "live_dataset_harvested.json",
    "live_datasets_v1_page.json",
    "live_datasets_v2_page.json",
    "live_organization.json",
    "live_organizations_v1_page.json",
    "live_resources_v2_page.json",
    "live_reuse.json",
    "live_reuses_v1_page.json",
    "organization_metadata.json",
    "resource_metadata_api1.json",
    "resource_metadata_api2.json",
}


def test_no_file_of_the_contract_is_forgotten():
    shared("contracts/udata_api")
    assert {path.name for path in shared_files("contracts/udata_api/*.json")} == READ | ELSEWHERE
