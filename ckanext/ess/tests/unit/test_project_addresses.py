"""A search of projects survives its address; texts, results and shapes of a project's page."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from ckanext.ess.views.projects import address, names, page_results, texts
from ckanext.ess.views.projects.address import Search
from ckanext.ess.views.projects.results import spark

TEXT = (
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)
LISTED = [name for name in (*names.FIELDS, *names.UNLISTED) if name not in names.RANGES]
CHOSEN = st.dictionaries(
    st.sampled_from(LISTED), st.lists(TEXT, min_size=1, max_size=3, unique=True).map(tuple), max_size=4
)


def read(parameters: list[tuple[str, str]]) -> Search:
    """Read an address."""
    return address.read(MultiDict(parameters))


@given(CHOSEN, CHOSEN, st.one_of(st.just(""), TEXT), st.sampled_from(names.ROWS), st.integers(1, 500))
def test_a_search_survives_its_address(filters: Any, exclude: Any, words: str, rows: int, page: int):
    """Everything is in the address, and comes back out of it."""
    asked = Search(
        words=words, filters=filters, exclude=exclude, rows=rows, page=page, sort="title", more=True
    )
    assert read(asked.parameters()) == asked


@pytest.mark.parametrize(
    "parameters",
    [
        [("page", "0")],
        [("page", "-3")],
        [("page", "१")],
        [("page", "9" * 400)],
        [("rows", "1000000")],
        [("sort", "score desc;drop")],
        [("{!lucene}country", "SN")],
        [("start", "5"), ("fq", "x:y")],
        [("country", "")],
        [("country", "\0")],
        [("start_year_from", "abc"), ("start_year_to", "20223")],
    ],
)
def test_what_makes_no_sense_counts_for_nothing(parameters: list[tuple[str, str]]):
    assert read(parameters).question() == {}
    assert read(parameters).start == 0 or parameters[0][0] == "page"


def test_two_inputs_are_one_range():
    assert read([("start_year_from", "2019"), ("start_year_to", "")]).filters == {"start_year": ("2019..",)}
    assert read([("start_year", "2019..2022")]).filters == {"start_year": ("2019..2022",)}


def test_choosing_and_taking_back():
    """A value excluded is chosen no more, and the other way round; each starts at the first page."""
    asked = read([("country", "SN"), ("country", "ML"), ("page", "4")])
    assert asked.without("country", "SN").filters == {"country": ("ML",)}
    excluded = asked.excluding("country", "SN")
    assert (excluded.filters, excluded.exclude) == ({"country": ("ML",)}, {"country": ("SN",)})
    assert excluded.adding("country", "SN").exclude == {}
    assert excluded.page == 1
    assert asked.only("country", "BF").filters == {"country": ("BF",)}
    assert asked.without_any().is_everything


@pytest.mark.parametrize(("page", "rows", "deep"), [(500, 20, False), (501, 20, True), (101, 100, True)])
def test_pages_end(page: int, rows: int, deep: bool):
    assert Search(page=page, rows=rows).is_too_deep is deep


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("https://example.org/a b", "https://example.org/a b"),
        (" HTTP://example.org ", "HTTP://example.org"),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("data:text/html,<script>", ""),
        ("//example.org", ""),
        ("ftp://example.org", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_only_addresses_of_the_web_become_links(written: str | None, safe: str):
    assert texts.safe_url(written) == safe


def test_sparks():
    """Gaps stay, negative sums count as none, one year has no shape."""
    assert spark({"2020": 10.0, "2022": 5.0}) == [1.0, 0, 0.5]
    assert spark({"2020": 10.0}) == []
    assert spark({"2020": -10.0, "2021": 20.0}) == [0, 1.0]
    assert spark({"x": 1.0, "20223": 3.0}) == []


def result(target: str, actual: str) -> page_results.Period:
    """The only period of a result with such values."""
    period = {"start": "2021-01-01", "targets": [{"value": target}], "actuals": [{"value": actual}]}
    (one,) = page_results.results([{"indicators": [{"periods": [period]}]}])
    return one.indicators[0].periods[0]


@pytest.mark.parametrize(
    ("target", "actual", "share"),
    [
        ("200", "50", 25.0),
        ("50", "200", 100.0),
        ("0", "5", None),
        ("-5", "5", None),
        ("N/A", "5", None),
        ("1e400", "1", None),
        ("nan", "1", None),
        ("", "", None),
    ],
)
def test_part_of_the_target(target: str, actual: str, share: float | None):
    assert result(target, actual).share == share


def test_values_that_are_no_numbers_are_shown_as_written():
    assert result("beaucoup", "N/A").target == "beaucoup"
    assert result("", "").actual == "–"
