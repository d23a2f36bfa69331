"""What it means that a value of an activity cannot be used, in English and in French."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ckanext.ess.iati.read.problems import Problem
from ckanext.ess.iati.read.sentences import Sentence, filled, load


@cache
def table() -> dict[str, dict[str, list[str]]]:
    """Return code → language → title, explanation and fix, with places for parameters."""
    return load(Path(__file__).with_name("sentences.json"))


def sentence(problem: Problem, lang: str = "en") -> Sentence:
    """Render a problem of an activity in a language; an unknown language is English.

    >>> sentence(Problem("currency", 7, 1, {"value": "EURO", "element": "value"}), "fr").fix
    'Écrivez le code de trois lettres, comme EUR, XOF ou USD.'
    """
    return filled(table()[problem.code], problem, lang)
