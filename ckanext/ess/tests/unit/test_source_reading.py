"""The small readers under the sources: JSON indices, fields, first bytes, titles, sentences."""

from __future__ import annotations

import codecs
import dataclasses
import doctest
import importlib
import io
import json
import re
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.ess.sources import json_listing
from ckanext.ess.sources.answers import seconds_to_wait, words_of
from ckanext.ess.sources.base import DatasetDraft, PublisherDraft
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceRefused
from ckanext.ess.sources.filters import Wanted
from ckanext.ess.sources.json_listing import JsonListing
from ckanext.ess.sources.messages import SENTENCES, doubt, doubt_sentence
from ckanext.ess.sources.openings import read_opening
from ckanext.ess.sources.records import address_of, clean, moment_of, number_of
from ckanext.ess.sources.titles import is_junk, readable_title
from ckanext.ess.tests.shared import shared, shared_files
from ckanext.ess.tests.unit.mangling import ANYTHING

MODULES = ("addresses", "answers", "messages", "openings", "records", "titles", "bulk_records")


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str):
    results = doctest.testmod(importlib.import_module(f"ckanext.ess.sources.{name}"))
    assert results.failed == 0


# ---- JSON indices


def listing(data: bytes, field: str = "datasets") -> tuple[list[tuple[str, object]], dict[str, object]]:
    found = JsonListing(io.BytesIO(data), field, "https://bulk.example/index")
    return list(found.records()), found.scalars


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None)
@given(
    records=st.lists(JSON_VALUES, max_size=12),
    before=st.dictionaries(st.text().filter(lambda key: key != "datasets"), JSON_VALUES, max_size=3),
    indent=st.sampled_from([None, 0, 2]),
    ascii_only=st.booleans(),
    size=st.integers(1, 40),
)
def test_an_index_reads_as_json_does(records: Any, before: Any, indent: Any, ascii_only: bool, size: int):
    """Whatever the layout and wherever the pieces are cut."""
    value = {**before, "datasets": records, "index_created": "now"}
    try:
        data = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    except UnicodeEncodeError:
        data = json.dumps(value, indent=indent).encode()

    class Drops(io.BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            return super().read(size)

    found = JsonListing(Drops(data), "datasets", "x")
    assert [record for _, record in found.records()] == records
    assert found.scalars == {**before, "index_created": "now"}


def test_an_index_that_is_an_object_gives_its_keys():
    records, scalars = listing(b'\xef\xbb\xbf {"n": 1, "datasets": {"a": {"x": [1]}, "b": null}, "m": "z"} ')
    assert records == [("a", {"x": [1]}), ("b", None)]
    assert scalars == {"n": 1, "m": "z"}


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"", SourceInvalid, "json.syntax"),
        (b"[]", SourceInvalid, "json.syntax"),
        (b"<html>", SourceInvalid, "json.syntax"),
        (b"{}", SourceInvalid, "index.shape"),
        (b'{"datasets": null}', SourceInvalid, "index.shape"),
        (b'{"datasets": "many"}', SourceInvalid, "index.shape"),
        (b'{"reporting_orgs": []}', SourceInvalid, "index.shape"),
        (b'{"datasets": [{}', SourceInvalid, "json.syntax"),
        (b'{"datasets": [{}]', SourceInvalid, "json.syntax"),
        (b'{"datasets": [{} {}]}', SourceInvalid, "json.syntax"),
        (b'{"datasets": [{},,{}]}', SourceInvalid, "json.syntax"),
        (b'{"datasets": []} trailing', SourceInvalid, "json.syntax"),
        (b'{"datasets": [{"a": NaN}]}', SourceInvalid, "json.syntax"),
        (b'{"datasets": [' + b"9" * 5_000 + b"]}", SourceInvalid, "json.syntax"),
        (b'{"datasets": [{"a": "\xe9"}]}', SourceInvalid, "json.syntax"),
        (b'{17: 1, "datasets": []}', SourceInvalid, "json.syntax"),
        (b'{"datasets": [' + b"[" * 40 + b"]" * 40 + b"]}", SourceRefused, "json.deep"),
        (b'{"datasets": [' + b"[" * 50_000 + b"]" * 50_000 + b"]}", SourceRefused, "json.deep"),
        (b'{"datasets": ["' + b"x" * 5_000_000 + b'"]}', SourceRefused, "json.item"),
        (b'{"note": "' + b"x" * 5_000_000 + b'", "datasets": []}', SourceRefused, "json.item"),
    ],
)
def test_indices_that_are_none(data: bytes, error: type[SourceError], code: str):
    with pytest.raises(error) as caught:
        listing(data)
    assert (type(caught.value), caught.value.code) == (error, code)
    assert "bulk.example" in caught.value.sentence("fr")


