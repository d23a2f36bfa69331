"""The official validator's findings on every reference file, met by ours in the official mode.

Rule ids and counts.
"""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from ckanext.ess.iati.validate import Options, validate
from ckanext.ess.tests.shared import shared, shared_files

FILES = [str(path) for path in shared_files("samples/expected.json")]
EXPECTED = json.loads(shared_files("samples/expected.json")[0].read_text()) if FILES else {"files": {}}

Counts = dict[str, Counter[str]]


def normalised(findings: dict[str, dict[str, int]]) -> Counts:
    """Sum the copies of an activity; schema findings are present or absent."""
    counts: Counts = {}
    for activity, rules in findings.items():
        counts.setdefault(re.sub(r"\(\d+\)$", "", activity), Counter()).update(rules)
    for rules in counts.values():
        if "0.3.1" in rules:
            rules["0.3.1"] = 1
    return counts


def ours(name: str) -> Counts:
    found: dict[str, Counter[str]] = {}
    for finding in validate(shared("samples") / name, Options(official=True)).findings:
        if finding.rule not in EXPECTED["ignored_ids"]:
            found.setdefault(finding.activity or "file", Counter())[finding.rule] += 1
    return normalised({activity: dict(rules) for activity, rules in found.items()})


@pytest.mark.parametrize("name", EXPECTED["files"])
def test_same_rules_and_counts_per_activity(name: str):
    assert ours(name) == normalised(EXPECTED["files"][name]["findings"])


def test_agreement_over_all_files(record_property: pytest.FixtureRequest):
    if not EXPECTED["files"]:
        pytest.skip("reference results are not here")
    agreed = sum(ours(name) == normalised(entry["findings"]) for name, entry in EXPECTED["files"].items())
    share = 100 * agreed / len(EXPECTED["files"])
    record_property("agreement", f"{agreed} of {len(EXPECTED['files'])} files, {share:.1f} %")
    print(f"agreement with the reference: {agreed} of {len(EXPECTED['files'])} files, {share:.1f} %")  # noqa: T201
    assert share == 100
