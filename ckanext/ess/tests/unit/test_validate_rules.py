"""Every published rule of every version, by cases that break it and cases that nearly do."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from ckanext.ess.iati.standard.rules import rules
from ckanext.ess.iati.standard.versions import VERSIONS as ALL_VERSIONS
from ckanext.ess.iati.validate import Finding, Options, validate
from ckanext.ess.tests.shared import shared
from ckanext.ess.tests.unit import rule_table_bare as bare
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


def bare_document(item: str, content: str, version: str) -> bytes:
    """A file with one record that has nothing but the content, or the attributes, of a case."""
    attributes, inner = (content, "") if content.startswith("last-") else ("", content)
    root = "iati-activities" if item == "iati-activity" else "iati-organisations"
    return f'<{root} version="{version}"><{item} {attributes}>{inner}</{item}></{root}>'.encode()


def findings(text: bytes, *, official: bool = False) -> list[Finding]:
    """All findings, which the screens that spare sound activities must not change."""
    quick, slow = (
        validate(
            io.BytesIO(text), Options(official=official, now=PRESENT, known=frozenset(), screened=screened)
        ).findings
        for screened in (True, False)
    )
    assert quick == slow
    return quick


def found(text: bytes, *, official: bool = False) -> list[str]:
    """The ids of all findings."""
    return [finding.rule for finding in findings(text, official=official)]


def assert_told(text: bytes, rule: str, version: str) -> None:
    """A rule is told with the published severity and category, and with its place."""
    published = next(entry for entry in rules(version) if entry.id == rule)
    one = next(finding for finding in findings(text) if finding.rule == rule)
    assert (one.severity, one.category) == (published.severity, published.category)
    assert one.line == 1
    assert one.xpath.startswith(("/iati-activities/", "/iati-organisations/"))


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
            assert_told(text, rule, version)
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


def bare_cases():
    """Version, rule, record, what breaks the rule and what does not, for every rule of every version."""
    for version in ALL_VERSIONS:
        for rule in dict.fromkeys(rule.id for rule in rules(version)):
            for organisation in {"organisation" in one.context for one in rules(version) if one.id == rule}:
                item = "iati-organisation" if organisation else "iati-activity"
                yield pytest.param(
                    version, rule, item, *_pair(version, rule, item), id=f"{version}-{rule}-{item}"
                )


def _pair(version: str, rule: str, item: str) -> tuple[list[str], list[str]]:
    if version.startswith("1."):
        return bare.OLD[rule]
    table = bare.ORGANISATION if item == "iati-organisation" else bare.ACTIVITY
    fails, passes = table[rule] if rule in table else bare.ATTRIBUTES[rule]
    return [fails], [passes]


@pytest.mark.parametrize(("version", "rule", "item", "fails", "passes"), list(bare_cases()))
class TestRuleOnABareRecord:
    def test_fires_on_what_breaks_it(
        self, version: str, rule: str, item: str, fails: list[str], passes: list[str]
    ):
        for content in fails:
            assert_told(bare_document(item, content, version), rule, version)
        for content in passes:
            assert rule not in found(bare_document(item, content, version))

    def test_in_the_official_mode(
        self, version: str, rule: str, item: str, fails: list[str], passes: list[str]
    ):
        if version.startswith("1."):
            assert found(bare_document(item, fails[0], version), official=True) == ["0.6.1"]
            return
        for content in fails:
            fires = rule in found(bare_document(item, content, version), official=True)
            assert fires is (rule not in RIGHT_ONLY)
        for content in passes:
            assert rule not in found(bare_document(item, content, version), official=True)


@pytest.mark.parametrize("version", [version for version in ALL_VERSIONS if version < "2"])
def test_every_rule_of_old_versions_has_cases(version: str):
    assert {rule.id for rule in rules(version)} == set(bare.OLD)
    assert all(fails and passes for fails, passes in bare.OLD.values())


def both(content: str, rule: str) -> tuple[int, int]:
    """How often a rule is told of an activity with the content: by us, and the official way."""
    text = bare_document("iati-activity", content, "2.03")
    return found(text).count(rule), found(text, official=True).count(rule)


def test_every_wrong_date_is_told_but_to_the_official_mode():
    wrong, right = bare.ACTIVITY["11.2.1"]
    assert both(right + wrong * 2, "11.2.1") == (2, 0)


def test_percentages_of_every_vocabulary_are_added_up_but_by_the_official_mode():
    content = '<sector vocabulary="2" percentage="40"/>' * 2 + '<sector percentage="100"/>'
    assert both(content, "2.1.2") == (1, 0)


@pytest.mark.parametrize("rule", ["8.8", "8.9", "8.10"])
def test_a_missing_value_is_not_also_called_no_number_but_by_the_official_mode(rule: str):
    assert both(bare.ACTIVITY[f"{rule}.1"][0], f"{rule}.2") == (0, 1)


@pytest.mark.parametrize("value", ["2019-02-30", "2019", "02/04/2999"])
def test_what_javascript_takes_for_a_date(value: str):
    content = f'<activity-date type="2" iso-date="{value}"/><activity-date type="4" iso-date="2000-01-01"/>'
    assert both(content, "11.1.3") == (0, 1)
