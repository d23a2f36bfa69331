"""Findings grouped by what is wrong, worst and most frequent first, for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ckanext.ess.iati.validate.finding import SEVERITIES, Finding
from ckanext.ess.iati.validate.messages import sentence
from ckanext.ess.iati.validate.report import Report

#: Findings shown of each group.
FIRST = 5

SEVERITY_WORDS = {
    "en": {"critical": "critical", "error": "error", "warning": "warning", "advisory": "advice"},
    "fr": {"critical": "critique", "error": "erreur", "warning": "avertissement", "advisory": "conseil"},
}
#: One and several findings of a severity.
_COUNTED = {
    "en": {
        "critical": ("critical finding", "critical findings"),
        "error": ("error", "errors"),
        "warning": ("warning", "warnings"),
        "advisory": ("piece of advice", "pieces of advice"),
    },
    "fr": {
        "critical": ("constat critique", "constats critiques"),
        "error": ("erreur", "erreurs"),
        "warning": ("avertissement", "avertissements"),
        "advisory": ("conseil", "conseils"),
    },
}
#: What separates thousands; French wants a narrow space that does not break.
_THOUSANDS = {"en": ",", "fr": "\u202f"}
VERDICT_WORDS = {
    "en": {
        "valid": "valid",
        "warnings": "valid, with warnings",
        "errors": "valid against the schema, with errors",
        "invalid": "invalid",
        "unreadable": "unreadable",
        "not-applicable": "not applicable",
    },
    "fr": {
        "valid": "valide",
        "warnings": "valide, avec des avertissements",
        "errors": "conforme au schéma, avec des erreurs",
        "invalid": "invalide",
        "unreadable": "illisible",
        "not-applicable": "sans objet",
    },
}
FILE_TYPE_WORDS = {
    "en": {
        "activities": "activity file",
        "organisations": "organisation file",
        "table": "table",
        "other": "",
    },
    "fr": {
        "activities": "fichier d’activités",
        "organisations": "fichier d’organisations",
        "table": "table",
        "other": "",
    },
}


class Group(NamedTuple):
    """Findings of one rule (and kind, and column of a table), with the title they share."""

    rule: str
    severity: str
    title: str
    findings: list[Finding]

    @property
    def more(self) -> int:
        """Findings beyond the first ones."""
        return max(len(self.findings) - FIRST, 0)


def numbered(number: int, lang: str) -> str:
    """Return a number as people write it.

    >>> numbered(20730, "en")
    '20,730'
    """
    return f"{number:,}".replace(",", _THOUSANDS[lang])


def findings_by_severity(report: Report, lang: str) -> Iterator[tuple[str, str]]:
    """Yield each severity that was found with its number in words, most severe first."""
    for severity, count in report.counts().items():
        if count:
            yield severity, f"{numbered(count, lang)} {_COUNTED[lang][severity][count > 1]}"


def counted(report: Report) -> tuple[int, str]:
    """Return how many records a file has, and what they are: ``activities`` or the ``rows`` of a table."""
    table = report.file_type == "table"
    return (report.row_count, "rows") if table else (report.activity_count, "activities")


def place(finding: Finding) -> str:
    """Return the activity of a finding, or the cell of a table; empty for the file as a whole."""
    return finding.activity or finding.params.get("cell", "")


def groups(report: Report, lang: str) -> Iterator[Group]:
    """Yield the groups of a report."""
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in report.findings:
        key = (finding.rule, finding.params.get("kind", ""), finding.params.get("field", ""))
        found.setdefault(key, []).append(finding)
    order = sorted(found.values(), key=lambda group: (SEVERITIES.index(group[0].severity), -len(group)))
    for group in order:
        title = sentence(group[0], lang, report.version).title
        yield Group(group[0].rule, group[0].severity, title, group)
