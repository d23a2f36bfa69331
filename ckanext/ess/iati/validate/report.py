"""The report on one file, as data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ckanext.ess.iati.validate.finding import SEVERITIES, Finding

#: Findings of each rule that are kept however many others there are.
_ALWAYS = 5


def _findings() -> list[Finding]:
    return []


def _counter() -> Counter[str]:
    return Counter()


@dataclass
class Report:
    """What was found in one file.

    ``file_type`` is activities, organisations, table or other. ``version`` is the one checked against, empty
    where none could be; ``declared_version`` is None where the file declares none. ``findings`` keeps the
    first
    ones, ``summary`` and ``rules`` count all. ``readable`` is False where nothing could be checked,
    ``applicable`` where nothing asks for a check: a finding says why. ``row_count`` counts a table's rows.
    """

    file: str
    file_type: str = "other"
    version: str = ""
    declared_version: str | None = None
    readable: bool = True
    applicable: bool = True
    activity_count: int = 0
    row_count: int = 0
    size: int = 0
    content: str = ""
    container: str = ""
    findings: list[Finding] = field(default_factory=_findings)
    summary: Counter[str] = field(default_factory=_counter)
    rules: Counter[str] = field(default_factory=_counter)
    max_findings: int = 50_000
    official: bool = False

    @property
    def valid(self) -> bool:
        """Whether nothing critical was found: the official meaning, in which errors are allowed."""
        return self.readable and not self.summary["critical"]

    @property
    def clean(self) -> bool:
        """Whether nothing critical, no error and no warning was found."""
        return self.valid and not self.summary["error"] and not self.summary["warning"]

    @property
    def dropped(self) -> int:
        """Findings counted but not kept."""
        return sum(self.summary.values()) - len(self.findings)

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it while there is room; the first ones of each rule always find some."""
        self.summary[finding.severity] += 1
        self.rules[finding.rule] += 1
        if len(self.findings) < self.max_findings or self.rules[finding.rule] <= _ALWAYS:
            self.findings.append(finding)

    def counts(self) -> dict[str, int]:
        """Return the summary with every severity, most severe first."""
        return {severity: self.summary[severity] for severity in SEVERITIES}
