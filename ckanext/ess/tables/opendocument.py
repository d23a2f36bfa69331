"""Rows of an ODS spreadsheet, read as a stream: what a library builds in memory may be ten times its file."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Collection, Iterator
from typing import IO, Any

from lxml import etree

from ckanext.ess.tables.cells import Cell, Remark, Row, Sheet, text_of
from ckanext.ess.tables.limits import Clock
from ckanext.ess.tables.stopped import Stopped

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELLS = {_TABLE + "table-cell", _TABLE + "covered-table-cell"}
_ROWS = 10


def read(archive: zipfile.ZipFile, names: Collection[str], clock: Clock) -> Sheet:
    """Return the rows of the sheet that shows most of the expected names, else of the first one.

    Raises:
        Stopped: here or while iterating, past a limit or where the document is broken.
    """
    wanted = {name.casefold() for name in names}
    titles: list[str] = []
    shown: dict[int, int] = {}
    for number, title, row in _events(archive, clock, _ROWS):
        if number >= len(titles):
            titles.append(title)
        known = sum(text_of(cell).strip().casefold() in wanted for cell in row.cells)
        shown[number] = max(shown.get(number, 0), known)
    if not titles:
        raise Stopped("table.empty")
    chosen = max(shown, key=lambda number: (shown[number], -number))
    remarks = []
    if len(titles) > 1:
        remarks.append(Remark("table.sheets", {"value": titles[chosen][:100], "count": str(len(titles))}))
    return Sheet("spreadsheet", _rows(archive, chosen, clock), remarks=remarks)


def _rows(archive: zipfile.ZipFile, chosen: int, clock: Clock) -> Iterator[Row]:
    for number, _, row in _events(archive, clock, None):
        if number > chosen:
            return
        if number == chosen:
            yield row


def _events(archive: zipfile.ZipFile, clock: Clock, most: int | None) -> Iterator[tuple[int, str, Row]]:
    """Yield (number of the sheet, its title, row); of each sheet ``most`` rows, None for all."""
    try:
        with archive.open("content.xml") as part:
            yield from _parsed(part, clock, most)
    except (etree.LxmlError, KeyError, ValueError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise Stopped("table.unreadable", kind="spreadsheet") from error


def _parsed(part: IO[bytes], clock: Clock, most: int | None) -> Iterator[tuple[int, str, Row]]:
    number, title, line = -1, "", 1
    events = etree.iterparse(
        part, events=("start", "end"), tag=(_TABLE + "table", _TABLE + "table-row"),
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
    )  # fmt: skip
    for event, element in events:
        if element.tag == _TABLE + "table":
            if event == "start":
                number, title, line = number + 1, element.get(_TABLE + "name", ""), 1
            continue
        if event == "start":
            continue
        clock.check()
        cells = _cells(element, clock)
        repeated = _count(element, "number-rows-repeated")
        # An empty row repeated a million times is how the sheet's end is written.
        for _ in range(repeated if cells else 1):
            if most is None or line <= most:
                yield number, title, Row(line, list(cells))
            line += 1
        line += 0 if cells else repeated - 1
        _forget(element)


def _cells(row: Any, clock: Clock) -> list[Cell]:
    cells: list[Cell] = []
    empty = 0
    for element in row:
        if element.tag not in _CELLS:
            continue
        value = _value(element)
        repeated = _count(element, "number-columns-repeated")
        if value in (None, ""):
            empty += repeated
            continue
        clock.within("columns", len(cells) + empty + repeated)
        cells += [None] * empty + [value] * repeated
        empty = 0
    return cells


def _value(element: Any) -> Cell:
    kind = element.get(_OFFICE + "value-type", "")
    if kind in {"float", "currency", "percentage"}:
        return float(element.get(_OFFICE + "value", "nan"))
    if kind == "boolean":
        return element.get(_OFFICE + "boolean-value") == "true"
    if kind == "date":
        return _date(element.get(_OFFICE + "date-value", ""))
    if kind == "string" and (text := element.get(_OFFICE + "string-value")) is not None:
        return text
    return "\n".join("".join(line.itertext()) for line in element.iterfind(_TEXT + "p"))


def _date(text: str) -> Cell:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return text


def _count(element: Any, name: str) -> int:
    text = element.get(_TABLE + name, "1")
    return int(text) if text.isdigit() and text.isascii() and len(text) < 8 else 1  # noqa: PLR2004 - a million


def _forget(element: Any) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
