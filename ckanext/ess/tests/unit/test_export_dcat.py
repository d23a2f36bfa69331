"""Addresses of our codes, and the graph of a dataset after our profile."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from rdflib import BNode, Graph, Literal, URIRef

from ckanext.dcat.profiles import DCAT, DCT, FOAF, RDF, SCHEMA, SKOS, SPDX, XSD

from ckanext.ess.export import dcat, quality, schemaorg, vocabularies
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.schema import choices

DATASET = URIRef("https://portal.example.org/dataset/1")
FILE = URIRef("https://portal.example.org/dataset/1/resource/2")
SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("code", "end"),
    [("FR", "FRA"), ("CD", "COD"), ("DE", "DEU"), ("MM", "MMR"), ("sn", "SEN"), ("TL", "TLS"), ("YE", "YEM")],
)
def test_countries(code: str, end: str):
    """Successors of states, not the states that are no more."""
    assert vocabularies.country(code) == f"{vocabularies.EUROPE}/country/{end}"


@pytest.mark.parametrize("code", ["", "ZZ", "FRANCE", "F"])
def test_unknown_countries(code: str):
    """No address is better than a wrong one."""
    assert vocabularies.country(code) == ""


@pytest.mark.parametrize(
    ("code", "end"),
    [("fr", "FRA"), ("ar", "ARA"), ("zh", "ZHO"), ("ro", "RON"), ("wo", "WOL"), ("sw", "SWA")],
)
def test_languages(code: str, end: str):
    """The codes of Europe's list, where CLDR knows several."""
    assert vocabularies.language(code) == f"{vocabularies.EUROPE}/language/{end}"


def test_languages_of_the_standard_have_an_address():
    """Whatever language a file declares."""
    without = [one.code for one in codelist("Language") if not vocabularies.language(one.code)]
    assert without == ["bh"]  # a family of languages, withdrawn from ISO 639-1


@pytest.mark.parametrize("name", ["territory", "frequency"])
def test_every_value_of_our_lists_has_an_address(name: str):
    """No territory and no frequency is lost on the way."""
    address_of = {"territory": vocabularies.territory, "frequency": vocabularies.frequency}[name]
    assert [value for value in choices.table(name) if not address_of(value)] == []


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("iati-organisations-1.05", r"http://reference\.iatistandard\.org/105/.*organisations-schema\.xsd"),
        ("scdl/subventions", r"https://schema\.data\.gouv\.fr/schemas/scdl/subventions/latest/schema\.json"),
        ("https://example.org/schema.json", r"https://example\.org/schema\.json"),
        ("javascript:alert(1)", ""),
        ("", ""),
        ("iati-activities-2.3", ""),
    ],
)
def test_schemas(name: str, address: str):
    """Names become addresses, addresses stay, the rest is dropped."""
    assert re.fullmatch(address, vocabularies.schema(name))


@pytest.mark.parametrize(
    ("digest", "declared", "algorithm"),
    [
        (SHA1, "", "sha1"),
        (SHA1, "SHA-1", "sha1"),
        (SHA1.upper(), "http://spdx.org/rdf/terms#checksumAlgorithm_sha1", "sha1"),
        (SHA256, "sha256", "sha256"),
        ("0" * 32, "", "md5"),
        (SHA1, "sha256", None),
        ("not a digest", "", None),
        ("z" * 40, "sha1", None),
        ("", "sha1", None),
    ],
)
def test_checksums(digest: str, declared: str, algorithm: str | None):
    """One plain digest with its algorithm's address, or none: never one that readers choke on."""
    graph, old = Graph(), BNode()
    graph.add((FILE, SPDX.checksum, old))
    graph.add((old, SPDX.checksumValue, Literal(digest)))
    dcat._correct_checksum(graph, {"hash": digest, "hash_algorithm": declared}, FILE)
    found = list(graph.objects(FILE, SPDX.checksum))
    assert len(found) == (1 if algorithm else 0)
    assert (old, None, None) not in graph
    for checksum in found:
        assert graph.value(checksum, SPDX.algorithm) == URIRef(vocabularies.SPDX_ALGORITHM + str(algorithm))
        value = graph.value(checksum, SPDX.checksumValue)
        assert value == Literal(digest.lower())
        assert value.datatype is None


