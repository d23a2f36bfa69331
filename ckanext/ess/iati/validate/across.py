"""What shows only across the activities of a file, or of several files: repeats, references, age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from ckanext.ess.iati.validate.checked import Checked, Named
from ckanext.ess.iati.validate.finding import NO_IDENTIFIER, Finding

DUPLICATE = "1.1.2"
SAME_DESCRIPTION = "ess.same-description"
STALE = "ess.stale"
#: Rules on the reporting organisation, told once for each identifier of a file.
_ONCE = frozenset({"1.14.8", "1.18.8"})
_MOST_TOLD = 1000
#: A text on so many activities is a template, not a description.
_SAME = 3
_YEAR = 365
#: References kept until the file's end; a file with more of them is checked up to there.
_REFERENCES = 20_000


class Across:
    """Remembers a few bytes per activity.

    Args:
        official: report one duplicate per file, and activities without identifier as duplicates of each
        other.
        references: whether references are to be resolved at all.
    """

    def __init__(self, name: str, *, official: bool, references: bool) -> None:
        self._name = name
        self._official = official
        self._keep_references = references
        self._seen: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._descriptions: dict[bytes, int] = {}
        self._references: list[Named] = []
        self._told: set[tuple[str, str]] = set()
        self._repeated = 0
        self.updated = ""

    @property
    def identifiers(self) -> Collection[str]:
        """Identifiers seen so far."""
        return self._seen.keys()

    def add(self, checked: Checked) -> Iterator[Finding]:
        """Take note of an activity; yield what is already certain."""
        if checked.identifier is None:
            return
        self.updated = max(self.updated, checked.updated)
        if self._keep_references and len(self._references) < _REFERENCES:
            self._references.extend(checked.references)
        yield from self._identifier(checked)
        yield from self._description(checked)

    def is_new(self, finding: Finding) -> bool:
        """Whether a finding says something new: the reporting organisation is the same on every activity."""
        if self._official or finding.rule not in _ONCE:
            return True
        told = (finding.rule, finding.params["value"])
        if told in self._told or len(self._told) > _MOST_TOLD:
            return False
        self._told.add(told)
        return True

    def _identifier(self, checked: Checked) -> Iterator[Finding]:
        identifier = checked.identifier or NO_IDENTIFIER
        first = self._seen.get(identifier)
        if first is None:
            self._seen[identifier] = checked.place[0]
            return
        self._repeated += 1
        count = self._counts[identifier] = self._counts.get(identifier, 1) + 1
        if self._official:
            if self._repeated == 1:
                yield self._duplicate(checked, None, 0, identifier, count, first)
        elif identifier != NO_IDENTIFIER:
            yield self._duplicate(checked, identifier, checked.number, identifier, count, first)

    def _duplicate(
        self,
        checked: Checked,
        activity: str | None,
        number: int,
        identifier: str,
        count: int,
        first: int,
    ) -> Finding:
        line, column = checked.place
        item = "iati-activity" if self._name == "activities" else "iati-organisation"
        path = f"/iati-{self._name}/{item}[{checked.number}]"
        params = {"value": identifier, "count": str(count), "first": str(first)}
        return Finding(DUPLICATE, "error", "identifiers", activity, number, line, column, path, params)

    def _description(self, checked: Checked) -> Iterator[Finding]:
        if not checked.description:
            return
        count = self._descriptions[checked.description] = self._descriptions.get(checked.description, 0) + 1
        if count == _SAME:
            line, column = checked.place
            path = f"/iati-{self._name}/iati-activity[{checked.number}]/description[1]"
            yield Finding(
                SAME_DESCRIPTION,
                "warning",
                "information",
                checked.identifier,
                checked.number,
                line,
                column,
                path,
                {"count": str(count)},
            )

    def stale(self, today: dt.date) -> Iterator[Finding]:
        """Yield a finding when nothing in the file was updated for a year."""
        try:
            last = dt.date.fromisoformat(self.updated)
        except ValueError:
            return
        days = (today - last).days
        if days > _YEAR:
            params = {"date": last.isoformat(), "days": str(days)}
            yield Finding(
                STALE, "advisory", "information", None, 0, None, None, f"/iati-{self._name}", params
            )

    def unknown(self, known: Collection[str]) -> Iterator[Finding]:
        """Yield an advisory for each reference to an activity that is neither here nor among ``known``."""
        for named in self._references:
            if named.identifier not in self._seen and named.identifier not in known:
                yield named.finding
