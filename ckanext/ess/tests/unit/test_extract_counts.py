"""What is extracted from real files adds up to what an independent count says, to the cent."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ckanext.ess.iati.extract import ActivityDocument, extract
from ckanext.ess.iati.extract.rates import PEGS
from ckanext.ess.iati.read import IatiFile, parse
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.tests.shared import shared, shared_files
from ckanext.ess.tests.unit.plain_count import Counts, count

CENT = Decimal("0.01")


def files() -> list[Path]:
    """Well-formed activity files of the samples."""
    folders = ("real", "official-examples", "tools", "js-validator-tests")
    found = [path for folder in folders for path in shared_files(f"samples/{folder}/**/*.xml")]
    return [path for path in found if b"<iati-activity" in path.read_bytes()]


def currencies() -> set[str]:
    """Currencies of today's list, and those that became the euro."""
    return {*codelist("Currency").codes, *(line.split("\t")[0] for line in PEGS.read_text().splitlines())}


def documents(path: Path) -> list[ActivityDocument]:
    """The documents of a file, through our own reader."""
    found: list[ActivityDocument] = []
    with IatiFile(path) as document:
        for piece in document.pieces():
            if piece.number and document.root is not None:
                element = parse(piece, document.root, document.limits).element
                assert element is not None
                found.append(extract(element, document.root, piece))
    return found


def counted(found: list[ActivityDocument]) -> Counts:
    """The same counts, from documents."""
    counts = Counts()
    for document in found:
        counts.activities += 1
        counts.identifiers[document.identifier] += 1
        counts.countries.update(place.code for place in document.countries)
        counts.sectors.update(
            sector.code
            for sector in document.sectors
            if sector.vocabulary == "1" and len(sector.code) == 5 and sector.code.isdigit()
        )
        for row in document.money:
            counts.money[row.type, row.year, row.currency] += Fraction(row.amount)
            for country, share in row.countries.items():
                counts.shared[row.type, country] += Fraction(row.amount) * Fraction(share)
    return counts


def cents(sums: defaultdict[Any, Fraction]) -> dict[Any, Decimal]:
    """Sums rounded to the cent, without zeros."""
    rounded = {key: Decimal(round(total * 100)) / 100 for key, total in sums.items()}
    return {key: total for key, total in rounded.items() if total}


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_agrees_with_a_plain_count(path: Path):
    """Activities, countries, sectors; money by type, year and currency; money by country."""
    try:
        plain = count(path, currencies())
    except etree.XMLSyntaxError:
        pytest.skip("not well-formed: lxml alone cannot read it")
    if path.stem.endswith("two-iati-activities"):
        pytest.skip("two roots: lxml alone sees the first")
    ours = counted(documents(path))
    assert ours.activities == plain.activities
    assert ours.identifiers == plain.identifiers
    assert ours.countries == plain.countries
    assert ours.sectors == plain.sectors
    assert cents(ours.money) == cents(plain.money)
    assert set(cents(ours.shared)) == set(cents(plain.shared))
    apart = [key for key, total in plain.shared.items() if abs(ours.shared[key] - total) > CENT / 2]
    assert apart == []


def test_samples_have_what_is_counted():
    """The comparison is about something: thousands of activities, old and new, with money."""
    shared("samples/real")
    totals = [count(path, currencies()) for path in shared_files("samples/real/*.xml")]
    assert sum(total.activities for total in totals) > 3000
    kinds = Counter(kind for total in totals for kind, _, _ in total.money)
    assert {"budget", "planned", "1", "2", "3", "4", "5", "6", "11"} <= set(kinds)
