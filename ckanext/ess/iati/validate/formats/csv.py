"""Reports as CSV: a line per finding, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from ckanext.ess.iati.validate.formats.json import finding_dict
from ckanext.ess.iati.validate.report import Report

COLUMNS = (
    "file",
    "rule",
    "severity",
    "category",
    "activity",
    "line",
    "column",
    "xpath",
    "title",
    "message",
    "fix",
    "url",
)
#: A cell that starts with one of these is run as a formula by spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(reports: Iterable[Report], lang: str) -> str:
    """Return reports as CSV with a heading."""
    found = (
        {"file": report.file, **finding_dict(finding, report.version, lang)}
        for report in reports
        for finding in report.findings
    )
    return "".join(lines(found))


def lines(findings: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield a heading, then a line for each finding, given as plain data with the name of its ``file``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    yield out.getvalue()
    for finding in findings:
        out.seek(0)
        out.truncate()
        writer.writerow([_cell(finding[name]) for name in COLUMNS])
        yield out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
