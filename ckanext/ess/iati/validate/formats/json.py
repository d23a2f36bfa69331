"""Reports as JSON, in the shape that ``report.schema.json`` describes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.formats.short import shortened
from ckanext.ess.iati.validate.links import page
from ckanext.ess.iati.validate.messages import sentence
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.iati.validate.verdict import verdict

SCHEMA = Path(__file__).with_name("report.schema.json")


def render(reports: Iterable[Report], lang: str) -> str:
    """Return reports as JSON text."""
    return json.dumps(
        {"reports": [report_dict(report, lang) for report in reports]}, ensure_ascii=False, indent=1
    )


def report_dict(report: Report, lang: str = "en") -> dict[str, Any]:
    """Return a report as plain data, its sentences in a language."""
    return {
        "file": report.file,
        "file_type": report.file_type,
        "version": report.version,
        "declared_version": report.declared_version,
        "content": report.content,
        "container": report.container,
        "size": report.size,
        "verdict": verdict(report),
        "valid": report.valid,
        "clean": report.clean,
        "official": report.official,
        "summary": report.counts(),
        "rules": dict(report.rules),
        "activity_count": report.activity_count,
        "row_count": report.row_count,
        "dropped_findings": report.dropped,
        "findings": [finding_dict(finding, report.version, lang) for finding in report.findings],
    }


def finding_dict(finding: Finding, version: str, lang: str) -> dict[str, Any]:
    """Return a finding as plain data, its sentences in a language, its texts within bounds."""
    finding = shortened(finding)
    said = sentence(finding, lang, version)
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "category": finding.category,
        "activity": finding.activity,
        "activity_number": finding.number or None,
        "line": finding.line,
        "column": finding.column,
        "xpath": finding.xpath,
        "title": said.title,
        "message": said.explanation,
        "fix": said.fix,
        "url": page(finding, version),
        "params": dict(finding.params),
    }
