"""What is kept of a report: within bounds, in any language later, 100,000 findings found fast."""

from __future__ import annotations

import json
import time

import pytest

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.formats.json import finding_dict
from ckanext.ess.iati.validate.formats.rules import packed, plain, shown, unpacked
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.iati.validate.rollup import rolled_up


def finding(number: int = 1, **params: str) -> Finding:
    """A finding in an activity."""
    place = (f"FR-{number}", number, number * 7, 3, f"/iati-activities/iati-activity[{number}]")
    return Finding("0.3.1", "critical", "schema", *place, {"kind": "value-date", **params})


VALUES = ["été", "a\x00b", "half \ud800", "\u202eright", "<script>", "x" * 2_000_000]


@pytest.mark.parametrize("value", VALUES)
def test_findings_survive_being_kept(value: str):
    """As JSON and back; only what is longer than anyone reads is cut."""
    one = finding(value=value, element="x")
    back = unpacked(json.loads(json.dumps(packed(one))))
    assert back[:8] == one[:8]
    assert back.params["value"] == (value if len(value) < 1000 else "x" * 1000 + "…")
    assert len(json.dumps(packed(one))) < 10_000


@pytest.mark.parametrize("value", ["a\x00b", "half \ud800"])
def test_roll_ups_hold_nothing_that_a_database_refuses(value: str):
    """PostgreSQL's JSON has neither NUL nor halves of characters."""
    report = Report("x")
    report.add(finding(value=value))
    text = json.dumps(plain(rolled_up(report)), ensure_ascii=False)
    text.encode("utf-8")
    assert "\\u0000" not in text


def test_one_title_for_all_kinds_of_a_rule():
    """A rule with several kinds has a general title, each kind its own; in both languages."""
    report = Report("x", version="2.03")
    report.add(finding(1, value="x", element="y"))
    report.add(finding(2, kind="text-unexpected", element="y"))
    kept = plain(rolled_up(report))
    for lang in ("en", "fr"):
        (rule,) = shown(kept, "2.03", lang)
        titles = {rule["title"], *(kind["title"] for kind in rule["kinds"])}
        assert len(titles) == 3
        assert rule["count"] == rule["activities"] == 2
        first = rule["first"][0]
        assert {name: first[name] for name in first if name != "excerpt"} == finding_dict(
            report.findings[0], "2.03", lang
        )


def test_a_hundred_thousand_findings():
    """Some of them by rule, severity, activity, anywhere in the list: far below the 300 ms of a page."""
    from ckanext.ess.store.findings import Wanted, pack, select

    many = [finding(number // 5, value=str(number), element="e") for number in range(99_000)]
    many += [finding(number)._replace(rule="ess.stale", severity="advisory") for number in range(1000)]
    kinds, parts = pack(many)
    keys = [(part.number, part.count, part.keys) for part in parts]
    loaded: list[int] = []

    def load(numbers: list[int]) -> dict[int, bytes]:
        loaded.extend(numbers)
        return {number: parts[number].findings for number in numbers}

    for wanted, offset in (
        (Wanted(), 98_990),
        (Wanted(rule="ess.stale"), 900),
        (Wanted(severity="critical"), 50_000),
        (Wanted(activity="FR-777"), 0),
        (Wanted(rule="none"), 0),
    ):
        tests = {"rule": wanted.rule, "severity": wanted.severity, "activity": wanted.activity}
        right = [
            one for one in many if all(text in (None, getattr(one, name)) for name, text in tests.items())
        ]
        before = time.process_time()
        total, found = select(kinds, keys, wanted, 50, offset, load)
        assert time.process_time() - before < 0.25
        assert (total, found) == (len(right), right[offset : offset + 50])
    assert len(loaded) <= 10
