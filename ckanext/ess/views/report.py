"""What a report's page shows: the same for a file of the portal and for one that a visitor brought.

It starts from what the actions ``ess_validation_show`` and ``ess_validation_report`` answer; nothing is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from ckan.plugins import toolkit as tk

from ckanext.ess.iati.validate.finding import SEVERITIES
from ckanext.ess.iati.validate.formats.short import cut
from ckanext.ess.schema import verdicts

#: Findings on one page of a filtered report.
PAGE = 50
#: Corrections named first.
FIRST = 3
#: More repetitions than this are not corrected by hand.
_BY_HAND = 30
_MINUTES_EACH = 2
_STEP = 5
_SEVERAL = 2


class Chosen(NamedTuple):
    """What the reader filters by; empty for everything. ``kind`` tells apart what one rule finds."""

    severity: str = ""
    rule: str = ""
    kind: str = ""
    activity: str = ""
    page: int = 1

    @property
    def lists(self) -> bool:
        """Whether findings are listed one by one rather than summed up by rule."""
        return bool(self.rule or self.activity)


class Chip(NamedTuple):
    """One choice that can be taken back."""

    title: str
    label: str
    url: str


class Category(NamedTuple):
    """Rules about one part of the data, worst first."""

    title: str
    count: int
    rules: list[Mapping[str, Any]]


class Correction(NamedTuple):
    """One of the things to do first."""

    rule: Mapping[str, Any]
    extent: str
    effort: str
    url: str


@dataclass(frozen=True)
class Report:
    """A report as its page shows it.

    Attributes:
        shown: what ``ess_validation_show`` answers: ``status``, ``summary``, ``rules``…
        address: of the page, without parameters.
        chosen: the reader's filters.
        findings: those of this page, where they are listed.
        total: how many there are to list.
    """

    shown: Mapping[str, Any]
    address: str
    chosen: Chosen = field(default_factory=Chosen)
    findings: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    total: int = 0

    @property
    def status(self) -> str:
        """The verdict in one word of the API."""
        return self.shown["status"]

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        return verdicts.sentence(self.status, self.summary)

    @property
    def explanation(self) -> str:
        """What the verdict means for those who use the file, or nothing."""
        return verdicts.explanation(self.status)

    @property
    def summary(self) -> Mapping[str, int]:
        """Number of findings by severity."""
        return self.shown.get("summary") or dict.fromkeys(SEVERITIES, 0)

    @property
    def is_checked(self) -> bool:
        """Whether there is something to show below the verdict."""
        return self.status in verdicts.CHECKED

    @property
    def all_rules(self) -> list[Mapping[str, Any]]:
        """Rules that found something, each kind of theirs apart, worst and most frequent first."""
        kinds = [_one_kind(rule, kind) for rule in self.shown.get("rules") or () for kind in rule["kinds"]]
        return sorted(kinds, key=_weight)

    @property
    def rules(self) -> list[Mapping[str, Any]]:
        """Those that found something of the chosen severity."""
        return [rule for rule in self.all_rules if self.chosen.severity in ("", rule["severity"])]

    @property
    def categories(self) -> list[Category]:
        """The rules by category, the category with the worst rule first."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for rule in self.rules:
            found.setdefault(rule.get("category") or "", []).append(rule)
        return [
            Category(verdicts.category(name), sum(rule["count"] for rule in rules), rules)
            for name, rules in found.items()
        ]

    @property
    def first(self) -> list[Correction]:
        """The few corrections that matter most; advice is none of them."""
        serious = [rule for rule in self.all_rules if _is_serious(rule)]
        return [
            Correction(rule, verdicts.extent(rule), _effort(rule["count"]), self.url_of(rule))
            for rule in serious[:FIRST]
        ]

    @property
    def chips(self) -> list[Chip]:
        """What is chosen, each with the link that takes it back."""
        chosen, found = self.chosen, list[Chip]()
        if chosen.severity:
            label = verdicts.severities(chosen.severity, _SEVERAL)
            found.append(Chip(tk._("Severity"), label, self.url(severity="")))
        if chosen.rule:
            label = self.title_of(chosen.rule, chosen.kind)
            found.append(Chip(tk._("Rule"), label, self.url(rule="", kind="")))
        if chosen.activity:
            found.append(Chip(tk._("Activity"), chosen.activity, self.url(activity="")))
        return found

    @property
    def pages(self) -> int:
        """How many pages the listed findings take."""
        return max(1, -(-self.total // PAGE))

    def title_of(self, rule: str, kind: str = "") -> str:
        """What a rule, or a kind of it, is called; else its number."""
        for one in self.shown.get("rules") or ():
            if one["rule"] == rule:
                kinds = {each["kind"]: each["title"] for each in one["kinds"]}
                return kinds.get(kind) if kind in kinds and kind else one["title"]
        return rule

    def url_of(self, rule: Mapping[str, Any]) -> str:
        """The findings of one rule, or of one kind of it."""
        return self.url(rule=rule["rule"], kind=rule["kind"])

    def url(self, **changes: str | int) -> str:
        """The page with some filters changed; it starts at its first page again."""
        wanted = {**self.chosen._asdict(), "page": 1, **changes}
        given = {name: value for name, value in wanted.items() if value not in ("", 1)}
        return f"{self.address}?{urlencode(given)}" if given else self.address


def chosen(arguments: Mapping[str, str]) -> Chosen:
    """Read the filters of an address; what makes no sense counts for nothing."""
    severity = arguments.get("severity", "")
    page = arguments.get("page", "")
    return Chosen(
        severity if severity in SEVERITIES else "",
        arguments.get("rule", "").strip()[:100],
        arguments.get("kind", "").strip()[:200],
        cut(arguments.get("activity", "").strip()),
        min(int(page), 10**6) if page.isascii() and page.isdigit() and int(page) else 1,
    )


def matching(findings: Iterable[Mapping[str, Any]], wanted: Chosen) -> list[Mapping[str, Any]]:
    """Those findings that the filters let through."""
    return [
        finding
        for finding in findings
        if wanted.severity in ("", finding["severity"])
        and wanted.rule in ("", finding["rule"])
        and wanted.kind in ("", finding["params"].get("kind", ""))
        and wanted.activity in ("", finding["activity"])
    ]


def with_excerpts(
    findings: Iterable[Mapping[str, Any]], rules: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Give findings the lines of the file that the roll-up keeps of the first ones."""
    known = {_place(one): one["excerpt"] for rule in rules for kind in rule["kinds"] for one in kind["first"]}
    return [{"excerpt": known.get(_place(finding), ()), **finding} for finding in findings]


def _place(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    return finding["rule"], finding["line"], finding["column"], finding["xpath"]


def _one_kind(rule: Mapping[str, Any], kind: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: rule[name] for name in ("rule", "severity", "category")}, **kind}


def _weight(rule: Mapping[str, Any]) -> tuple[int, int, str]:
    return SEVERITIES.index(rule["severity"]), -rule["count"], f"{rule['rule']} {rule['kind']}"


def _is_serious(rule: Mapping[str, Any]) -> bool:
    return rule["severity"] != SEVERITIES[-1]


def _effort(count: int) -> str:
    """How long it takes, as far as one can tell: by hand, or in the tool that repeats the mistake."""
    if count > _BY_HAND:
        return verdicts.by_setting(count)
    return verdicts.by_hand(max(_STEP, -(-count * _MINUTES_EACH // _STEP) * _STEP))