def test_an_endless_number_of_spaces_is_not_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(json_listing, "CHUNK_BYTES", 1_000)
    records, _ = listing(b'{"datasets": [' + b" " * 200_000 + b"1]}")
    assert records == [("", 1)]


# ---- fields


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("None", ""),
        ("  ", ""),
        (True, ""),
        ([], ""),
        ({"a": 1}, ""),
        (0, "0"),
        (2.5, "2.5"),
        (10**40, ""),
        ("a\x00b\ud800c\x1bd\u0085", "abcd"),
        (" è \n", "è"),
        ("x" * 30_000, "x" * 20_000),
    ],
)
def test_clean(value: object, text: str):
    assert clean(value) == text


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-01", "2024-03-01"),
        ("2024-03-01T10:11:12Z", "2024-03-01T10:11:12+00:00"),
        ("2024-03-01T10:11:12.123456", "2024-03-01T10:11:12+00:00"),
        ("2024-03-01 10:11", "2024-03-01T10:11:00+00:00"),
        ("2024-03-01 00:30:00+0200", "2024-02-29T22:30:00+00:00"),
        ("0001-01-01T00:00:00+23:00", ""),
        ("2024-02-30", ""),
        ("2024-03-01T25:00:00", ""),
        ("٢٠٢٤-٠٣-٠١", ""),
        ("March 2024", ""),
        ("", ""),
    ],
)
def test_moments(text: str, moment: str):
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("12.0", 12),
        ("12.5", None),
        ("1e3", None),
        ("-1", None),
        ("٣", None),
        ("9" * 19, None),
        ("", None),
    ],
)
def test_numbers(text: str, number: int | None):
    assert number_of(text) == number


@settings(max_examples=300)
@given(st.text())
def test_readers_of_text_never_raise(text: str):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    for found in (moment_of(cleaned), address_of(cleaned)):
        assert isinstance(found, str)
    number_of(cleaned)
    is_junk(cleaned)
    read_opening(cleaned)
    words_of(text.encode("utf-8", "surrogatepass"))
    seconds_to_wait(text)


@given(ANYTHING)
def test_clean_takes_anything(value: object):
    assert isinstance(clean(value), str)


# ---- the first bytes of a file


@pytest.mark.parametrize(
    ("start", "file_type", "version"),
    [
        ('<iati-activities version="2.03">', "activities", "2.03"),
        ("<iati-organisations version='1.05' generated-datetime='x'>", "organisations", "1.05"),
        (
            '\ufeff<?xml version="1.0"?>\n<!-- <iati-organisations> --><iati-activities\nversion = "2.02">',
            "activities",
            "2.02",
        ),
        ('<!DOCTYPE iati-activities><iati-activities xml:lang="fr" version="2.01"', "activities", "2.01"),
        ('<i:iati-activities xmlns:i="x" version="2.03">', "activities", "2.03"),
        ("<iati-activities>", "activities", ""),
        ('<iati-activities linked-data-version="7" version="2.03">', "activities", "2.03"),
        ('<iati-activities><iati-activity version="2.03">', "activities", ""),
        ("<iati-activitiesX version='2.03'>", "", ""),
        ("<html><iati-activities version='2.03'>", "", ""),
        ("<!-- never closed <iati-activities version='2.03'>", "", ""),
        ("", "", ""),
        ("PK\x03\x04", "", ""),
        ("<" * 6_000, "", ""),
        ("<!--" * 2_000, "", ""),
        ("<iati-activities " + 'version = "' * 600, "activities", ""),
    ],
)
def test_openings(start: str, file_type: str, version: str):
    assert read_opening(start) == (file_type, version)
    assert read_opening(start.encode()) == (file_type, version)


@pytest.mark.parametrize(
    "encoded",
    [
        codecs.BOM_UTF8 + b"<iati-activities version='2.03'>",
        "<?xml version='1.0'?><iati-activities version='2.03'>".encode("utf-16"),
        codecs.BOM_UTF16_BE + "<iati-activities version='2.03'>".encode("utf-16-be"),
        "<?xml version='1.0' encoding='UTF-16'?><iati-activities version='2.03'>".encode("utf-16-le"),
        "<iati-activities version='2.03'>".encode("utf-32"),
        "<?xml version='1.0' encoding='ISO-8859-1'?><!-- é --><iati-activities version='2.03'>".encode(
            "latin-1"
        ),
    ],
)
def test_openings_in_other_encodings(encoded: bytes):
    assert read_opening(encoded) == ("activities", "2.03")


def test_openings_of_real_files_are_what_the_files_say():
    shared("samples/real")
    from lxml import etree

    for path in shared_files("samples/real/*.xml"):
        with path.open("rb") as stream:
            found = read_opening(stream.read(8192))
        root = next(iter(etree.iterparse(str(path), events=("start",))))[1]
        assert found == (root.tag.removeprefix("iati-"), root.get("version", "")), path.name


# ---- titles


