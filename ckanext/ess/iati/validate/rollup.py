"""Findings rolled up by rule and kind while a file is read: counts, and the first ones with an excerpt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ckanext.ess.iati.read import Piece
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.validate.excerpt import excerpt
from ckanext.ess.iati.validate.finding import SEVERITIES, Finding
from ckanext.ess.iati.validate.report import Report

#: Occurrences shown of each kind of each rule.
FIRST = 5
#: Kinds of one rule that are told apart; a hostile file cannot make more of them than there are checks.
_MOST_KINDS = 60
#: Places of findings on the file as a whole whose lines are kept.
_MOST_FILE_EXCERPTS = 200
_SEVERITIES: tuple[str, ...] = SEVERITIES

#: Gives the lines around a finding.
Excerpt = Callable[[Finding], list[dict[str, Any]]]


@dataclass
class Occurrence:
    """One finding with the lines around it."""

    finding: Finding
    excerpt: list[dict[str, Any]]


@dataclass(kw_only=True)
class _Tally:
    """Counts findings, and the activities that they are in; those of one activity come together."""

    count: int = 0
    activities: int = 0
    last_activity: int = 0

    def tally(self, finding: Finding) -> None:
        """Count a finding."""
        self.count += 1
        if finding.number and finding.number != self.last_activity:
            self.activities += 1
            self.last_activity = finding.number


@dataclass
class Kind(_Tally):
    """All findings of one kind of a rule."""

    kind: str
    first: list[Occurrence] = field(default_factory=list[Occurrence])

    def add(self, finding: Finding, shown: Excerpt) -> None:
        """Count a finding; keep it with its excerpt when it is among the first."""
        self.tally(finding)
        if len(self.first) < FIRST:
            self.first.append(Occurrence(finding, shown(finding)))


@dataclass
class Rule(_Tally):
    """All findings of one rule, by kind."""

    rule: str
    severity: str
    category: str
    kinds: dict[str, Kind] = field(default_factory=dict[str, Kind])

    def add(self, finding: Finding, shown: Excerpt) -> None:
        """Count a finding."""
        self.tally(finding)
        name = finding.params.get("kind", "")
        kind = self.kinds.get(name)
        if kind is None:
            if len(self.kinds) >= _MOST_KINDS:
                name = next(iter(self.kinds))
            kind = self.kinds.setdefault(name, Kind(name))
        kind.add(finding, shown)


class Rollup:
    """Rolls findings up; give it to :func:`~ckanext.ess.iati.validate.run.examine` as its observer.

    What belongs to the file as a whole is counted at the end: only the report knows what of it counts.
    """

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}
        self._file: dict[tuple[str, int | None, int | None], list[dict[str, Any]]] = {}

    def __call__(self, piece: Piece, _element: Element | None, findings: Sequence[Finding]) -> None:
        """Take what was found in one piece."""
        if not findings:
            return

        def shown(one: Finding) -> list[dict[str, Any]]:
            return excerpt(piece, one.line, one.column)

        for finding in findings:
            if finding.number:
                self.add(finding, shown)
            elif len(self._file) < _MOST_FILE_EXCERPTS:
                key = (finding.rule, finding.line, finding.column)
                self._file.setdefault(key, excerpt(piece, finding.line, finding.column))

    def complete(self, report: Report) -> list[Rule]:
        """Return the rules, most severe and most frequent first, counted as the report counts them."""
        for finding in report.findings:
            if not finding.number:
                self.add(finding, lambda one: self._file.get((one.rule, one.line, one.column), []))
        for rule in self._rules.values():
            rule.count = report.rules[rule.rule]
        found = [rule for rule in self._rules.values() if rule.count]
        return sorted(found, key=lambda rule: (_SEVERITIES.index(rule.severity), -rule.count, rule.rule))

    def add(self, finding: Finding, shown: Excerpt) -> None:
        """Count one finding; ``shown`` gives its lines, should it be among the first of its kind."""
        rule = self._rules.get(finding.rule)
        if rule is None:
            rule = self._rules[finding.rule] = Rule(finding.rule, finding.severity, finding.category)
        rule.add(finding, shown)


def rolled_up(report: Report) -> list[Rule]:
    """Roll up the findings that a report kept, without excerpts: what was read has gone."""
    rollup = Rollup()
    for finding in report.findings:
        if finding.number:
            rollup.add(finding, lambda _: [])
    return rollup.complete(report)
