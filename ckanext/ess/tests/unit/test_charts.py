"""Drawings: bars start at zero, marks stay on the paper, nothing absurd breaks them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.ess.charts import amounts, flow, points, scale, world, years
from ckanext.ess.charts.projection import HEIGHT, WIDTH, project
from ckanext.ess.iati.standard.codelists import codelist

MONEY = st.floats(-1e15, 1e15, allow_nan=False)


@pytest.mark.parametrize(
    ("amount", "currency", "lang", "expected"),
    [
        (63_400_000, "EUR", "fr", "63,4 M€"),
        (1_234_567_890, "EUR", "fr", "1,2 Md€"),
        (12_300, "EUR", "fr", "12,3 k€"),
        (950, "EUR", "fr", "950 €"),
        (63_400_000, "EUR", "en", "€63.4M"),
        (63_400_000, "XOF", "fr", "63,4 M F CFA"),
        (-5_300_000, "EUR", "fr", "-5,3 M€"),
        (0, "EUR", "fr", "0 €"),
        (1_234_567, "", "fr", "1 234 567"),
    ],
)
def test_short(amount: float, currency: str, lang: str, expected: str):
    """As people write them; kinds of spaces do not matter here."""
    assert " ".join(amounts.short(amount, currency, lang).split()) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "lang", "expected"),
    [
        (1_234_567.4, "EUR", "fr", "1 234 567 €"),
        (12.5, "EUR", "fr", "12,50 €"),
        (1_234_567, "USD", "en", "US$1,234,567"),
        (1e15, "EUR", "en", "€1,000,000,000,000,000"),
        (7, "ZZZ", "fr", "7 ZZZ"),
        (1234, "<script>", "en", "1,234"),
    ],
)
def test_exact(amount: float, currency: str, lang: str, expected: str):
    assert " ".join(amounts.exact(amount, currency, lang).split()) == expected


@given(MONEY, MONEY)
def test_ticks_hold_all_values_and_zero(one: float, other: float):
    lines = scale.ticks(min(one, other), max(one, other))
    assert lines == sorted(lines)
    assert len(lines) <= 12
    slack = (lines[-1] - lines[0]) * 1e-9
    assert lines[0] <= min(one, other, 0) + slack
    assert lines[-1] >= max(one, other, 0) - slack
    assert 0 in lines


@given(st.dictionaries(st.integers(1900, 2100), st.tuples(MONEY, MONEY), max_size=40))
def test_bars_stay_on_the_paper(found: dict[int, tuple[float, float]]):
    """Whatever the amounts and the years, also negative ones."""
    rows = [years.Amounts(year, {"a": a, "b": b}) for year, (a, b) in found.items()]
    drawing = years.draw(rows, ["a", "b"])
    assert len(drawing.groups) <= years.MOST_YEARS
    for group in drawing.groups:
        for bar in group.bars:
            assert 0 <= bar.x <= bar.x + bar.width <= 100
            assert -2 <= bar.y <= bar.y + bar.height <= years.HEIGHT + 2


def test_years():
    """A gap keeps its place, an amount twice as large is twice as high, empty measures are not drawn."""
    rows = [years.Amounts(2020, {"a": 10, "b": 0}, "/x"), years.Amounts(2022, {"a": 20})]
    drawing = years.draw(rows, ["a", "b"])
    assert [group.year for group in drawing.groups] == [2020, 2021, 2022]
    assert drawing.measures == ["a"]
    first, last = drawing.groups[0].bars[0], drawing.groups[2].bars[0]
    assert last.height == pytest.approx(2 * first.height, abs=0.2)
    assert (first.is_highest, last.is_highest) == (False, True)
    assert drawing.groups[0].url == "/x"


def test_a_lone_year_is_no_wall():
    """One bar is as wide as it would be among six."""
    (group,) = years.draw([years.Amounts(2020, {"a": -5})], ["a"]).groups
    assert group.bars[0].width < 100 / 6


def test_years_without_money():
    assert years.draw([years.Amounts(2020, {"a": 0})], ["a"]).groups == []


def test_old_years_are_left_to_the_table():
    drawing = years.draw([years.Amounts(year, {"a": 1}) for year in (1960, 2010, 2024)], ["a"])
    assert drawing.left_out == 1
    assert [drawing.groups[0].year, drawing.groups[-1].year] == [2010, 2024]


def test_the_map_knows_the_countries():
    """Every country that IATI names is there, but for the few that Natural Earth draws with others."""
    drawn = {land.code for land in world.lands()}
    missing = {code.code for code in codelist("Country").active()} - drawn
    assert missing <= {"AN", "AQ", "BQ", "BV", "CC", "CX", "GI", "SJ", "TK", "TV", "UM"}, missing
    assert {"FR", "GP", "MQ", "GF", "RE", "YT", "LS", "KM", "XK"} <= drawn


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [("SN", 14.5, -14.5), ("FR", 46.5, 2.5), ("NZ", -43.5, 171), ("FJ", -17.8, 178)],
)
def test_countries_are_where_they_are(code: str, latitude: float, longitude: float):
    land = next(land for land in world.lands() if land.code == code)
    x, y = project(latitude, longitude)
    assert abs(land.x - x) < 60
    assert abs(land.y - y) < 60
    assert 0 <= land.x <= WIDTH
    assert 0 <= land.y <= HEIGHT


def test_shades():
    """The largest is darkest, nothing is pale, small states stand on top."""
    drawn = world.draw({"SN": 5, "ML": 1, "KM": 3, "XX": 9, "FR": -4})
    shades = {country.land.code: country.shade for country in drawn}
    assert shades["SN"] == world.SHADES > shades["KM"] > shades["ML"] > 0
    assert shades["FR"] == shades["BR"] == 0
    assert drawn[-1].land.is_small


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.integers(1, 10**6)), max_size=30))
def test_dots_are_in_sight(places: list[tuple[float, float, int]]):
    drawing = points.draw([points.Place(*one) for one in places])
    assert (drawing is None) == (not places)
    if drawing:
        x, _, width, height = drawing.view
        assert all(x <= dot.x <= x + width for dot in drawing.dots)
        assert all(dot.radius > 0 for dot in drawing.dots)
        assert width > 0
        assert height > 0


def test_places_off_the_earth_are_not_drawn():
    assert points.draw([points.Place(91, 0), points.Place(0, 999)]) is None


@given(st.lists(st.builds(flow.Sum, st.text(max_size=3), st.text(max_size=3), MONEY), max_size=60))
def test_a_flow_loses_nothing(sums: list[flow.Sum]):
    drawing = flow.draw(sums)
    paid = sum(one.amount for one in sums if one.amount > 0)
    assert (drawing is None) == (not paid)
    if drawing:
        assert len(drawing.sources) <= flow.MOST
        assert len(drawing.targets) <= flow.MOST
        for total in (drawing.sources, drawing.targets, drawing.ribbons):
            assert sum(one.amount for one in total) == pytest.approx(paid)
        for ribbon in drawing.ribbons:
            assert 0 <= ribbon.left[0] <= ribbon.left[1] <= drawing.height + 0.2
