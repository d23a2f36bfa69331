"""What our datasets say in DCAT beyond ckanext-dcat's own profile, which must run first.

``ckanext.dcat.rdf.profiles = euro_dcat_ap_3 ess_dcat``

Two things are corrected, the others added. A checksum gets its algorithm's address and a plain digest: udata
loses the whole dataset for a checksum without an algorithm, and for a digest typed ``xsd:hexBinary`` (seen in
17.18). Codes of languages and frequencies become the addresses that DCAT-AP asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from ckan.plugins import toolkit as tk
from ckanext.dcat.profiles import ADMS, DCAT, DCT, FOAF, RDF, SKOS, SPDX, CleanedURIRef, RDFProfile
from ckanext.dcat.utils import resource_uri

from ckanext.ess.export import quality, vocabularies
from ckanext.ess.schema import choices
from ckanext.ess.schema.language import Lang

LANGUAGES: tuple[Lang, ...] = ("fr", "en")

#: What people call a goal of the United Nations, before its number.
GOAL: Mapping[Lang, str] = {"fr": "ODD", "en": "SDG"}

#: Fields whose values are concepts: field → the list that names them.
LISTS = {
    "ess_kind": "kind",
    "ess_theme": "theme",
    "ess_sdg": "UNSDG-Goals",
    "ess_territory": "territory",
    "ess_country": "Country",
}

#: Identifiers of a publisher: field of the organisation → who gives it.
IDENTIFIERS = {"ess_siren": "INSEE", "ess_siret": "INSEE", "ess_rna": "RNA", "ess_iati_identifier": "IATI"}


class EssProfile(RDFProfile):
    """Kind, themes, goals, territories, licence, schemas, publisher's identifiers, checksums, verdicts."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: Node) -> None:
        """Complete the graph of one dataset."""
        _describe(self.g, dataset_dict, dataset_ref)
        _locate(self.g, dataset_dict, dataset_ref)
        _identify_publisher(self.g, dataset_dict.get("owner_org") or "", dataset_ref)
        resources = dataset_dict.get("resources", [])
        verdicts = quality.of_files([resource["id"] for resource in resources if resource.get("id")])
        for resource in resources:
            distribution = CleanedURIRef(resource_uri(resource))
            schema = vocabularies.schema(resource.get("ess_schema") or "")
            _correct_checksum(self.g, resource, distribution)
            _link(self.g, distribution, DCT.conformsTo, [schema])
            _link(self.g, distribution, DCT.license, [dataset_dict.get("license_url") or ""])
            identifier = resource.get("id") or ""
            report = quality.page(dataset_dict["name"], identifier)
            quality.annotate(self.g, distribution, report, identifier, verdicts)


def _describe(graph: Any, dataset: dict[str, Any], ref: Node) -> None:
    """Kind, themes, goals, languages, frequency, licence and source."""
    for field, predicate in (("ess_kind", DCT.type), ("ess_theme", DCAT.theme)):
        for value in _values(dataset, field):
            _concept(graph, ref, predicate, BNode(), field, value)
    for number in _values(dataset, "ess_sdg"):
        if address := vocabularies.goal(number):
            _goal(graph, ref, URIRef(address), number)
    _replace(graph, ref, DCT.language, map(vocabularies.language, _values(dataset, "language")))
    _replace(graph, ref, DCT.accrualPeriodicity, map(vocabularies.frequency, _values(dataset, "frequency")))
    _link(graph, ref, DCT.license, [dataset.get("license_url") or ""])
    _link(graph, ref, DCT.source, [dataset.get("ess_source_url") or ""])


def _locate(graph: Any, dataset: dict[str, Any], ref: Node) -> None:
    """Territories and recipient countries, each with its names."""
    for field, address_of in (
        ("ess_territory", vocabularies.territory),
        ("ess_country", vocabularies.country),
    ):
        for value in _values(dataset, field):
            if address := address_of(value):
                graph.add((URIRef(address), RDF.type, DCT.Location))
                _concept(graph, ref, DCT.spatial, URIRef(address), field, value)


