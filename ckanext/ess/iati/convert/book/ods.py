"""Read OpenDocument spreadsheets, one row at a time; odfpy would keep the whole document in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ckanext.ess.iati.convert.book.archive import Archive, whole
from ckanext.ess.iati.convert.book.formats import plain
from ckanext.ess.iati.convert.book.limits import Limits
from ckanext.ess.iati.convert.cell import Cell, Place, Row
from ckanext.ess.iati.convert.problem import Problem, Unreadable

_CONTENT = "content.xml"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_ERRORS = ("#", "Err:")
_BREAKS = {"tab": "\t", "line-break": "\n"}
_SPACES = 1000


class Ods:
    """A spreadsheet. ``notes`` are problems of the file as a whole."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._archive = Archive(path, limits)
        self.notes: list[Problem] = []
        self._encrypted()
        self._sheets = self._find_sheets()
        if len(self._sheets) > limits.sheets:
            raise Unreadable("too-many-sheets", limit=str(limits.sheets))
        if any(name.startswith("Basic/") and name.endswith(".xml") for name in self._archive.names):
            self.notes.append(Problem("macros", "note"))

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def sheets(self) -> list[tuple[str, bool]]:
        """Names of the sheets in order, and whether they are hidden."""
        return self._sheets

    def pictures(self) -> int:
        """Pictures in the file, whose text nobody can read."""
        return sum(name.startswith("Pictures/") for name in self._archive.names)

    def rows(self, index: int) -> Iterator[Row]:
        """Rows of a sheet that have something in them."""
        sheet, number = -1, 0
        for event, element in self._archive.elements(_CONTENT, "table", "table-row", starts=True):
            name = element.tag.rpartition("}")[2]
            if event == "start":
                if name == "table":
                    sheet, number = sheet + 1, 0
                continue
            if sheet > index:
                return
            if sheet == index and name == "table-row":
                times = whole(element.get(f"{_TABLE}number-rows-repeated"), 1)
                yield from self._row(element, number + 1, times, self._sheets[index][0])
                number += times

    def _encrypted(self) -> None:
        if "META-INF/manifest.xml" in self._archive.names:
            for _ in self._archive.elements("META-INF/manifest.xml", "encryption-data"):
                raise Unreadable("encrypted")

    def _find_sheets(self) -> list[tuple[str, bool]]:
        hidden: set[str] = set()
        found: list[tuple[str, bool]] = []
        rows = 0
        for event, element in self._archive.elements(_CONTENT, "table", "style", "table-row", starts=True):
            name = element.tag.rpartition("}")[2]
            if event == "start" and name == "table":
                style = element.get(f"{_TABLE}style-name", "")
                found.append((element.get(f"{_TABLE}name", ""), style in hidden))
                rows = 0
            elif event == "end" and name == "table-row" and found:
                rows += _filled(element)
                self._refuse_too_many(rows, found[-1][0])
            elif event == "end" and name == "style":
                for part in element.iter(f"{_STYLE}table-properties"):
                    if part.get(f"{_TABLE}display") == "false":
                        hidden.add(element.get(f"{_STYLE}name", ""))
        return found

    def _row(self, element: Any, number: int, times: int, sheet: str) -> Iterator[Row]:
        cells, merged = self._cells(element, Place(sheet, number))
        if not cells:
            return
        self._refuse_too_many(times, sheet)
        hidden = element.get(f"{_TABLE}visibility", "visible") != "visible"
        for extra in range(times):
            yield Row(number + extra, tuple(cells), tuple(merged), hidden)

    def _refuse_too_many(self, rows: int, sheet: str) -> None:
        if rows > self._limits.rows:
            raise Unreadable("too-many-rows", Place(sheet), limit=str(self._limits.rows))

    def _cells(self, element: Any, place: Place) -> tuple[list[Cell], list[tuple[int, int, int]]]:
        """Cells of a row with something in them, and how far they reach where they span others."""
        cells: list[Cell] = []
        merged: list[tuple[int, int, int]] = []
        column = 1
        for part in (one for one in element if one.tag in _CELLS):
            repeated = whole(part.get(f"{_TABLE}number-columns-repeated"), 1)
            if found := _cell(part, column):
                if column + repeated - 1 > self._limits.columns:
                    raise Unreadable("too-many-columns", place, limit=str(self._limits.columns))
                cells.extend(found._replace(column=column + extra) for extra in range(repeated))
                if span := _span(part):
                    merged.append((column, *span))
            column += repeated
        return cells, merged


def _filled(row: Any) -> int:
    """How many rows with something in them an element stands for."""
    if any(part.tag in _CELLS and _cell(part, 1) for part in row):
        return whole(row.get(f"{_TABLE}number-rows-repeated"), 1)
    return 0


def _span(part: Any) -> tuple[int, int] | None:
    height = whole(part.get(f"{_TABLE}number-rows-spanned"), 1)
    width = whole(part.get(f"{_TABLE}number-columns-spanned"), 1)
    return (height, width) if (height, width) != (1, 1) else None


def _cell(part: Any, column: int) -> Cell | None:
    kind = part.get(f"{_OFFICE}value-type", "")
    text = "\n".join(_paragraph(line) for line in part.iterchildren(f"{_TEXT}p"))
    if part.get(f"{_CALC}value-type") == "error" or (
        part.get(f"{_TABLE}formula") and text.startswith(_ERRORS)
    ):
        return Cell(column, text or "#", "error")
    if kind in {"float", "currency", "percentage"}:
        return _number(part, column, kind)
    if kind == "date":
        return Cell(column, part.get(f"{_OFFICE}date-value", "")[:10], "date")
    if kind == "boolean":
        return Cell(column, part.get(f"{_OFFICE}boolean-value", ""), "yes-no")
    if part.get(f"{_TABLE}formula") and not text and not kind:
        return Cell(column, "", "formula")
    text = part.get(f"{_OFFICE}string-value") or text
    return Cell(column, text) if text.strip() else None


def _number(part: Any, column: int, kind: str) -> Cell:
    value = part.get(f"{_OFFICE}value", "")
    text = plain(value, hundredths=kind == "percentage")
    if not text:
        return Cell(column, value or "?")
    unit = part.get(f"{_OFFICE}currency", "")
    return Cell(column, text, "percent" if kind == "percentage" else "number", unit)


def _paragraph(line: Any) -> str:
    """Text of a paragraph, with the spaces and breaks that OpenDocument writes as elements."""
    parts = [line.text or ""]
    for inner in line:
        name = inner.tag.rpartition("}")[2]
        if name == "s":
            parts.append(" " * min(whole(inner.get(f"{_TEXT}c"), 1), _SPACES))
        elif name in _BREAKS:
            parts.append(_BREAKS[name])
        elif name != "annotation":
            parts.append(_paragraph(inner))
        parts.append(inner.tail or "")
    return "".join(parts)
