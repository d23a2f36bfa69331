"""One word for a report, the same everywhere: badges, filters, exit status."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ckanext.ess.iati.validate.report import Report

Verdict = Literal["valid", "warnings", "errors", "invalid", "unreadable", "not-applicable"]

#: Best first.
VERDICTS: tuple[Verdict, ...] = ("valid", "warnings", "errors", "invalid", "unreadable", "not-applicable")

EXIT_CLEAN, EXIT_FINDINGS, EXIT_UNREADABLE = 0, 1, 2
_EXIT: dict[Verdict, int] = {
    "valid": EXIT_CLEAN,
    "warnings": EXIT_CLEAN,
    "not-applicable": EXIT_CLEAN,
    "errors": EXIT_FINDINGS,
    "invalid": EXIT_FINDINGS,
    "unreadable": EXIT_UNREADABLE,
}


def verdict(report: Report | None) -> Verdict:
    """Return the status of a report; ``not-applicable`` where nothing asks for one, or nothing can make one.

    ``invalid`` means that something critical was found, ``errors`` that nothing worse than errors was;
    advisories alone leave a file ``valid``.
    """
    if report is None or not report.applicable:
        return "not-applicable"
    if not report.readable:
        return "unreadable"
    counts = report.summary
    if counts["critical"]:
        return "invalid"
    if counts["error"]:
        return "errors"
    return "warnings" if counts["warning"] else "valid"


def exit_status(reports: Iterable[Report]) -> int:
    """Return the worst exit status over reports: 0 nothing worse than warnings, 1 errors, 2 unreadable."""
    return max((_EXIT[verdict(report)] for report in reports), default=EXIT_CLEAN)