def test_description():
    """Concepts are named in both languages; codes that the profile before us wrote become addresses."""
    graph = Graph()
    graph.add((DATASET, DCT.language, Literal("fr")))
    dataset = {
        "ess_kind": "grants",
        "ess_sdg": ["6", "99"],
        "language": ["fr"],
        "license_url": "not an address",
    }
    dcat._describe(graph, dataset, DATASET)
    kind = graph.value(DATASET, DCT.type)
    assert set(graph.objects(kind, SKOS.prefLabel)) == {
        Literal("Subventions (SCDL)", lang="fr"),
        Literal("Grants (SCDL)", lang="en"),
    }
    assert list(graph.objects(DATASET, DCAT.theme)) == [URIRef("http://metadata.un.org/sdg/6")]
    assert list(graph.objects(DATASET, DCT.language)) == [URIRef(vocabularies.language("fr"))]
    assert list(graph.objects(DATASET, DCT.license)) == []


def test_places():
    """Territories and countries, under addresses that others use too."""
    graph = Graph()
    dcat._locate(graph, {"ess_territory": ["departement:75", "pays:FR"], "ess_country": ["SN"]}, DATASET)
    assert {str(place).rpartition("/")[2] for place in graph.objects(DATASET, DCT.spatial)} == {
        "75",
        "FRA",
        "SEN",
    }


CHECKED = dt.datetime(2026, 11, 3, 12, 30, 15, 999)  # noqa: DTZ001 - as the database keeps it


def annotated(known: quality.Verdicts) -> Graph:
    """The graph of a file after its verdict was added."""
    graph = Graph()
    quality.annotate(graph, FILE, "https://portal.example.org/report", "2", known)
    return graph


def test_a_verdict_is_an_annotation_of_quality():
    """Of the file, with the verdict in two languages, its date, and the page that explains it."""
    graph = annotated({"2": ("errors", CHECKED)})
    (note,) = graph.objects(FILE, quality.DQV.hasQualityAnnotation)
    (body,) = graph.objects(note, quality.OA.hasBody)
    assert graph.value(note, quality.OA.hasTarget) == FILE
    assert graph.value(note, quality.OA.motivatedBy) == quality.DQV.qualityAssessment
    assert graph.value(body, SKOS.notation) == Literal("errors")
    assert set(graph.objects(body, SKOS.prefLabel)) == {Literal("Erreurs", "fr"), Literal("Errors", "en")}
    assert graph.value(note, FOAF.page) == URIRef("https://portal.example.org/report")
    assert graph.value(note, DCT.created) == Literal("2026-11-03T12:30:15+00:00", datatype=XSD.dateTime)


def test_a_verdict_is_a_review_for_search_engines():
    """Of the download, by the portal, with the verdict in two languages, its date and its page."""
    graph, report = Graph(), "https://portal.example.org/report"
    schemaorg.review(graph, FILE, report, ("warnings", CHECKED), "Portail")
    (review,) = graph.objects(FILE, SCHEMA.review)
    assert graph.value(review, RDF.type) == SCHEMA.Review
    assert graph.value(review, SCHEMA.identifier) == Literal("warnings")
    assert set(graph.objects(review, SCHEMA.name)) == {
        Literal("À améliorer", "fr"),
        Literal("Warnings", "en"),
    }
    assert graph.value(review, SCHEMA.url) == URIRef(report)
    assert graph.value(review, SCHEMA.datePublished) == Literal(
        "2026-11-03T12:30:15+00:00", datatype=XSD.dateTime
    )
    assert graph.value(graph.value(review, SCHEMA.author), SCHEMA.name) == Literal("Portail")


def test_no_verdict_is_nothing():
    """Nobody is told that a file is of unknown quality."""
    assert len(annotated({"3": ("errors", CHECKED)})) == 0
