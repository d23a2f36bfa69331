"""What the fields accept, what they keep, and what they say in both languages to what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from ckan.plugins import toolkit as tk
from ckan.tests import factories

#: Fields of an organisation: what is given, what is kept.
KEPT = [
    ("ess_siren", "123 456 782", "123456782"),
    ("ess_siren", " 123.456.782 ", "123456782"),
    ("ess_siret", "123 456 782 00010", "12345678200010"),
    ("ess_siret", "35600000049837", "35600000049837"),
    ("ess_rna", "w751234567", "W751234567"),
    ("ess_rna", "W2A1000123", "W2A1000123"),
    ("ess_iati_identifier", "FR-RCS-123 456 782", "FR-RCS-123456782"),
    ("ess_iati_identifier", "FR-INSEE-12345678200010", "FR-INSEE-12345678200010"),
    ("ess_iati_identifier", "FR-SIRET-12345678200010", "FR-SIRET-12345678200010"),
    ("ess_iati_identifier", "GB-CHC-202918", "GB-CHC-202918"),
    ("ess_legal_category", "9220", "9220"),
    ("ess_family", "mutuelle", "mutuelle"),
    ("ess_organisation_type", "22", "22"),
    ("ess_esus", True, "true"),
    ("ess_esus", "non", "false"),
    ("ess_esus_until", "2027-05-01T00:00:00", "2027-05-01"),
    ("ess_esus_until", "2027", "2027"),
    ("ess_territory", ["Région:11", "departement:2a"], ["region:11", "departement:2A"]),
    ("ess_territory", "commune:75056", ["commune:75056"]),
    ("ess_territory", '["pays:FR"]', ["pays:FR"]),
    ("ess_country", "FR", "FR"),
    ("ess_website", " https://exemple.org/a?b=c ", "https://exemple.org/a?b=c"),
    ("ess_contact_email", "contact@exemple.org", "contact@exemple.org"),
    ("ess_former_identifiers", "FR-INSEE-1\r\n\r\n FR-RNA-2 ", ["FR-INSEE-1", "FR-RNA-2"]),
    ("ess_source_type", "secondary", "secondary"),
]

#: What is refused, and words of the sentence in English and in French.
REFUSED = [
    ("ess_siren", "12345678", "digits", "chiffres"),
    ("ess_siren", "123456789", "", ""),
    ("ess_siren", "W751234567", "RNA", "RNA"),
    ("ess_siret", "123456782", "SIREN", "SIREN"),
    ("ess_siret", "12345678200011", "", ""),
    ("ess_rna", "123456782", "SIREN", "SIREN"),
    ("ess_rna", "W12345", "", ""),
    ("ess_iati_identifier", "123456782", "FR-RCS-123456782", "FR-RCS-123456782"),
    ("ess_iati_identifier", "FR-RCS-123456789", "", ""),
    ("ess_iati_identifier", "FR-RCS-123456782/P1", "", ""),
    ("ess_legal_category", "922", "3 digits", "3 chiffres"),
    ("ess_family", "scop", "not in the list", "pas dans la liste"),
    ("ess_organisation_type", "99", "not in the list", "pas dans la liste"),
    ("ess_esus", "maybe", "yes or no", "oui ou par non"),
    ("ess_esus_until", "31/12/2027", "not a date", "pas une date"),
    ("ess_esus_until", "2027-02-30", "not a date", "pas une date"),
    ("ess_territory", ["75"], "region:75", "region:75"),
    ("ess_territory", ["departement:20"], "2A", "2A"),
    ("ess_country", "ZZZ", "not in the list", "pas dans la liste"),
    ("ess_website", "javascript:alert(1)", "web address", "adresse web"),
    ("ess_website", "exemple.org", "web address", "adresse web"),
    ("ess_website", "https://exemple.org/a b", "web address", "adresse web"),
    ("ess_website", "https://[::1", "web address", "adresse web"),
    ("ess_contact_email", "personne", "", ""),
    ("ess_source_type", "tertiary", "not in the list", "pas dans la liste"),
]

DATASET_KEPT = [
    ("ess_country", ["SN", "ML", "SN"], ["SN", "ML"]),
    ("ess_activity_count", "1 234", 1234),
    ("ess_activity_count", 0, 0),
    ("ess_humanitarian", False, "false"),
    ("ess_sdg", ["6"], ["6"]),
    ("ess_iati_version", "2.03", "2.03"),
    ("ess_publisher_id", " FR-SIRET-12345678200010 ", "FR-SIRET-12345678200010"),
    ("ess_publisher_id", "whatever was published/1", "whatever was published/1"),
    ("frequency", "ANNUAL", "ANNUAL"),
    ("language", "fr", ["fr"]),
    ("temporal_start", "2020", "2020"),
    ("ess_theme", ["sante", "culture"], ["sante", "culture"]),
]

DATASET_REFUSED = [
    ("ess_country", ["SN", "XX"], "“XX” is not in the list"),
    ("ess_country", [["SN"]], "list of values"),
    ("ess_activity_count", "many", "whole number"),
    ("ess_activity_count", -1, "whole number"),
    ("ess_activity_count", True, "whole number"),
    ("ess_activity_count", "9" * 30, "whole number"),
    ("ess_sector", ["14030", "99"], "“99” is not in the list"),
    ("ess_sector_group", [{"a": 1}], ""),
    ("ess_source_url", "ftp://exemple.org/f", "web address"),
    ("ess_kind", "iati", "not in the list"),
]


@pytest.fixture
def shown(call: Any) -> Any:
    """Create something and show it."""

    def create_and_show(kind: str, dictionary: dict[str, Any]) -> dict[str, Any]:
        return call(f"{kind}_show", id=call(f"{kind}_create", **dictionary)["id"])

    return create_and_show


# One test to a table: CKAN loads its plugins anew for each test, which takes longer than a line of a table.


@pytest.mark.parametrize(("kind", "table"), [("organization", KEPT), ("package", DATASET_KEPT)])
def test_what_is_kept(shown: Any, kind: str, table: list[tuple[str, Any, Any]]):
    wrong = {}
    for field, given, kept in table:
        found = shown(kind, {"name": factories.Group.stub().name, field: given}).get(field)
        if found != kept or type(found) is not type(kept):
            wrong[field, str(given)] = found
    assert wrong == {}


def test_an_organisation_is_refused_in_the_reader_s_language(app: Any, headers: dict[str, str]):
    wrong = []
    for field, given, english, french in REFUSED:
        sentences = [said(app, headers, lang, field, given) for lang in ("en", "fr")]
        distinct = sentences[0] != sentences[1] or field == "ess_contact_email"
        if not (english in sentences[0] and french in sentences[1] and distinct):
            wrong.append((field, given, sentences))
    assert wrong == []


def said(app: Any, headers: dict[str, str], lang: str, field: str, given: Any) -> str:
    """The sentence with which a language's interface refuses a value."""
    address = f"/{lang}/api/3/action/organization_create"
    answer = app.post(address, json={"name": factories.Group.stub().name, field: given}, headers=headers)
    assert answer.status_code == 409, (field, given)
    (sentence,) = answer.json["error"][field]
    return sentence


