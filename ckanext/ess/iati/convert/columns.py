"""The columns of the sheets, as ``columns.tsv`` and ``words.tsv`` declare them.

>>> column("projects", "status").label("fr")
'Statut'
>>> column("projects", "funder").steps
(Step(name='participating-org', fixed=(('role', '1'),)), Step(name='narrative', fixed=()))
>>> column("projects", "planned_start").steps[-1], column("projects", "planned_start").attribute
(Step(name='activity-date', fixed=(('type', '1'),)), 'iso-date')
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from ckanext.ess.iati.convert.fold import fold
from ckanext.ess.identifiers.tsv import rows

FOLDER = Path(__file__).parent
LANGUAGES = ("fr", "en")
PROJECTS, ORGANISATION = "projects", "organisation"

#: Where a title has the year.
YEAR = "{year}"
_SHORT = 3
_STEP = re.compile(r"([\w-]+)(?:\[(\w+)=([\w-]+)\])?")
#: ``[period=own]`` keeps elements apart that have the same name; it is not written.
_NOT_WRITTEN = "period"


class Step(NamedTuple):
    """An element on the way to a value, with attributes that are always the same."""

    name: str
    fixed: tuple[tuple[str, str], ...] = ()


class Words(NamedTuple):
    """What a column is called and explained by in one language."""

    label: str
    synonyms: tuple[str, ...]
    help: str
    examples: tuple[str, str]


class Column:
    """A column of a sheet; one with ``{year}`` in its title stands for any number of years."""

    def __init__(self, cells: list[str], words: dict[str, Words]) -> None:
        self.sheet, self.key, self.kind, self.list, self.target, self.need = cells
        self._words = words

    def __repr__(self) -> str:
        return f"Column({self.sheet}.{self.key})"

    def words(self, lang: str) -> Words:
        """Title, synonyms, help and examples."""
        return self._words[lang]

    def label(self, lang: str, year: str = "") -> str:
        """Title in a language, for a year where titles have one."""
        return self._words[lang].label.replace(YEAR, year).strip()

    @cached_property
    def yearly(self) -> bool:
        """Whether the title holds a year."""
        return self.kind.startswith("year-")

    @cached_property
    def required(self) -> bool:
        """Every row has a value."""
        return self.need == "required"

    @cached_property
    def choice(self) -> str:
        """Name of the choice that the column belongs to: one of them is needed. "" for none."""
        return self.need.removeprefix("one:").partition("-")[0] if self.need.startswith("one:") else ""

    @cached_property
    def needed_with(self) -> str:
        """Start of the targets that need this one beside them; "" where none does."""
        return (
            self.need.removeprefix("group:").removesuffix("-rare") if self.need.startswith("group:") else ""
        )

    @cached_property
    def vague(self) -> bool:
        """The title leaves open what is meant; what it is taken for is said once."""
        return self.need.endswith("vague")

    @cached_property
    def in_template(self) -> bool:
        """Whether the template shows the column; the others are understood all the same."""
        return not self.need.endswith(("rare", "vague"))

    @cached_property
    def several(self) -> bool:
        """Whether a cell may hold several values, with ``;`` between them."""
        return self.kind in {"names", "organisations", "types", "codes", "shares"}

    @cached_property
    def attribute(self) -> str:
        """Attribute that takes the value; "" where it is the element's text."""
        name = self.target.rpartition("/")[2]
        return name[1:] if name.startswith("@") else ""

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Elements from the activity (or organisation) down to the one that holds the value."""
        parts = self.target.split("/") if self.target else []
        return tuple(_step(part) for part in parts if not part.startswith("@"))


def _step(part: str) -> Step:
    found = _STEP.fullmatch(part)
    if not found:
        raise ValueError(part)
    return Step(found[1], ((found[2], found[3]),) if found[2] else ())


def written(step: Step) -> dict[str, str]:
    """Attributes of a step that go into the file."""
    return {name: value for name, value in step.fixed if name != _NOT_WRITTEN}


class Sheet(NamedTuple):
    """A kind of sheet, with its names."""

    key: str
    fr: str
    en: str
    synonyms: tuple[str, ...]

    def title(self, lang: str) -> str:
        """Name of the sheet in a language."""
        return self.fr if lang == "fr" else self.en


@cache
def sheets() -> dict[str, Sheet]:
    """Kinds of sheets by key, the projects first."""
    return {
        key: Sheet(key, fr, en, tuple(names.split("|"))) for key, fr, en, names in rows(FOLDER / "sheets.tsv")
    }


@cache
def _words() -> dict[tuple[str, str], dict[str, Words]]:
    found: dict[tuple[str, str], dict[str, Words]] = {}
    for sheet, key, lang, label, synonyms, explained, first, second in rows(FOLDER / "words.tsv"):
        names = tuple(name for name in synonyms.split("|") if name)
        found.setdefault((sheet, key), {})[lang] = Words(label, names, explained, (first, second))
    return found


@cache
def columns(sheet: str) -> tuple[Column, ...]:
    """Columns of a kind of sheet, in the template's order."""
    table = (row for row in rows(FOLDER / "columns.tsv") if row[0] == sheet)
    return tuple(Column(cells, _words()[cells[0], cells[1]]) for cells in table)


@cache
def column(sheet: str, key: str) -> Column:
    """One column by its key."""
    return next(one for one in columns(sheet) if one.key == key)


@cache
def titles(sheet: str) -> dict[str, Column]:
    """Folded titles in the singular, in all languages and spellings, with their column; ``year`` for a year.

    Labels win over synonyms, so that what a template writes is always understood.
    """
    found: dict[str, Column] = {}
    for labels in (True, False):
        for one in columns(sheet):
            for lang in LANGUAGES:
                words = one.words(lang)
                for name in (words.label,) if labels else words.synonyms:
                    found.setdefault(singular(fold(name.replace(YEAR, " year "))), one)
            if labels:
                found.setdefault(singular(fold(one.key)), one)
    return found


def singular(words: str) -> str:
    """Return folded words without the mark of the plural.

    >>> singular("bailleurs fonds"), singular("pays")
    ('bailleur fond', 'pay')
    """
    return " ".join(word[:-1] if word[-1:] in "sx" and len(word) > _SHORT else word for word in words.split())
