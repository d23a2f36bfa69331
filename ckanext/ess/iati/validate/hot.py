"""Which start tags may break a rule about single values, so that the rule runs only where one does."""

from __future__ import annotations

from collections.abc import Callable

from ckanext.ess.iati.standard.rules import Rule
from ckanext.ess.iati.validate.rules.case import Setting
from ckanext.ess.iati.validate.rules.grammar import Path, read
from ckanext.ess.iati.validate.rules.kinds import ORG_ID_PREFIX
from ckanext.ess.iati.validate.rules.values import BLANKS, js_number, moment
from ckanext.ess.iati.validate.screen import Attributes

_DAY = 86400

ValueTest = Callable[[str], bool]
TagTest = tuple[str, Callable[[Attributes], bool]]


def hot_tests(rule: Rule, setting: Setting) -> list[TagTest]:
    """Return tests of start tags, one per path; none where the rule is not about values of attributes."""
    if rule.kind == "one_or_all" and rule.params["one"].startswith("@"):
        return [(rule.context.rpartition("/")[2], _without(rule.params["one"][1:]))]
    test = _value_test(rule, setting)
    if test is None:
        return []
    places = [_attribute(path, rule.context) for path in _paths(rule)]
    if not all(places):
        return []
    return [(name, _tag_test(attribute, test)) for name, attribute in filter(None, places)]


def _without(attribute: str) -> Callable[[Attributes], bool]:
    return lambda attributes: attribute not in attributes


def _tag_test(attribute: str, test: ValueTest) -> Callable[[Attributes], bool]:
    def suspect(attributes: Attributes) -> bool:
        value = attributes.get(attribute)
        return value is not None and test(value)

    return suspect


def _value_test(rule: Rule, setting: Setting) -> ValueTest | None:  # noqa: PLR0911 - one return per kind
    params = rule.params
    if rule.foreach:
        return None
    if rule.kind == "no_spaces":
        return lambda value: value != value.strip(BLANKS + "\x85")
    if rule.kind == "regex_matches":
        return lambda value: any(mark in value for mark in "/&|?")
    if rule.kind == "range":
        least, most = params.get("min", float("-inf")), params.get("max", float("inf"))
        return lambda value: not least <= js_number(value) <= most
    if rule.kind == "date_now" or (rule.kind == "date_order" and params["more"] == "NOW"):
        return lambda value: (moment(value, official=True) or 0) > setting.now - _DAY
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
