"""What a problem of the file means, in English and in French."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ckanext.ess.iati.read.problems import Problem

LANGUAGES = ("en", "fr")


class Sentence(NamedTuple):
    """A title for the kind of problem, the explanation of this one, and the edit that mends it."""

    title: str
    explanation: str
    fix: str


@cache
def table() -> dict[str, dict[str, list[str]]]:
    """Return key → language → title, explanation and fix, with places for parameters."""
    return load(Path(__file__).with_name("sentences.json"))


def load(path: Path) -> dict[str, dict[str, list[str]]]:
    """Read a table of sentences."""
    entries: dict[str, dict[str, list[str]]] = json.loads(path.read_text(encoding="utf-8"))
    return entries


def key(problem: Problem) -> str:
    """Return the key of a problem's sentences: its code, with its kind where kinds have their own."""
    kind = problem.params.get("kind", "")
    for candidate in (f"{problem.code}.{kind}", problem.code, f"{problem.code}.other"):
        if candidate in table():
            return candidate
    return "not-well-formed.other"


def sentence(problem: Problem, lang: str = "en") -> Sentence:
    """Render a problem in a language; an unknown language is English.

    >>> sentence(Problem("wrong-root", 1, 1, {"root": "rss"}), "fr").title
    "Ce n'est pas un fichier IATI"
    """
    return filled(table()[key(problem)], problem, lang)


def filled(texts: Mapping[str, list[str]], problem: Problem, lang: str) -> Sentence:
    """Put a problem's parameters into its sentences."""
    params = defaultdict(str, problem.params)
    return Sentence(*(text.format_map(params) for text in texts.get(lang, texts["en"])))
