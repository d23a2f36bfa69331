"""One file as ordered: its name, its type, and its bytes as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.export.activities import standard, workbook, written
from ckanext.ess.export.activities.names import Names
from ckanext.ess.export.activities.order import CSV, JSON, JSON_LINES, XLSX, XML, Order
from ckanext.ess.export.activities.rows import rows
from ckanext.ess.index.activities.questions import facets
from ckanext.ess.index.activities.questions.asking import Asker
from ckanext.ess.index.facets import N_

#: Activities in one page of the index: a page with their details or XML is fifty times larger.
_PAGE, _HEAVY_PAGE = 2000, 100
#: Content type and ending by format.
TYPES: Mapping[str, tuple[str, str]] = {
    CSV: ("text/csv; charset=utf-8", "csv"),
    XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    JSON: ("application/json", "json"),
    JSON_LINES: ("application/x-ndjson", "jsonl"),
    XML: ("application/xml", "xml"),
}
_ARCHIVE = ("application/zip", "zip")
_UNITS: Mapping[str, str] = {
    "activity": N_("Projects"),
    "transaction": N_("Transactions"),
    "budget": N_("Budgets"),
}


@dataclass(frozen=True)
class File:
    """``pieces`` are its bytes; once they have begun to come they need neither request nor database."""

    name: str
    content_type: str
    pieces: Iterator[bytes]


def made(who: Asker, order: Order, address: str) -> File:
    """Make the file of an order.

    Args:
        who: what they may see.
        order: what they want.
        address: where the same file can be had again; it says what was asked.

    Raises:
        ActivityIndexError: the index does not answer.
    """
    moment = datetime.now(tz=timezone.utc)
    content_type, ending = TYPES[order.format]
    stem = f"{tk._(_UNITS[order.unit]).lower()}-{moment:%Y-%m-%d}"
    if order.format == XML:
        versions = _versions(who, order)
        if len(versions) > 1:
            content_type, ending = _ARCHIVE
        pieces = _standard(who, order, versions)
    else:
        pieces = _table(who, order, about(who, order, address, moment))
    return File(f"{stem}.{ending}", content_type, pieces)


def about(who: Asker, order: Order, address: str, moment: datetime) -> list[tuple[str, str]]:
    """Say in pairs of cells what a file is: when, what was asked, how much, what amounts mean."""
    asked = order.question.selection()
    count = who.count(order.question, {})["count"]
    filters = [
        (name, ", ".join(_said(value) for value in found))
        for name, found in {
            **asked["filters"],
            **{f"exclude_{name}": found for name, found in asked["exclude"].items()},
        }.items()
    ]
    return [
        (tk._("Date"), f"{moment:%Y-%m-%d %H:%M} UTC"),
        (tk._("Address"), address),
        (tk._("Unit"), tk._(_UNITS[order.unit])),
        (tk._("Number of projects"), str(count)),
        *([("q", asked["q"])] if asked["q"] else []),
        *filters,
        (
            tk._("Amounts"),
            tk._(
                "Whole amounts of each project, whatever countries, regions or sectors were chosen. Euros "
                "and dollars at the average rate of the year of each amount."
            ),
        ),
    ]


def _said(value: Any) -> str:
    if isinstance(value, str):
        return value
    kind, *ends = value
    return (".." if kind == "Range" else ",").join("" if end is None else str(end) for end in ends)


def _table(who: Asker, order: Order, told: list[tuple[str, str]]) -> Iterator[bytes]:
    names = Names()
    titles = [tk._(column.title) for column in order.columns]
    found = rows(order, _documents(who, order), names)
    if order.format == CSV:
        return written.comma_separated(titles, found, names.lang)
    keys = [column.name for column in order.columns]
    if order.format == JSON_LINES:
        return written.json_lines(keys, found)
    if order.format == JSON:
        return written.json_document(keys, found, dict(told))
    sheet = (tk._("About this file"), told)
    kinds = [column.kind for column in order.columns]
    return workbook.workbook(sheet, tk._(_UNITS[order.unit]), titles, kinds, found)


def _documents(who: Asker, order: Order) -> Iterator[Mapping[str, Any]]:
    at_once = _PAGE if "detail" not in order.needs else _HEAVY_PAGE
    return _flat(who.stream(order.question, order.needs, at_once))


def _standard(who: Asker, order: Order, versions: list[str]) -> Iterator[bytes]:
    def documents(version: str) -> Iterable[Mapping[str, Any]]:
        chosen = {**order.question.filters, "version": (version,)} if version else order.question.filters
        return _flat(who.stream(replace(order.question, filters=chosen), ("xml",), _HEAVY_PAGE))

    if len(versions) > 1:
        return standard.archive(versions, documents)
    return standard.one_file(versions[0], documents(versions[0]))


def _versions(who: Asker, order: Order) -> list[str]:
    """Versions of the activities found, the newest first."""
    asked = replace(order.question, facets=("version",))
    counts = facets.read(asked, who.count(asked, facets.asked(asked, who.today)))["version"]
    return sorted((one.value for one in counts if one.count), reverse=True) or ["2.03"]


def _flat(pages: Iterable[list[Any]]) -> Iterator[Mapping[str, Any]]:
    for page in pages:
        yield from page
