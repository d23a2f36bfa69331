"""Money of parents and children in one file is counted once."""

from __future__ import annotations

import pytest
from lxml import etree

from ckanext.ess.iati.extract import ActivityDocument, extract
from ckanext.ess.iati.extract.plain import documents
from ckanext.ess.iati.extract.relations import Relations
from ckanext.ess.iati.read import IatiFile
from ckanext.ess.tests.shared import shared


def activity(name: str, amount: str = "0", related: str = "", currency: str = "EUR") -> ActivityDocument:
    """An activity with a budget; ``related`` lists relations as ``1:A 2:B``."""
    relations = "".join(
        f'<related-activity type="{kind}" ref="{ref}"/>'
        for kind, _, ref in (one.partition(":") for one in related.split())
    )
    money = (
        f'<budget><period-start iso-date="2024-01-01"/><value currency="{currency}">{amount}</value></budget>'
        if amount != "0"
        else ""
    )
    return extract(
        etree.fromstring(
            f"<iati-activity><iati-identifier>{name}</iati-identifier>{relations}{money}</iati-activity>"
        )
    )


# name: (activities, factors of their budgets)
FAMILIES = {
    "strangers": ([("A", "100"), ("B", "60")], [1, 1]),
    "child names parent": ([("A", "100"), ("B", "60", "1:A")], [0.4, 1]),
    "parent names child": ([("A", "100", "2:B"), ("B", "60")], [0.4, 1]),
    "both name each other": ([("A", "100", "2:B"), ("B", "60", "1:A")], [0.4, 1]),
    "child first": ([("B", "60", "1:A"), ("A", "100")], [1, 0.4]),
    "children have all": ([("A", "100"), ("B", "60", "1:A"), ("C", "40", "1:A")], [0, 1, 1]),
    "children have more": ([("A", "100"), ("B", "150", "1:A")], [0, 1]),
    "children have nothing": ([("A", "100"), ("B", "0", "1:A")], [1, 1]),
    "siblings and others": ([("A", "100"), ("B", "60", "3:A 4:A 5:A")], [1, 1]),
    "three levels": ([("A", "100"), ("B", "60", "1:A"), ("C", "30", "1:B")], [0.4, 0.5, 1]),
    "silent level between": ([("A", "100"), ("B", "0", "1:A"), ("C", "30", "1:B")], [0.7, 1, 1]),
    "two parents": ([("A", "100"), ("B", "100"), ("C", "60", "1:A 1:B")], [0.7, 0.7, 1]),
    "elsewhere": ([("A", "100", "2:X"), ("B", "60", "1:Y")], [1, 1]),
    "itself": ([("A", "100", "1:A 2:A")], [1]),
    "circle": ([("A", "100", "1:B"), ("B", "60", "1:A")], [0.4, 1]),
    "dollars below euros": ([("A", "1000"), ("B", "1082.38", "1:A", "USD")], [0, 1]),
    "no rate for either": ([("A", "100", "", "XDR"), ("B", "25", "1:A", "XDR")], [0.75, 1]),
    "no rate for one": ([("A", "100"), ("B", "25", "1:A", "XDR")], [1, 1]),
    "negative parent": ([("A", "-100"), ("B", "25", "1:A")], [1, 1]),
    "negative child": ([("A", "100"), ("B", "-25", "1:A")], [1, 1]),
    "identifier twice": ([("A", "100"), ("A", "100"), ("B", "60", "1:A")], [0.4, 1, 1]),
}  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_factors(name: str):
    """The part of each activity's money that totals count."""
    activities, expected = FAMILIES[name]
    relations = Relations()
    numbers = [relations.add(activity(*one)) for one in activities]
    assert [relations.factor(number, "budget") for number in numbers] == pytest.approx(expected, abs=1e-4)
    assert [relations.factor(number, "3") for number in numbers] == [1.0] * len(numbers)


def test_a_long_line_of_ancestors():
    """Ten thousand levels are no recursion."""
    relations = Relations()
    for number in range(10_000):
        relations.add(activity(f"A{number}", "10", f"1:A{number - 1}"))
    assert relations.factor(0, "budget") == 0
    assert relations.factor(9_999, "budget") == 1


def test_a_real_programme():
    """A programme whose projects report its whole budget: theirs is counted, its own is not."""
    relations = Relations()
    with IatiFile(shared("samples/real/OIPA-V2__ewb_canada__collection.xml")) as file:
        found = list(documents(file))
    numbers = [relations.add(document) for document in found]
    reduced = [number for number in numbers if relations.factor(number, "budget") < 1]
    assert [found[number].identifier for number in reduced] == [found[0].identifier]
    total = sum(row.amount for document in found[1:] for row in document.money if row.type == "budget")
    assert [total] == [row.amount for row in found[0].money if row.type == "budget"]
