"""Lists, words, licences, dates and addresses: what the schema's plain functions answer."""

from __future__ import annotations

import datetime as dt
import doctest
import importlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.ess.schema import (
    choices,
    completion,
    dates,
    glossary,
    licences,
    lists,
    proposals,
    sections,
    slugs,
)
from ckanext.ess.sources.recherche_entreprises import Organisation


@pytest.mark.parametrize("name", ["dates", "glossary", "licences", "lists", "slugs"])
def test_examples_of_the_documentation(name: str):
    assert doctest.testmod(importlib.import_module(f"ckanext.ess.schema.{name}")).failed == 0


# --- lists


@pytest.mark.parametrize(
    ("name", "value", "fr", "en"),
    [
        ("Country", "SN", "Sénégal", "Senegal"),
        ("territory", "departement:2A", "Corse-du-Sud (2A)", "Corse-du-Sud (2A)"),
        ("territory", "region:11", "Île-de-France (région)", "Île-de-France (region)"),
        (
            "territory",
            "commune:13055",
            "commune 13055 (Bouches-du-Rhône)",
            "commune 13055 (Bouches-du-Rhône)",
        ),
        ("kind", "grants", "Subventions (SCDL)", "Grants (SCDL)"),
        ("family", "mutuelle", "Mutuelle", "Mutual society"),
        ("legal_category", "9220", "Association déclarée", "Association déclarée"),
        ("Language", "fr", "français", "French"),
        ("Country", "XX", "XX", "XX"),
    ],
)
def test_a_value_has_a_name_in_each_language(name: str, value: str, fr: str, en: str):
    assert choices.label(name, value, "fr") == fr
    assert choices.label(name, value, "en") == en


def test_withdrawn_codes_are_accepted_and_not_offered():
    withdrawn = [choice.value for choice in choices.table("Sector").values() if not choice.offered]
    assert withdrawn
    assert not set(withdrawn) & {option["value"] for option in choices.options("Sector", "code", "fr")}


def test_french_names_are_sorted_without_regard_to_accents():
    names = [option["label"] for option in choices.options("Country", "label", "fr")]
    assert names.index("Égypte") < names.index("Espagne") < names.index("Sénégal") < names.index("Serbie")


def test_values_are_sorted_into_known_and_unknown():
    assert choices.known("Country", ["SN", "ZZ9", "ML", "SN"]) == (["SN", "ML"], ["ZZ9"])


# --- glossary


def test_the_five_words_of_the_report_come_first():
    keys = {term.key for term in glossary.family("report", "fr")}
    assert keys == {"ess", "ong", "open-data", "gouvernement-ouvert", "cooperation"}


@pytest.mark.parametrize("term", glossary.terms().values(), ids=lambda term: term.key)
def test_a_word_is_explained_in_both_languages(term: glossary.Term):
    for lang in ("fr", "en"):
        assert term.name[lang]
        assert term.short[lang].endswith(".")
        assert not term.long or term.long[lang].strip().endswith(".")
    assert set(term.see) <= set(glossary.terms())
    assert not term.link or term.link.startswith("https://")


def test_an_unknown_mark_stays_text():
    assert glossary.pieces("[[no-such-word]] here") == (("no-such-word", ""), (" here", ""))


# --- licences


@pytest.mark.parametrize(
    ("harvested", "expected"),
    [
        ("lov2", "lov2"),
        ("LOV2", "lov2"),
        ("etalab-2.0", "lov2"),
        ("Licence Ouverte 2.0", "lov2"),
        ("Licence Ouverte / Open Licence version 2.0", "lov2"),
        ("https://www.etalab.gouv.fr/licence-ouverte-open-licence", "lov2"),
        ("https://spdx.org/licenses/etalab-2.0.json", "lov2"),
        ("fr-lo", "fr-lo"),
        ("odc-odbl", "odc-odbl"),
        ("ODbL-1.0", "odc-odbl"),
        ("http://opendatacommons.org/licenses/odbl/1.0/", "odc-odbl"),
        ("https://opendatacommons.org/licenses/odbl/summary/", "odc-odbl"),
        ("odc-pddl", "odc-pddl"),
        ("Open Data Commons Public Domain Dedication and License (PDDL)", "odc-pddl"),
        ("odc-by", "odc-by"),
        ("cc-by", "cc-by"),
        ("CC BY 4.0", "cc-by"),
        ("http://creativecommons.org/licenses/by/3.0/igo", "cc-by"),
        ("http://www.opendefinition.org/licenses/cc-by", "cc-by"),
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.fr", "cc-by-sa"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0", "cc-nc"),
        ("https://creativecommons.org/licenses/by-nd/4.0/", "other-closed"),
        ("CC0-1.0", "cc-zero"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc-zero"),
        ("uk-ogl", "uk-ogl"),
        ("other-at", "other-at"),
        ("Other (Attribution)", "other-at"),
        ("other-pd", "other-pd"),
        ("other-open", "other-open"),
        ("other-closed", "other-closed"),
        ("other-nc", "other-nc"),
        ("notspecified", "notspecified"),
        ("", "notspecified"),
        ("None", "notspecified"),
        ("https://example.org/our-terms", "notspecified"),
        ("<DIV STYLE=x>", "notspecified"),
    ],
)
def test_a_harvested_licence_is_recognised(harvested: str, expected: str):
    assert licences.from_harvested(harvested) == expected


@given(st.text(max_size=200))
def test_any_text_means_a_licence_of_the_list(text: str):
    assert licences.from_harvested(text) in licences.licences()


