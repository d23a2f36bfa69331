"""Looks at a visitor's file and writes into its row what was found."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from ckanext.ess.iati.read import Limits
from ckanext.ess.iati.validate import Options, verdict
from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.formats import rules as rollups
from ckanext.ess.iati.validate.formats.json import finding_dict
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.iati.validate.rollup import Rollup, Rule
from ckanext.ess.iati.validate.run import examine
from ckanext.ess.sources.errors import SourceError
from ckanext.ess.sources.file_problems import problem_of, problem_words
from ckanext.ess.store.checks import MOST_TRIES, Check, is_given_up
from ckanext.ess.store.harvest import utcnow

#: Findings kept of a visitor's file; all are counted.
MOST_FINDINGS = 5000
#: Seconds that the reading of a visitor's file may take.
SECONDS = 120.0

_FACTS = (
    "file_type",
    "version",
    "declared_version",
    "content",
    "container",
    "size",
    "activity_count",
    "row_count",
)


def look(check: Check, stream: BinaryIO, most_bytes: int) -> None:
    """Check a file and note what was found.

    Args:
        check: the row to fill; nothing is saved.
        stream: the file, at its start.
        most_bytes: the largest content that is read, after decompression too.
    """
    rollup = Rollup()
    # Compressed XML grows about tenfold: a file within the limit stays within it when it is unpacked.
    options = Options(max_findings=MOST_FINDINGS, limits=Limits(size=10 * most_bytes, seconds=SECONDS))
    report = examine(stream, options, name=check.name or check.url, observer=rollup).report
    note(check, report, rollup.complete(report))


def note(check: Check, report: Report, rules: Iterable[Rule]) -> None:
    """Note a report on a file; nothing is saved."""
    facts = {name: getattr(report, name) for name in _FACTS}
    check.status = verdict(report)
    check.facts = {**facts, **_counts(report), "table_schema": check.table_schema}
    check.rules = rollups.plain(rules)
    packed = [rollups.packed(finding) for finding in report.findings]
    check.findings = zlib.compress(json.dumps(packed, ensure_ascii=False).encode())
    finish(check)


def _counts(report: Report) -> dict[str, Any]:
    return {"valid": report.valid, "summary": report.counts(), "dropped_findings": report.dropped}


def fail(check: Check, error: SourceError) -> None:
    """Note that a file could not be fetched."""
    check.status = "unreadable"
    check.problem = problem_of(error)
    finish(check)


def finish(check: Check) -> None:
    """Note that it is over, and let go of the file."""
    check.finished, check.content = utcnow(), None


def shown(check: Check, lang: str) -> dict[str, Any]:
    """What a check's page shows, in the shape of ``ess_validation_show``."""
    facts: Mapping[str, Any] = check.facts or {}
    rules = rollups.shown(check.rules or (), facts.get("version", ""), lang)
    if is_given_up(check):
        problem = {"code": "gave-up", "params": {"count": MOST_TRIES}}
        return {"status": "unreadable", "problem": problem_words(problem, lang), "rules": []}
    return {
        "status": check.status,
        "problem": _problem(check, rules, lang),
        "finished": check.finished and check.finished.isoformat(),
        **facts,
        "rules": rules if facts else [],
    }


def kept(check: Check) -> list[Finding]:
    """All findings that are kept of a check."""
    found = json.loads(zlib.decompress(check.findings)) if check.findings else []
    return [rollups.unpacked(one) for one in found]


def findings(check: Check, lang: str) -> list[dict[str, Any]]:
    """All findings that are kept of a check, as ``ess-iati``'s JSON has them."""
    version = (check.facts or {}).get("version", "")
    return [finding_dict(one, version, lang) for one in kept(check)]


def _problem(check: Check, rules: list[dict[str, Any]], lang: str) -> dict[str, str] | None:
    """Why nothing could be read, in words."""
    if check.problem:
        return problem_words(check.problem, lang)
    if check.status == "unreadable" and rules:
        return {name: rules[0][name] for name in ("title", "explanation", "fix")}
    return None
