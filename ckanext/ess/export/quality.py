"""What the check of a file found, in RDF: an annotation of its quality, in the W3C's Data Quality Vocabulary.

Not ``adms:status``, which says how far a description has got (under development, withdrawn…), nor
``dqv:hasQualityMeasurement``, which holds a number of a metric. A verdict is a judgement of somebody on a
file, on a date, with a page that explains it: ``dqv:QualityAnnotation``, whose body is the verdict as a
concept.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from rdflib import BNode, Literal, Namespace, URIRef
from rdflib.term import Node

from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.dcat.profiles import DCT, FOAF, RDF, SKOS, XSD

from ckanext.ess import config
from ckanext.ess.schema import choices, verdicts
from ckanext.ess.schema.language import Lang
from ckanext.ess.store.validation import PENDING, ValidationState

DQV = Namespace("http://www.w3.org/ns/dqv#")
OA = Namespace("http://www.w3.org/ns/oa#")

LANGUAGES: tuple[Lang, ...] = ("fr", "en")

#: A status, and when it was last seen to hold.
Verdict = tuple[str, "datetime | None"]
Verdicts = dict[str, Verdict]


def of_files(resource_ids: Collection[str]) -> Verdicts:
    """The verdict on each file and when it was last seen to hold; only those that a check has given."""
    if not config.validation_enabled():
        return {}
    state = ValidationState
    query = sa.select(state.resource_id, state.status, state.checked).where(
        state.resource_id.in_(list(resource_ids)), state.status.not_in((PENDING, "not-applicable"))
    )
    return {row.resource_id: (row.status, row.checked) for row in model.Session.execute(query)}


def page(dataset: str, resource_id: str) -> str:
    """Whole address of the report on a file, in no language."""
    where = {"id": dataset, "resource_id": resource_id, "qualified": True, "locale": "default"}
    return tk.url_for("ess_validation.report", **where)


def annotate(graph: Any, distribution: Node, report: str, resource_id: str, known: Verdicts) -> None:
    """Add the verdict on one distribution, where there is one.

    Args:
        graph: to add to.
        distribution: the file's node.
        report: address of the page that explains the verdict.
        resource_id: the file.
        known: as :func:`of_files` gives it.
    """
    if resource_id not in known:
        return
    status, checked = known[resource_id]
    graph.bind("dqv", DQV)
    graph.bind("oa", OA)
    note, verdict = BNode(), BNode()
    graph.add((distribution, DQV.hasQualityAnnotation, note))
    graph.add((note, RDF.type, DQV.QualityAnnotation))
    graph.add((note, OA.hasTarget, distribution))
    graph.add((note, OA.motivatedBy, DQV.qualityAssessment))
    graph.add((note, OA.hasBody, verdict))
    graph.add((note, FOAF.page, URIRef(report)))
    graph.add((verdict, RDF.type, SKOS.Concept))
    graph.add((verdict, SKOS.notation, Literal(status)))
    for lang in LANGUAGES:
        graph.add((verdict, SKOS.prefLabel, Literal(choices.label(verdicts.LIST, status, lang), lang=lang)))
    if checked:
        graph.add((note, DCT.created, Literal(moment(checked), datatype=XSD.dateTime)))


def moment(checked: datetime) -> str:
    """A time of the database, which is UTC, as RDF has it."""
    return f"{checked.replace(microsecond=0).isoformat()}+00:00"
