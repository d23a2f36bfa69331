"""How much money goes where: sums by year, by place, by sector, by organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ckanext.ess.index.activities.questions import cache, facets, money
from ckanext.ess.index.activities.questions.asking import Asker
from ckanext.ess.index.activities.questions.names import COUNTED, FIELDS
from ckanext.ess.index.activities.questions.question import Question

#: Rows of one answer.
MOST_ROWS = 300
YEAR = "year"
#: Fields whose values each have a share of the money, with the axis that the share belongs to.
_SHARED: Mapping[str, tuple[str, str]] = {
    name: (axis, prefix) for axis, fields in money.AXES.items() for name, prefix in fields
}
BY = (YEAR, *(name for name in COUNTED if name not in {"freshness", "rule"}))

_VALUE, _MISSING, _ROWS = "value", "unconverted", "rows"


class Row(NamedTuple):
    """Sums of a year or of a value: ``count`` activities, amounts by measure; None: not told here."""

    value: str
    count: int
    amounts: Mapping[str, float | None]


class Unconverted(NamedTuple):
    """A sum in a currency that could not be converted, and that is in no other sum."""

    currency: str
    type: str
    amount: float


class Breakdown(NamedTuple):
    """Rows, and what is not in them."""

    rows: list[Row]
    unconverted: list[Unconverted]


def breakdown(asker: Asker, question: Question, by: str, currency: str = "eur") -> Breakdown:
    """Add up the money of a question's activities by year or by the values of a field.

    Of a country, region, sector or group only its own share counts. Of other fields the whole activity counts
    for each of its values, so that rows do not add up to the total where an activity has several.

    Raises:
        ActivityIndexError: the index does not answer.
    """
    name = cache.key(asker, "breakdown", {**question.selection(), "by": by, "currency": currency})
    (kept,) = cache.read([name])
    if kept is None:
        kept = _asked(asker, question, by, currency)
        cache.keep({name: kept})
    rows, missing = kept
    return Breakdown([Row(*row) for row in rows], [Unconverted(*one) for one in missing])


def _asked(asker: Asker, question: Question, by: str, currency: str) -> tuple[list[Row], list[Unconverted]]:
    if by == YEAR:
        wanted, read = _years(question, currency), _read_years
    elif by in _SHARED:
        return _asked_shares(asker, question, by, currency)
    else:
        wanted, read = _values(question, by, currency), _read_values
    answer = asker.count(question, {**wanted, **_unconverted(question, currency)})
    return read(question, answer), _read_unconverted(answer)


def _years(question: Question, currency: str) -> dict[str, Any]:
    inside = {
        "years": {
            "type": "terms",
            "field": "year",
            "limit": MOST_ROWS,
            "sort": "index asc",
            "missing": True,
            "facet": {
                "activities": "uniqueBlock(_root_)",
                **money.by_type(money.amount(question, currency)),
            },
        }
    }
    return money.rows(question, inside, _ROWS)


def _read_years(_question: Question, answer: Mapping[str, Any]) -> list[Row]:
    """Rows by year, and last what is of no year, if anything is."""
    found = answer.get(_ROWS, {}).get("years", {})
    rows = [
        Row(str(one["val"]), one["activities"], money.read_types(one)) for one in found.get("buckets", ())
    ]
    undated = found.get("missing", {})
    if undated.get("count"):
        rows.append(Row("", undated["activities"], money.read_types(undated)))
    return rows


def _asked_shares(
    asker: Asker, question: Question, by: str, currency: str
) -> tuple[list[Row], list[Unconverted]]:
    """Two requests: which values there are, then one sum for each."""
    counts = _values_of(asker, question, by)
    axis, prefix = _SHARED[by]
    inside = {
        f"{_VALUE}_{place}": {
            "type": "query",
            "q": f"{prefix}{one.value}:[* TO *]",
            "facet": money.by_type(money.amount(question, currency, prefix + one.value, without=axis)),
        }
        for place, one in enumerate(counts)
    }
    wanted = money.rows(question, inside, _ROWS)
    answer = asker.count(question, {**wanted, **_unconverted(question, currency)})
    found = answer.get(_ROWS, {})
    rows = [
        Row(one.value, one.count, money.read_types(found.get(f"{_VALUE}_{place}", {})))
        for place, one in enumerate(counts)
    ]
    return _largest_first(rows), _read_unconverted(answer)


def _values_of(asker: Asker, question: Question, by: str) -> list[facets.Count]:
    """The values of a field among the activities found; where some were chosen, only these."""
    chosen = set(question.filters.get(by, ()))
    groups = tuple(str(group) for group in question.filters.get("sector_group", ())) if by == "sector" else ()
    asked = replace(question, facets=(by,), facet_limit=MOST_ROWS)
    counts = facets.read(asked, asker.count(asked, facets.asked(asked, asker.today)))[by]
    return [
        one
        for one in counts
        if money.is_code(one.value)
        and (not chosen or one.value in chosen)
        and (not groups or one.value.startswith(groups))
    ][:MOST_ROWS]


def _values(question: Question, by: str, currency: str) -> dict[str, Any]:
    totals = money.totals(question, currency)
    terms: dict[str, Any] = {"type": "terms", "field": FIELDS[by].field, "limit": MOST_ROWS, "facet": totals}
    if not money.is_shared(question):
        terms["sort"] = "total_commitments desc"
    return {_ROWS: terms}


def _read_values(question: Question, answer: Mapping[str, Any]) -> list[Row]:
    rows = [
        Row(str(one["val"]), one["count"], {**money.read_totals(question, one), "planned": None})
        for one in answer.get(_ROWS, {}).get("buckets", ())
    ]
    return _largest_first(rows)


def _largest_first(rows: Iterable[Row]) -> list[Row]:
    def size(row: Row) -> tuple[float, ...]:
        return tuple(-(row.amounts.get(name) or 0.0) for name in ("commitments", "disbursements", "budget"))

    return sorted(rows, key=lambda row: (*size(row), -row.count, row.value))


def _unconverted(question: Question, currency: str) -> dict[str, Any]:
    sums = {
        "types": {
            "type": "terms",
            "field": "type",
            "limit": 20,
            "facet": {"amount": money.amount(question, "amount")},
        }
    }
    inside = {
        "left": {
            "type": "query",
            "q": f"*:* -{currency}:[* TO *]",
            "facet": {"currencies": {"type": "terms", "field": "currency", "limit": 100, "facet": sums}},
        }
    }
    return money.rows(question, inside, _MISSING)


def _read_unconverted(answer: Mapping[str, Any]) -> list[Unconverted]:
    measures = {kind: measure for measure, kinds in money.MEASURES.items() for kind in kinds}
    sums: dict[tuple[str, str], float] = {}
    buckets = answer.get(_MISSING, {}).get("left", {}).get("currencies", {}).get("buckets", ())
    for currency in buckets:
        for kind in currency["types"]["buckets"]:
            place = (currency["val"], measures[kind["val"]])
            sums[place] = sums.get(place, 0.0) + kind["amount"]
    return [
        Unconverted(currency, kind, round(amount, 2)) for (currency, kind), amount in sorted(sums.items())
    ]
