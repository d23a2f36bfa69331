"""What organisation files say: names, budgets, documents; their sums against a plain count."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ckanext.ess.iati.extract.plain import publishers
from ckanext.ess.iati.extract.publisher import PublisherDocument, extract_publisher
from ckanext.ess.iati.read import IatiFile
from ckanext.ess.tests.shared import shared, shared_files

OLD = """<iati-organisation default-currency="EUR" last-updated-datetime="2024-01-01">
  <reporting-org ref="FR-RCS-123456782" type="22">Les Amis</reporting-org>
  <iati-identifier>FR-RCS-123 456 782</iati-identifier>
  <name xml:lang="fr">Les Amis</name><name xml:lang="en">The Friends</name>
  <recipient-org-budget><recipient-org ref="FR-3">AFD</recipient-org>
    <period-start iso-date="2024-01-01"/><value>N/A</value></recipient-org-budget>
  <recipient-org-budget><recipient-org ref="FR-3">AFD</recipient-org>
    <period-start iso-date="2024-01-01"/><value>10.50</value></recipient-org-budget>
  <document-link url="https://example.org"><title xml:lang="fr">Rapport</title>
    <title xml:lang="en">Report</title><category code="B01"/></document-link>
  </iati-organisation>"""
KINDS = {
    "total-budget": "total",
    "recipient-org-budget": "organisation",
    "recipient-country-budget": "country",
    "recipient-region-budget": "region",
    "total-expenditure": "expenditure",
}
FILES = [
    path
    for folder in ("real", "official-examples", "tools")
    for path in shared_files(f"samples/{folder}/**/*.xml")
    if b"<iati-organisation " in (text := path.read_bytes()) or b"<iati-organisation>" in text
]


def read(path: Path) -> list[PublisherDocument]:
    """The organisations of a file."""
    with IatiFile(path) as file:
        return list(publishers(file))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_budgets_agree_with_a_plain_count(path: Path):
    """By kind, year and currency, to the cent; with names and documents."""
    tree = etree.parse(str(path), etree.XMLParser(remove_comments=True))
    elements = tree.xpath("/iati-organisations/iati-organisation")
    found = read(path)
    assert len(found) == len(elements) > 0
    for document, element in zip(found, elements, strict=True):
        plain: defaultdict[Any, Decimal] = defaultdict(Decimal)
        for tag, kind in KINDS.items():
            for holder in element.findall(tag):
                value = holder.find("value")
                year = int(holder.find("period-start").get("iso-date")[:4])
                currency = value.get("currency") or element.get("default-currency")
                plain[kind, year, currency] += Decimal(value.text)
        ours: defaultdict[Any, Decimal] = defaultdict(Decimal)
        for budget in document.budgets:
            ours[budget.kind, budget.year, budget.currency] += budget.amount
        assert ours == plain
        assert len(document.detail.get("documents", [])) == len(element.findall("document-link"))
        assert document.identifier == element.xpath("string(organisation-identifier|iati-identifier)").strip()
        names = [" ".join(one.text.split()) for one in element.xpath("name/narrative|name[not(narrative)]")]
        assert set(document.names.values()) == set(names)


def test_there_are_files_to_compare():
    """Several publishers, with and without budgets."""
    shared("samples/real")
    assert len(FILES) >= 6
    assert sum(len(document.budgets) for path in FILES for document in read(path)) > 50


def test_1_0x_says_the_same():
    """Texts as repeated elements, the organisation's identifier under the activity's name."""
    found = extract_publisher(etree.fromstring(OLD))
    assert found.key == "FR-RCS-123456782"
    assert found.names == {"fr": "Les Amis", "en": "The Friends"}
    assert [(one.kind, one.amount, one.to) for one in found.budgets] == [
        ("organisation", Decimal("10.50"), "FR-RCS-775665599")
    ]
    assert found.detail["documents"][0]["title"] == {"fr": "Rapport", "en": "Report"}
    assert [problem.code for problem in found.problems] == ["amount"]
