"""Reports for a terminal: grouped, the first findings of each group, then how many more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ckanext.ess.iati.validate.formats.groups import (
    FILE_TYPE_WORDS,
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
from ckanext.ess.iati.validate.messages import LANGUAGES, sentence
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.iati.validate.verdict import verdict

_COLOURS = {"critical": "\033[1;31m", "error": "\033[31m", "warning": "\033[33m", "advisory": "\033[36m"}
_BOLD, _PLAIN = "\033[1m", "\033[0m"
_WORDS = {
    "en": {"line": "line {0}", "more": "and {0} more", "fix": "To do: ", "activities": "{0} activities", "rows": "{0} rows", "kept": "{0} further findings are counted but not listed"},  # noqa: E501
    "fr": {"line": "ligne {0}", "more": "et {0} de plus", "fix": "À faire : ", "activities": "{0} activités", "rows": "{0} lignes", "kept": "{0} autres constats sont comptés mais non listés"},  # noqa: E501
}  # fmt: skip


def render(reports: Iterable[Report], lang: str, *, colours: bool = False) -> str:
    """Return reports as text, with a terminal's colours where asked for."""
    lang = lang if lang in LANGUAGES else "en"
    return "\n".join(line for report in reports for line in _report(report, lang, colours=colours)) + "\n"


def _paint(text: str, colour: str, *, colours: bool) -> str:
    return f"{colour}{text}{_PLAIN}" if colours else text


def _report(report: Report, lang: str, *, colours: bool) -> Iterator[str]:
    words = _WORDS[lang]
    counts = ", ".join(told for _, told in findings_by_severity(report, lang))
    yield _paint(f"{shown(report.file)}: {VERDICT_WORDS[lang][verdict(report)]}", _BOLD, colours=colours)
    count, what = counted(report)
    facts = [
        FILE_TYPE_WORDS[lang][report.file_type],
        report.version,
        words[what].format(numbered(count, lang)),
        counts,
    ]
    yield "  " + " · ".join(fact for fact in facts if fact)
    for group in groups(report, lang):
        yield from _group(group, report, lang, colours=colours)
    if report.dropped:
        yield "  " + words["kept"].format(report.dropped)


def _group(group: Group, report: Report, lang: str, *, colours: bool) -> Iterator[str]:
    words = _WORDS[lang]
    label = f"{SEVERITY_WORDS[lang][group.severity]} {group.rule}"
    yield ""
    yield f"  {_paint(label, _COLOURS[group.severity], colours=colours)}  {group.title} ({len(group.findings)})"  # noqa: E501
    fix = ""
    for finding in group.findings[:FIRST]:
        said = sentence(finding, lang, report.version)
        where = words["line"].format(finding.line) if finding.line else ""
        at = ", ".join(part for part in (where, shown(place(finding))) if part)
        yield f"    {at + ': ' if at else ''}{shown(said.explanation)}"
        if said.fix != fix:
            fix = said.fix
            yield f"      {words['fix']}{shown(fix)}"
    if group.more:
        yield f"    {words['more'].format(group.more)}"


def shown(text: str) -> str:
    """Return text without control characters: a value from a file must not steer the terminal."""
    return "".join(char if char.isprintable() else " " for char in text)