def test_what_a_dataset_refuses(shown: Any):
    for field, given, words in DATASET_REFUSED:
        with pytest.raises(tk.ValidationError) as raised:
            shown("package", {"name": factories.Dataset.stub().name, field: given})
        assert words in str(raised.value.error_dict[field])


def test_an_empty_value_leaves_the_field_out(shown: Any):
    for field in ("ess_country", "ess_siren", "ess_territory", "ess_esus", "ess_former_identifiers"):
        for empty in ("", None, []):
            assert not shown("organization", {"name": factories.Group.stub().name, field: empty}).get(field)


def test_groups_of_sectors_are_completed(shown: Any):
    name = factories.Dataset.stub().name
    dataset = shown(
        "package", {"name": name, "ess_sector": ["14030", "14031", "11220"], "ess_sector_group": ["720"]}
    )
    assert dataset["ess_sector_group"] == ["720", "112", "140"]


def test_a_program_that_knows_no_kind_gets_one(shown: Any):
    dataset = shown("package", {"name": factories.Dataset.stub().name})
    assert dataset["ess_kind"] == "other"


def test_an_address_is_made_from_the_title(shown: Any):
    first = shown("package", {"title": "Écoles de Kolda", "notes": "x"})
    second = shown("package", {"title": "Écoles de Kolda", "notes": "x"})
    assert (first["name"], second["name"]) == ("ecoles-de-kolda", "ecoles-de-kolda-2")


def test_an_organisation_s_proposals_are_taken_when_asked_for(shown: Any):
    numbers = {"ess_siren": "123 456 782", "ess_legal_category": "9220"}
    plain = shown("organization", {"name": factories.Group.stub().name, **numbers})
    assert "ess_family" not in plain
    assert "ess_iati_identifier" not in plain
    accepted = ["ess_family", "ess_iati_identifier"]
    taken = shown("organization", {"name": factories.Group.stub().name, **numbers, "ess_use": accepted})
    assert taken["ess_family"] == "association"
    assert taken["ess_iati_identifier"] == "FR-RCS-123456782"
    chosen = {"ess_family": "ong-internationale", "ess_use": "ess_family"}
    kept = shown("organization", {"name": factories.Group.stub().name, **numbers, **chosen})
    assert kept["ess_family"] == "ong-internationale"
