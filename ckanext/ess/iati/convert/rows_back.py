"""Rows of the other sheets from an activity's elements, and budgets as columns of years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from ckanext.ess.iati.convert.columns import ORGANISATION, PROJECTS, Column, column, columns
from ckanext.ess.iati.convert.finish import WGS84, format_of
from ckanext.ess.iati.convert.gather import Taker
from ckanext.ess.iati.convert.grid import Key
from ckanext.ess.iati.convert.unread import Unread
from ckanext.ess.iati.read.tree import Element

Row = dict[Key, str]
_LONGEST = 366
_POINT = 2


def _day(element: Element, name: str) -> str:
    child = element.find(name)
    return (child.get("iso-date", "") if child is not None else "")[:10]


def budgets(row: Row, taker: Taker, unread: Unread, record: Element) -> None:
    """Put budgets into the row: those of calendar years, and one of another period."""
    for budget in record.iterchildren("budget"):
        if not _year(row, column(PROJECTS, "budget_year"), taker, unread, budget):
            _period(row, taker, unread, budget)


def totals(row: Row, taker: Taker, unread: Unread, record: Element) -> None:
    """Put the organisation's budgets and expenditure of calendar years into its row."""
    for name, key in (("total-budget", "total_budget_year"), ("total-expenditure", "total_spent_year")):
        for total in record.iterchildren(name):
            _year(row, column(ORGANISATION, key), taker, unread, total)


def _year(row: Row, one: Column, taker: Taker, unread: Unread, budget: Element) -> bool:
    start, end = _day(budget, "period-start"), _day(budget, "period-end")
    year, value = start[:4], budget.find("value")
    if (start, end) != (f"{year}-01-01", f"{year}-12-31") or (one, year) in row or value is None:
        return False
    return _held(row, (one, year), taker, unread, budget)


def _held(row: Row, key: Key, taker: Taker, unread: Unread, budget: Element) -> bool:
    value = budget.find("value")
    text = (value.text or "").strip() if value is not None else ""
    if value is None or not text:
        return False
    unread.take(value)
    row[key] = taker.amount(value, text)
    for name in ("period-start", "period-end"):
        child = budget.find(name)
        if child is not None:
            unread.take(child, "iso-date")
    if value.get("value-date", "")[:10] == _day(budget, "period-start"):
        unread.take(value, "value-date")
    return True


def _period(row: Row, taker: Taker, unread: Unread, budget: Element) -> None:
    """The one budget of another period that a row has room for."""
    start, end = _day(budget, "period-start"), _day(budget, "period-end")
    key = (column(PROJECTS, "budget"), "")
    if key in row or not _short(start, end) or not _held(row, key, taker, unread, budget):
        return
    row[column(PROJECTS, "budget_start"), ""] = start
    row[column(PROJECTS, "budget_end"), ""] = end


def _short(start: str, end: str) -> bool:
    try:
        days = (dt.date.fromisoformat(end) - dt.date.fromisoformat(start)).days
    except ValueError:
        return False
    return 0 <= days < _LONGEST


def transactions(taker: Taker, unread: Unread, record: Element) -> Iterator[Row]:
    """A row for each transaction."""
    for transaction in record.iterchildren("transaction"):
        value = transaction.find("value")
        if value is not None and value.get("value-date", "")[:10] == _day(transaction, "transaction-date"):
            unread.take(value, "value-date")
        yield taker.row("transactions", transaction)


def places(taker: Taker, unread: Unread, record: Element) -> Iterator[Row]:
    """A row for each location that has a name."""
    for location in record.iterchildren("location"):
        if location.find("name") is None:
            continue
        row = taker.row("places", location)
        if (column("places", "name"), "") in row:
            _point(row, unread, location)
            yield row


def _point(row: Row, unread: Unread, location: Element) -> None:
    pos = location.find("point/pos")
    parts = (pos.text or "").split() if pos is not None else []
    if pos is None or len(parts) != _POINT:
        return
    unread.take(pos)
    point = location.find("point")
    if point is not None and point.get("srsName") == WGS84:
        unread.take(point, "srsName")
    row[column("places", "latitude"), ""], row[column("places", "longitude"), ""] = parts


def documents(taker: Taker, unread: Unread, record: Element) -> Iterator[Row]:
    """A row for each document."""
    key = (column("documents", "format"), "")
    for document in record.iterchildren("document-link"):
        row = taker.row("documents", document)
        if document.get("format") == format_of(document.get("url", "")):
            unread.take(document, "format")
            row.pop(key, None)
        yield row


def results(taker: Taker, _: Unread, record: Element) -> Iterator[Row]:
    """A row for each period of each indicator; one for an indicator without periods."""
    seen: set[tuple[str, ...]] = set()
    for result in record.iterchildren("result"):
        head = _columns(taker, result, "result", 1)
        for indicator in result.iterchildren("indicator"):
            named = {**head, **_columns(taker, indicator, "result/indicator", 2)}
            if tuple(named.values()) in seen:
                continue
            seen.add(tuple(named.values()))
            periods = list(indicator.iterchildren("period"))
            for period in periods or [None]:
                measured = _columns(taker, period, "result/indicator/period", 3) if period is not None else {}
                yield {**named, **measured}


def _columns(taker: Taker, element: Element, above: str, depth: int) -> Row:
    """Values of the columns that speak of an element itself, not of one of those listed in it."""
    row: Row = {}
    for one in columns("results"):
        path = "/".join(step.name for step in one.steps[:depth])
        inner = {step.name for step in one.steps[depth:]}
        ours = path == above and not inner & {"indicator", "period"}
        if ours and (value := taker.scalar(element, one, one.steps[depth:])):
            row[one, ""] = value
    return row


SHEETS: dict[str, Callable[[Taker, Unread, Element], Iterator[Row]]] = {
    "transactions": transactions,
    "results": results,
    "places": places,
    "documents": documents,
}
