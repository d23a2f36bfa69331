"""Questions about activities: what a text says, what is refused, what Solr is asked."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.ess.index.activities.fields import FIELDS as SOLR_FIELDS
from ckanext.ess.index.activities.questions import facets, filters, matching, money, question, words
from ckanext.ess.index.activities.questions.names import CLASSES, FIELDS, ORDERS
from ckanext.ess.index.activities.questions.refusals import SENTENCES, Refused
from ckanext.ess.index.activities.questions.values import Range
from ckanext.ess.index.activities.questions.words import Word
from ckanext.ess.tests.unit.hostile_questions import HOSTILE

TODAY = date(2026, 11, 24)
#: What edismax reads outside quotation marks, in an expression of ours.
OURS = re.compile(r"\+|-|\(|\)| OR |\*:\*|\^=1000|identifier:|(?:\w|\\.)+\*| ")


def conditions(**asked: Any) -> dict[str, str]:
    """The filters of a question by tag."""
    found = filters.of(question.read(asked), TODAY)
    return {next(iter(one)): next(iter(one.values())) for one in found if isinstance(one, dict)}


def read_or_refused(asked: dict[str, Any]) -> question.Question | Refused:
    """A question, or what is wrong with it."""
    try:
        return question.read(asked)
    except Refused as refused:
        return refused


@pytest.mark.parametrize(
    ("text", "all_of", "none_of"),
    [
        ("", [], []),
        ("eau potable", [["eau"], ["potable"]], []),
        ("l’eau d'ici", [["l’eau"], ["d'ici"]], []),
        ("eau, potable.", [["eau"], ["potable"]], []),
        ('« eau potable » "puits"', [["eau potable"], ["puits"]], []),
        ("eau -puits -“pays en guerre”", [["eau"]], ["puits", "pays en guerre"]),
        ("puits OR forage OU fontaine eau", [["puits", "forage", "fontaine"], ["eau"]], []),
        ("puits | forage", [["puits", "forage"]], []),
        ("eau AND puits ET forage & x", [["eau"], ["puits"], ["forage"], ["x"]], []),
        ("eau NOT puits", [["eau"]], ["puits"]),
        ("OR eau OR", [["eau"]], []),
        ("or ou et", [["or"], ["ou"], ["et"]], []),
        ("(eau) [puits]", [["eau"], ["puits"]], []),
        ('- -- * " ? !', [], []),
        ("Saint-Louis", [["Saint-Louis"]], []),
        ("FR-RCS-523369619/12", [["FR-RCS-523369619/12"]], []),
    ],
)
def test_texts_are_read_as_people_write_them(text: str, all_of: list[list[str]], none_of: list[str]):
    """Quotes, OR, minus; everything else is a word or is passed over."""
    wanted = words.read(text)
    assert [[word.text for word in group] for group in wanted.all_of] == all_of
    assert [word.text for word in wanted.none_of] == none_of


def test_a_star_asks_for_a_beginning():
    """Only after a word."""
    assert words.read("solid* *x").all_of == ((Word("solid", is_start=True),), (Word("x"),))


@given(st.text(max_size=300))
def test_no_text_commands_solr(text: str):
    """Outside our own quotation marks there is nothing but what we write ourselves."""
    expression = matching.expression(words.read(text))
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", expression)
    assert OURS.sub("", bare) == ""
    assert '"' not in bare
    json.dumps(matching.query(text)).encode()


@given(st.text(max_size=60))
def test_a_quoted_value_is_one_value(value: str):
    """Whatever a value says, the condition has one quoted term of harmless characters."""
    named = FIELDS["funder"]
    try:
        found = question.read({"filters": {"funder": value}}).filters.get("funder", ())
    except Refused:
        return
    for one in found:
        assert re.fullmatch(
            r'funder:"(?:[A-Za-z0-9]|\\u[0-9a-f]{4})*"', filters.condition(named, [one], TODAY)
        )


PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20))
ANYTHING = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


@given(
    st.dictionaries(
        st.sampled_from([*question.PARAMETERS, *FIELDS, "exclude_country"]) | st.text(max_size=8),
        ANYTHING,
        max_size=6,
    )
)
def test_any_question_is_read_or_refused_in_sentences(asked: dict[str, Any]):
    """No other error, and a request that is JSON."""
    found = read_or_refused(asked)
    if isinstance(found, Refused):
        assert found.refusals
        assert {one.code for one in found.refusals} <= set(SENTENCES)
        return
    body = [
        matching.query(found.text),
        *filters.of(found, TODAY),
        facets.asked(found, TODAY),
        money.totals(found),
    ]
    json.dumps(body).encode()
    json.dumps(found.selection(), sort_keys=True).encode("utf-8")


@pytest.mark.parametrize(("asked", "refused"), HOSTILE, ids=lambda value: ascii(value)[:60])
def test_hostile_questions(asked: dict[str, Any], refused: dict[str, str]):
    """Each is refused for what is wrong with it, or harmless."""
    try:
        question.read(asked)
        found: dict[str, str] = {}
    except Refused as error:
        found = {one.place: one.code for one in error.refusals}
    assert found == refused


def test_all_that_is_wrong_is_told_at_once():
    """A caller corrects a question once, not parameter by parameter."""
    with pytest.raises(Refused) as caught:
        question.read({"rows": 1000, "country": {"from": 1}, "start_year": "x", "wrong": 1})
    assert {one.place for one in caught.value.refusals} == {"rows", "country", "start_year", "wrong"}


def test_fields_stand_in_filters_or_beside_them():
    """An address and a program ask the same question."""
    beside = question.read({"country": ["sn", "ML"], "exclude_sector": "14030", "start_year": "2019..2022"})
    inside = question.read(
        {
            "filters": {"country": ["SN", "ML"], "start_year": {"from": 2019, "to": 2022}},
            "exclude": '{"sector": ["14030"]}',
        }
    )
    assert beside == inside
    assert beside.filters["start_year"] == (Range("2019", "2022"),)


def test_filters_are_tagged_by_field():
    """Any of the values of a field; the tag lets its own counts leave it out."""
    assert conditions(country=["SN", "ML"]) == {"#country": 'country:("SN" OR "ML")'}
    assert conditions(start_year="2019..") == {"#start_year": "start_year:[2019 TO *]"}
    assert conditions(budget_eur="..1000.5") == {"#budget_eur": 'budget_eur:[* TO "1000.5"]'}
    assert conditions(start_date="2022-01-31") == {
        "#start_date": 'start:["2022-01-31T00:00:00Z" TO "2022-01-31T00:00:00Z"]'
    }
    assert conditions(location="-10,170,10,-170") == {
        "#location": "location:([-10.0,170.0 TO 10.0,180.0] OR [-10.0,-180.0 TO 10.0,-170.0])"
    }


def test_freshness_is_asked_in_days():
    """Classes that touch each other and do not overlap."""
    assert conditions(freshness=["3-months", "1-year", "unknown"]) == {
        "#freshness": '(updated:["2026-08-24T00:00:00Z" TO *] OR '
        'updated:["2025-11-24T00:00:00Z" TO "2026-08-23T00:00:00Z"] OR (*:* -updated:[* TO *]))'
    }


@pytest.mark.parametrize(
    ("asked", "factors"),
    [
        ({}, "sum(budget_eur)"),
        ({"country": ["SN", "ML"]}, "sum(product(eur,sum(share_country_SN,share_country_ML)))"),
        (
            {"country": "SN", "sector": "14030"},
            "sum(product(eur,sum(share_country_SN),sum(share_sector_14030)))",
        ),
        ({"sector": "14030", "sector_group": "140"}, "sum(product(eur,sum(share_sector_14030)))"),
        ({"region": "298"}, "sum(product(eur,sum(share_region_298)))"),
        ({"country": "S') OR"}, "sum(product(eur,0))"),
        ({"transaction_year": "2020..2021"}, "sum(eur)"),
    ],
)
def test_only_the_chosen_share_of_money_counts(asked: dict[str, Any], factors: str):
    """The formula of the docs, written for Solr."""
    assert f'"{factors}"' in json.dumps(money.totals(question.read(asked)))


def test_money_of_chosen_years_only():
    """Years reduce the rows that are added up."""
    asked = question.read({"transaction_year": ["2020", "2022..2023"]})
    assert "year:([2020 TO 2020] OR [2022 TO 2023])" in json.dumps(money.totals(asked))


def test_every_public_field_and_order_stands_in_the_index():
    """Names are ours, the fields behind them are in the table of the core."""
    known = {field.name for field in SOLR_FIELDS}
    assert {named.field for named in FIELDS.values()} <= known
    assert {order.split()[0] for order in ORDERS.values()} <= known | {"score"}
    assert {word.partition("^")[0] for word in matching.query("x")["edismax"]["qf"].split()} <= known  # type: ignore[index]


def test_classes_have_their_lists():
    """A field of classes names a list that exists."""
    assert {named.list_name for named in FIELDS.values() if named.kind.value in {"class", "flag"}} == set(
        CLASSES
    )


def test_every_public_field_and_order_is_documented():
    """Their names are an interface."""
    text = (Path(__file__).parents[4] / "docs" / "api.rst").read_text()
    assert {name for name in (*FIELDS, *ORDERS) if f"``{name}``" not in text} == set()
