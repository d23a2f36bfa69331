"""References from one activity to another, for the advisories about activities that nobody has published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.rules import ACTIVITY_REFERENCE, FileRule, file_rules
from ckanext.ess.iati.validate.rules.kinds import selector
from ckanext.ess.iati.validate.rules.nodes import Leaf, Select, Tree

#: Elements that can refer to an activity, and with which attribute.
ATTRIBUTES = {
    "participating-org": "activity-id",
    "provider-org": "provider-activity-id",
    "receiver-org": "receiver-activity-id",
    "related-activity": "ref",
}
_RECORD = "/iati-activities/iati-activity/"


class Reference(NamedTuple):
    """An activity's identifier named by another activity."""

    rule: FileRule
    at: Leaf


class References:
    """Finds the references of a version."""

    def __init__(self, version: str) -> None:
        rules = [rule for rule in file_rules(version) if rule.kind == ACTIVITY_REFERENCE]
        self._rules: list[tuple[FileRule, Select]] = [
            (rule, selector(rule.path.removeprefix(_RECORD))) for rule in rules
        ]

    def of(self, record: Element, tree: Tree) -> Iterator[Reference]:
        """Yield the references of an activity that are not empty."""
        for rule, select in self._rules:
            for found in select(record, tree):
                if isinstance(found, Leaf) and found.value:
                    yield Reference(rule, found)
