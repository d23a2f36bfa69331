"""Real files in the index: its numbers are those of a plain count with lxml, to the cent."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.index.activities.client import Core
from ckanext.ess.jobs import draining
from ckanext.ess.tests.ckan import activity_files
from ckanext.ess.tests.shared import shared, shared_files
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running
from ckanext.ess.tests.unit.plain_count import Counts, count

pytestmark = pytest.mark.usefixtures("validation_portal", "clean_queues")

#: Bytes of the largest sample that is taken; a variable lets one take all of them.
LARGEST = int(os.environ.get("ESS_TEST_LARGEST_SAMPLE", "350000"))
CENT = Fraction(1, 100)


def buckets(facet: dict[str, Any], name: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Values of a facet with what is counted of each; None for what has no value."""
    for bucket in facet.get(name, {}).get("buckets", []):
        yield bucket["val"], bucket
    if facet.get(name, {}).get("missing", {}).get("count"):
        yield None, facet[name]["missing"]


def terms(field: str, **inner: Any) -> dict[str, Any]:
    """A facet of all values of a field."""
    return {"type": "terms", "field": field, "limit": -1, "missing": True, "facet": inner}


def in_the_index(core: Core, file: str) -> Counts:
    """What the index says of a file, by its own sums."""
    counts = Counts()
    ours = f'resource_id:"{file}"'
    facets = {name: terms(name) for name in ("country", "sector", "iati_identifier")}
    answer = core.ask({"query": "kind:activity", "filter": [ours], "limit": 0, "facet": facets})
    counts.activities = answer["response"]["numFound"]
    counts.countries = Counter(
        {code: one["count"] for code, one in buckets(answer["facets"], "country") if code}
    )
    counts.sectors = Counter(
        {code: one["count"] for code, one in buckets(answer["facets"], "sector") if code}
    )
    identifiers = buckets(answer["facets"], "iati_identifier")
    counts.identifiers = Counter({code or "": one["count"] for code, one in identifiers})
    money = terms("type", year=terms("year", currency=terms("currency", amount="sum(amount)")))
    answer = core.ask({"query": "kind:money", "filter": [ours], "limit": 0, "facet": {"type": money}})
    for kind, by_year in buckets(answer["facets"], "type"):
        for year, by_currency in buckets(by_year, "year"):
            for currency, one in buckets(by_currency, "currency"):
                counts.money[kind, year, currency] = Fraction(one["amount"])
    _shared(core, ours, counts)
    return counts


def _shared(core: Core, ours: str, counts: Counts) -> None:
    """Amounts by country, by the formula of the documentation."""
    for code in counts.countries:
        summed = {"amount": f"sum(product(amount,share_country_{code}))"}
        query = {"query": f"share_country_{code}:*", "filter": ["kind:money", ours], "limit": 0}
        answer = core.ask({**query, "facet": {"type": terms("type", **summed)}})
        for kind, one in buckets(answer["facets"], "type"):
            counts.shared[kind, code] = Fraction(one["amount"])


def cents(sums: defaultdict[Any, Fraction]) -> dict[Any, Decimal]:
    """Sums rounded to the cent, without zeros."""
    rounded = {key: Decimal(round(total * 100)) / 100 for key, total in sums.items()}
    return {key: total for key, total in rounded.items() if total}


def test_the_index_agrees_with_a_plain_count(activity_core: Core):
    """Activities, identifiers, countries, sectors; money by type, year and currency, and by country."""
    shared("samples/real")
    paths = [path for path in shared_files("samples/real/*.xml") if path.stat().st_size <= LARGEST]
    assert len(paths) > 15
    with running(FakeUpstream()) as site:
        for number, path in enumerate(paths):
            site.serve(f"/{number}.xml", path.read_bytes())
        files = activity_files.datasets([site.url(f"/{number}.xml") for number in range(len(paths))])
        while activity_files.left():
            draining.drain()
    currencies = set(codelist("Currency").codes)
    total = 0
    for file, path in zip(files, paths, strict=True):
        plain, ours = count(path, currencies), in_the_index(activity_core, file)
        total += plain.activities
        assert (ours.activities, ours.identifiers) == (plain.activities, plain.identifiers), path.name
        assert (ours.countries, ours.sectors) == (plain.countries, _listed(plain.sectors)), path.name
        assert cents(ours.money) == cents(plain.money), path.name
        apart = {
            key: (float(ours.shared[key]), float(amount))
            for key, amount in plain.shared.items()
            if abs(ours.shared[key] - amount) > _near(amount)
        }
        assert apart == {}, path.name
    answer = activity_core.select(q="kind:activity", rows=0)
    assert answer["response"]["numFound"] == total


def _listed(sectors: Counter[str]) -> Counter[str]:
    """Those that the standard's list has: others are no choice of a facet."""
    known = codelist("Sector")
    return Counter({code: number for code, number in sectors.items() if code in known})


def _near(amount: Fraction) -> Fraction:
    """A cent, or what a product in Solr, which has seven digits, can be off by."""
    return max(CENT, abs(amount) / 10**7)
