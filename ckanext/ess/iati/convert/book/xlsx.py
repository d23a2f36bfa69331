"""Read XLSX workbooks: shared strings and styles once, rows one at a time.

openpyxl can tell either a formula or its result, knows no merged cells while it streams, and takes what it is
given; so the parts are read here, with lxml.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ckanext.ess.iati.convert.book.archive import Archive, whole
from ckanext.ess.iati.convert.book.formats import built_in, day, plain, what
from ckanext.ess.iati.convert.book.limits import Limits
from ckanext.ess.iati.convert.book.survey import Merges, survey
from ckanext.ess.iati.convert.cell import Cell, Kind, Place, Row, number_of
from ckanext.ess.iati.convert.problem import Problem, Unreadable

_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_CONTROL = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TRUE = frozenset({"1", "true", "on"})


class _Sheet(NamedTuple):
    name: str
    hidden: bool
    part: str


class Xlsx:
    """A workbook. ``notes`` are problems of the file as a whole."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._archive = Archive(path, limits)
        self._workbook = self._main_part()
        self._since_1904 = False
        self._styles: list[tuple[Kind, str]] = []
        self._strings: list[str] = []
        self._merges: dict[str, Merges] = {}
        self.notes: list[Problem] = []
        self._sheets = self._find_sheets()
        if len(self._sheets) > limits.sheets:
            raise Unreadable("too-many-sheets", limit=str(limits.sheets))
        self._read_styles()
        self._read_strings()
        self._note_parts()

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def sheets(self) -> list[tuple[str, bool]]:
        """Names of the sheets in order, and whether they are hidden."""
        return [(sheet.name, sheet.hidden) for sheet in self._sheets]

    def pictures(self) -> int:
        """Pictures in the file, whose text nobody can read."""
        return sum(name.startswith("xl/media/") for name in self._archive.names)

    def rows(self, index: int) -> Iterator[Row]:
        """Rows of a sheet that have something in them."""
        sheet = self._sheets[index]
        merges = self._merged(sheet)
        number = 0
        for _, element in self._archive.elements(sheet.part, "row"):
            number = whole(element.get("r"), number + 1)
            cells = tuple(self._cells(element, Place(sheet.name, number)))
            if cells:
                hidden = element.get("hidden") in _TRUE
                yield Row(number, cells, tuple(merges.get(number, ())), hidden)

    def _main_part(self) -> str:
        for _, relation in self._archive.elements("_rels/.rels", "Relationship"):
            if relation.get("Type", "").endswith("/officeDocument"):
                return relation.get("Target", "").lstrip("/")
        return "xl/workbook.xml"

    def _relations(self) -> dict[str, tuple[str, str]]:
        """Parts that the workbook refers to: identifier → (last word of the type, path)."""
        folder, name = posixpath.split(self._workbook)
        found: dict[str, tuple[str, str]] = {}
        for _, one in self._archive.elements(f"{folder}/_rels/{name}.rels", "Relationship"):
            target = one.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            found[one.get("Id", "")] = (one.get("Type", "").rpartition("/")[2], path)
        return found

    def _find_sheets(self) -> list[_Sheet]:
        relations = self._relations()
        self._parts = dict(relations.values())
        sheets: list[_Sheet] = []
        for _, element in self._archive.elements(self._workbook, "workbookPr", "sheet"):
            if element.tag.endswith("}workbookPr"):
                self._since_1904 = element.get("date1904") in _TRUE
                continue
            key = element.get(_RELATION) or next((v for k, v in element.items() if k.endswith("}id")), "")
            kind, part = relations.get(key, ("", ""))
            name = element.get("name", "")
            if kind == "worksheet":
                sheets.append(_Sheet(name, element.get("state", "visible") != "visible", part))
            else:
                self.notes.append(Problem("sheet-no-table", "note", Place(name)))
        return sheets

    def _read_styles(self) -> None:
        """Kinds of numbers by the style that cells name."""
        part = self._parts.get("styles", "")
        if part not in self._archive.names:
            return
        codes: dict[int, str] = {}
        for _, element in self._archive.elements(part, "numFmt", "cellXfs"):
            if element.tag.endswith("}numFmt"):
                codes[whole(element.get("numFmtId"), 0)] = element.get("formatCode", "")
                continue
            for style in element:
                number = whole(style.get("numFmtId"), 0)
                self._styles.append(what(codes[number]) if number in codes else built_in(number))

    def _read_strings(self) -> None:
        part = self._parts.get("sharedStrings", "")
        if part not in self._archive.names:
            return
        for _, element in self._archive.elements(part, "si"):
            if len(self._strings) >= self._limits.strings:
                raise Unreadable("too-many-cells", limit=str(self._limits.strings))
            self._strings.append(_text(element))

    def _note_parts(self) -> None:
        names = self._archive.names
        if any(name.endswith("vbaProject.bin") for name in names):
            self.notes.append(Problem("macros", "note"))
        if any(name.startswith("xl/externalLinks/") for name in names):
            self.notes.append(Problem("external-links", "warning"))

    def _merged(self, sheet: _Sheet) -> Merges:
        if sheet.part not in self._merges:
            with self._archive.open(sheet.part) as stream:
                self._merges[sheet.part] = survey(stream, self._limits, sheet.name)
        return self._merges[sheet.part]

    def _cells(self, row: Any, place: Place) -> Iterator[Cell]:
        column = 0
        for element in row:
            found = _REF.match(element.get("r") or "")
            column = number_of(found[1]) if found else column + 1
            cell = self._cell(element, column)
            if cell is None:
                continue
            if column > self._limits.columns:
                raise Unreadable("too-many-columns", place, limit=str(self._limits.columns))
            yield cell

    def _cell(self, element: Any, column: int) -> Cell | None:
        kind, value, formula = element.get("t", "n"), None, False
        for part in element:
            name = part.tag.rpartition("}")[2]
            if name == "v":
                value = part.text or ""
            elif name == "is":
                value = _text(part)
            elif name == "f":
                formula = True
        if not value:
            return Cell(column, "", "formula") if formula and kind != "str" else None
        return self._typed(column, kind, value, element.get("s"))

    def _typed(self, column: int, kind: str, value: str, style: str | None) -> Cell | None:
        if kind == "s":
            text = self._strings[index] if (index := whole(value, -1)) in range(len(self._strings)) else ""
            return Cell(column, text) if text.strip() else None
        if kind in {"str", "inlineStr"}:
            return Cell(column, _decoded(value)) if value.strip() else None
        if kind == "b":
            return Cell(column, "true" if value == "1" else "false", "yes-no")
        if kind == "e":
            return Cell(column, value, "error")
        if kind == "d":
            return Cell(column, value[:10], "date")
        return self._number(column, value, style)

    def _number(self, column: int, value: str, style: str | None) -> Cell:
        index = whole(style, 0)
        shown, unit = self._styles[index] if index < len(self._styles) else ("number", "")
        if shown == "date" and (date := day(value, since_1904=self._since_1904)):
            return Cell(column, date, "date")
        if shown == "date":
            shown = "number"
        text = plain(value, hundredths=shown == "percent")
        return Cell(column, text, shown, unit) if text else Cell(column, value)


def _text(element: Any) -> str:
    """Text of a string with its runs; pronunciation hints are no part of it."""
    if len(element) == 1 and element[0].tag.endswith("}t"):
        return _decoded(element[0].text or "")
    parts = [
        part.text or ""
        for part in element.iter("{*}t")
        if not any(above.tag.endswith("}rPh") for above in part.iterancestors())
    ]
    return _decoded("".join(parts))


def _decoded(text: str) -> str:
    """Excel's way to write characters that XML cannot hold."""
    return _CONTROL.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
