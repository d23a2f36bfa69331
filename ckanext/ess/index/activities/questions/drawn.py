"""What drawings are made of: who funds whom, and where points lie."""

from __future__ import annotations

from typing import Any, NamedTuple

from ckanext.ess.index.activities.questions import cache, money
from ckanext.ess.index.activities.questions.asking import Asker
from ckanext.ess.index.activities.questions.question import Question
from ckanext.ess.index.activities.questions.values import Box

#: Pairs of organisations, and cells of a map, in one answer.
MOST_FLOWS, MOST_CELLS = 30, 1500
#: An area below so many degrees is shown in tenths of a degree.
_NEAR = 15.0


class Flow(NamedTuple):
    """Money of the activities that two organisations are in."""

    funder: str
    implementer: str
    amount: float
    count: int


class Cell(NamedTuple):
    """A square of the map by its middle, and how many activities have a point in it."""

    lat: float
    lon: float
    count: int


class Cells(NamedTuple):
    """Cells, and the length of their sides in degrees."""

    size: float
    cells: list[Cell]


def flows(asker: Asker, question: Question, currency: str = "eur") -> list[Flow]:
    """Return who funds whom with how much, the largest sums first.

    The whole commitments of an activity count for each pair of its funders and implementers, or their chosen
    share. Raises ``ActivityIndexError`` where the index does not answer.
    """
    name = cache.key(asker, "flows", {**question.selection(), "currency": currency})
    (kept,) = cache.read([name])
    if kept is None:
        kept = asker.count(question, _wanted(question, currency))
        cache.keep({name: kept})
    found = [
        Flow(giver["val"], taker["val"], money.read_totals(question, taker)["commitments"], taker["count"])
        for giver in kept.get("funders", {}).get("buckets", ())
        for taker in giver.get("implementers", {}).get("buckets", ())
    ]
    found.sort(key=lambda one: (-one.amount, -one.count, one.funder, one.implementer))
    return [one for one in found if one.amount > 0][:MOST_FLOWS]


def _wanted(question: Question, currency: str) -> dict[str, Any]:
    totals = money.totals(question, currency)
    order = {} if money.is_shared(question) else {"sort": "total_commitments desc"}
    most = {"type": "terms", "limit": MOST_FLOWS, **order}
    implementers = {**most, "field": "implementer", "facet": totals}
    return {"funders": {**most, "field": "funder", "facet": {**totals, "implementers": implementers}}}


def cells(asker: Asker, question: Question) -> Cells:
    """Return where activities have points; in smaller cells where a small area is asked for."""
    level, size = _level(question)
    name = cache.key(asker, "cells", {**question.selection(), "level": level})
    (kept,) = cache.read([name])
    if kept is None:
        kept = asker.count(question, {"cells": {
            "type": "terms", "field": "grid", "prefix": level, "limit": MOST_CELLS,
        }})  # fmt: skip
        cache.keep({name: kept})
    found = [_cell(one["val"], one["count"], size) for one in kept.get("cells", {}).get("buckets", ())]
    return Cells(size, [one for one in found if _is_inside(one, question, size)])


def _level(question: Question) -> tuple[str, float]:
    for box in question.filters.get("location", ()):
        if isinstance(box, Box) and box.north - box.south <= _NEAR and 0 <= box.east - box.west <= _NEAR:
            return "1:", 0.1
    return "0:", 1.0


def _cell(value: str, count: int, size: float) -> Cell:
    lat, lon = (int(number) for number in value.partition(":")[2].split(","))
    return Cell(round((lat + 0.5) * size, 2), round((lon + 0.5) * size, 2), count)


def _is_inside(cell: Cell, question: Question, size: float) -> bool:
    """Activities of an area have points elsewhere too, which nobody asked for."""
    boxes = [box for box in question.filters.get("location", ()) if isinstance(box, Box)]
    return not boxes or any(
        box.south - size <= cell.lat <= box.north + size
        and (box.west - size <= cell.lon <= box.east + size or box.west > box.east)
        for box in boxes
    )
