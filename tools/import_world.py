"""Draw the world map of the portal from Natural Earth's borders.

    npm pack world-atlas && tar xf world-atlas-*.tgz
    pip install pycountry
    python tools/import_world.py package/

Natural Earth is in the public domain; the npm package ``world-atlas`` (ISC) holds it as TopoJSON. Borders are
projected, simplified line by line (so that neighbours keep sharing theirs) and rounded to whole units. Prints
what the map lacks.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ckanext.ess.charts.projection import SOUTH, project, turned

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "ckanext" / "ess" / "charts" / "data" / "world.tsv"

Point = tuple[float, float]

#: Units by which a border may move, and the area under which an island that is not the main one goes.
TOLERANCE = 1.4
SMALLEST = 16.0

#: Natural Earth draws them with France; IATI knows them by codes of their own: south, west, north, east.
OVERSEAS = {
    "GF": (2, -55, 6, -51),
    "GP": (15.8, -62, 16.6, -61),
    "MQ": (14.3, -61.3, 15, -60.7),
    "RE": (-21.5, 55, -20.7, 56),
    "YT": (-13.1, 45, -12.5, 45.4),
}
_TRIANGLE = 3

#: Names of places that have no number in ISO 3166.
UNNUMBERED = {"Kosovo": "XK"}


def arcs_of(topology: Mapping[str, Any]) -> list[list[Point]]:
    """Return the lines of a TopoJSON file as (longitude, latitude)."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * kx + dx, y * ky + dy))
        lines.append(line)
    return lines


def unbroken(line: Sequence[Point]) -> list[Point]:
    """Return a line that does not jump from one edge of the map to the other: it goes on past the edge."""
    first = turned(line[0][0])
    return [(first + turned(longitude - line[0][0], 0), latitude) for longitude, latitude in line]


def simplified(line: Sequence[Point], tolerance: float) -> list[Point]:
    """Return a line without the points that it hardly needs (Douglas and Peucker)."""
    kept = [False] * len(line)
    kept[0] = kept[-1] = True
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        far, place = max(
            ((_distance(line[i], line[first], line[last]), i) for i in range(first + 1, last)), default=(0, 0)
        )
        if far > tolerance:
            kept[place] = True
            waiting += [(first, place), (place, last)]
    return [point for point, keep in zip(line, kept, strict=True) if keep]


def _distance(point: Point, start: Point, end: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    if not length:
        return ((x - x1) ** 2 + (y - y1) ** 2) ** 0.5
    return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length


def ring(indices: Iterable[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    """Return the points of a ring given as numbers of lines, ``~n`` for one walked backwards."""
    points: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def area(points: Sequence[Point]) -> float:
    """Return the area of a ring."""
    following = [*points[1:], points[0]]
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, following, strict=True))) / 2


def middle(points: Sequence[Point]) -> Point:
    """Return the middle of the smallest box around a ring."""
    xs, ys = zip(*points, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def path(points: Sequence[Point]) -> str:
    """Return a ring as an SVG path in whole units, each step relative to the one before."""
    steps = [(round(x), round(y)) for x, y in points[:-1]]
    written, (px, py) = f"M{steps[0][0]} {steps[0][1]}", steps[0]
    moves = []
    for x, y in steps[1:]:
        if (x, y) != (px, py):
            moves.append(f"{x - px} {y - py}".replace(" -", "-"))
            px, py = x, y
    return written + ("l" + " ".join(moves).replace(" -", "-") if moves else "") + "z"


def code_of(geometry: Mapping[str, Any], codes: Mapping[str, str]) -> str:
    """Return a country's two letters; nothing for land without any."""
    return codes.get(str(geometry.get("id"))) or UNNUMBERED.get(geometry["properties"]["name"], "")


def rings_by_code(topology: Mapping[str, Any], codes: Mapping[str, str]) -> dict[str, list[list[Point]]]:
    """Return the rings of each country, projected and simplified; holes too (``evenodd``)."""
    raw = arcs_of(topology)
    fine = [[project(lat, lon) for lon, lat in unbroken(line)] for line in raw]
    drawn = [simplified(line, TOLERANCE) for line in fine]
    found: dict[str, list[list[Point]]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            places = ring(polygon[0], raw)
            if max(lat for _, lat in places) < SOUTH:
                continue
            rings = found.setdefault(_part(code_of(geometry, codes), places), [])
            for part in polygon:  # an outer ring, then holes: Lesotho in South Africa
                points = ring(part, drawn)
                # A small island loses its shape before it loses its place.
                rings.append(points if len(points) > _TRIANGLE else ring(part, fine))
    return found


def _part(code: str, places: Sequence[Point]) -> str:
    longitude, latitude = middle(places)
    if code == "FR":
        for overseas, (south, west, north, east) in OVERSEAS.items():
            if south <= latitude <= north and west <= longitude <= east:
                return overseas
    return code


def row(code: str, rings: Sequence[list[Point]]) -> str:
    """Return a country's line: code, a point to stand on, area of its main land, path."""
    largest = max(rings, key=area)
    shown = [one for one in rings if area(one) > SMALLEST or one is largest]
    x, y = middle(largest)
    cells = [code, str(round(x)), str(round(y)), str(round(area(largest))), "".join(map(path, shown))]
    return "\t".join(cells)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("package", type=Path, help="folder of the unpacked npm package world-atlas")
    options = parser.parse_args()
    import pycountry  # pyright: ignore[reportMissingImports] (wanted by this program alone)

    codes = {country.numeric: country.alpha_2 for country in pycountry.countries}
    topology = json.loads((options.package / "countries-50m.json").read_text("utf-8"))
    found = rings_by_code(topology, codes)
    lines = [row(code, rings) for code, rings in sorted(found.items())]
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("\n".join(["code\tx\ty\tarea\tpath", *lines, ""]), encoding="utf-8")
    print("not on the map:", " ".join(sorted(set(codes.values()) - found.keys())))
    print(f"{len(found)} places, {TABLE.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
