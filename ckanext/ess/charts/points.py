"""Places on a map: dots whose area says how many activities they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from ckanext.ess.charts.projection import project, turned
from ckanext.ess.charts.world import Land, box, lands

#: Radii in hundredths of the drawing's width.
_SMALLEST, _LARGEST, _ALONE = 0.55, 2.6, 1.1
#: How far from the drawing's edge a country's middle may be while some of it can still be seen.
_REACH = 420
_NORTH_POLE, _DATE_LINE = 90, 180


class Place(NamedTuple):
    """A place, and how many activities are there."""

    latitude: float
    longitude: float
    count: int = 1
    title: str = ""
    url: str = ""


class Dot(NamedTuple):
    """A place on the drawing."""

    place: Place
    x: float
    y: float
    radius: float


class Points(NamedTuple):
    """The drawing: the part of the world map in sight, the lands in it, the dots, largest first."""

    view: tuple[float, float, float, float]
    lands: list[Land]
    dots: list[Dot]


def draw(places: Sequence[Place]) -> Points | None:
    """Place the dots; None when no place is on Earth."""
    there = [p for p in places if abs(p.latitude) <= _NORTH_POLE and abs(p.longitude) <= _DATE_LINE]
    if not there:
        return None
    view = box([p.latitude for p in there], [p.longitude for p in there])
    most = max(place.count for place in there)
    dots = []
    for place in sorted(there, key=lambda p: -p.count):
        x, y = project(place.latitude, turned(place.longitude))
        share = sqrt(place.count / most)
        radius = view[2] / 100 * (_ALONE if most == 1 else _SMALLEST + share * (_LARGEST - _SMALLEST))
        dots.append(Dot(place, round(x, 1), round(y, 1), round(radius, 2)))
    return Points(view, [land for land in lands() if _in_sight(land, view)], dots)


def _in_sight(land: Land, view: tuple[float, float, float, float]) -> bool:
    x, y, width, height = view
    return -_REACH < land.x - x < width + _REACH and -_REACH < land.y - y < height + _REACH
