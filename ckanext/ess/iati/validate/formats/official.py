"""Reports in the shape of the official validator's API, so that tools that read those read ours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.messages import LANGUAGES, sentence
from ckanext.ess.iati.validate.report import Report

_FILE, _FILE_TITLE = "file", {"en": "File level errors", "fr": "Erreurs au niveau du fichier"}
_PLACE = {"en": "{0} at line: {1}, column: {2}", "fr": "{0} à la ligne : {1}, colonne : {2}"}


def render(reports: Iterable[Report], lang: str) -> str:
    """Return one report as the official API answers; several as a list of them."""
    found = [report_dict(report, lang) for report in reports]
    return json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=1)


def pieces(report: Report, lang: str = "en") -> Iterator[str]:
    """Yield a report as JSON, activity by activity."""
    yield json.dumps(_head(report), ensure_ascii=False)[:-1] + ', "errors": [\n'
    before = ""
    for key, group in _by_activity(report.findings).items():
        yield before + json.dumps(_activity(key, group, report, lang), ensure_ascii=False)
        before = ",\n"
    yield "\n]}\n"


def report_dict(report: Report, lang: str = "en") -> dict[str, Any]:
    """Return a report as the official one: grouped by activity, then by category."""
    lang = lang if lang in LANGUAGES else "en"
    grouped = _by_activity(report.findings).items()
    return {**_head(report), "errors": [_activity(key, group, report, lang) for key, group in grouped]}


def _head(report: Report) -> dict[str, Any]:
    roots = {"activities": "iati-activities", "organisations": "iati-organisations"}
    return {
        "valid": report.valid,
        "fileType": roots.get(report.file_type, ""),
        "iatiVersion": report.declared_version or "",
        "rulesetCommitSha": "",
        "codelistCommitSha": "",
        "orgIdPrefixFileName": "",
        "apiVersion": "ckanext-ess",
        "summary": report.counts(),
    }


def _by_activity(findings: list[Finding]) -> dict[str, list[Finding]]:
    """Group findings by activity; copies of an identifier are told apart as ``ID(2)``."""
    found: dict[str, list[Finding]] = {}
    numbers: dict[str, list[int]] = {}
    for finding in findings:
        key = _FILE
        if finding.activity is not None:
            seen = numbers.setdefault(finding.activity, [])
            if finding.number not in seen:
                seen.append(finding.number)
            copy = seen.index(finding.number)
            key = f"{finding.activity}({copy + 1})" if copy else finding.activity
        found.setdefault(key, []).append(finding)
    return found


def _activity(key: str, findings: list[Finding], report: Report, lang: str) -> dict[str, Any]:
    categories: dict[str, list[dict[str, Any]]] = {}
    for finding in findings:
        categories.setdefault(finding.category, []).append(_error(finding, report, lang))
    return {
        "identifier": key,
        "title": _FILE_TITLE[lang] if key == _FILE else "",
        "errors": [{"category": category, "errors": errors} for category, errors in categories.items()],
    }


def _error(finding: Finding, report: Report, lang: str) -> dict[str, Any]:
    said = sentence(finding, lang, report.version)
    told = said.explanation
    if finding.line:
        told = _PLACE[lang].format(told.removesuffix("."), finding.line, finding.column)
    context: dict[str, Any] = {"text": told}
    if finding.severity == "advisory":
        context.update({"lineNumber": finding.line, "columnNumber": finding.column})
    error = {"id": finding.rule, "severity": finding.severity, "message": said.title, "context": [context]}
    if "list" in finding.params:
        error["codelist"] = finding.params["list"]
    return error
