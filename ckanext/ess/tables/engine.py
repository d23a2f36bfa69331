"""Validate a table against a Table Schema: one pass over its rows, and a report like that on IATI files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.tables.cells import Remark, Row, Sheet, letters
from ckanext.ess.tables.checks import checks_of
from ckanext.ess.tables.columns import Fault
from ckanext.ess.tables.files import opened, seekable
from ckanext.ess.tables.header import TOP, header_of
from ckanext.ess.tables.limits import Clock, TableLimits
from ckanext.ess.tables.rows import RowChecks
from ckanext.ess.tables.rules import RULES, severity
from ckanext.ess.tables.schema import TableSchema, compiled
from ckanext.ess.tables.stopped import NotApplicable, Stopped

#: Rows between two looks at the clock.
_TICK = 200


@dataclass(frozen=True)
class TableOptions:
    """Choices for a run: limits, and how many findings are kept (all are counted)."""

    limits: TableLimits = field(default_factory=TableLimits)
    max_findings: int = 50_000


def validate(
    stream: BinaryIO,
    name: str,
    schema: Mapping[str, object] | None,
    options: TableOptions | None = None,
) -> Report:
    """Validate one table, and return its report, of file type ``table``.

    Never raises for what is in the file or in the schema, and reads nothing but the stream.

    Args:
        stream: the file, binary; read from its beginning where it can seek.
        name: how the report calls the file.
        schema: a Table Schema as parsed JSON; None where the resource names none: the report is then
            not applicable, and says so.
        options: limits.
    """
    chosen = options or TableOptions()
    run = _Run(Report(name, "table", max_findings=chosen.max_findings), Clock(chosen.limits))
    try:
        run.check(stream, schema)
    except NotApplicable as stop:
        run.report.applicable = False
        run.add(Fault(stop.rule, stop.params), stop.line)
    except Stopped as stop:
        run.report.readable = False
        run.add(Fault(stop.rule, stop.params), stop.line)
    return run.report


def not_applicable(name: str, rule: str, **params: str) -> Report:
    """Return the report on a file that cannot be checked, for a reason known beforehand.

    Args:
        name: how the report calls the file.
        rule: ``table.no-schema``, ``table.schema-unknown``…
        params: what its sentence needs.
    """
    report = Report(name, "table", applicable=False)
    level, category = RULES[rule]
    report.add(Finding(rule, level, category, None, 0, None, None, "", params))
    return report


def unreadable(name: str, kind: str = "file") -> Report:
    """Return the report on a file of which not a byte could be read.

    Args:
        name: how the report calls the file.
        kind: of ``table.unreadable``.
    """
    report = Report(name, "table", readable=False)
    level, category = RULES["table.unreadable"]
    report.add(Finding("table.unreadable", level, category, None, 0, None, None, "", {"kind": kind}))
    return report


@dataclass
class _Run:
    """One file being checked."""

    report: Report
    clock: Clock
    match: str = ""

    def check(self, stream: BinaryIO, descriptor: Mapping[str, object] | None) -> None:
        if descriptor is None:
            raise NotApplicable("table.no-schema")
        require_libraries()
        schema = compiled(descriptor, self.clock.limits)
        self.report.version, self.match = schema.label, schema.match
        with seekable(stream, self.clock) as source:
            sheet, self.report.size = opened(source, [one.name for one in schema.columns], self.clock)
            self.report.content = sheet.content
            for remark in (*schema.remarks, *sheet.remarks):
                self.remark(remark)
            self._rows(sheet, schema)

    def _rows(self, sheet: Sheet, schema: TableSchema) -> None:
        top = list(islice(sheet.rows, TOP))
        if not any(row.cells for row in top):
            raise Stopped("table.empty")
        for row in top:
            self.clock.within("columns", len(row.cells), row.line)
        header = header_of(top, schema.columns)
        for place in header.places:
            self.add(place.fault, header.row.line, place.number)
        checks, remarks = checks_of(schema)
        for remark in remarks:
            self.remark(remark)
        after = (row for row in top if row.line > header.row.line)
        rows = RowChecks(self.add, header, schema, checks, self.clock.limits)
        self._each(chain(after, sheet.rows), rows, ragged=sheet.ragged)
        for remark in rows.end():
            self.remark(remark)
        if not rows.count:
            self.add(Fault("table.no-rows", {}), header.row.line)

    def _each(self, all_rows: Iterator[Row], rows: RowChecks, *, ragged: bool) -> None:
        for number, row in enumerate(all_rows):
            if number % _TICK == 0:
                self.clock.check()
            self.clock.within("rows", number + 1, row.line)
            rows.check(row, ragged=ragged)
            self.report.row_count = rows.count
            if row.unclosed:
                self.add(Fault("table.quote", {"count": str(row.lines)}), row.line, len(row.cells))

    def remark(self, remark: Remark) -> None:
        """Add a finding on the file as a whole."""
        self.add(Fault(remark.rule, remark.params), remark.line)

    def add(self, fault: Fault, line: int | None = None, column: int = 0) -> None:
        """Add a finding; ``column`` counts the file's columns from 1, 0 for the row or file as a whole."""
        cell = f"{letters(column)}{line}" if column and line else ""
        params = {**fault.params, **({"cell": cell} if cell else {}), **({"row": str(line)} if line else {})}
        level, category = severity(fault.rule, self.match), RULES[fault.rule][1]
        finding = Finding(fault.rule, level, category, None, 0, line, column or None, cell, params)
        self.report.add(finding)


def require_libraries() -> None:
    """Raise where what judges cells is not installed.

    Raises:
        NotApplicable: with the name of the first library that is missing.
    """
    from importlib.util import find_spec

    for library in ("frictionless", "openpyxl", "re2"):
        if find_spec(library) is None:
            raise NotApplicable("table.not-installed", value=library)
