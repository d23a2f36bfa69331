"""What our datasets say to search engines (schema.org in JSON-LD) beyond ckanext-dcat's own profile.

``ckanext.dcat.structured_data.profiles = schemaorg ess_schemaorg``

The verdict on a file is a ``schema:Review`` of the download: a judgement of it, on a date, with a page
that gives the reasons. ``creativeWorkStatus`` would be wrong: it says how far a work has got.
"""

from __future__ import annotations

from typing import Any

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from ckan.plugins import toolkit as tk
from ckanext.dcat.profiles import RDF, SCHEMA, XSD, RDFProfile
from ckanext.dcat.utils import resource_uri

from ckanext.ess.export import quality
from ckanext.ess.schema import choices, verdicts


class EssSchemaOrgProfile(RDFProfile):
    """Verdicts on files."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: Node) -> None:  # noqa: ARG002
        """Complete the graph of one dataset."""
        files = {
            resource["id"]: resource for resource in dataset_dict.get("resources", ()) if resource.get("id")
        }
        known = quality.of_files(files)
        author = str(tk.config.get("ckan.site_title") or tk.config.get("ckan.site_url") or "")
        for identifier in known:
            download = URIRef(resource_uri(files[identifier]))
            report = quality.page(dataset_dict["name"], identifier)
            review(self.g, download, report, known[identifier], author)


def review(graph: Any, download: Node, report: str, verdict: quality.Verdict, author: str) -> None:
    """Add the verdict on one file.

    Args:
        graph: to add to.
        download: the file's node.
        report: address of the page that explains the verdict.
        verdict: the status, and when it was last seen to hold.
        author: who gives it: the portal's name.
    """
    status, checked = verdict
    node, portal = BNode(), BNode()
    graph.add((download, SCHEMA.review, node))
    graph.add((node, RDF.type, SCHEMA.Review))
    graph.add((node, SCHEMA.reviewAspect, Literal("validation")))
    graph.add((node, SCHEMA.identifier, Literal(status)))
    for lang in quality.LANGUAGES:
        word = choices.label(verdicts.LIST, status, lang)
        graph.add((node, SCHEMA.name, Literal(word, lang=lang)))
        graph.add((node, SCHEMA.reviewBody, Literal(verdicts.badge(status, lang)[2], lang=lang)))
    graph.add((node, SCHEMA.url, URIRef(report)))
    graph.add((node, SCHEMA.author, portal))
    graph.add((portal, RDF.type, SCHEMA.Organization))
    graph.add((portal, SCHEMA.name, Literal(author)))
    if checked:
        graph.add((node, SCHEMA.datePublished, Literal(quality.moment(checked), datatype=XSD.dateTime)))