@pytest.mark.parametrize(
    "title",
    ["040324", "", " ", "None", "test", "iati-activities.xml", "IATI Activities", "Activités IATI", "2.03",
     "v2", "31/12/2024", "exemple-sn", "org", "Activity file 3", "données", "___", "EXEMPLE-SN"],
)  # fmt: skip
def test_titles_that_say_nothing(title: str):
    assert is_junk(title, "exemple-sn")


@pytest.mark.parametrize(
    "title", ["Kenya", "Projets 2024", "Senegal activities", "Exemple Solidarité Activity File", "WASH"]
)
def test_titles_that_say_something(title: str):
    assert not is_junk(title, "exemple-sn")


PUBLISHER = PublisherDraft(id="p", name="exemple", title="Exemple Solidarité")
DRAFT = DatasetDraft(
    id="d", name="exemple-act-01", title="040324", publisher=PUBLISHER, file_type="activities"
)


@pytest.mark.parametrize(
    ("changes", "french", "english"),
    [
        ({"title": "Kenya 2024"}, "Kenya 2024", "Kenya 2024"),
        ({}, "Exemple Solidarité – Activités IATI – 01", "Exemple Solidarité – IATI activities – 01"),
        (
            {"countries": ("SN",)},
            "Exemple Solidarité – Activités IATI – Sénégal",
            "Exemple Solidarité – IATI activities – Senegal",
        ),
        (
            {"countries": ("SN",), "name": "exemple-senegal-archives"},
            "Exemple Solidarité – Activités IATI – Sénégal (archives)",
            "Exemple Solidarité – IATI activities – Senegal (archives)",
        ),
        (
            {"countries": ("BJ", "BF"), "name": "exemple-2024"},
            "Exemple Solidarité – Activités IATI – Bénin, Burkina Faso (2024)",
            "Exemple Solidarité – IATI activities – Benin, Burkina Faso (2024)",
        ),
        (
            {"countries": ("BJ", "BF", "SN", "ML"), "name": "exemple-sahel"},
            "Exemple Solidarité – Activités IATI – sahel",
            "Exemple Solidarité – IATI activities – sahel",
        ),
        (
            {"file_type": "organisations", "name": "exemple-org"},
            "Exemple Solidarité – Fichier d’organisation IATI",
            "Exemple Solidarité – IATI organisation file",
        ),
        (
            {"file_type": "", "name": "exemple"},
            "Exemple Solidarité – Données IATI",
            "Exemple Solidarité – IATI data",
        ),
    ],
)
def test_readable_titles(changes: dict[str, Any], french: str, english: str):
    found = dataclasses.replace(DRAFT, **changes)
    assert readable_title(found) == french
    assert readable_title(found, "en") == english
    assert readable_title(found, "es") == english


# ---- filters


@pytest.mark.parametrize(
    ("wanted", "may", "keeps"),
    [
        (Wanted.of(), True, True),
        (Wanted.of(countries=["sn"]), True, False),
        (Wanted.of(file_types=["Organisations"]), False, False),
        (Wanted.of(publishers=["EXEMPLE"], file_types=["activities"]), True, True),
        (Wanted.of(publishers=["autre"]), False, False),
    ],
)
def test_what_may_be_wanted_and_what_is(wanted: Wanted, may: bool, keeps: bool):
    assert wanted.may_keep(DRAFT) is may
    assert wanted.keeps(DRAFT) is keeps


def test_a_country_decides_once_it_is_known():
    wanted = Wanted.of(countries=["SN", "ML"])
    assert wanted.keeps(dataclasses.replace(DRAFT, countries=("ML", "BJ")))
    assert not wanted.may_keep(dataclasses.replace(DRAFT, countries=("BJ",)))


# ---- sentences


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_sentence_stands_in_both_languages_with_the_same_places(code: str):
    english, french = SENTENCES[code]["en"], SENTENCES[code]["fr"]
    places = [
        {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, french)
    ]
    assert places[0] == places[1]
    assert english != french
    for text in (english, french):
        assert text.endswith((".", "}", "?"))
    assert not re.search(r"\S[;?!]", french), "French puts a space before ; ? !"


def test_a_doubt_says_its_value_in_both_languages():
    problem = doubt("doubt.date", "31/02/2024: really")
    assert doubt_sentence(problem) == "The date “31/02/2024: really” cannot be read."
    assert doubt_sentence(problem, "fr") == "La date « 31/02/2024: really » est illisible."
    assert doubt_sentence("a sentence of its own") == "a sentence of its own"


def test_an_error_survives_its_journey_to_another_process():
    import pickle

    error = pickle.loads(pickle.dumps(SourceInvalid("record.lacks", place="x", field="name")))
    assert isinstance(error, SourceInvalid)
    assert error.sentence("fr") == "Fiche x : le champ « name » manque."
    assert str(SourceError("A sentence of its own.")) == "A sentence of its own."
