"""Codes against their lists: the official rules on codes, and codes that are withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ckanext.ess.iati.read.tree import Element, text_of
from ckanext.ess.iati.standard.codelist_rules import ANYWHERE, TEXT, CodelistRule, codelist_rules
from ckanext.ess.iati.standard.codelists import Codelist, codelist
from ckanext.ess.iati.validate.rules.nodes import Found, Leaf
from ckanext.ess.iati.validate.screen import Attributes, Suspicion

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
WITHDRAWN = "ess.withdrawn-code"
#: Codes newer than the reference's lists (March 2024), which it reports although they are right.
_TOO_NEW = {("TagVocabulary", "5"), ("OtherIdentifierType", "A4")}


class Wrong(NamedTuple):
    """A code that is not in its list, or (``withdrawn``) no longer."""

    rule: CodelistRule
    at: Found
    value: str
    withdrawn: bool
    list: Codelist


class Codes:
    """The codelist rules of a version and kind of file, by the name of the element they look at."""

    def __init__(self, version: str, file_type: str, *, official: bool) -> None:
        self.official = official
        rules = [rule for rule in codelist_rules(version, file_type) if rule.official or not official]
        self._lists = {rule.codelist: codelist(rule.codelist, version) for rule in rules}
        self._paths: dict[str, list[CodelistRule]] = {}
        self._names: dict[str, list[CodelistRule]] = {}
        for rule in rules:
            self._paths.setdefault(rule.path, []).append(rule)
            self._names.setdefault(rule.path.rpartition("/")[2], []).append(rule)
        self._withdrawn = {name: found.withdrawn for name, found in self._lists.items()}

    @property
    def names(self) -> Sequence[str]:
        """Names of elements with codes; ``*`` is the rule on languages, which is about every element."""
        return list(self._names)

    def suspicion(self, name: str, bit: int) -> Suspicion:
        """Make the screen's test for a name: might one of its rules be broken, whatever the path?"""
        rules = self._names[name]

        def test(attributes: Attributes) -> bool:
            return any(self._suspect(rule, attributes) for rule in rules)

        attributes = {rule.attribute for rule in rules}
        shared = attributes.pop() if len(attributes) == 1 else TEXT
        return Suspicion(name, bit, test, "" if shared == TEXT else shared)

    def check(self, elements: Iterator[Element]) -> Iterator[Wrong]:
        """Check elements, each by the rules of its path."""
        everywhere = self._paths.get(ANYWHERE, [])
        above: dict[Element | None, str] = {None: ""}
        for element in elements:
            parent = element.getparent()
            path = above.get(parent)
            if path is None:
                path = above[parent] = _path(parent)
            for rule in (*self._paths.get(f"{path}/{element.tag}", ()), *everywhere):
                if wrong := self._wrong(rule, element):
                    yield wrong

    def _suspect(self, rule: CodelistRule, attributes: Attributes) -> bool:
        if rule.attribute == TEXT:
            return True
        value = attributes.get(rule.attribute)
        if value is None or not (rule.vocabulary_on_parent or rule.applies(attributes.get("vocabulary"))):
            return False
        return self._state(rule, value) != ""

    def _state(self, rule: CodelistRule, value: str) -> str:
        """Return ``unknown``, ``withdrawn`` or nothing."""
        name = rule.codelist
        if value not in self._lists[name].codes or (self.official and (name, value) in _TOO_NEW):
            return "unknown"
        return "withdrawn" if not self.official and value in self._withdrawn[name] else ""

    def _wrong(self, rule: CodelistRule, element: Element) -> Wrong | None:
        value = _value(rule, element)
        if value is None:
            return None
        if rule.attribute == TEXT and self.official and (len(element) or element.attrib):
            # The reference's parser makes an object of it, which is in no list.
            text = text_of(element)
            at = Leaf(element, TEXT, text)
            return Wrong(rule, at, text, withdrawn=False, list=self._lists[rule.codelist])
        state = self._state(rule, value)
        if not state or not rule.applies(_vocabulary(rule, element)):
            return None
        at = Leaf(element, rule.attribute, value)
        return Wrong(rule, at, value, state == "withdrawn", self._lists[rule.codelist])


def _path(element: Element | None) -> str:
    parts: list[str] = []
    while element is not None:
        parts.append(element.tag)
        element = element.getparent()
    return "/" + "/".join(reversed(parts))


def _value(rule: CodelistRule, element: Element) -> str | None:
    if rule.attribute == TEXT:
        value = text_of(element)
        return "" if value.isspace() else value
    return element.get(_LANG if rule.attribute == "xml:lang" else rule.attribute)


def _vocabulary(rule: CodelistRule, element: Element) -> str | None:
    holder = element.getparent() if rule.vocabulary_on_parent else element
    return None if holder is None else holder.get("vocabulary")
