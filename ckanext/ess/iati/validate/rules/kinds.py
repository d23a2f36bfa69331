"""The kinds of rules: for each, a maker that turns a published case into a check.

A check yields at most one hit per case and context, as the official validator counts, except where it is
known
to look at the first date only: there the right reading yields every wrong date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ckanext.ess.iati.read.tree import Element, elements
from ckanext.ess.iati.validate.rules import words
from ckanext.ess.iati.validate.rules.blanks import BLANKS
from ckanext.ess.iati.validate.rules.case import Check, Hit, Setting
from ckanext.ess.iati.validate.rules.grammar import Path, read
from ckanext.ess.iati.validate.rules.nodes import (
    Found,
    Select,
    Tree,
    compile_path,
    compile_test,
    compile_value,
    text,
)
from ckanext.ess.iati.validate.rules.values import decimal_text, js_number

ORG_ID_PREFIX = "ORG-ID-PREFIX"
_NO_REGISTERED_PREFIX = "NOT_EXISTING_ORG_ID_PREFIX"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: What IATI gave to governments before there were lists of registers, and still accepts: ``US-GOV-1``.
_GOVERNMENT = re.compile(r"[A-Z]{2}-GOV-[0-9]+")
#: The elements that hold an amount, for the rule on currencies.
_AMOUNTS = ("value", "forecast", "loan-status")

Params = dict[str, Any]


def selector(expression: str) -> Select:
    """Compile a path of the table."""
    path = read(expression)
    if not isinstance(path, Path):
        raise TypeError(expression)
    return compile_path(path)


def selectors(params: Params) -> list[Select]:
    """Compile the ``paths`` of a case."""
    return [selector(path) for path in params["paths"]]


def found(selects: list[Select], element: Element, tree: Tree) -> list[Found]:
    """Return what the paths of a case select, path after path."""
    if len(selects) == 1:
        return selects[0](element, tree)
    return [node for select in selects for node in select(element, tree)]


def atleast_one(params: Params) -> Check:
    """Make a check that one of the paths exists."""
    selects = selectors(params)
    describe = words.describer(params)

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        if not any(select(element, tree) for select in selects):
            yield Hit(element, describe(element, tree))

    return check


def no_more_than_one(params: Params) -> Check:
    """Make a check that the paths select one node at most."""
    selects = selectors(params)

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        nodes = found(selects, element, tree)
        if len(nodes) > 1:
            yield Hit(nodes[1], {"count": str(len(nodes)), "vocabulary": words.vocabulary(params)})

    return check


def one_or_all(params: Params) -> Check:
    """Make a check that the activity says something once, or else every part of it does."""
    one = selector(params["one"])
    missing = _MISSING[params["all"]]

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        if one(element, tree):
            return
        without = missing(element, tree)
        if without:
            yield Hit(without[0], {"without": str(len(without))})

    return check


def _without_language(element: Element, _: Tree) -> list[Element]:
    return [narrative for narrative in element.iter("narrative") if narrative.get(_LANG) is None]


_sectorless = elements("transaction[not(sector)]")
_placeless = elements("transaction[not(recipient-country or recipient-region)]")


def _without_sector(element: Element, _: Tree) -> list[Element]:
    return _sectorless(element)


def _without_place(element: Element, _: Tree) -> list[Element]:
    return _placeless(element)


def _without_currency(element: Element, _: Tree) -> list[Element]:
    return [amount for amount in element.iter(*_AMOUNTS) if amount.get("currency") is None]


_MISSING: dict[str, Callable[[Element, Tree], list[Element]]] = {
    "lang": _without_language,
    "sector": _without_sector,
    "recipient-country|recipient-region": _without_place,
    "currency": _without_currency,
}


def unique(params: Params) -> Check:
    """Make a check that no two of the nodes have the same text."""
    selects = selectors(params)

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        seen: set[str] = set()
        for node in found(selects, element, tree):
            value = text(node)
            if value in seen:
                yield Hit(node, {"value": value})
                return
            seen.add(value)

    return check


def startswith(params: Params) -> Check:
    """Make a check that a text begins with one of the texts that ``prefix`` selects."""
    selects = selectors(params)
    given = params.get("prefix") or [params["start"]]
    if given == [ORG_ID_PREFIX]:
        return _starts_with_agency(selects)
    prefixes = [selector(path) for path in given]
    separator = params.get("separator", "")

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        starts = [text(node) for node in found(prefixes, element, tree)]
        for node in found(selects, element, tree):
            value = text(node)
            if not any(value.startswith(start + separator) for start in starts):
                yield Hit(node, {"value": value, "prefix": next((start for start in starts if start), "…")})
                return

    return check


def _starts_with_agency(selects: list[Select]) -> Check:
    def check(element: Element, tree: Tree, setting: Setting) -> Iterator[Hit]:
        for node in found(selects, element, tree):
            value = text(node)
            if "-".join(value.split("-")[:2]) not in setting.prefixes and (
                setting.official or not _GOVERNMENT.fullmatch(value)
            ):
                yield Hit(node, {"value": value})
                return

    return check


def regex_matches(params: Params) -> Check:
    """Make a check that texts match a pattern; an empty text passes."""
    selects = selectors(params)
    pattern = re.compile(str(params["regex"]).removeprefix("^").removesuffix("$"))

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        for node in found(selects, element, tree):
            value = text(node)
            if value and not pattern.fullmatch(value):
                yield Hit(node, {"value": value})
                return

    return check


def no_spaces(params: Params) -> Check:
    """Make a check that texts have no blank at either end."""
    selects = selectors(params)

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        for node in found(selects, element, tree):
            value = text(node)
            if value != value.strip(BLANKS):
                yield Hit(node, {"value": value})
                return

    return check


def strict_sum(params: Params) -> Check:
    """Make a check that numbers add up, to four decimals."""
    selects = selectors(params)
    wanted = float(params["sum"])

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        nodes = found(selects, element, tree)
        total = sum(js_number(text(node)) for node in nodes)
        if float(f"{total:.4f}") != wanted:
            at = nodes[0] if nodes else element
            yield Hit(at, {"sum": decimal_text(total), "vocabulary": words.vocabulary(params)})

    return check


def within(params: Params) -> Check:
    """Make a check that numbers lie between ``min`` and ``max``, where given."""
    selects = selectors(params)
    least, most = params.get("min"), params.get("max")

    def check(element: Element, tree: Tree, _: Setting) -> Iterator[Hit]:
        for node in found(selects, element, tree):
            number = js_number(text(node))
            low = number if least is None else least
            high = number if most is None else most
            if not low <= number <= high:
                yield Hit(node, {"value": text(node)})
                return

    return check


def if_then(params: Params) -> Check:
    """Make a check that a second expression is true where a first one is."""
    condition, consequence = compile_value(read(params["if"])), compile_value(read(params["then"]))
    describe = words.describer(params)
    place = selector(params["paths"][0]) if params.get("paths") else None

    def check(element: Element, tree: Tree, setting: Setting) -> Iterator[Hit]:
        given, then = condition(element, tree), consequence(element, tree)
        if setting.official:
            # A set of nodes is true in JavaScript even when it is empty, and never equal to false.
            fails = (isinstance(given, (list, tuple)) or bool(given)) and then is False
        else:
            fails = bool(given) and not then
        if fails:
            at = place(element, tree) if place else []
            yield Hit(at[0] if at else element, describe(element, tree))

    return check


def unless_registered(check: Check, params: Params) -> Check:
    """Run a check only where no identifier is a registered publisher's (or begins with one and a hyphen)."""
    selects = selectors(params)
    as_prefix = params["idCondition"] == _NO_REGISTERED_PREFIX

    def guarded(element: Element, tree: Tree, setting: Setting) -> Iterator[Hit]:
        publishers = setting.publishers
        if publishers and any(
            _is_registered(text(node), publishers, as_prefix=as_prefix)
            for node in found(selects, element, tree)
        ):
            return
        yield from check(element, tree, setting)

    return guarded


def _is_registered(value: str, publishers: frozenset[str], *, as_prefix: bool) -> bool:
    if not as_prefix:
        return value in publishers
    parts = value.split("-")
    return any("-".join(parts[:count]) in publishers for count in range(1, len(parts)))


def conditional(check: Check, condition: str) -> Check:
    """Run a check only where a condition holds."""
    test = compile_test(read(condition))

    def guarded(element: Element, tree: Tree, setting: Setting) -> Iterator[Hit]:
        if test(element, tree):
            yield from check(element, tree, setting)

    return guarded
