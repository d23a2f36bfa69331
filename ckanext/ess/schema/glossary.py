"""The words of the portal explained, and the marks that link to them from help texts.

A help text names a term between double brackets: ``[[siren]]``, or ``[[siren|your number]]`` to write it
otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from ckanext.ess.schema.language import Lang

_FILE = Path(__file__).with_name("glossary.yaml")
_MARK = re.compile(r"\[\[([a-z-]+)(?:\|([^\[\]]+))?\]\]")


@dataclass(frozen=True)
class Term:
    """One word: its name, a sentence for the tooltip, more for the page; each in English and French."""

    key: str
    name: Mapping[str, str]
    short: Mapping[str, str]
    long: Mapping[str, str]
    family: str
    see: tuple[str, ...]
    link: str

    @classmethod
    def read(cls, key: str, entry: Mapping[str, Any]) -> Term:
        """Build a term from its entry in ``glossary.yaml``."""
        return cls(
            key=key,
            name=entry["name"],
            short=entry["short"],
            long=entry.get("long", {}),
            family=entry["family"],
            see=tuple(entry.get("see", ())),
            link=entry.get("link", ""),
        )


@cache
def terms() -> Mapping[str, Term]:
    """All terms by key, in the order of the file."""
    entries = yaml.safe_load(_FILE.read_text("utf-8"))
    return MappingProxyType({key: Term.read(key, entry) for key, entry in entries.items()})


def family(name: str, lang: Lang) -> list[Term]:
    """Terms of a family, ``report`` or ``technical``, by their name in a language."""
    chosen = [term for term in terms().values() if term.family == name]
    return sorted(chosen, key=lambda term: term.name[lang].casefold())


@cache
def pieces(text: str) -> tuple[tuple[str, str], ...]:
    """Cut a help text into ``(words, key)`` pairs; the key is empty for words that are no term.

    >>> pieces("The [[siren|number]] of INSEE")
    (('The ', ''), ('number', 'siren'), (' of INSEE', ''))
    """
    cut: list[tuple[str, str]] = []
    end = 0
    for mark in _MARK.finditer(text):
        key = mark[1] if mark[1] in terms() else ""
        cut += [(text[end : mark.start()], ""), (mark[2] or mark[1], key)]
        end = mark.end()
    return tuple((words, key) for words, key in [*cut, (text[end:], "")] if words)
