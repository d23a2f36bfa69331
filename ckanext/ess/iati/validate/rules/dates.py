"""The kinds of rules about dates.

A date that cannot be read is the schema's business: no rule speaks of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.validate.rules.case import Check, Hit, Setting
from ckanext.ess.iati.validate.rules.kinds import selector
from ckanext.ess.iati.validate.rules.nodes import Found, Select, Tree, text
from ckanext.ess.iati.validate.rules.values import moment, whole_days

NOW = "NOW"
_YEAR = 365

Params = dict[str, Any]
Dated = tuple[Found, float]


def _first(select: Select, element: Element, tree: Tree) -> Dated | None:
    """Return the first node and its date; None where the first node is no date, whatever follows."""
    nodes = select(element, tree)
    if not nodes:
        return None
    when = moment(text(nodes[0]), official=tree.official)
    return None if when is None else (nodes[0], when)


def _each(select: Select, element: Element, tree: Tree) -> Iterator[Dated]:
    """Yield the nodes with a date: the first only in the official reading."""
    if tree.official:
        first = _first(select, element, tree)
        if first:
            yield first
        return
    for node in select(element, tree):
        when = moment(text(node))
        if when is not None:
            yield node, when


def date_order(params: Params) -> Check:
    """Make a check that one date is not after another, or not after now."""
    less = selector(params["less"])
    if params["more"] == NOW:
        return _not_future(less, "less")
    more = selector(params["more"])

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        start = _first(less, element, tree)
        end = _first(more, element, tree) if start else None
        if start and end and start[1] > end[1]:
            yield Hit(start[0], {"less": text(start[0]), "more": text(end[0])})

    return check


def date_now(params: Params) -> Check:
    """Make a check that a date is not in the future."""
    return _not_future(selector(params["date"]), "date")


def _not_future(select: Select, name: str) -> Check:
    def check(element: Element, tree: Tree, setting: Setting) -> Iterator[Hit]:
        for node, when in _each(select, element, tree):
            if when > setting.now:
                yield Hit(node, {name: text(node)})

    return check


def time_limit(params: Params) -> Check:
    """Make a check that a period lasts a year at most."""
    start, end = selector(params["start"]), selector(params["end"])

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        first = _first(start, element, tree)
        last = _first(end, element, tree) if first else None
        if first and last and (days := whole_days(first[1], last[1])) > _YEAR:
            yield Hit(first[0], {"start": text(first[0]), "end": text(last[0]), "days": str(days)})

    return check


def between_dates(params: Params) -> Check:
    """Make a check that dates lie within a period."""
    date, start, end = selector(params["date"]), selector(params["start"]), selector(params["end"])

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        first, last = _first(start, element, tree), _first(end, element, tree)
        if first and last is None and tree.official:
            last = first[0], math.inf  # before the start is wrong whatever the end
        if first is None or last is None:
            return
        for node, when in _each(date, element, tree):
            if not first[1] <= when <= last[1]:
                yield Hit(node, {"date": text(node), "start": text(first[0]), "end": text(last[0])})

    return check
