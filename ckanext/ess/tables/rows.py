"""Checks of rows: their width, their cells, and what may not come twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from ckanext.ess.tables.cells import Cell, Remark, Row, text_of
from ckanext.ess.tables.checks import Check, pardoned
from ckanext.ess.tables.columns import Column, Fault
from ckanext.ess.tables.header import Header, helps
from ckanext.ess.tables.limits import TableLimits
from ckanext.ess.tables.same import Seen
from ckanext.ess.tables.schema import TableSchema
from ckanext.ess.tables.suggest import meant

#: Findings of a rule in a column for which a better spelling is looked for: nobody reads thousands.
_PROPOSED = 200
_VALUE = 1000
_BETWEEN = "\x1f"

Add = Callable[[Fault, "int | None", int], None]


class RowChecks:
    """What is remembered from row to row. ``count`` is the number of rows that say something."""

    def __init__(
        self, add: Add, header: Header, schema: TableSchema, checks: list[Check], limits: TableLimits
    ) -> None:
        self.count = 0
        self._add, self._header, self._checks = add, header, checks
        self._places = [(number, one) for number, one in enumerate(header.columns, 1) if one]
        self._numbers = {one.name: number for number, one in self._places}
        self._rows = Seen(limits.distinct)
        self._values = {one.name: Seen(limits.distinct) for _, one in self._places if one.unique}
        key = schema.primary_key
        self._key = key if key and all(name in self._numbers for name in key) else ()
        self._keys = Seen(limits.distinct)
        self._proposed: Counter[tuple[str, str]] = Counter()
        self._blank: list[int] = []
        self._unnamed: set[int] = set()

    def check(self, row: Row, *, ragged: bool) -> None:
        """Check one row; ``ragged`` where a short one is a mistake."""
        if not any(text_of(cell).strip() for cell in row.cells):
            self._blank.append(row.line)
            return
        self._blank_rows()
        self.count += 1
        self._width(row, ragged=ragged)
        cells = {
            one.name: row.cells[number - 1] if number <= len(row.cells) else None
            for number, one in self._places
        }
        for number, one in self._places:
            if number <= len(row.cells) or not ragged:
                self._cell(row.line, number, one, cells[one.name])
        for check in self._checks:
            for found in check(cells):
                column = self._numbers.get(found.column, 0)
                self._add(self._named(found.fault, found.column), row.line, column)
        self._again(row, cells)

    def end(self) -> Iterator[Remark]:
        """Yield what can only be said after the last row; blank rows at the end do no harm."""
        for number in sorted(self._unnamed):
            yield Remark("table.blank-column", {"value": str(number)}, self._header.row.line)
        if any(seen.full for seen in (self._rows, self._keys, *self._values.values())):
            yield Remark("table.untracked", {})

    def _blank_rows(self) -> None:
        for line in self._blank:
            self._add(Fault("table.blank-row", {}), line, 0)
        self._blank = []

    def _width(self, row: Row, *, ragged: bool) -> None:
        width = self._header.width
        if ragged and len(row.cells) < width:
            missing = next((one.name for one in self._header.columns[len(row.cells) :] if one), "")
            params = {"count": str(len(row.cells)), "expected": str(width), "field": missing}
            self._add(Fault("table.missing-cell", params), row.line, 0)
        for number in range(width + 1, len(row.cells) + 1):
            if value := text_of(row.cells[number - 1]).strip():
                params = {"value": value[:_VALUE], "expected": str(width), "count": str(len(row.cells))}
                self._add(Fault("table.extra-cell", params), row.line, number)
                break
        self._unnamed.update(
            number
            for number in self._header.blanks
            if number <= len(row.cells) and text_of(row.cells[number - 1]).strip()
        )

    def _cell(self, line: int, number: int, column: Column, cell: Cell) -> None:
        text = ""
        for found in column.faults(cell):
            text = text or text_of(cell)
            fault = pardoned(column, found, text)
            params = {**fault.params, "value": text[:_VALUE], "field": column.name, **helps(column)}
            self._proposed[fault.rule, column.name] += 1
            if fault.rule != "table.blank" and self._proposed[fault.rule, column.name] <= _PROPOSED:
                params["meant"] = meant(column, text)
            self._add(Fault(fault.rule, params), line, number)

    def _named(self, fault: Fault, column: str) -> Fault:
        return Fault(fault.rule, {**fault.params, "field": column}) if column else fault

    def _again(self, row: Row, cells: dict[str, Cell]) -> None:
        """Find what was in an earlier row already."""
        if first := self._rows.first(_joined(row.cells), row.line):
            self._add(Fault("table.duplicate-row", {"first": str(first)}), row.line, 0)
        for name, seen in self._values.items():
            text = text_of(cells[name]).strip()
            if text and (first := seen.first(text, row.line)):
                params = {"value": text[:_VALUE], "field": name, "first": str(first)}
                self._add(Fault("table.unique", params), row.line, self._numbers[name])
        if self._key:
            values = [text_of(cells[name]).strip() for name in self._key]
            if first := self._keys.first(_BETWEEN.join(values), row.line):
                params = {
                    "field": ", ".join(self._key),
                    "value": ", ".join(values)[:_VALUE],
                    "first": str(first),
                }
                self._add(Fault("table.key", params), row.line, 0)


def _joined(cells: list[Cell]) -> str:
    return _BETWEEN.join(text_of(cell).strip() for cell in cells).rstrip(_BETWEEN)
