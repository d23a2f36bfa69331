"""Coordinates that cannot be where the activity says it is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ckanext.ess.iati.read.tree import Element, text_of
from ckanext.ess.iati.validate.ess.registry import ess_check
from ckanext.ess.iati.validate.rules.case import Hit, Setting
from ckanext.ess.iati.validate.rules.nodes import Tree
from ckanext.ess.iati.validate.rules.values import xpath_number
from ckanext.ess.identifiers.tsv import rows

Box = tuple[float, float, float, float]
#: Degrees by which a point may lie outside a box: the boxes are rough.
_MARGIN = 1.0


@lru_cache(maxsize=1)
def boxes() -> dict[str, Box]:
    """Return country code → south, west, north, east in degrees.

    West is larger than east across the date line.
    """
    table = rows(Path(__file__).with_name("boxes.tsv"))
    return {code: (float(s), float(w), float(n), float(e)) for code, s, w, n, e in table}


@ess_check("ess.coordinates-zero", "warning", "geo", needs=("location", "pos"))
def zero_coordinates(record: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
    """The point 0 0 lies in the ocean: it is what a form writes when nothing was entered."""
    for pos, (latitude, longitude) in _points(record, tree):
        if latitude == 0 and longitude == 0:
            yield Hit(pos, {"value": text_of(pos).strip()})


@ess_check("ess.coordinates-outside", "warning", "geo", needs=("location", "pos", "recipient-country"))
def coordinates_outside(record: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
    """A point should lie in one of the activity's countries; often latitude and longitude are swapped."""
    countries = sorted({country.get("code", "") for country in tree.children(record, "recipient-country")})
    known = boxes()
    if (
        not countries
        or any(code not in known for code in countries)
        or tree.children(record, "recipient-region")
    ):
        return
    for pos, point in _points(record, tree):
        if point != (0, 0) and not any(inside(point, known[code]) for code in countries):
            swapped = any(inside((point[1], point[0]), known[code]) for code in countries)
            yield Hit(
                pos,
                {
                    "value": text_of(pos).strip(),
                    "countries": ", ".join(countries),
                    "kind": "swapped" if swapped else "outside",
                },
            )


def inside(point: tuple[float, float], box: Box) -> bool:
    """Whether a latitude and longitude lie in a box, with a margin.

    >>> inside((14.7, -17.4), (12.3, -17.6, 16.7, -11.3))
    True
    """
    latitude, longitude = point
    south, west, north, east = box
    if not south - _MARGIN <= latitude <= north + _MARGIN:
        return False
    if west > east:
        return longitude >= west - _MARGIN or longitude <= east + _MARGIN
    return west - _MARGIN <= longitude <= east + _MARGIN


def _points(record: Element, tree: Tree) -> Iterator[tuple[Element, tuple[float, float]]]:
    for location in tree.children(record, "location"):
        for point in tree.children(location, "point"):
            for pos in tree.children(point, "pos"):
                numbers = [xpath_number(part) for part in text_of(pos).split()]
                if len(numbers) == 2 and not any(map(math.isnan, numbers)):  # noqa: PLR2004 - latitude, longitude
                    yield pos, (numbers[0], numbers[1])
