"""Why a table could not be read to its end, or not at all: a rule and what its sentence needs."""

from __future__ import annotations


class Stopped(Exception):
    """Reading stops here. Internal: ``validate`` turns it into a finding."""

    def __init__(self, rule: str, line: int | None = None, **params: str) -> None:
        super().__init__(rule)
        self.rule, self.line, self.params = rule, line, params


class NotApplicable(Stopped):
    """There is nothing to check, or nothing to check it with; the finding says why."""
