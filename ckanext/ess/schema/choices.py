"""Every list that a field can choose from, under one roof: names in English and French, looked up at no cost.

Lists of our own are in ``choices.yaml``; the others are IATI's code lists (by their IATI name), INSEE's
territories (``territory``) and legal categories (``legal_category``). Each is read once per process.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.identifiers import cog, legal_category, territories
from ckanext.ess.schema.language import Lang

_FILE = Path(__file__).with_name("choices.yaml")


class Choice(NamedTuple):
    """One value with its names; ``offered`` is false for withdrawn codes, accepted but not proposed."""

    value: str
    en: str
    fr: str
    offered: bool = True

    def name(self, lang: Lang) -> str:
        """Name in a language."""
        return self.fr if lang == "fr" else self.en


@cache
def table(name: str) -> Mapping[str, Choice]:
    """Choices of a list by value, in the list's own order.

    Raises:
        UnknownCodelist: no list has this name.
    """
    builder = _BUILDERS.get(name)
    if builder:
        found = builder()
    elif name in _own():
        found = (Choice(entry["value"], entry["en"], entry["fr"]) for entry in _own()[name])
    else:
        found = _iati(name)
    return MappingProxyType({choice.value: choice for choice in found})


def label(name: str, value: str, lang: Lang) -> str:
    """Name of a value; the value itself where the list does not know it."""
    choice = table(name).get(value)
    if choice:
        return choice.name(lang)
    return cog.label(value, lang) if name == "territory" else value


def known(name: str, values: Iterable[str]) -> tuple[list[str], list[str]]:
    """Sort values into those that a list has and those that it has not, each once, in the order given.

    Harvesters keep the first and report the second: a validator would refuse the whole dataset.
    """
    choices = table(name)
    once = list(dict.fromkeys(values))
    return [value for value in once if value in choices], [value for value in once if value not in choices]


@cache
def options(name: str, order: str, lang: Lang) -> tuple[Mapping[str, Any], ...]:
    """Choices as scheming wants them, ``{"value": …, "label": …}``.

    ``order`` is ``label``, ``code``, or ``list`` for the list's own order.
    """
    offered = [choice for choice in table(name).values() if choice.offered]
    if order == "label":
        offered.sort(key=lambda choice: sort_key(choice.name(lang)))
    elif order == "code":
        offered.sort(
            key=lambda choice: (
                (len(choice.value), choice.value) if choice.value.isdigit() else (0, choice.value)
            )
        )
    return tuple(MappingProxyType({"value": choice.value, "label": choice.name(lang)}) for choice in offered)


def sort_key(text: str) -> str:
    """Accents do not count when French sorts words; numbers in a name do: goal 2 before goal 12."""
    plain = unicodedata.normalize("NFD", text)
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    return re.sub(r"\d+", lambda digits: digits.group().zfill(8), bare)


@cache
def _own() -> Mapping[str, list[dict[str, str]]]:
    return yaml.safe_load(_FILE.read_text("utf-8"))


def _iati(name: str) -> Iterator[Choice]:
    for code in codelist(name):
        yield Choice(code.code, code.name("en"), code.name("fr"), not code.is_withdrawn)


def _territories() -> Iterator[Choice]:
    return (Choice(place.value, place.title("en"), place.title("fr")) for place in territories.current())


def _legal_categories() -> Iterator[Choice]:
    """INSEE names them in French only."""
    return (Choice(one.code, one.label, one.label) for one in legal_category.categories().values())


_BUILDERS = {"territory": _territories, "legal_category": _legal_categories}
