"""Money per year: a group of bars for each year, from zero, with the largest of each measure labelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ckanext.ess.charts.scale import ticks

#: More years than these are read in the table; the drawing has the latest.
MOST_YEARS = 16
HEIGHT = 220
_TOP, _BOTTOM = 24, 24
_LEFT, _RIGHT = 1.0, 2.5
_GROUP = 0.78
#: Fewer years than these keep the width that so many would have.
_FEW = 6


class Amounts(NamedTuple):
    """What belongs to a year: measure to amount; measures without money may be absent."""

    year: int
    by_measure: Mapping[str, float]
    url: str = ""


class Bar(NamedTuple):
    """One bar: x and width in per cent of the drawing, y and height in pixels."""

    measure: str
    amount: float
    x: float
    y: float
    width: float
    height: float
    is_highest: bool
    """Whether this is the measure's largest amount, labelled on the drawing."""

    @property
    def middle(self) -> float:
        """Where a label stands, in per cent."""
        return self.x + self.width / 2


class Group(NamedTuple):
    """The bars of a year."""

    year: int
    middle: float
    url: str
    bars: list[Bar]


class Tick(NamedTuple):
    """A line across the drawing."""

    amount: float
    y: float


class Years(NamedTuple):
    """The drawing: its groups, its lines, the measures that have money, and how many years it leaves out."""

    groups: list[Group]
    ticks: list[Tick]
    measures: list[str]
    left_out: int
    height: int = HEIGHT


def draw(rows: Sequence[Amounts], measures: Sequence[str]) -> Years:
    """Place the bars.

    Args:
        rows: One per year, in any order; a year without row is a gap of the same width.
        measures: Those to draw, in their order; none without money is drawn.
    """
    shown = [name for name in measures if any(row.by_measure.get(name) for row in rows)]
    with_money = sorted(row for row in rows if any(row.by_measure.get(name) for name in shown))
    if not with_money:
        return Years([], [], [], 0)
    last = with_money[-1].year
    kept = {row.year: row for row in with_money if row.year > last - MOST_YEARS}
    years = range(min(kept), last + 1)
    amounts = [row.by_measure.get(name, 0) for row in kept.values() for name in shown]
    lines = ticks(min(amounts), max(amounts))
    highest = {name: max(row.by_measure.get(name, 0) for row in kept.values()) for name in shown}
    axis = _Axis(lines[0], lines[-1])
    slot = (100 - _LEFT - _RIGHT) / max(len(years), _FEW)
    groups = []
    for place, year in enumerate(years):
        left, row = _LEFT + place * slot, kept.get(year, Amounts(year, {}))
        groups.append(Group(year, left + slot / 2, row.url, _bars(row, shown, highest, axis, left, slot)))
    return Years(
        groups, [Tick(amount, axis.y(amount)) for amount in lines], shown, len(with_money) - len(kept)
    )


class _Axis(NamedTuple):
    low: float
    high: float

    def y(self, amount: float) -> float:
        share = (amount - self.low) / (self.high - self.low)
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)


def _bars(
    row: Amounts, shown: Sequence[str], highest: Mapping[str, float], axis: _Axis, left: float, slot: float
) -> list[Bar]:
    width = slot * _GROUP / len(shown)
    start = left + slot * (1 - _GROUP) / 2
    bars = []
    for place, name in enumerate(shown):
        amount = row.by_measure.get(name, 0)
        if amount:
            top, foot = sorted((axis.y(amount), axis.y(0)))
            # A little money is still some.
            height = max(foot - top, 1.5)
            x = round(start + place * width, 3)
            is_highest = amount == highest[name]
            bars.append(Bar(name, amount, x, foot - height, round(width * 0.92, 3), height, is_highest))
    return bars
