"""Every rule of every version: a failing and a passing case, with screens and without."""

from __future__ import annotations

import io

import pytest

from ckanext.ess.iati.standard.rules import rules
from ckanext.ess.iati.standard.versions import VERSIONS
from ckanext.ess.iati.validate import Options, Report, validate
from ckanext.ess.tests.shared import shared_files
from ckanext.ess.tests.unit.rule_cases import ACTIVITY, ATTRIBUTES, OLD, ORGANISATION

#: What the official validator cannot see, for reasons of its own.
NEVER_OFFICIAL = {"3.7.1"}


def cases() -> list[tuple[str, str, str, tuple[str, str]]]:
    """Return version, rule id, record and the failing and passing content.

    For every rule of every version.
    """
    found: list[tuple[str, str, str, tuple[str, str]]] = []
    for version in VERSIONS:
        for rule in dict.fromkeys(rule.id for rule in rules(version)):
            contexts = {"organisation" in rule_.context for rule_ in rules(version) if rule_.id == rule}
            for organisation in contexts:
                record = "iati-organisation" if organisation else "iati-activity"
                tables = (
                    (OLD,)
                    if version.startswith("1.")
                    else (ORGANISATION if organisation else ACTIVITY, ATTRIBUTES)
                )
                pair = next((table[rule] for table in tables if rule in table), None)
                assert pair, f"no case for {rule} of {version} in {record}"
                found.append((version, rule, record, pair))
    return found


CASES = cases()


def checked(version: str, record: str, content: str, **options: bool) -> Report:
    attributes, inner = (content, "") if content.startswith("last-") else ("", content)
    root = "iati-activities" if record == "iati-activity" else "iati-organisations"
    text = f'<{root} version="{version}"><{record} {attributes}>{inner}</{record}></{root}>'
    return validate(io.BytesIO(text.encode()), Options(version=version, **options))


def test_every_published_rule_has_cases():
    assert len({rule for version, rule, *_ in CASES if version == "2.03"}) == 89
    assert len({rule for version, rule, *_ in CASES if version == "2.01"}) == 73
    assert len({rule for version, rule, *_ in CASES if version == "2.02"}) == 73


@pytest.mark.parametrize(
    ("version", "rule", "record", "pair"), CASES, ids=[f"{c[0]} {c[1]} {c[2]}" for c in CASES]
)
def test_rule(version: str, rule: str, record: str, pair: tuple[str, str]):
    failing, passing = pair
    bad = checked(version, record, failing)
    assert rule in bad.rules
    assert rule not in checked(version, record, passing).rules
    published = next(entry for entry in rules(version) if entry.id == rule)
    (finding, *_) = [finding for finding in bad.findings if finding.rule == rule]
    assert (finding.severity, finding.category) == (published.severity, published.category)
    assert finding.line == 1
    assert finding.xpath.startswith(
        f"/{'iati-activities' if record == 'iati-activity' else 'iati-organisations'}/"
    )


@pytest.mark.parametrize(
    ("version", "rule", "record", "pair"),
    [case for case in CASES if not case[0].startswith("1.") and case[1] not in NEVER_OFFICIAL],
    ids=[f"{c[0]} {c[1]} {c[2]}" for c in CASES if not c[0].startswith("1.") and c[1] not in NEVER_OFFICIAL],
)
def test_rule_in_the_official_mode(version: str, rule: str, record: str, pair: tuple[str, str]):
    failing, passing = pair
    assert rule in checked(version, record, failing, official=True).rules
    assert rule not in checked(version, record, passing, official=True).rules


@pytest.mark.parametrize("official", [False, True])
@pytest.mark.parametrize(
    ("version", "rule", "record", "pair"), CASES, ids=[f"{c[0]} {c[1]} {c[2]}" for c in CASES]
)
def test_screens_hide_nothing_of_the_cases(
    version: str, rule: str, record: str, pair: tuple[str, str], official: bool
):
    for content in pair:
        quick = checked(version, record, content, official=official)
        slow = checked(version, record, content, official=official, screened=False)
        assert quick.findings == slow.findings


FILES = [*shared_files("samples/tools/*.xml"), *shared_files("samples/js-validator-tests/*.xml")]
FILES += [*shared_files("samples/official-examples/**/*.xml"), *shared_files("samples/real/*acf*.xml")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_screens_hide_nothing_of_real_files(path):
    assert validate(path).findings == validate(path, Options(screened=False)).findings


@pytest.mark.parametrize("path", FILES[:12], ids=lambda path: path.name)
def test_processes_change_nothing(path):
    assert validate(path).findings == validate(path, Options(jobs=2)).findings


def test_every_wrong_date_is_told_but_to_the_official_mode():
    content = ACTIVITY["11.2.1"][1] + ACTIVITY["11.2.1"][0] * 2
    assert checked("2.03", "iati-activity", content).rules["11.2.1"] == 2
    assert checked("2.03", "iati-activity", content, official=True).rules["11.2.1"] == 0


def test_percentages_of_every_vocabulary_are_added_up_but_by_the_official_mode():
    content = '<sector vocabulary="2" percentage="40"/>' * 2 + '<sector percentage="100"/>'
    assert checked("2.03", "iati-activity", content).rules["2.1.2"] == 1
    assert checked("2.03", "iati-activity", content, official=True).rules["2.1.2"] == 0


@pytest.mark.parametrize("rule", ["8.8", "8.9", "8.10"])
def test_a_missing_value_is_not_also_called_no_number_but_by_the_official_mode(rule: str):
    failing = ACTIVITY[f"{rule}.1"][0]
    assert f"{rule}.2" not in checked("2.03", "iati-activity", failing).rules
    assert f"{rule}.2" in checked("2.03", "iati-activity", failing, official=True).rules


@pytest.mark.parametrize("value", ["2019-02-30", "2019", "02/04/2999"])
def test_what_javascript_takes_for_a_date(value: str):
    content = f'<activity-date type="2" iso-date="{value}"/><activity-date type="4" iso-date="2000-01-01"/>'
    assert "11.1.3" not in checked("2.03", "iati-activity", content).rules
    assert "11.1.3" in checked("2.03", "iati-activity", content, official=True).rules
