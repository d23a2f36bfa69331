"""The world by country: how much, in five shades of one colour; small states as dots."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ckanext.ess.charts.projection import HEIGHT, WIDTH, project, turned

__all__ = ["HEIGHT", "SHADES", "WIDTH", "Country", "Land", "box", "draw", "lands"]

_TABLE = Path(__file__).with_name("data") / "world.tsv"
SHADES = 5
#: Countries smaller than this, in square units, cannot be pointed at.
_SMALL = 450
_HAIR = 1e-9
#: Units that a part of the map is wide at least, so that a coast or a border can be recognised.
_NARROWEST = 220


class Land(NamedTuple):
    """A country's outline on the drawing; no code for land whose belonging is disputed."""

    code: str
    x: int
    y: int
    is_small: bool
    path: str


class Country(NamedTuple):
    """A country on the map, ``shade`` from 0 (nothing) to 5."""

    land: Land
    amount: float
    shade: int


@cache
def lands() -> tuple[Land, ...]:
    """Outlines of all countries, read once."""
    rows = [line.split("\t") for line in _TABLE.read_text("utf-8").split("\n")[1:] if line]
    return tuple(Land(code, int(x), int(y), int(area) < _SMALL, path) for code, x, y, area, path in rows)


def draw(amounts: Mapping[str, float]) -> list[Country]:
    """Return every country with its shade: land without money first, small states last, to stand on top.

    Shades go by rank rather than by size, so that one very large amount does not leave all others pale.
    """
    on_it = {land.code for land in lands()}
    some = sorted({amount for code, amount in amounts.items() if amount > 0 and code in on_it})
    shades = {amount: 1 + int(SHADES * place / len(some) - _HAIR) for place, amount in enumerate(some, 1)}
    drawn = []
    for land in lands():
        amount = amounts.get(land.code, 0) if land.code else 0
        drawn.append(Country(land, amount, shades.get(amount, 0)))
    return sorted(drawn, key=lambda country: (country.land.is_small, country.shade > 0))


def box(latitudes: list[float], longitudes: list[float]) -> tuple[float, float, float, float]:
    """Return the part of the drawing around some places as ``x, y, width, height``, twice as wide as high."""
    spots = [project(lat, turned(lon)) for lat, lon in zip(latitudes, longitudes, strict=True)]
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    width = min(max(max(xs) - min(xs), 2 * (max(ys) - min(ys)), _NARROWEST) * 1.25, WIDTH)
    x, y = (min(xs) + max(xs)) / 2 - width / 2, (min(ys) + max(ys)) / 2 - width / 4
    return round(x, 1), round(y, 1), round(width, 1), round(width / 2, 1)
