"""The money of one project: sums by kind and currency with the rate that was used, a drawing, the entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from babel.numbers import format_decimal

from ckan.plugins import toolkit as tk

from ckanext.ess.charts import years
from ckanext.ess.charts.amounts import locale
from ckanext.ess.schema import language, money
from ckanext.ess.views.projects import blocks
from ckanext.ess.views.projects.blocks import Block, Cell
from ckanext.ess.views.projects.texts import day, label, plain

#: Kind of money of the index → the measure that it is part of, for the drawing.
_MEASURES = {
    "budget": "budget",
    "planned": "planned",
    "2": "commitments",
    "3": "disbursements",
    "4": "disbursements",
    "1": "incoming",
}
_DRAWN = ("commitments", "disbursements", "budget", "incoming")
#: Entries shown one by one; the files have all of them.
MOST_ENTRIES = 200
_LARGE_RATE = 100


class Sum(NamedTuple):
    """What a project says of one kind of money in one currency."""

    kind: str
    currency: str
    amount: str
    euros: str
    rates: str
    each_rate: str


class Entry(NamedTuple):
    """One transaction, budget or planned disbursement."""

    when: str
    kind: str
    amount: str
    parties: str
    text: str


class Entries(NamedTuple):
    """Entries of one sort: a title with their number, those shown, whether there are more."""

    title: str
    shown: Sequence[Entry]
    has_more: bool


def kind(code: str) -> str:
    """Return what a kind of money is called."""
    if code in ("budget", "planned"):
        return money.measure(code)
    return label("TransactionType", code)


def sums(rows: Iterable[Mapping[str, Any]]) -> list[Sum]:
    """Return the totals by kind and currency, in the order in which money is told."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["type"], row.get("currency") or ""), []).append(row)
    order = [*_MEASURES]
    ordered = sorted(found, key=lambda key: (order.index(key[0]) if key[0] in order else 9, *key))
    return [_sum(name, currency, found[name, currency]) for name, currency in ordered]


def _sum(name: str, currency: str, rows: Sequence[Mapping[str, Any]]) -> Sum:
    amount = sum(row.get("amount") or 0 for row in rows)
    converted = [row for row in rows if row.get("eur") is not None]
    euros = money.exact(sum(row["eur"] for row in converted)) if converted else tk._("not converted")
    if converted and len(converted) < len(rows):
        euros = tk._("{amount}, partly").format(amount=euros)
    return Sum(
        kind(name),
        currency or tk._("not said"),
        money.exact(amount, currency),
        euros,
        *_rates(currency, rows),
    )


def _rates(currency: str, rows: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """Return the rates used in a few words, and each with its year; nothing where none was."""
    used = sorted({(row["rate_year"], row["rate"]) for row in rows if row.get("rate")})
    if currency in ("EUR", "") or not used:
        return "", ""
    each = [tk._("{rate} in {year}").format(rate=_rate(rate), year=year) for year, rate in used]
    if len(used) == 1:
        return each[0], ""
    lowest, highest = (_rate(pick(rate for _, rate in used)) for pick in (min, max))
    span = tk._("{lowest} to {highest}, rates of {first} to {last}")
    return span.format(lowest=lowest, highest=highest, first=used[0][0], last=used[-1][0]), "\n".join(each)


def _rate(rate: float) -> str:
    return format_decimal(
        rate, "#,##0.####" if rate < _LARGE_RATE else "#,##0.###", locale(language.current())
    )


def drawing(rows: Iterable[Mapping[str, Any]]) -> Block | None:
    """Return the money per year in euros, where there is some."""
    by_year: dict[int, dict[str, float]] = {}
    for row in rows:
        name = _MEASURES.get(row["type"])
        if name and row.get("year") and row.get("eur") is not None:
            sums_of = by_year.setdefault(int(row["year"]), {})
            sums_of[name] = sums_of.get(name, 0) + row["eur"]
    drawn = years.draw([years.Amounts(year, found) for year, found in by_year.items()], _DRAWN)
    if not drawn.groups:
        return None
    headers = [tk._("Year"), *(f"{money.measure(name)} (€)" for name in drawn.measures)]
    table = [
        [Cell(str(year)), *(blocks.amount_cell(found.get(name)) for name in drawn.measures)]
        for year, found in sorted(by_year.items(), reverse=True)
    ]
    title = tk._("Money per year, in euros")
    return Block("years", "money-per-year", title, headers, table, drawn, blocks.left_out(drawn.left_out))


def entries(detail: Mapping[str, Any]) -> list[Entries]:
    """Return transactions, budgets and planned disbursements one by one."""
    found = []
    for name in ("transactions", "budgets", "planned_disbursements"):
        records = detail.get(name) or ()
        if records:
            shown = [_entry(record) for record in sorted(records, key=_newest, reverse=True)[:MOST_ENTRIES]]
            found.append(Entries(_title(name, len(records)), shown, len(records) > MOST_ENTRIES))
    return found


def _title(name: str, number: int) -> str:
    if name == "transactions":
        text = tk.ungettext("{number} transaction", "{number} transactions", number)
    elif name == "budgets":
        text = tk.ungettext("{number} budget", "{number} budgets", number)
    else:
        text = tk.ungettext("{number} planned disbursement", "{number} planned disbursements", number)
    return text.format(number=number)


def _newest(record: Mapping[str, Any]) -> str:
    return record.get("date") or record.get("start") or record.get("value_date") or ""


def _entry(record: Mapping[str, Any]) -> Entry:
    start, end = day(record.get("start")), day(record.get("end"))
    when = day(record.get("date")) or " – ".join(filter(None, [start, end])) or day(record.get("value_date"))
    notes = [label("TransactionType", record.get("type") or "")]
    if record.get("revised"):
        notes.append(tk._("revised"))
    if record.get("replaced"):
        notes.append(tk._("replaced by a revised one, not counted"))
    return Entry(
        when or "–",
        ", ".join(filter(None, notes)),
        _written(record),
        _parties(record),
        plain(record.get("description")),
    )


def _written(record: Mapping[str, Any]) -> str:
    """Return an amount as published; as text where it is no number."""
    currency = record.get("currency") or ""
    try:
        written = money.exact(Decimal(record["value"]), currency)
    except (KeyError, InvalidOperation):
        return record.get("value_written") or "–"
    return written if currency else f"{written} ({tk._('currency not said')})"


def _parties(record: Mapping[str, Any]) -> str:
    names = [
        plain(party.get("names")) or party.get("ref", "")
        for party in (record.get("provider") or {}, record.get("receiver") or {})
    ]
    return " → ".join(filter(None, names)) if all(names) else next(filter(None, names), "")
