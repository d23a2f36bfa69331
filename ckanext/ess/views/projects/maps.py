"""Where projects are: the world by country, and places on the part of the map that holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.ess.charts import points, world
from ckanext.ess.schema.money import exact, measure
from ckanext.ess.views.projects import blocks
from ckanext.ess.views.projects.address import Search
from ckanext.ess.views.projects.blocks import Block, Cell


def world_map(
    search: Search, found: Mapping[str, Any], name: str, link: Callable[[str], str] | None = None
) -> Block | None:
    """The world by country; the list of countries by amount is its table."""
    rows = [row for row in found["rows"] if row["count"]]
    if not rows:
        return None
    has_money = any(row.get(name) for row in rows)
    key = name if has_money else "count"
    values = {str(row["value"]): float(row.get(key) or 0) for row in rows}
    labels = {str(row["value"]): _country_title(row, key) for row in rows}
    to = link or (lambda code: search.only("country", code).url())
    links = {code: to(code) for code in values}
    unit = measure(name) if has_money else tk._("Number of projects")
    title = tk._("{measure} by country").format(measure=unit)
    if has_money:
        title = tk._("{measure} by country, in euros").format(measure=unit)
    absent = sorted(values.keys() - {land.code for land in world.lands()})
    note = tk._("Not on the map: {countries}.").format(countries=", ".join(absent)) if absent else ""
    ordered = sorted(rows, key=lambda row: -(row.get(key) or 0))
    return Block(
        "world",
        "map",
        title,
        blocks.headers(tk._("Country")),
        blocks.table(ordered, to),
        world.draw(values),
        note,
        csv_url=blocks.csv_url(search, "country"),
        links=links,
        labels=labels,
    )


def _country_title(row: Mapping[str, Any], key: str) -> str:
    number = row["count"]
    projects = tk.ungettext("{number} project", "{number} projects", number).format(number=number)
    if key == "count":
        return tk._("{place}: {what}").format(place=row["label"], what=projects)
    what = f"{exact(row.get(key) or 0)}, {projects}"
    return tk._("{place}: {what}").format(place=row["label"], what=what)


def places(search: Search, found: Mapping[str, Any]) -> Block | None:
    """The places where projects are; each leads to the projects around it."""
    cell = float(found.get("cell") or 0)
    dots = [_place(search, row, cell) for row in found["rows"]]
    drawing = points.draw(dots)
    if drawing is None:
        return None
    number = sum(dot.place.count for dot in drawing.dots)
    title = tk.ungettext("{number} place of work on the map", "{number} places of work on the map", number)
    rows = [
        [
            Cell(f"{dot.place.latitude:g}, {dot.place.longitude:g}", url=dot.place.url),
            Cell(str(dot.place.count)),
        ]
        for dot in drawing.dots[:100]
    ]
    headers = [tk._("Latitude, longitude"), tk._("Projects")]
    return Block("points", "places", title.format(number=number), headers, rows, drawing)


def _place(search: Search, row: Mapping[str, Any], cell: float) -> points.Place:
    latitude, longitude, half = float(row["lat"]), float(row["lon"]), max(cell / 2, 0.05)
    edges = (
        max(latitude - half, -90), max(longitude - half, -180),
        min(latitude + half, 90), min(longitude + half, 180),
    )  # fmt: skip
    area = ",".join(f"{edge:g}" for edge in edges)
    number = row["count"]
    title = tk.ungettext("{number} project", "{number} projects", number).format(number=number)
    return points.Place(latitude, longitude, number, title, search.only("location", area).url())
