"""Complete what a row made: currencies, dates of exchange rates, formats of documents, points."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ckanext.ess.iati.convert.cell import Place
from ckanext.ess.iati.convert.node import Node
from ckanext.ess.iati.convert.record import Record
from ckanext.ess.iati.convert.values import dates
from ckanext.ess.iati.standard.codelists import codelist

WEB_PAGE = "text/html"
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
_FORMATS = {
    ".pdf": "application/pdf", ".html": WEB_PAGE, ".htm": WEB_PAGE, ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text", ".csv": "text/csv", ".xml": "application/xml",
    ".xls": "application/vnd.ms-excel", ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".zip": "application/zip",
    ".json": "application/json", ".txt": "text/plain", ".mp4": "video/mp4",
}  # fmt: skip
_SIGNS = {"€": ("EUR",), "£": ("GBP",), "FCFA": ("XOF", "XAF"),
          "$": ("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "NAD")}  # fmt: skip
_MONEY = frozenset({"budget", "total-budget", "total-expenditure"})
_SOON = 366


def finish(record: Record, currency: str, today: dt.date) -> None:
    """Complete the elements of a row.

    Args:
        record: the row.
        currency: the currency of amounts that name none; "" where there is none.
        today: the day after which nothing can have been spent.
    """
    _currencies(record, currency)
    for node in record.root.children:
        if node.name in _MONEY:
            _budget(record, node)
        elif node.name == "transaction":
            _transaction(record, node, today)
        elif node.name == "document-link":
            _document(record, node)
        elif node.name == "location":
            _point(node)
    _without_currency(record, currency)


def _currencies(record: Record, currency: str) -> None:
    """Write the currency that stands with an amount, unless it is the one that holds anyway."""
    for value, sign, place in record.units:
        own = value.attributes.get("currency") or currency
        meant = _SIGNS.get(sign, (sign.upper(),))
        if own in meant:
            continue
        if "currency" in value.attributes:
            record.say("currency-differs", "error", place, sign, currency=own)
        elif len(meant) > 1:
            record.say("currency-unclear", "error", place, sign, codes=" / ".join(meant[:4]))
        elif meant[0] in codelist("Currency"):
            value.attributes["currency"] = meant[0]
        else:
            record.say("currency-unknown", "error", place, sign)


def _without_currency(record: Record, currency: str) -> None:
    if currency:
        return
    for node in record.root.walk():
        if node.name == "value" and "currency" not in node.attributes:
            place = node.cells.get("") or Place(record.sheet, record.row)
            record.say("no-currency", "error", place, node.text)
            return


def _date(node: Node, name: str) -> str:
    child = node.child(name)
    return child.attributes.get("iso-date", "") if child else ""


def _budget(record: Record, node: Node) -> None:
    start, end = _date(node, "period-start"), _date(node, "period-end")
    value = node.child("value")
    if value is not None and start:
        value.attributes.setdefault("value-date", start)
    if start and end:
        place = node.place() or Place(record.sheet, record.row)
        days = (dt.date.fromisoformat(end) - dt.date.fromisoformat(start)).days
        if days >= _SOON:
            record.say(
                "budget-long",
                "error",
                place,
                value.text if value is not None else "",
                years=_years(start, end),
            )


def _years(start: str, end: str) -> str:
    return " ".join(str(year) for year in range(int(start[:4]), min(int(end[:4]), int(start[:4]) + 4) + 1))


def _transaction(record: Record, node: Node, today: dt.date) -> None:
    date = _date(node, "transaction-date")
    value = node.child("value")
    if value is not None and date:
        value.attributes.setdefault("value-date", date)
    if date > today.isoformat():
        dated = node.child("transaction-date")
        place = (dated.cells.get("iso-date") if dated is not None else None) or Place(
            record.sheet, record.row
        )
        yearly = value is not None and value.cells.get("") == place
        code = "year-not-over" if yearly else "future"
        record.say(code, "error", place, date, year=date[:4], date=dates.shown(date))


def _document(record: Record, node: Node) -> None:
    address = node.attributes.get("url", "")
    if not address or "format" in node.attributes:
        return
    ending = PurePosixPath(urlsplit(address).path).suffix.lower()
    node.attributes["format"] = _FORMATS.get(ending, WEB_PAGE)
    if ending not in _FORMATS:
        record.say(
            "document-format", "note", node.cells.get("url") or Place(record.sheet, record.row), address
        )


def format_of(address: str) -> str:
    """Return the format that an address without a format stands for."""
    return _FORMATS.get(PurePosixPath(urlsplit(address).path).suffix.lower(), WEB_PAGE)


def _point(node: Node) -> None:
    point = node.child("point")
    if point is None:
        return
    latitude, longitude = (point.attributes.pop(name, "") for name in ("latitude", "longitude"))
    place = point.cells.get("latitude") or point.cells.get("longitude")
    point.attributes["srsName"] = WGS84
    point.add("pos").put("", f"{latitude} {longitude}".strip(), place)
