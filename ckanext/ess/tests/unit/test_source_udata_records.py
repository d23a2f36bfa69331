"""udata: what is read off one record, whatever stands in it."""

# ruff: noqa: PT017 (a broken record may be refused or not; both are looked at)

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.ess.sources.base import DatasetDraft
from ckanext.ess.sources.errors import SourceInvalid
from ckanext.ess.sources.udata_records import dataset_draft
from ckanext.ess.tests.unit.mangling import mangled
from ckanext.ess.tests.unit.udata_pages import SIRET, dataset, organization, resource


def draft(**changes: Any) -> DatasetDraft:
    return dataset_draft(dataset(**changes), organization(), place="1", host="udata.example")


@pytest.mark.parametrize(
    ("zones", "territories", "countries", "doubts"),
    [
        (["fr:region:11"], ("region:11",), (), 0),
        (["fr:departement:75@1968-01-01"], ("departement:75",), (), 0),
        (["fr:departement:2A"], ("departement:2A",), (), 0),
        (["fr:commune:97411"], ("commune:97411",), (), 0),
        (["fr:region:42"], ("region:44",), (), 0),
        (["fr:departement:978"], ("collectivite:978",), (), 0),
        (["country:fr"], ("pays:FR",), (), 0),
        (["country:sn", "country:ml"], (), ("SN", "ML"), 0),
        (["country-group:world"], (), (), 0),
        (["fr:commune:00000", "fr:canton:7599", "x"], (), (), 3),
        ([{"id": "fr:region:11", "name": "Île-de-France"}], ("region:11",), (), 0),
        (None, (), (), 0),
        ("fr:region:11", (), (), 0),
    ],
)
def test_places(zones: Any, territories: Any, countries: Any, doubts: int):
    found = draft(spatial={"zones": zones})
    assert (found.territories, found.countries, len(found.problems)) == (territories, countries, doubts)


@pytest.mark.parametrize(
    ("number", "siret", "siren"),
    [
        (SIRET, SIRET, "123456782"),
        ("123 456 782 00010", SIRET, "123456782"),
        ("123456782", "", "123456782"),
        ("12345678200011", "", ""),
        ("nan", "", ""),
        (None, "", ""),
    ],
)
def test_numbers_of_organisations_are_checked(number: Any, siret: str, siren: str):
    found = dataset_draft(dataset(), organization(business_number_id=number), place="1", host="x")
    assert (found.publisher.siret, found.publisher.siren) == (siret, siren)


@pytest.mark.parametrize(
    ("badges", "family"),
    [
        ([{"kind": "association"}, {"kind": "certified"}], "association"),
        ([{"kind": "public-service"}], "public"),
        ([{"kind": "company"}], ""),
        ([], ""),
        ("association", ""),
    ],
)
def test_families(badges: Any, family: str):
    owner = organization(badges=badges)
    found = dataset_draft(dataset(organization={"id": owner["id"]}), owner, place="1", host="x")
    assert found.publisher.family == family


@pytest.mark.parametrize(
    ("changes", "url", "surely"),
    [
        ({}, "", False),
        ({"format": "xml", "title": "IATI"}, "https://exemple.example/1.csv", False),
        ({"url": "https://e.example/iati.xml"}, "https://e.example/iati.xml", False),
        ({"url": "https://e.example/satiation.xml", "format": "xml"}, "", False),
        ({"schema": {"name": "iati-activities", "version": "2.03"}}, "https://exemple.example/1.csv", True),
        ({"schema": {"url": "https://x.example/iati.json"}}, "https://exemple.example/1.csv", True),
    ],
)
def test_which_file_may_be_iati(changes: dict[str, Any], url: str, surely: bool):
    found = draft(resources=[resource(2), resource(**changes)])
    assert (found.source_url, found.surely_iati) == (url, surely)


@pytest.mark.parametrize(
    ("schema", "expected", "kind"),
    [
        ({"name": "scdl/subventions", "version": "2.1.0", "url": None}, "scdl/subventions", "grants"),
        (
            {"name": None, "url": "https://schema.data.gouv.fr/schemas/scdl/budget/2.0/schema.json"},
            "scdl/budget",
            "accounts",
        ),
        ({"name": "iati-activities", "version": "2.03"}, "iati-activities-2.03", ""),
        ({"url": "https://x.example/s.json"}, "https://x.example/s.json", ""),
        (None, "", ""),
        ("scdl/subventions", "", ""),
    ],
)
def test_schemas(schema: Any, expected: str, kind: str):
    found = draft(resources=[resource(schema=schema)])
    assert (found.files[0].schema, found.kind) == (expected, kind)


def test_whom_to_ask():
    people = [
        {"name": "Éditeur", "email": None, "role": "publisher"},
        {"name": "Bureau", "email": "bureau@exemple.example", "role": "contact"},
    ]
    found = draft(contact_points=people)
    assert (found.contact_name, found.contact_email) == ("Bureau", "bureau@exemple.example")
    assert draft(contact_points=people[:1]).contact_name == "Éditeur"


def test_files_without_a_usable_address_are_doubts():
    found = draft(resources=[resource(), resource(2, url="javascript:alert(1)"), resource(3, url=None), 7])
    assert len(found.files) == 1
    assert [problem.partition(":")[0] for problem in found.problems] == ["doubt.address"] * 3


def test_an_unknown_rhythm_is_a_doubt():
    found = draft(frequency="whenever")
    assert (found.frequency, found.problems) == ("", ("doubt.frequency: whenever",))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_records_of_anything_are_read_or_refused(data: st.DataObject):
    record = mangled(dataset(), data)
    owner = mangled(organization(business_number_id=SIRET), data)
    try:
        found = dataset_draft(record, owner, [mangled({"id": "r", "title": "t"}, data)], place="1", host="x")
    except SourceInvalid as error:
        assert error.code == "record.lacks"
        return
    json.dumps(dataclasses.asdict(found)).encode()
