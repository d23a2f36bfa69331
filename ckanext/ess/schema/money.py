"""Kinds of money and amounts, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping

from ckan.plugins import toolkit as tk

from ckanext.ess.charts import amounts
from ckanext.ess.schema import language


def N_(text: str) -> str:  # noqa: N802 (the name that Babel extracts)
    """Mark a text for translation without translating it yet."""
    return text


#: What the sums of the activity index are called.
MEASURES: Mapping[str, str] = {
    "budget": N_("Budget"),
    "planned": N_("Planned disbursements"),
    "commitments": N_("Commitments"),
    "disbursements": N_("Disbursements and expenditure"),
    "incoming": N_("Incoming funds"),
}


def measure(name: str) -> str:
    """What a kind of money is called."""
    return tk._(MEASURES.get(name, name))


def short(amount: amounts.Number | None, currency: str = "EUR") -> str:
    """An amount in two or three figures; a dash for none."""
    return "–" if amount is None else amounts.short(amount, currency, language.current())


def exact(amount: amounts.Number | None, currency: str = "EUR") -> str:
    """An amount with all its figures; nothing for none."""
    return "" if amount is None else amounts.exact(amount, currency, language.current())
