"""Code lists: what forms, facets and findings read from them."""

from __future__ import annotations

import time

import pytest

from ckanext.ess.iati.standard import codelists
from ckanext.ess.iati.standard.codelists import UnknownCodelist, codelist, label
from ckanext.ess.iati.standard.versions import VERSIONS, normalise

#: Lists of proper names, media types or version numbers: their English is their French.
NAMES_OF_THEIR_OWN = {
    "CRSChannelCode",
    "FileFormat",
    "IATIOrganisationIdentifier",
    "OrganisationIdentifier",
    "OrganisationRegistrationAgency",
    "Version",
}

WITH_FRENCH = sorted(set(codelists.names()) - NAMES_OF_THEIR_OWN)


@pytest.mark.parametrize("version", VERSIONS)
def test_no_active_code_lacks_french(version: str) -> None:
    without = {
        name: [code.code for code in codelist(name, version).active() if not code.name_fr]
        for name in codelists.names(version)
        if name not in NAMES_OF_THEIR_OWN
    }
    assert {name: codes for name, codes in without.items() if codes} == {}


@pytest.mark.parametrize("name", WITH_FRENCH)
def test_no_withdrawn_code_lacks_french(name: str) -> None:
    assert [code.code for code in codelist(name) if not code.name_fr] == []


@pytest.mark.parametrize("name", codelists.names())
def test_every_list_has_a_title_in_both_languages(name: str) -> None:
    titles = codelist(name).title("en"), codelist(name).title("fr")
    assert all(title and title != name for title in titles) or name in {"Country", "Currency", "Language"} | {
        "Region",
        "Sector",
        "Version",
    }


def test_withdrawn_codes_name_active_replacements() -> None:
    for name in codelists.names():
        for code in codelist(name):
            for other in code.replaced_by:
                assert not codelist(name).codes[other].is_withdrawn, f"{name} {code.code} -> {other}"


def test_our_own_tables_speak_of_codes_that_exist() -> None:
    known = {
        (name, code)
        for version in VERSIONS
        for name in codelists.names(version)
        for code in codelist(name, version).codes
    }
    ours = {key for key in codelists._french() if key[1]} | set(codelists._replacements())
    assert ours - known == set()


@pytest.mark.parametrize(
    ("name", "code", "lang", "expected"),
    [
        ("OrganisationType", "22", "fr", "ONG nationale"),
        ("OrganisationType", "24", "fr", "ONG établie dans un pays partenaire"),
        ("OrganisationType", "24", "en", "Partner Country based NGO"),
        ("Country", "CI", "fr", "Côte d’Ivoire"),
        ("Country", "CI", "en", "Côte d’Ivoire"),
        ("Country", "SN", "en", "Senegal"),
        ("Currency", "XOF", "fr", "franc CFA (BCEAO)"),
        ("Language", "fr", "fr", "français"),
        ("Sector", "15120", "fr", "Gestion financière du secteur public"),
        ("Region", "1030", "fr", "Afrique occidentale, régional"),
        ("Sector", "99999", "fr", "99999"),
        ("NoSuchList", "1", "fr", "1"),
        ("Version", "2.03", "fr", "2.03"),
    ],
)
def test_label(name: str, code: str, lang: str, expected: str) -> None:
    assert label(name, code, lang) == expected


@pytest.mark.parametrize(
    ("name", "code", "replaced_by"),
    [
        ("Sector", "15161", ("15151",)),
        ("Sector", "74010", ("43060", "74020")),
        ("Currency", "MRO", ("MRU",)),
        ("OrganisationRegistrationAgency", "FR-INSEE", ("FR-RCS",)),
        ("Sector", "92010", ()),
    ],
)
def test_withdrawn(name: str, code: str, replaced_by: tuple[str, ...]) -> None:
    found = codelist(name).codes[code]
    assert found.is_withdrawn
    assert found.replaced_by == replaced_by


def test_embedded_lists_follow_the_version() -> None:
    assert "C" in codelist("TransactionType", "1.05")
    assert "C" not in codelist("TransactionType", "2.01")
    assert "2" in codelist("TransactionType", "2.01")
    assert "12" not in codelist("TransactionType", "2.02")
    assert "12" in codelist("TransactionType", "2.03")
    assert codelist("TransactionType", "1.01") is codelist("TransactionType", "1.04")


def test_unknown_list_says_so() -> None:
    with pytest.raises(UnknownCodelist, match=r"2\.03 has no code list named Vocabulary"):
        codelist("Vocabulary")


@pytest.mark.parametrize(
    ("declared", "meant"),
    [
        *[
            ("2.03", "2.03"),
            (" 2.03 ", "2.03"),
            ("1.0", "1.01"),
            ("1.00", "1.01"),
            ("", "1.01"),
            ("1", "1.01"),
        ],
        *[("1.032", ""), ("1.08", ""), ("2.04", ""), ("10.03", ""), ("xx", "")],
    ],
)
def test_normalise_version(declared: str, meant: str) -> None:
    assert normalise(declared) == meant


def test_one_list_is_read_in_milliseconds() -> None:
    codelist("Sector")  # the tables of French names and replacements are read with the first list
    codelists._load.cache_clear()
    start = time.process_time()
    codelist("Sector")
    assert time.process_time() - start < 0.02
