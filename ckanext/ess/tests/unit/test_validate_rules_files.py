"""The rules on whole files and on references between activities."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from ckanext.ess.iati.standard.rules import file_rules
from ckanext.ess.iati.validate import Finding, Options, validate
from ckanext.ess.tests.unit.rule_changes import ACTIVITY, NOW, period, transaction

PRESENT = dt.datetime.fromisoformat(f"{NOW}T12:00:00+00:00")


def checked(text: str, *, official: bool = False, known: frozenset[str] | None = None) -> list[Finding]:
    options = Options(official=official, now=PRESENT, known=known)
    return validate(io.BytesIO(text.encode()), options).findings


def activity(*more: str, identifier: str = "FR-RCS-130025265-P1", version: str = "2.03") -> str:
    """A file with one activity, other elements beside those it needs."""
    parts = {**ACTIVITY, "iati-identifier": f"<iati-identifier>{identifier}</iati-identifier>"}
    body = "".join(text or "" for name, text in parts.items() if name[0] != "@") + "".join(more)
    record = f'<iati-activity xml:lang="fr" default-currency="EUR">{body}</iati-activity>'
    return f'<iati-activities version="{version}">{record}</iati-activities>'


def disbursement(party: str) -> str:
    value = '<value value-date="2025-01-01">1</value>'
    return f"<planned-disbursement>{period('2025-01-01', '2025-02-01')}{value}{party}</planned-disbursement>"


REFERENCES: dict[str, str] = {
    "1000.0.1": '<participating-org role="1" ref="X" activity-id="{0}"/>',
    "1000.0.2": disbursement('<provider-org ref="X" provider-activity-id="{0}"/>'),
    "1000.0.3": disbursement('<receiver-org ref="X" receiver-activity-id="{0}"/>'),
    "1000.0.4": transaction('<provider-org ref="X" provider-activity-id="{0}"/>'),
    "1000.0.5": transaction('<receiver-org ref="X" receiver-activity-id="{0}"/>'),
    "1000.0.6": '<related-activity type="1" ref="{0}"/>',
}


@pytest.mark.parametrize("version", ["2.01", "2.02", "2.03"])
@pytest.mark.parametrize("rule", REFERENCES)
def test_references(rule: str, version: str):
    def advised(
        known: frozenset[str] | None, ref: str = "FR-RCS-130025265-P2", *, official: bool = False
    ) -> list[str]:
        text = activity(REFERENCES[rule].format(ref), version=version)
        return [
            finding.severity
            for finding in checked(text, known=known, official=official)
            if finding.rule == rule
        ]

    present = any(one.id == rule for one in file_rules(version))
    assert advised(frozenset()) == (["advisory"] if present else [])
    assert advised(frozenset(), official=True) == (["advisory"] if present else [])
    assert advised(frozenset({"FR-RCS-130025265-P2"})) == []
    assert advised(frozenset(), ref="FR-RCS-130025265-P1") == [], "the activity itself is in the file"


class TestDuplicates:
    TWICE = activity().replace("</iati-activities>", "") + activity().partition(">")[2]

    def test_every_copy_after_the_first_is_listed(self):
        text = self.TWICE.replace("</iati-activities>", "") + activity().partition(">")[2]
        found = [finding for finding in checked(text) if finding.rule == "1.1.2"]
        assert [(one.severity, one.number) for one in found] == [("error", 2), ("error", 3)]
        assert [one.params["count"] for one in found] == ["2", "3"]

    def test_the_official_way_lists_one(self):
        text = self.TWICE.replace("</iati-activities>", "") + activity().partition(">")[2]
        found = [finding for finding in checked(text, official=True) if finding.rule == "1.1.2"]
        assert [one.activity for one in found] == [None]

    def test_identifiers_that_differ_in_case_are_two(self):
        text = (
            activity(identifier="A-1").replace("</iati-activities>", "")
            + activity(identifier="a-1").partition(">")[2]
        )
        assert "1.1.2" not in {finding.rule for finding in checked(text)}


FILES: dict[str, tuple[list[str], list[str]]] = {
    "0.1.1": ([activity()[:-5], activity().replace("</title>", "</tilte>")], [activity()]),
    "0.2.1": (["<rss/>", "<iati-activity/>"], [activity()]),
    "0.6.1": ([activity(version="2.04"), activity(version="9.9")], [activity()]),
    "0.3.1": (
        [activity("<secteur/>"), activity('<budget-flag code="1"/>'), activity().replace('role="4"', "")],
        [activity()],
    ),
}


@pytest.mark.parametrize("rule", FILES)
@pytest.mark.parametrize("official", [False, True])
def test_rules_on_the_file(rule: str, official: bool):
    fails, passes = FILES[rule]
    for text in fails:
        assert rule in {finding.rule for finding in checked(text, official=official)}, text[:80]
    for text in passes:
        assert rule not in {finding.rule for finding in checked(text, official=official)}
