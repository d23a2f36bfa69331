"""The schemas as data: complete in both languages, and nothing named that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ckanext.ess.schema import choices, glossary
from ckanext.ess.tests.imports import PACKAGE

SCHEMA = PACKAGE / "schema"
TEMPLATES = PACKAGE / "templates" / "scheming"

#: Names that harvesters, search and exports rely on.
DATASET = """
title name notes tag_string owner_org license_id author author_email maintainer maintainer_email url
issued modified frequency language temporal_start temporal_end ess_kind ess_theme ess_territory
ess_file_type ess_iati_version ess_activity_count ess_publisher_id ess_secondary_publisher
ess_country ess_region ess_sector ess_sector_group ess_sdg ess_humanitarian ess_data_date
ess_source_url ess_cached_url ess_content_hash ess_license_harvested ess_harvest_id ess_archived
"""
RESOURCE = "url name description format mimetype hash hash_algorithm size ess_schema ess_cached_url"
ORGANIZATION = """
title name description image_url ess_siren ess_siret ess_rna ess_iati_identifier
ess_former_identifiers ess_organisation_type ess_family ess_legal_category ess_esus ess_esus_until
ess_territory ess_country ess_website ess_contact_name ess_contact_email ess_source_type
ess_exclusions ess_publisher_uid
"""


def load(name: str) -> Any:
    return yaml.safe_load((SCHEMA / name).read_text("utf-8"))


GROUPS = {
    "dataset": (load("dataset.yaml")["dataset_fields"], load("dataset.yaml")["ess_sections"]),
    "resource": (load("dataset.yaml")["resource_fields"], load("dataset.yaml")["ess_resource_sections"]),
    "organization": (load("organization.yaml")["fields"], load("organization.yaml")["ess_sections"]),
}
FIELDS = [
    pytest.param(field, id=f"{kind}-{field['field_name']}") for kind in GROUPS for field in GROUPS[kind][0]
]
PRESETS = {preset["preset_name"]: preset["values"] for preset in load("presets.yaml")["presets"]}


@pytest.mark.parametrize(
    ("kind", "names"), [("dataset", DATASET), ("resource", RESOURCE), ("organization", ORGANIZATION)]
)
def test_every_agreed_field_is_there(kind: str, names: str):
    assert {field["field_name"] for field in GROUPS[kind][0]} == set(names.split())


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_speaks_both_languages(field: dict[str, Any]):
    for text in (field["label"], field.get("help_text")):
        assert text is None or (set(text) == {"fr", "en"} and all(text.values()))


@pytest.mark.parametrize("field", FIELDS)
def test_help_is_short_and_links_to_words_that_exist(field: dict[str, Any]):
    for text in (field.get("help_text") or {}).values():
        assert len(text) < 200
        assert set(re.findall(r"\[\[([^|\]]+)", text)) <= set(glossary.terms())


@pytest.mark.parametrize("kind", GROUPS)
def test_every_section_but_the_first_gives_a_reason_to_open_it(kind: str):
    fields, sections = GROUPS[kind]
    assert {field["ess_section"] for field in fields} == {section["name"] for section in sections}
    for section in sections:
        assert set(section["label"]) == {"fr", "en"}
    for section in sections[1:]:
        assert set(section["why"]) == {"fr", "en"}
        assert all(sentence.endswith(".") for sentence in section["why"].values())


def test_four_fields_are_asked_of_an_author():
    required = {field["field_name"] for field in GROUPS["dataset"][0] if field.get("required")}
    assert required == {"title", "notes", "owner_org", "ess_kind"}
    first = [field["field_name"] for field in GROUPS["dataset"][0] if field["ess_section"] == "essential"]
    assert first == ["title", "name", "notes", "owner_org", "ess_kind"]


def lists_named() -> Iterator[str]:
    for values in (*PRESETS.values(), *(field for kind in GROUPS for field in GROUPS[kind][0])):
        if "ess_list" in values:
            yield values["ess_list"]


@pytest.mark.parametrize("name", sorted(set(lists_named())))
def test_every_list_exists_and_has_names_in_both_languages(name: str):
    table = choices.table(name)
    assert table
    assert all(choice.en and choice.fr for choice in table.values())


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_names_snippets_that_exist(name: str):
    for kind in ("form_snippet", "display_snippet"):
        snippet = PRESETS[name].get(kind)
        if snippet and snippet.startswith("ess_"):
            assert (TEMPLATES / f"{kind}s" / snippet).is_file()


def test_no_list_is_typed_in_a_schema():
    """Choices come from lists; a schema only names them."""
    for name in ("dataset.yaml", "organization.yaml", "presets.yaml"):
        assert not re.search(r"^\s*choices:", (SCHEMA / name).read_text("utf-8"), re.MULTILINE)


def test_every_template_says_what_it_is():
    for folder in (TEMPLATES, PACKAGE / "templates" / "ess" / "form", PACKAGE / "templates" / "ess" / "page"):
        for path in Path(folder).rglob("*.html"):
            assert path.read_text("utf-8").lstrip().startswith("{#"), path.name