def test_the_open_licence_and_odbl_come_first():
    assert list(licences.licences())[:4] == ["lov2", "odc-odbl", "cc-by", "cc-zero"]


def test_the_list_says_what_ckan_and_udata_read():
    for licence in licences.licences().values():
        assert {"id", "title", "url", "status", "od_conformance"} <= set(licence)
        assert licences.label(licence["id"], "fr") != licence["id"]
    assert licences.licences()["lov2"]["title"] == "Licence Ouverte / Open Licence version 2.0"
    assert licences.label("of-our-own", "fr") == "of-our-own"


# --- dates, lists, addresses


@pytest.mark.parametrize(
    "value", ["2026-13", "2026-02-30", "23/11/2026", "", "soon", "2026-1-1", None, 20261123]
)
def test_what_is_no_date(value: object):
    with pytest.raises(ValueError):  # noqa: PT011 - its message is the value
        dates.normalise(value)


def test_instants_keep_their_day():
    assert dates.normalise(dt.datetime(2026, 11, 3, 23, 59, tzinfo=dt.timezone.utc)) == "2026-11-03"


@pytest.mark.parametrize("value", [[1], {"a": 1}, 3, [["SN"]]])
def test_what_is_no_list(value: Any):
    with pytest.raises(TypeError):
        lists.read(value)


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1), unique=True))
def test_a_list_comes_back_as_it_was_written(values: list[str]):
    assert lists.read(lists.write(values)) == values


@given(st.text())
def test_an_address_is_one_that_ckan_accepts(title: str):
    slug = slugs.free(title, lambda _name: False)
    assert slug == "" or (2 <= len(slug) <= 100 and set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-"))


def test_an_address_that_is_taken_gets_a_number():
    taken = {"eau-potable", "eau-potable-2"}
    assert slugs.free("Eau potable", taken.__contains__) == "eau-potable-3"
    assert slugs.free("Œuvres & cœur", taken.__contains__) == "oeuvres-coeur"
    assert slugs.of("mot " * 60).endswith("mot")


# --- proposals and completion


@pytest.mark.parametrize(
    ("organization", "expected"),
    [
        ({}, {}),
        ({"ess_siren": "123 456 782"}, {"ess_iati_identifier": "FR-RCS-123456782"}),
        ({"ess_siren": "123456789"}, {}),
        (
            {"ess_siret": "12345678200010"},
            {"ess_siren": "123456782", "ess_iati_identifier": "FR-RCS-123456782"},
        ),
        ({"ess_iati_identifier": "FR-INSEE-12345678200010"}, {"ess_siren": "123456782"}),
        ({"ess_legal_category": "5458"}, {"ess_family": "cooperative"}),
        ({"ess_legal_category": "9220", "ess_family": "ong-internationale"}, {}),
        ({"ess_legal_category": "zzzz"}, {}),
        ({"ess_iati_identifier": "GB-CHC-202918"}, {}),
    ],
)
def test_what_numbers_let_us_propose(organization: dict[str, str], expected: dict[str, str]):
    assert proposals.of(organization) == expected


def test_what_a_person_wrote_is_never_replaced():
    values = completion.fields(
        Organisation("123456782", "EAU POUR DEMAIN", legal_category="9220", territory="departement:75")
    )
    form, added = completion.complete({"title": "Eau pour demain", "ess_siren": "123456782"}, values)
    assert form["title"] == "Eau pour demain"
    assert form["ess_territory"] == ["departement:75"]
    assert set(added) == {
        "ess_legal_category",
        "ess_family",
        "ess_territory",
        "ess_country",
        "ess_iati_identifier",
    }


@pytest.mark.parametrize(
    ("category", "flag", "family"),
    [
        ("9220", False, "association"),
        ("9300", True, "fondation"),
        ("", True, "societe-commerciale"),
        ("", False, None),
    ],
)
def test_the_family_comes_from_the_category_then_from_the_flag(category: str, flag: bool, family: str | None):
    found = Organisation("123456782", legal_category=category, is_social_economy=flag)
    assert completion.fields(found).get("ess_family") == family


# --- sections

ANY = [{"name": "a", "label": "A"}, {"name": "b", "label": "B", "why": "Because."}]


def test_a_field_of_no_section_comes_first():
    grouped = sections.form(ANY, [{"field_name": "x"}, {"field_name": "y", "ess_section": "b"}])
    assert [[field["field_name"] for field in section.fields] for section in grouped] == [["x"], ["y"]]


@pytest.mark.parametrize("value", [None, "", "  ", [], {}])
def test_nothing_to_show(value: Any):
    assert sections.page(ANY, [{"field_name": "x"}], {"x": value}) == []


@pytest.mark.parametrize("value", [0, "false", "x", ["x"]])
def test_something_to_show(value: Any):
    assert len(sections.page(ANY, [{"field_name": "x"}], {"x": value})) == 1


def test_extras_of_others_are_kept_and_the_mirror_is_not():
    data = {
        "extras": [
            {"key": "a", "value": "1"},
            {"key": "ess_kind", "value": "other"},
            {"key": "harvest_x", "value": "2"},
        ]
    }
    assert sections.free_extras(data, frozenset({"ess_kind"})) == [("a", "1")]
    assert sections.free_extras({}, frozenset()) == []


def test_numbers_in_names_sort_as_numbers() -> None:
    assert sorted(["Objectif 12. Établir", "Objectif 2. Éliminer", "école", "Eau"], key=choices.sort_key) == [
        "Eau",
        "école",
        "Objectif 2. Éliminer",
        "Objectif 12. Établir",
    ]
