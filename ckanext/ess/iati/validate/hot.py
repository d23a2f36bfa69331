"""Which start tags may break a rule about single values, so that the rule runs only where one does."""

from __future__ import annotations

import re
from collections.abc import Callable

from ckanext.ess.iati.standard.rules import Rule
from ckanext.ess.iati.validate.rules.blanks import BLANKS
from ckanext.ess.iati.validate.rules.case import Setting
from ckanext.ess.iati.validate.rules.grammar import Path, read
from ckanext.ess.iati.validate.rules.kinds import ORG_ID_PREFIX
from ckanext.ess.iati.validate.rules.values import js_number, moment
from ckanext.ess.iati.validate.screen import Attributes

_DAY = 86400

_PATH = r"(?P<path>[\w-]+(?:/[\w-]+)*)"
_LOOP = re.compile(rf"{_PATH}\[@vocabulary ?!= ?(?:1|'1')\]/@vocabulary")
_CODES = re.compile(
    rf"count\({_PATH}\[not\(@vocabulary ?= ?''\)\]\) \+ count\((?P=path)\[not\(@vocabulary ?= ?'1'\)\]\) > 0"
)
_WISH = re.compile(
    rf"count\({_PATH}\[@vocabulary ?= ?'' or @vocabulary ?= ?'1' or not\(@vocabulary\)\]\) > 0"
)

ValueTest = Callable[[str], bool]
TagTest = tuple[str, Callable[[Attributes], bool]]


#: What the rules on languages and currencies look for where the activity itself has none.
_PARTS = {
    "lang": ("@xml:lang", ("narrative",)),
    "currency": ("@currency", ("value", "forecast", "loan-status")),
}


def hot_tests(rule: Rule, setting: Setting) -> list[list[TagTest]]:
    """Return tests of start tags, one per path, in groups of which each must find something.

    There are none where the rule is not about values of attributes.
    """
    if rule.kind == "one_or_all" and rule.params["one"].startswith("@"):
        attribute, names = _PARTS[rule.params["all"]]
        context = rule.context.rpartition("/")[2]
        return [
            [(context, _without(rule.params["one"][1:]))],
            [(name, _without(attribute[1:])) for name in names],
        ]
    if rule.foreach or rule.kind == "if_then":
        return _vocabulary_tests(rule)
    test = _value_test(rule, setting)
    if test is None:
        return []
    places = [_attribute(path, rule.context) for path in _paths(rule)]
    if not all(places):
        return []
    return [[(name, _tag_test(attribute, test)) for name, attribute in filter(None, places)]]


def _vocabulary_tests(rule: Rule) -> list[list[TagTest]]:
    """Return tests of rules that nothing but a vocabulary other than the usual one can break.

    That is a loop over the vocabularies other than 1, and the wish for one code of vocabulary 1 where there
    are codes at all.
    """
    looked_at = _LOOP.fullmatch(rule.foreach) if rule.foreach else _CODES.fullmatch(rule.params["if"])
    if looked_at is None or (not rule.foreach and not _is_wish(rule.params["then"], looked_at["path"])):
        return []
    name = looked_at["path"].rpartition("/")[2]
    usual = {"1"} if rule.foreach else {"", "1"}
    return [[(name, _tag_test("vocabulary", lambda value: value not in usual))]]


def _is_wish(expression: str, path: str) -> bool:
    match = _WISH.fullmatch(expression)
    return match is not None and match["path"] == path


def _without(attribute: str) -> Callable[[Attributes], bool]:
    return lambda attributes: attribute not in attributes


def _tag_test(attribute: str, test: ValueTest) -> Callable[[Attributes], bool]:
    def suspect(attributes: Attributes) -> bool:
        value = attributes.get(attribute)
        return value is not None and test(value)

    return suspect


def _value_test(rule: Rule, setting: Setting) -> ValueTest | None:
    params = rule.params
    if rule.kind == "no_spaces":
        return lambda value: value != value.strip(BLANKS)
    if rule.kind == "regex_matches":
        return lambda value: any(mark in value for mark in "/&|?")
    if rule.kind == "range":
        least, most = params.get("min", float("-inf")), params.get("max", float("inf"))
        return lambda value: not least <= js_number(value) <= most
    if rule.kind == "date_now" or (rule.kind == "date_order" and params["more"] == "NOW"):
        return lambda value: (moment(value, official=setting.official) or 0) > setting.now - _DAY
    if rule.kind == "startswith" and list(params.get("prefix", ())) == [ORG_ID_PREFIX]:
        return lambda value: "-".join(value.split("-")[:2]) not in setting.prefixes
    return None


def _paths(rule: Rule) -> list[str]:
    if rule.kind in {"date_now", "date_order"}:
        return [rule.params.get("date") or rule.params["less"]]
    return list(rule.params["paths"])


def _attribute(expression: str, context: str) -> tuple[str, str] | None:
    """Return the element's and the attribute's name that a path ends with.

    The path may start at its context.
    """
    path = read(expression)
    if not isinstance(path, Path) or not path.steps[-1].name.startswith("@"):
        return None
    attribute = path.steps[-1].name[1:]
    if len(path.steps) > 1:
        return path.steps[-2].name, attribute
    place = read(context.rpartition("|")[2].strip())
    return (place.steps[-1].name, attribute) if isinstance(place, Path) else None
