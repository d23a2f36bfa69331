"""Sums of money for a question.

Without a choice of places, sectors or years the sums are those of the activities, which count nothing twice.
With one, they are made of the activities' money documents: each has its type, year and amount, and the shares
of countries, regions and sectors in it, and only the chosen share counts. See ``docs/activities.rst``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.ess.index.activities.fields import MONEY
from ckanext.ess.index.activities.money_documents import MEASURES
from ckanext.ess.index.activities.questions.filters import activities
from ckanext.ess.index.activities.questions.question import Question
from ckanext.ess.index.activities.questions.values import Range, Value

#: Measures that activities carry themselves.
CARRIED = ("budget", "commitments", "disbursements", "incoming")
CURRENCIES = ("eur", "usd")

#: Fields in which a choice leaves only its share of the money, by axis, the finer field first: who chose a
#: sector and its group means the sector.
AXES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "place": (("country", "share_country_"), ("region", "share_region_")),
    "sector": (("sector", "share_sector_"), ("sector_group", "share_group_")),
}
YEARS = "transaction_year"

#: Prefixes of our parts in Solr's answer.
_TOTAL, _ROWS = "total_", "money"


def is_shared(question: Question) -> bool:
    """Whether only a part of the activities' money counts."""
    return bool(_factors(question) or question.filters.get(YEARS))


def totals(question: Question, currency: str = "eur") -> dict[str, Any]:
    """Return what adds up the totals of a question."""
    if not is_shared(question):
        return {f"{_TOTAL}{measure}": f"sum({measure}_{currency})" for measure in CARRIED}
    return rows(question, by_type(amount(question, currency)))


def rows(question: Question, inside: Mapping[str, Any], name: str = _ROWS) -> dict[str, Any]:
    """Return a part of a request that looks at the money documents of the activities found."""
    condition = f"kind:{MONEY} AND type:({' OR '.join(_types())}){_of_years(question)}"
    return {
        name: {
            "type": "query",
            "q": condition,
            "domain": {"blockChildren": activities()},
            "facet": dict(inside),
        }
    }


def by_type(total: str) -> dict[str, Any]:
    """Return what adds up an amount for each type."""
    return {"types": {"type": "terms", "field": "type", "limit": 20, "facet": {"amount": total}}}


def amount(question: Question, currency: str, *more: str, without: str = "") -> str:
    """Return what adds up the amounts of money documents, as far as they count.

    Args:
        question: chosen places and sectors reduce the amounts to their shares.
        currency: a field of amounts.
        more: further fields that reduce them.
        without: the axis whose choice does not count, because ``more`` stands for it.
    """
    factors = [*_factors(question, without), *more]
    return f"sum(product({','.join([currency, *factors])}))" if factors else f"sum({currency})"


def read_totals(question: Question, answer: Mapping[str, Any]) -> dict[str, float]:
    """Return the totals of an answer by measure."""
    if not is_shared(question):
        return {measure: _number(answer.get(_TOTAL + measure)) for measure in CARRIED}
    found = read_types(answer.get(_ROWS, {}))
    return {measure: found[measure] for measure in CARRIED}


def read_types(answer: Mapping[str, Any]) -> dict[str, float]:
    """Return sums by type as sums by measure."""
    buckets = answer.get("types", {}).get("buckets", ())
    found = {bucket["val"]: _number(bucket.get("amount")) for bucket in buckets}
    return {
        measure: round(sum(found.get(kind, 0.0) for kind in types), 2) for measure, types in MEASURES.items()
    }


def _types() -> Iterable[str]:
    return sorted(kind for types in MEASURES.values() for kind in types)


def _factors(question: Question, without: str = "") -> list[str]:
    found = [_factor(question, fields) for axis, fields in AXES.items() if axis != without]
    return [factor for factor in found if factor]


def _factor(question: Question, fields: Iterable[tuple[str, str]]) -> str:
    """Sum of the shares that are chosen in one axis; "" where nothing is."""
    for name, prefix in fields:
        codes = [value for value in question.filters.get(name, ()) if isinstance(value, str)]
        if codes:
            known = [prefix + code for code in codes if is_code(code)]
            return f"sum({','.join(known)})" if known else "0"
    return ""


def is_code(text: str) -> bool:
    """Whether a value can be part of a field's name, which codes of countries, regions and sectors can."""
    return text.isascii() and text.isalnum()


def _of_years(question: Question) -> str:
    chosen = question.filters.get(YEARS)
    return f" AND year:({' OR '.join(map(_year, chosen))})" if chosen else ""


def _year(value: Value) -> str:
    low, high = (value.low, value.high) if isinstance(value, Range) else (str(value), str(value))
    return f"[{low or '*'} TO {high or '*'}]"


def _number(value: Any) -> float:
    return round(float(value), 2) if isinstance(value, (int, float)) else 0.0
