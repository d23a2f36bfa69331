"""Filters are read and written without losing or gaining a meaning; freshness classes share out the days."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.ess.index import clauses, freshness

FIELDS = {"ess_country", "ess_kind"}
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(st.text())
def test_quoted_text_has_no_meaning(text: str) -> None:
    """Nothing but letters, digits and escapes inside the quotes, and the text can be read back."""
    quoted = clauses.quote(text)
    assert re.fullmatch(r'"(?:[A-Za-z0-9]|\\u[0-9a-f]{4})*"', quoted)
    units = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), quoted[1:-1])
    assert units.encode("utf-16-be", "surrogatepass") == text.encode("utf-16-be", "surrogatepass")


@pytest.mark.parametrize(
    ("fq", "conditions", "rest"),
    [
        ("", {}, ""),
        ("ess_country:SN", {"ess_country": ["SN"]}, ""),
        ('ess_country:"S N" ess_country:ML', {"ess_country": ['"S N"', "ML"]}, ""),
        ("ess_country:(SN OR ML) tags:a", {"ess_country": ["(SN OR ML)"]}, "tags:a"),
        ("+dataset_type:dataset ess_kind:x", {"ess_kind": ["x"]}, "+dataset_type:dataset"),
        ("+ess_country:SN", {}, "+ess_country:SN"),
        ("-ess_country:SN", {}, "-ess_country:SN"),
        ("ess_country:SN AND ess_kind:x", {}, "ess_country:SN AND ess_kind:x"),
        ("ess_country:SN NOT ess_kind:x", {}, "ess_country:SN NOT ess_kind:x"),
        ("{!lucene tag=x}ess_country:SN", {}, "{!lucene tag=x}ess_country:SN"),
        ('ess_country:"SN', {}, 'ess_country:"SN'),
        ("ess_country:(SN", {}, "ess_country:(SN"),
        ("ess_country:SN)", {}, "ess_country:SN)"),
        ("ess_country: SN", {}, "ess_country: SN"),
        ('title:"ess_country:SN"', {}, 'title:"ess_country:SN"'),
        (r"ess_country:S\ N", {"ess_country": [r"S\ N"]}, ""),
        ("ess_country:[A TO B}", {"ess_country": ["[A TO B}"]}, ""),
    ],
)
def test_lift(fq: str, conditions: dict[str, list[str]], rest: str) -> None:
    assert clauses.lift(fq, FIELDS) == (conditions, rest)


@given(st.text(alphabet='ab:+-" ()[]{}\\!&|', max_size=30))
def test_lift_never_fails(fq: str) -> None:
    """What cannot be read is left whole."""
    lifted = clauses.lift(fq, {"a", "b"})
    assert lifted.conditions or lifted.rest == fq


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ess_kind:a", "X:a"),
        ("-ess_kind:a +(ess_kind:b)", "-X:a +(X:b)"),
        ('"ess_kind:a"', '"ess_kind:a"'),
        ("my_ess_kind:a", "my_ess_kind:a"),
        (r"a\:ess_kind", r"a\:ess_kind"),
        ("{!lucene tag=ess_kind}ess_kind:a", "{!lucene tag=ess_kind}X:a"),
    ],
)
def test_rename(query: str, expected: str) -> None:
    assert clauses.rename(query, lambda name: "X" if name == "ess_kind" else name) == expected


def selects(condition: str, indexed: str) -> bool:
    """Whether Solr's condition on a string field selects a value."""
    if condition.startswith('"'):
        return indexed == condition.strip('"')
    found = re.fullmatch(r'([\[{])(\*|"[^"]*") TO "([^"]*)"([\]}])', condition)
    assert found, condition
    low, high = found[2].strip('"'), found[3]
    above = low == "*" or (indexed >= low if found[1] == "[" else indexed > low)
    return above and (indexed <= high if found[4] == "]" else indexed < high)


@given(indexed_on=DAYS, data=DAYS, later=st.integers(0, 3000))
def test_each_day_is_in_one_class(indexed_on: date, data: date, later: int) -> None:
    """On any later day, filters and counts agree, and say what the calendar says."""
    today = indexed_on + timedelta(days=later)
    indexed = freshness.day(data.isoformat(), indexed_on)
    conditions = {name: freshness.condition(name, today) for name in freshness.CLASSES}
    chosen = [name for name, condition in conditions.items() if condition and selects(condition, indexed)]
    assert chosen == [freshness.class_of(indexed, today)]
    age = (today - data).days
    assert {
        "3-months": age <= 92,
        "1-year": 88 < age <= 366,
        "2-years": 364 < age <= 731,
        "older": age > 729,
    }[chosen[0]]


@given(st.text(), DAYS)
def test_what_is_no_date_is_unknown_or_read(text: str, today: date) -> None:
    """Nothing in a date field stops the indexing."""
    assert freshness.class_of(freshness.day(text, today), today) in freshness.CLASSES


def test_unknown_class_has_no_condition() -> None:
    assert freshness.condition("yesterday", date(2026, 1, 1)) is None
