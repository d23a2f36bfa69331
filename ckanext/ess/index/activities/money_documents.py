"""Money of an activity in the index: one nested document a row, and the activity's sums made of them.

What totals count of a parent is known at the end of its file only (see ``iati/extract/relations.py``): euros
and dollars of its rows are then multiplied by a factor, and its sums made anew from its rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from ckanext.ess.iati.extract.document import BUDGET, PLANNED, ActivityDocument, MoneyRow
from ckanext.ess.iati.extract.rates import DOLLAR, EURO, Rates
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.index.activities.fields import MONEY

Json = dict[str, Any]

CHILDREN: Final = "_childDocuments_"
#: Measure → types of money in it. Incoming funds come from elsewhere, incoming commitments only may.
MEASURES: Final[Mapping[str, frozenset[str]]] = {
    "budget": frozenset({BUDGET}),
    "planned": frozenset({PLANNED}),
    "commitments": frozenset({"2"}),
    "disbursements": frozenset({"3", "4"}),
    "incoming": frozenset({"1"}),
}
_MEASURE_OF: Final = {kind: measure for measure, kinds in MEASURES.items() for kind in kinds}
#: Measures whose sums are fields of the activity.
_SUMMED: Final = ("budget", "commitments", "disbursements", "incoming")
#: Lower ends of the budget bands 1 to 5, in euros.
_BANDS: Final = (0, 10_000, 100_000, 1_000_000, 10_000_000)
_CENTS, _SHARE_DIGITS = 4, 9


def money_documents(document: ActivityDocument, activity: Json, rates: Rates) -> list[Json]:
    """Return the nested documents of an activity, before what its children report is left out."""
    shared = {name: activity[name] for name in ("dataset_id", "resource_id", "run")}
    return [
        {"id": f"{activity['id']}#{number}", "kind": MONEY, **shared, **_row(row, rates)}
        for number, row in enumerate(document.money)
    ]


def _row(row: MoneyRow, rates: Rates) -> Json:
    found: Json = {"type": row.type, "currency": [row.currency], "amount": float(row.amount)}
    if row.year is not None:
        found["year"] = row.year
    for name, currency in (("eur", EURO), ("usd", DOLLAR)):
        if converted := rates.convert(row.amount, row.currency, row.year, currency):
            found[name] = _rounded(converted.amount)
    for what, shares in zip(_SHARES, (row.countries, row.regions, row.sectors, row.groups), strict=True):
        for code, share in shares.items():
            if share and _is_field(what, code):
                found[f"share_{what}_{code}"] = round(share, _SHARE_DIGITS)
    return found


_SHARES: Final = ("country", "region", "sector", "group")


@lru_cache(maxsize=8192)
def _is_field(what: str, code: str) -> bool:
    """Whether a code may name a field: each costs Solr something, so only those of the standard's lists."""
    return code in codelist(_LISTS[what])


_LISTS: Final = {"country": "Country", "region": "Region", "sector": "Sector", "group": "SectorCategory"}


def _rounded(amount: Decimal) -> float:
    return float(round(amount, _CENTS))


def sums(rows: list[Json]) -> Json:
    """Return the sums of an activity's rows; a measure of which nothing can be converted has none."""
    found: Json = {}
    for row in rows:
        measure = _MEASURE_OF.get(row["type"])
        if measure not in _SUMMED:
            continue
        for currency in ("eur", "usd"):
            if currency in row:
                name = f"{measure}_{currency}"
                found[name] = found.get(name, 0.0) + row[currency]
    return {name: round(amount, _CENTS) for name, amount in found.items()}


def by_year(rows: list[Json]) -> dict[str, dict[str, float]]:
    """Return measure → year → euros, for a row of results; "" stands for no year."""
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        measure = _MEASURE_OF.get(row["type"])
        if measure and "eur" in row:
            years = found.setdefault(measure, {})
            year = str(row.get("year", ""))
            years[year] = round(years.get(year, 0.0) + row["eur"], _CENTS)
    return found


def budget_band(rows: list[Json]) -> str | None:
    """Return the class of the reported budget: "0" none, "1" below 10,000 euros … "5" from ten million.

    None where there is a budget of which nothing can be said in euros.

    >>> budget_band([]), budget_band([{"type": "budget", "eur": 99_999.0}]), budget_band([{"type": "budget"}])
    ('0', '2', None)
    """
    budgets = [row for row in rows if row["type"] == BUDGET]
    known = [row["eur"] for row in budgets if "eur" in row]
    if budgets and not known:
        return None
    total = sum(known)
    return str(sum(total > low if not low else total >= low for low in _BANDS))


def corrected(line: bytes, factors: Mapping[str, float]) -> Json:
    """Return an activity of which totals count only a part of its money.

    Args:
        line: the activity as JSON.
        factors: part that is counted, 0 to 1, by type of money; types that are absent count whole.
    """
    document: Json = json.loads(line)
    rows: list[Json] = document.get(CHILDREN, [])
    for row in rows:
        factor = factors.get(row["type"], 1.0)
        for currency in ("eur", "usd"):
            if currency in row:
                row[currency] = round(row[currency] * factor, _CENTS)
    document.update(sums(rows))
    card: Json = json.loads(document["card"])
    card["money"] = by_year(rows)
    card["counted"] = {kind: round(factor, _SHARE_DIGITS) for kind, factor in factors.items()}
    document["card"] = json.dumps(card, ensure_ascii=False, separators=(",", ":"))
    return document
