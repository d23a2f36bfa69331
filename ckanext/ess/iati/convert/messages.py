"""Sentences for problems, in French and English: what is wrong, and what to write instead.

>>> from ckanext.ess.iati.convert.cell import Place
>>> wrong = Problem("date", "error", Place("Projets", 12, 7), "32/01/2025", {"example": "31/01/2025"})
>>> print(line(wrong, "fr"))
Projets!G12 : “32/01/2025” n'est pas une date. Écrivez jour/mois/année, par exemple 31/01/2025.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ckanext.ess.iati.convert import finding_words
from ckanext.ess.iati.convert.columns import column
from ckanext.ess.iati.convert.problem import Problem
from ckanext.ess.iati.convert.values import codes
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.iati.standard.codelists import label as code_label
from ckanext.ess.identifiers.tsv import rows

LANGUAGES = ("fr", "en")
_LONG = 80
_COLON = {"fr": " : ", "en": ": "}
_THIS_YEAR = "2025"
_OPTIONS = {"id": "--organisation-id", "name": "--organisation-name", "type": "--organisation-type"}


class Sentence(NamedTuple):
    """What is wrong, and what to do."""

    message: str
    fix: str


@cache
def table() -> dict[tuple[str, str], Sentence]:
    """Sentences by code and language, with places for values."""
    path = Path(__file__).with_name("sentences.tsv")
    return {(key, lang): Sentence(message, fix) for key, lang, message, fix in rows(path)}


def sentence(problem: Problem, lang: str, where: str = "") -> Sentence:
    """Render a problem; an unknown language is English.

    Args:
        problem: what there is to say.
        lang: ``fr`` or ``en``.
        where: ``page`` for a reader who has a form before him rather than a command.
    """
    lang = lang if lang in LANGUAGES else "en"
    if problem.finding is not None:
        return Sentence(*finding_words.sentence(problem.finding, lang))
    params = defaultdict(str, {name: short(text) for name, text in problem.params.items()})
    params["value"] = short(problem.value)
    params["sheet"] = short(problem.place.sheet)
    _names(problem, params, lang)
    key = f"{problem.code}@{where}" if (f"{problem.code}@{where}", lang) in table() else problem.code
    return Sentence(*(text.format_map(params) for text in table()[key, lang]))


def _names(problem: Problem, params: defaultdict[str, str], lang: str) -> None:
    """Fill in what depends on the language: titles, names of lists and codes."""
    given = problem.params
    if "key" in given:
        one = column(given["sheet"], given["key"])
        params["title"] = one.label(lang, _year(problem))
        params["help"] = _small(one.words(lang).help)
        params["option"] = _OPTIONS.get(given["key"], "")
    if "list" in given:
        _list(given["list"], given.get("text", ""), params, lang)
    if f"reason.{lang}" in given:
        params["reason"] = given[f"reason.{lang}"]
    if "language" in given:
        params["language"] = code_label("Language", given["language"], lang)
    if "years" in given:
        params["columns"] = ", ".join(f"“Budget {year}”" for year in given["years"].split())


def _year(problem: Problem) -> str:
    digits = "".join(char if char.isdigit() else " " for char in problem.value).split()
    return next((one for one in digits if len(one) == len(_THIS_YEAR)), _THIS_YEAR)


def _list(name: str, text: str, params: defaultdict[str, str], lang: str) -> None:
    found = codelist(name)
    params["list"] = found.title(lang)
    params["example"] = codes.shown(name, found.active()[0].code, lang)
    either = " ou " if lang == "fr" else " or "
    params["close"] = either.join(codes.nearest(name, text, lang))


def _small(text: str) -> str:
    """The first letter small, for the middle of a sentence; capitals in a row are a name."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def line(problem: Problem, lang: str) -> str:
    """Return a problem as one line, with its place."""
    said = sentence(problem, lang)
    colon = _COLON.get(lang, ": ")
    return f"{where(problem)}{colon if where(problem) else ''}{said.message} {said.fix}"


def where(problem: Problem) -> str:
    """Return the place as spreadsheets write it: ``Projets!G12``."""
    place = problem.place
    return f"{short(place.sheet)}!{place.address}" if place.sheet and place.address else short(place.sheet)


def short(text: str) -> str:
    """Return a text as a sentence may repeat it: on one line, without what would steer a terminal, cut."""
    flat = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return flat if len(flat) <= _LONG else f"{flat[:_LONG].rstrip()}…"


def as_dict(problem: Problem, lang: str) -> dict[str, Any]:
    """Return a problem as the command and the action answer it."""
    place, said = problem.place, sentence(problem, lang)
    whole = place.address if place.row and place.column else ""
    return {
        "sheet": place.sheet,
        "row": place.row or None,
        "column": place.address.rstrip("0123456789"),
        "cell": whole,
        "value": problem.value,
        "severity": problem.severity,
        "message": said.message,
        "fix": said.fix,
        "code": problem.code,
    }
