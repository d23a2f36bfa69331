"""Reports as CSV: a line per finding, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

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
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for report in reports:
        for finding in report.findings:
            cells = {"file": report.file, **finding_dict(finding, report.version, lang)}
            writer.writerow([_cell(cells[name]) for name in COLUMNS])
    return out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
