"""Every published rule of every version, by cases that break it and cases that nearly do."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from ckanext.ess.iati.standard.rules import rules
from ckanext.ess.iati.validate import Options, validate
from ckanext.ess.tests.shared import shared
from ckanext.ess.tests.unit.rule_changes import ACTIVITY, NOW, ORGANISATION, Cases, Change
from ckanext.ess.tests.unit.rule_table import LATEST_ORGANISATIONS, ORGANISATIONS, RIGHT_ONLY, TABLE

VERSIONS = ("2.01", "2.02", "2.03")
PRESENT = dt.datetime.fromisoformat(f"{NOW}T12:00:00+00:00")
TABLES = [TABLE, ORGANISATIONS, LATEST_ORGANISATIONS]


def document(record: Change, change: Change, version: str) -> bytes:
    """A file with one record, changed."""
    merged = {**record, **change}
    item = "iati-activity" if record is ACTIVITY else "iati-organisation"
    root = "iati-activities" if record is ACTIVITY else "iati-organisations"
    attributes = "".join(
        f' {name[1:]}="{value}"' for name, value in merged.items() if name[0] == "@" and value
    )
    body = "".join(text or "" for name, text in merged.items() if name[0] != "@")
    return f'<{root} version="{version}"><{item}{attributes}>{body}</{item}></{root}>'.encode()


def found(text: bytes, *, official: bool = False) -> list[str]:
    """The ids of all findings."""
    options = Options(official=official, now=PRESENT, known=frozenset())
    return [finding.rule for finding in validate(io.BytesIO(text), options).findings]


def all_cases():
    for version in VERSIONS:
        ids = {rule.id for rule in rules(version)}
        tables = TABLES if version == "2.03" else TABLES[:2]
        for rule, cases in ((rule, table[rule]) for table in tables for rule in table if rule in ids):
            kind = "activity" if cases.record is ACTIVITY else "organisation"
            yield pytest.param(version, rule, cases, id=f"{version}-{rule}-{kind}")


@pytest.mark.parametrize(("version", "rule", "cases"), list(all_cases()))
class TestRule:
    def test_fires_on_what_breaks_it(self, version: str, rule: str, cases: Cases):
        for at, change in enumerate(cases.fails):
            text = document(cases.record, change, version)
            assert rule in found(text), (at, change)
            official = rule in found(text, official=True)
            assert official is (at not in RIGHT_ONLY.get(rule, set())), (at, change)

    def test_passes_what_nearly_breaks_it(self, version: str, rule: str, cases: Cases):
        for change in cases.passes:
            text = document(cases.record, change, version)
            assert rule not in found(text), change
            assert rule not in found(text, official=True), change


@pytest.mark.parametrize("version", VERSIONS)
class TestWhole:
    def test_the_records_that_cases_change_are_clean(self, version: str):
        assert found(document(ACTIVITY, {}, version)) == []
        assert found(document(ORGANISATION, {}, version)) == []

    def test_every_rule_of_ours_has_cases(self, version: str):
        assert {rule.id for rule in rules(version)} <= set(TABLE) | set(ORGANISATIONS)

    def test_every_official_id_has_cases(self, version: str):
        with shared("standard/ruleset-ids.tsv").open(encoding="utf-8") as stream:
            rows = csv.DictReader(stream, delimiter="\t")
            official = {row["id"] for row in rows if row["version"] == version and row["context"]}
        assert len(official) == (89 if version == "2.03" else 73)
        assert official <= set(TABLE) | set(ORGANISATIONS)


def test_every_case_has_both_sides():
    for table in TABLES:
        for rule, cases in table.items():
            assert cases.fails, rule
            assert cases.passes, rule
