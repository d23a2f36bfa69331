"""Budgets against what was spent."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ckanext.ess.iati.read.tree import Element, text_of
from ckanext.ess.iati.validate.ess.registry import ess_check
from ckanext.ess.iati.validate.rules.case import Hit, Setting
from ckanext.ess.iati.validate.rules.nodes import Tree
from ckanext.ess.iati.validate.rules.values import xpath_number

#: Disbursements and expenditure, in the codes of 2.0x and of 1.0x.
_SPENT = frozenset({"3", "4", "D", "E"})
#: Spending beyond this many times the budget is a slip of units rather than an overrun.
_FAR = 2.0


@ess_check("ess.budget", "warning", "financial", needs=("budget", "transaction"))
def budget_far_from_spending(record: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
    """What was spent should not be more than twice the whole budget, in the same currency."""
    budgets = tree.children(record, "budget")
    spent = [t for t in tree.children(record, "transaction") if _type(t, tree) in _SPENT]
    currency = record.get("default-currency", "")
    planned, paid = _total(budgets, tree, currency), _total(spent, tree, currency)
    if planned is None or paid is None or planned <= 0:
        return
    if paid > _FAR * planned:
        yield Hit(
            budgets[0], {"value": f"{planned:.0f}", "spent": f"{paid:.0f}", "currency": currency or "?"}
        )


def _type(transaction: Element, tree: Tree) -> str:
    kinds = tree.children(transaction, "transaction-type")
    return kinds[0].get("code", "") if kinds else ""


def _total(holders: list[Element] | tuple[Element, ...], tree: Tree, currency: str) -> float | None:
    """Return the sum of the amounts, or None where one is no number or in another currency."""
    total = 0.0
    for holder in holders:
        for value in tree.children(holder, "value"):
            amount = xpath_number(text_of(value))
            if math.isnan(amount) or value.get("currency", currency) != currency:
                return None
            total += amount
    return total if holders else None
