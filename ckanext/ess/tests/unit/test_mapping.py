"""Drafts and facts as CKAN's dictionaries."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.ess.iati.facts import FileFacts
from ckanext.ess.mapping.datasets import enriched, tag_names, to_package
from ckanext.ess.mapping.files import resource_id
from ckanext.ess.mapping.plain import as_draft, as_plain, built
from ckanext.ess.mapping.publishers import to_organisation
from ckanext.ess.sources.base import DatasetDraft, PublisherDraft

PUBLISHER = PublisherDraft(
    id="p1",
    name="eau-vive",
    title="Eau vive",
    iati_identifier="XM-EXAMPLE-1",
    organisation_type="22",
    country="FR",
    contact_email="contact@example.org",
    license_id="odc-odbl",
)
DRAFT = DatasetDraft(
    id="d1",
    name="eau-vive-puits",
    title="Puits et forages au Sahel",
    publisher=PUBLISHER,
    source_url="https://example.org/puits.xml",
    cached_url="https://copies.example/puits.xml",
    license_id="etalab-2.0",
    modified="2026-03-01T10:00:00+00:00",
    created="2024-01-01",
    tags=("Eau", "eau potable, Sahel"),
)
FACTS = FileFacts(
    file_type="activities",
    version="2.03",
    declared_version="2.03",
    activity_count=12,
    countries=("ML", "SN"),
    sectors=("14030", "14031", "99999"),
    sector_groups=("140", "151"),
    sdgs=("1", "6"),
    languages=("fr",),
    humanitarian=True,
    data_date="2026-02-01",
    publisher_ref="XM-EXAMPLE-1",
    content_hash="c" * 40,
    file_hash="f" * 40,
    size=1234,
)
ID = str(uuid.UUID(int=7))


def package(draft: DatasetDraft = DRAFT, facts: FileFacts | None = FACTS, **options: Any) -> dict[str, Any]:
    return to_package(draft, facts, package_id=ID, licence=lambda text: f"[{text}]", **options)


def test_what_the_catalogue_says():
    made = package()
    assert made["title"] == "Puits et forages au Sahel"
    assert made["author"] == "Eau vive"
    assert made["author_email"] == "contact@example.org"
    assert made["issued"] == "2024-01-01"
    assert made["modified"] == "2026-03-01"
    assert made["ess_harvest_id"] == "d1"
    assert made["tags"] == [{"name": "Eau"}, {"name": "eau potable Sahel"}]


def test_the_licence_is_mapped_and_the_harvested_word_kept():
    made = package()
    assert made["license_id"] == "[etalab-2.0]"
    assert made["ess_license_harvested"] == "etalab-2.0"
    assert package(replace(DRAFT, license_id=""))["ess_license_harvested"] == ""


def test_what_the_file_says():
    made = package()
    assert made["ess_kind"] == "iati-activities"
    assert made["ess_activity_count"] == 12
    assert made["ess_country"] == ["ML", "SN"]
    assert made["ess_sector"] == ["14030", "14031"]
    assert made["ess_sector_group"] == ["140", "151"]
    assert made["ess_sdg"] == ["1", "6"]
    assert made["ess_humanitarian"] == "true"
    assert made["ess_data_date"] == "2026-02-01"
    assert made["ess_content_hash"] == "c" * 40
    (resource,) = made["resources"]
    assert resource["id"] == resource_id(ID)
    assert resource["url"] == DRAFT.source_url
    assert resource["ess_cached_url"] == DRAFT.cached_url
    assert (resource["hash"], resource["hash_algorithm"], resource["size"]) == ("f" * 40, "sha1", 1234)
    assert resource["ess_schema"] == "iati-activities-2.03"


def test_without_its_file():
    made = package(facts=None)
    assert made["ess_kind"] == "other"
    assert made["ess_country"] == []
    assert made["ess_humanitarian"] == ""
    assert made["ess_activity_count"] == ""
    assert made["resources"][0]["hash_algorithm"] == ""
    assert made["resources"][0]["ess_schema"] == ""


def test_the_catalogue_stands_in_for_a_silent_file():
    draft = replace(DRAFT, countries=("BF",), iati_version="2.02", data_date="2025-01-01")
    full = enriched(draft, replace(FACTS, countries=(), version="", data_date=""))
    assert (full.countries, full.iati_version, full.data_date) == (("BF",), "2.02", "2025-01-01")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_dataset_has_a_description(lang: str):
    notes = package(lang=lang)["notes"]
    assert "Eau vive" in notes
    assert "12" in notes
    assert "Mali" in notes
    assert package(replace(DRAFT, description="La leur."), lang=lang)["notes"] == "La leur."


@pytest.mark.parametrize(
    ("count", "said"), [(0, "Aucune activité."), (1, "Une activité."), (12345, "12\u202f345 activités.")]
)
def test_activities_are_counted_in_words(count: int, said: str):
    assert said in package(facts=replace(FACTS, activity_count=count))["notes"]


def test_junk_titles_become_readable():
    assert package(replace(DRAFT, title="040324"))["title"].startswith("Eau vive – Activités IATI")


def test_both_runs_give_the_same():
    assert package() == package()
    assert resource_id(ID) != resource_id(str(uuid.UUID(int=8)))


def test_the_organisation():
    made = to_organisation(PUBLISHER)
    assert made["title"] == "Eau vive"
    assert made["ess_publisher_uid"] == "p1"
    assert made["ess_family"] == "association"
    assert made["ess_country"] == "FR"
    assert made["ess_contact_email"] == "contact@example.org"
    assert made["ess_siren"] == ""


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"organisation_type": "21"}, "ess_family", "ong-internationale"),
        ({"organisation_type": "10"}, "ess_family", "public"),
        ({"organisation_type": "60"}, "ess_family", "fondation"),
        ({"organisation_type": "22", "country": "KE"}, "ess_family", ""),
        ({"organisation_type": "999"}, "ess_organisation_type", ""),
        ({"country": "298"}, "ess_country", ""),
        ({"iati_identifier": "FR-RCS-732829320"}, "ess_siren", "732829320"),
        ({"iati_identifier": "FR-RCS-nonsense"}, "ess_siren", ""),
        ({"iati_identifier": ""}, "ess_siren", ""),
    ],
)
def test_organisations(changes: dict[str, str], field: str, expected: str):
    assert to_organisation(replace(PUBLISHER, **changes))[field] == expected  # type: ignore[arg-type]


def test_drafts_and_facts_survive_json():
    import json

    again = as_draft(json.loads(json.dumps({**as_plain(DRAFT), "publisher": as_plain(PUBLISHER)})))
    assert again == DRAFT
    assert built(FileFacts, json.loads(json.dumps(as_plain(FACTS)))) == FACTS


def test_a_field_that_is_no_more_is_left_out():
    assert built(FileFacts, {"activity_count": 3, "abolished": 1}).activity_count == 3


@given(st.lists(st.text(max_size=200), max_size=8))
def test_tags_are_what_ckan_takes(words: list[str]):
    import re

    for name in tag_names(words):
        assert 2 <= len(name) <= 100
        assert re.fullmatch(r"[\w \-.]*", name)
