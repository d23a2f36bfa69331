"""The official mode on odd files: what the official validator was seen to find, and what is right."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter

import pytest

from ckanext.ess.iati.validate import Options, Report, validate
from ckanext.ess.iati.validate.rules.loose_dates import loose_moment
from ckanext.ess.iati.validate.rules.values import moment
from ckanext.ess.tests.unit.official_table import EARLY_DATES, NO_DATES, TABLE, Odd, ended
from ckanext.ess.tests.unit.rule_changes import ACTIVITY, NOW, ORGANISATION, Change, identifier, reporting
from ckanext.ess.tests.unit.test_validate_rules import document

PRESENT = dt.datetime.fromisoformat(f"{NOW}T12:00:00+00:00")


def content(odd: Odd) -> bytes:
    """The whole file of a case."""
    text = document(odd.record, odd.change, odd.version).decode()
    start, end = text.index(">") + 1, text.rindex("<")
    return odd.around.format(root=text[:start], record=text[start:end], end=text[end:]).encode()


def checked(text: bytes, *, official: bool = True, publishers: frozenset[str] = frozenset()) -> Report:
    return validate(io.BytesIO(text), Options(official=official, now=PRESENT, publishers=publishers))


@pytest.mark.parametrize("odd", TABLE.values(), ids=TABLE)
class TestOdd:
    def test_official(self, odd: Odd):
        assert sorted(checked(content(odd)).rules) == sorted(odd.official.split())

    def test_ours(self, odd: Odd):
        assert sorted(checked(content(odd), official=False).rules) == sorted(odd.ours.split())


def test_an_element_of_another_namespace_is_called_by_its_name():
    text = content(TABLE["a foreign element before"])
    (finding,) = checked(text, official=False).findings
    assert finding.params["element"] == "note (urn:example:foreign)"


class TestDates:
    @pytest.mark.parametrize("day", EARLY_DATES + NO_DATES)
    def test_what_javascript_takes_for_a_date(self, day: str):
        assert bool(checked(activities(ended(day))).rules["11.1.3"]) is (day in EARLY_DATES)

    @pytest.mark.parametrize("day", EARLY_DATES)
    def test_what_is_none(self, day: str):
        """It is the schema's business; midnight at a day's end is a moment too."""
        rules = checked(activities(ended(day)), official=False).rules
        assert ("11.1.3" in rules) is ("24:00" in day)
        assert "0.3.1" in rules

    @pytest.mark.parametrize(
        ("odd", "same"),
        [
            ("2019-02-30", "2019-03-02"),
            ("2019", "2019-01-01"),
            ("2014-011", "2014-11-01"),
            ("04/02/2019", "2019-04-02"),
            ("2019-01-01T10:00:00+02:00", "2019-01-01T08:00:00Z"),
            ("2019-01-01 10:00 pm", "2019-01-01T22:00:00Z"),
            ("1 Jan 19 12:00 EST", "2019-01-01T17:00:00Z"),
        ],
    )
    def test_the_same_moment(self, odd: str, same: str):
        assert loose_moment(odd) == moment(same)

    def test_a_date_with_a_zone_is_one_to_us_only(self):
        assert moment("2019-01-01+02:00") is not None
        assert moment("2019-01-01+02:00", official=True) is None


def activities(*changes: Change) -> bytes:
    records = (document(ACTIVITY, change, "2.03").decode() for change in changes)
    inner = "".join(text[text.index("<iati-activity ") : text.rindex("<")] for text in records)
    return f'<iati-activities version="2.03">{inner}</iati-activities>'.encode()


class TestIdentifiers:
    two = '<iati-identifier>A-1</iati-identifier><iati-identifier x="">B-2</iati-identifier>'

    def test_rules_go_by_the_first_and_codes_by_all(self):
        change = {"iati-identifier": self.two, "recipient-country": '<recipient-country code="ZZ"/>'}
        found = {finding.rule: finding.activity for finding in checked(activities(change)).findings}
        assert (found["1.1.21"], found["9.50.1"]) == ("A-1", "A-1,B-2")
        ours = checked(activities(change), official=False).findings
        assert {finding.activity for finding in ours} == {"A-1"}

    def test_codes_of_an_organisation_twice_are_told_once(self):
        change = {"total-budget": '<total-budget status="9"/>'}
        text = document(ORGANISATION, change, "2.03").decode()
        start, end = text.index("<iati-organisation "), text.rindex("<")
        twice = f"{text[:start]}{text[start:end] * 2}{text[end:]}".encode()
        assert checked(twice).rules["9.113.1"] == 1
        assert checked(twice, official=False).rules["9.113.1"] == 2


class TestRegisters:
    """Rule 1.14.8 asks for a register code in front of the reporting organisation's identifier."""

    def both(self, ref: str, *, count: int = 1, publishers: frozenset[str] = frozenset()) -> tuple[int, int]:
        changes = [reporting(ref) | identifier(f"{ref}-{number}") for number in range(count)]
        text = activities(*changes)
        ours = checked(text, official=False, publishers=publishers).rules["1.14.8"]
        return checked(text, publishers=publishers).rules["1.14.8"], ours

    def test_told_once_for_the_file_not_for_each_activity(self):
        assert self.both("XX-YYY-1", count=5) == (5, 1)

    def test_each_unknown_identifier_is_told(self):
        text = activities(reporting("XX-YYY-1"), reporting("XX-YYY-2"), reporting("XX-YYY-1"))
        assert Counter(checked(text, official=False).rules)["1.14.8"] == 2

    def test_a_registered_publisher_needs_no_register(self):
        assert self.both("XX-YYY-1", publishers=frozenset({"XX-YYY-1"})) == (0, 0)
        assert self.both("XX-YYY-2", publishers=frozenset({"XX-YYY-1"})) == (1, 1)

    def test_governments_had_identifiers_before_there_were_registers(self):
        assert self.both("US-GOV-1") == (1, 0)
        assert self.both("US-GOV-X") == (1, 1)

    def test_signs_in_an_activity_of_a_registered_publisher(self):
        text = activities(reporting("GB-CHC-1") | identifier("GB-CHC-1-A/B"))
        assert checked(text, official=False).rules["1.3.13"] == 1
        assert not checked(text, official=False, publishers=frozenset({"GB-CHC-1"})).rules
        assert checked(text, publishers=frozenset({"GB-CHC-10"})).rules["1.3.13"] == 1