def _identify_publisher(graph: Any, identity: str, ref: Node) -> None:
    """Registers' numbers of the publisher, as ``adms:Identifier`` with the register's name."""
    for publisher in list(graph.objects(ref, DCT.publisher)):
        if not identity or (publisher, ADMS.identifier, None) in graph:
            continue
        organization = _organization(identity)
        for field, agency in IDENTIFIERS.items():
            if number := organization.get(field):
                node = BNode()
                graph.add((publisher, ADMS.identifier, node))
                graph.add((node, RDF.type, ADMS.Identifier))
                graph.add((node, SKOS.notation, Literal(number)))
                graph.add((node, ADMS.schemaAgency, Literal(agency)))
        if number := organization.get("ess_iati_identifier"):
            graph.add((publisher, DCT.identifier, Literal(number)))
        _link(graph, publisher, FOAF.homepage, [organization.get("ess_website") or ""])


def _organization(identity: str) -> dict[str, Any]:
    """The publisher as its page shows it, without its members and datasets."""
    asked = {"id": identity, "include_users": False, "include_dataset_count": False}
    return tk.get_action("organization_show")({"ignore_auth": True}, asked)


def _correct_checksum(graph: Any, resource: dict[str, Any], distribution: Node) -> None:
    """Say the algorithm by its address and the digest as text; drop what no algorithm explains."""
    digest = str(resource.get("hash") or "").strip().rpartition(":")[2]
    for checksum in list(graph.objects(distribution, SPDX.checksum)):
        graph.remove((distribution, SPDX.checksum, checksum))
        graph.remove((checksum, None, None))
    algorithm = vocabularies.checksum_algorithm(digest, str(resource.get("hash_algorithm") or ""))
    if algorithm:
        checksum = BNode()
        graph.add((distribution, SPDX.checksum, checksum))
        graph.add((checksum, RDF.type, SPDX.Checksum))
        graph.add((checksum, SPDX.algorithm, URIRef(algorithm)))
        graph.add((URIRef(algorithm), RDF.type, SPDX.ChecksumAlgorithm))
        graph.add((checksum, SPDX.checksumValue, Literal(digest.lower())))


def _concept(graph: Any, ref: Node, predicate: URIRef, concept: Node, field: str, value: str) -> None:
    """Link a dataset to a concept and name it in our languages."""
    graph.add((ref, predicate, concept))
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.notation, Literal(value)))
    for lang in LANGUAGES:
        name = choices.label(LISTS[field], value, lang)
        graph.add((concept, SKOS.prefLabel, Literal(name, lang=lang)))


def _goal(graph: Any, ref: Node, concept: URIRef, number: str) -> None:
    """Link a dataset to a goal by its short name: udata makes tags of themes; official names are long."""
    graph.add((ref, DCAT.theme, concept))
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.notation, Literal(number)))
    for lang, short in GOAL.items():
        graph.add((concept, SKOS.prefLabel, Literal(f"{short} {number}", lang=lang)))
        graph.add(
            (concept, SKOS.definition, Literal(choices.label(LISTS["ess_sdg"], number, lang), lang=lang))
        )


def _replace(graph: Any, ref: Node, predicate: URIRef, addresses: Iterable[str]) -> None:
    """Put addresses in the place of the codes that the profile before us wrote."""
    known = [address for address in addresses if address]
    if known:
        graph.remove((ref, predicate, None))
        _link(graph, ref, predicate, known)


def _link(graph: Any, ref: Node, predicate: URIRef, addresses: Iterable[str]) -> None:
    for address in addresses:
        if address.startswith(("http://", "https://")):
            graph.add((ref, predicate, CleanedURIRef(address)))


def _values(dataset: dict[str, Any], field: str) -> list[str]:
    """A field's values as a list of texts, whether it holds one or several."""
    value = dataset.get(field) or []
    return [str(one) for one in (value if isinstance(value, list) else [value])]
