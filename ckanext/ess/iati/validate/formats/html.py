"""Reports as one web page that needs nothing else: no script, no style sheet, no font from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.formats.groups import (
    FIRST,
    SEVERITY_WORDS,
    VERDICT_WORDS,
    Group,
    counted,
    findings_by_severity,
    groups,
    numbered,
    place,
)
from ckanext.ess.iati.validate.links import page
from ckanext.ess.iati.validate.messages import LANGUAGES, sentence
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.iati.validate.verdict import verdict

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
color:#1b1b1b;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.3rem;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ccc;
overflow-wrap:anywhere}th,td:first-child{white-space:nowrap;overflow-wrap:normal}
section{margin:2rem 0}.badge{color:#fff;border-radius:.3rem;padding:.1rem .5rem;font-size:.85rem;
white-space:nowrap}
.critical{background:#8a0000}.error{background:#b3261e}.warning{background:#7a4f00}.advisory{background:#0b5c7a}
summary{cursor:pointer;padding:.4rem 0}@media print{details{display:block}}
"""
_WORDS = {
    "en": {"title": "Validation report", "line": "Line", "activity": "Activity", "found": "What was found", "fix": "What to do", "more": "and {0} more", "page": "The standard’s page", "activities": "activities", "rows": "rows", "version": "version", "kept": "{0} further findings are counted but not listed."},  # noqa: E501
    "fr": {"title": "Rapport de validation", "line": "Ligne", "activity": "Activité", "found": "Constat", "fix": "À faire", "more": "et {0} de plus", "page": "La page du standard", "activities": "activités", "rows": "lignes", "version": "version", "kept": "{0} autres constats sont comptés mais non listés."},  # noqa: E501
}  # fmt: skip


def render(reports: Iterable[Report], lang: str) -> str:
    """Return reports as a page of HTML."""
    lang = lang if lang in LANGUAGES else "en"
    title = _WORDS[lang]["title"]
    body = "".join(part for report in reports for part in _report(report, lang))
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n"
        f"<body><main><h1>{title}</h1>\n{body}</main></body></html>\n"
    )


def _report(report: Report, lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    yield f"<section><h2>{escape(report.file)}</h2>\n<p><strong>{VERDICT_WORDS[lang][verdict(report)]}</strong>"  # noqa: E501
    if report.version:
        yield f" · {words['version']} {escape(report.version)}"
    count, what = counted(report)
    yield f" · {numbered(count, lang)} {words[what]}</p>\n<p>"
    for severity, told in findings_by_severity(report, lang):
        yield f'<span class="badge {severity}">{told}</span> '
    yield "</p>\n"
    for group in groups(report, lang):
        yield from _group(group, report, lang)
    if report.dropped:
        yield f"<p>{words['kept'].format(report.dropped)}</p>"
    yield "</section>\n"


def _group(group: Group, report: Report, lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    yield (
        f'<details open><summary><span class="badge {group.severity}">{SEVERITY_WORDS[lang][group.severity]} '
        f"{escape(group.rule)}</span> {escape(group.title)} ({len(group.findings)})</summary>\n"
        f'<p><a href="{escape(page(group.findings[0], report.version))}">{words["page"]}</a></p>\n'
        f"<table><thead><tr><th>{words['line']}</th><th>{words['activity']}</th>"
        f"<th>{words['found']}</th><th>{words['fix']}</th></tr></thead><tbody>\n"
    )
    for finding in group.findings[:FIRST]:
        yield _row(finding, report, lang)
    yield "</tbody></table>\n"
    if group.more:
        yield f"<p>{words['more'].format(group.more)}</p>"
    yield "</details>\n"


def _row(finding: Finding, report: Report, lang: str) -> str:
    said = sentence(finding, lang, report.version)
    cells = (str(finding.line or ""), place(finding), said.explanation, said.fix)
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>\n"
