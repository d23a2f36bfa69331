"""Whatever is done to an activity, something is extracted, and it adds up."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ckanext.ess.iati.extract import extract
from ckanext.ess.iati.extract.draft import Part
from ckanext.ess.iati.extract.publisher import extract_publisher
from ckanext.ess.iati.extract.rates import Rates
from ckanext.ess.iati.extract.relations import Relations
from ckanext.ess.iati.extract.shares import one_list, parts, places
from ckanext.ess.tests.unit.test_extract import NEW, OLD
from ckanext.ess.tests.unit.test_extract_publisher import OLD as PUBLISHER

TREES = [etree.fromstring(text) for text in (NEW, OLD)]
TAGS = sorted({element.tag for tree in TREES for element in tree.iter()})
ATTRIBUTES = sorted({name for tree in TREES for element in tree.iter() for name in element.attrib})
SPICE = st.sampled_from([
    "", " ", "0", "-1", "1e300", "NaN", "N/A", "100", "33.3", "EUR", "XX", "2024-01-01", "20223-01-01", "fr",
    "9" * 5000, "{!lucene}", "\u202e", "Ä\u0300", "３", "1_0", "2024-02-30", "SN", "14030", "7", "99",
])  # fmt: skip
TEXT = SPICE | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    max_size=20,
)
PERCENTAGES = st.lists(st.none() | st.floats(0, 999.99), min_size=1, max_size=8)


@st.composite
def mangled(draw: st.DrawFn, trees: list[Any]) -> Any:
    """A record with some of its attributes, texts and elements changed, moved, doubled or removed."""
    tree = copy.deepcopy(draw(st.sampled_from(trees)))
    for _ in range(draw(st.integers(1, 8))):
        elements = list(tree.iter())
        element = elements[draw(st.integers(0, len(elements) - 1))]
        _changed(draw, tree, element)
    return tree


def _changed(draw: st.DrawFn, tree: Any, element: Any) -> None:
    change = draw(st.sampled_from(["attribute", "text", "tag", "double", "move", "remove"]))
    if change == "attribute":
        element.set(draw(st.sampled_from(ATTRIBUTES)), draw(TEXT))
    elif change == "text":
        element.text = draw(TEXT)
    elif element is tree:
        return
    elif change == "tag":
        element.tag = draw(st.sampled_from(TAGS))
    elif change == "double":
        element.addnext(copy.deepcopy(element))
    elif change == "move":
        others = [other for other in tree.iter() if element not in (other, *other.iterancestors())]
        others[draw(st.integers(0, len(others) - 1))].append(element)
    else:
        element.getparent().remove(element)


@settings(max_examples=400, deadline=None)
@given(mangled(TREES))
def test_nothing_raises_and_shares_make_at_most_one(tree: Any):
    """No exception, data that JSON can hold, shares of at most 1, exact finite amounts."""
    document = extract(tree)
    json.dumps(document.detail, allow_nan=False)
    for row in document.money:
        for shares in (row.countries, row.regions, row.sectors, row.groups):
            assert sum(shares.values()) <= 1 + 1e-9
            assert all(share >= 0 for share in shares.values())
        assert row.amount.is_finite()
        assert row.entries >= 1
    listed = sum(place.share or 0 for place in document.countries)
    assert listed <= 1 + 1e-9


@settings(max_examples=200, deadline=None)
@given(mangled([etree.fromstring(PUBLISHER)]))
def test_no_organisation_raises(tree: Any):
    """No exception, data that JSON can hold, finite amounts."""
    document = extract_publisher(tree)
    json.dumps(document.detail, allow_nan=False)
    assert all(budget.amount.is_finite() for budget in document.budgets)


@settings(max_examples=200, deadline=None)
@given(mangled(TREES))
def test_transactions_add_up(tree: Any):
    """Rows hold exactly what the detail lists one by one."""
    document = extract(tree)
    listed = [one for one in document.detail.get("transactions", []) if "type" in one and "value" in one]
    rows = [row for row in document.money if row.type not in {"budget", "planned"}]
    assert sum((Decimal(one["value"]) for one in listed), Decimal(0)) == sum(
        (row.amount for row in rows), Decimal(0)
    )
    assert len(listed) == sum(row.entries for row in rows)


@given(PERCENTAGES)
def test_parts_of_a_list(percentages: list[float | None]):
    """At most 1; exactly 1 where some say nothing or the written ones reach 100."""
    found = parts(percentages)
    total = sum(share for share in percentages if share is not None)
    assert sum(found) <= 1 + 1e-9
    assert all(share >= 0 for share in found)
    if None in percentages or total >= 99 or not total:
        assert abs(sum(found) - 1) < 1e-9


@given(PERCENTAGES, PERCENTAGES)
def test_countries_and_regions(countries: list[float | None], regions: list[float | None]):
    """Neither goes past 1; both together only where the countries alone are complete."""
    first, second = places(
        [Part(f"C{number}", share) for number, share in enumerate(countries)],
        [Part(f"R{number}", share) for number, share in enumerate(regions)],
    )
    assert sum(first.values()) <= 1 + 1e-9
    assert sum(second.values()) <= 1 + 1e-9
    alone = one_list([Part(f"C{number}", share) for number, share in enumerate(countries)])
    assert first == alone or sum(first.values()) + sum(second.values()) <= 1 + 1e-9


@given(
    st.decimals(-(10**12), 10**12, places=2),
    st.sampled_from(sorted(Rates.shipped().currencies())),
    st.integers(1960, 2060),
)
def test_every_known_currency_converts_in_every_year(amount: Decimal, currency: str, year: int):
    """To euros and dollars, there and back; the rate says the year that it is of."""
    rates = Rates.shipped()
    euros, dollars = (
        rates.convert(amount, currency, year, "EUR"),
        rates.convert(amount, currency, year, "USD"),
    )
    assert euros is not None
    assert dollars is not None
    assert abs(euros.amount * euros.rate - amount) <= abs(amount) * Decimal("1e-20")
    through = rates.convert(euros.amount, "EUR", year, "USD")
    assert through is not None
    assert abs(through.amount - dollars.amount) <= abs(dollars.amount) * Decimal("1e-20")
    assert 1960 <= euros.rate_year <= 2060


@st.composite
def families(draw: st.DrawFn) -> list[tuple[int, list[int]]]:
    """Amounts of activities, and for each the earlier ones that are its parents."""
    size = draw(st.integers(1, 8))
    found: list[tuple[int, list[int]]] = []
    for number in range(size):
        above = st.lists(st.integers(0, size - 1), max_size=2, unique=True)
        found.append((draw(st.integers(0, 1000)), [one for one in draw(above) if one != number]))
    return found


@settings(deadline=None)
@given(families())
def test_a_family_counts_no_more_than_all_and_no_less_than_its_parts(family: list[tuple[int, list[int]]]):
    """Whatever the relations, circles among them: factors from 0 to 1, and nothing is lost."""
    relations = Relations()
    numbers = [relations.add(_member(number, *one)) for number, one in enumerate(family)]
    factors = [relations.factor(number, "budget") for number in numbers]
    amounts = [amount for amount, _ in family]
    assert all(0 <= factor <= 1 for factor in factors)
    counted = sum(amount * factor for amount, factor in zip(amounts, factors, strict=True))
    assert max(amounts) - 1e-6 <= counted <= sum(amounts) + 1e-6


def _member(number: int, amount: int, parents: list[int]) -> Any:
    related = "".join(f'<related-activity type="1" ref="A-{parent}"/>' for parent in parents)
    return extract(
        etree.fromstring(
            f"<iati-activity default-currency='EUR'><iati-identifier>A-{number}</iati-identifier>{related}"
            f"<budget><period-start iso-date='2024-01-01'/><value>{amount}</value></budget></iati-activity>"
        )
    )
