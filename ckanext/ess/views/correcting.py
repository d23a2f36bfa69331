"""What step 2 of ``/publish`` shows: questions about columns, and rows whose cells can be written over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, NamedTuple

from ckanext.ess.iati.convert.cell import Place
from ckanext.ess.iati.convert.columns import PROJECTS, Column, column, columns, sheets
from ckanext.ess.iati.convert.excerpt import LONGEST, Excerpt
from ckanext.ess.iati.convert.messages import sentence, short
from ckanext.ess.iati.convert.problem import SEVERITIES, Problem
from ckanext.ess.iati.convert.titles import proposal
from ckanext.ess.iati.convert.values import codes
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.store.converting import Details

#: Rows on one page, and notes listed.
PAGE, MOST_NOTES = 20, 100
#: Columns asked about at once.
_MOST_QUESTIONS = 60
#: Longer texts have a field of several lines.
_LINE = 60
_YEAR = 4
#: Problems of a title that a choice of its meaning ends.
_TITLES = frozenset({"title-close", "title-unknown", "title-years", "title-twice", "left-out"})
_MISSING = frozenset({"missing-column", "missing-start", "missing-place", "missing-participant"})
#: Cells that choose from a list; not those of a number of the list's own.
_CHOOSING = frozenset({"code", "codes", "shares", "types"})


class Said(NamedTuple):
    """A problem in words."""

    severity: str
    where: str
    message: str
    fix: str


@dataclass
class Field:
    """A cell that can be written over."""

    name: str
    address: str
    title: str
    value: str
    options: str = ""
    said: list[Said] = field(default_factory=list[Said])

    @property
    def severity(self) -> str:
        """The worst of what is said of it; "" for nothing."""
        return min((one.severity for one in self.said), key=SEVERITIES.index, default="")  # type: ignore[arg-type]

    @property
    def is_long(self) -> bool:
        """Whether it takes several lines."""
        return len(self.value) > _LINE or "\n" in self.value

    @property
    def is_cut(self) -> bool:
        """Whether the sheet holds more than fits here."""
        return len(self.value) > LONGEST


@dataclass
class Line:
    """A row with problems: fields to correct, and the others of the row."""

    sheet: str
    number: int
    name: str
    said: list[Said]
    fields: list[Field]
    others: list[Field]


class Option(NamedTuple):
    """What a column can be said to be."""

    value: str
    label: str
    group: str = ""


class Question(NamedTuple):
    """A title that was not understood: what it may mean, the proposal first."""

    name: str
    title: str
    said: Said
    options: list[Option]
    chosen: str


class Lacking(NamedTuple):
    """A column that the sheet lacks."""

    name: str
    label: str
    help: str
    options: str
    said: Said


class Edit(NamedTuple):
    """A cell that was written over."""

    number: int
    where: str
    before: str
    text: str


@dataclass
class Correcting:
    """Everything of step 2, for one page of rows."""

    general: list[Said]
    questions: list[Question]
    more_questions: int
    lacking: list[Lacking]
    lines: list[Line]
    notes: list[Said]
    edits: list[Edit]
    total: int
    page: int
    lists: dict[str, list[str]]

    @property
    def pages(self) -> int:
        """How many pages of rows there are."""
        return max(1, -(-self.total // PAGE))

    def by_sheet(self) -> Iterator[tuple[str, list[Line]]]:
        """Rows of this page by their sheet."""
        for name in dict.fromkeys(line.sheet for line in self.lines):
            yield name, [line for line in self.lines if line.sheet == name]


def correcting(details: Details, choices: Mapping[str, Any], lang: str, page: int = 1) -> Correcting:
    """Sort what was found by what one can do about it.

    Args:
        details: what is kept of the conversion.
        choices: what was said of the sheet already.
        lang: of the reader.
        page: of the rows, from 1.
    """
    titles = titles_of(details)
    lacking = [one for one in details.problems if one.code in _MISSING and not one.place.column]
    rest = [one for one in details.problems if one not in titles and one not in lacking]
    general = [one for one in rest if not one.place.row]
    placed = [one for one in rest if one.place.row and one.severity != "note"]
    rows = list(dict.fromkeys((one.place.sheet, one.place.row) for one in placed))
    page = min(max(page, 1), max(1, -(-len(rows) // PAGE)))
    lines = [
        _line(row, [one for one in rest if one.place[:2] == row], details.excerpts, lang)
        for row in rows[(page - 1) * PAGE : page * PAGE]
    ]
    shown = set(rows[(page - 1) * PAGE : page * PAGE])
    notes = [one for one in rest if one.place.row and one.severity == "note" and one.place[:2] not in shown]
    found = Correcting(
        [_said(one, lang) for one in general],
        _questions(titles, details.excerpts, lang),
        max(0, len(titles) - _MOST_QUESTIONS),
        [_lacking(one, lang) for one in lacking],
        lines,
        [_said(one, lang) for one in notes[:MOST_NOTES]],
        _edits(choices),
        len(rows),
        page,
        {},
    )
    found.lists = _lists(found, lang)
    return found


def titles_of(details: Details) -> list[Problem]:
    """Titles whose meaning is asked for; their number in this list names their field."""
    return [one for one in details.problems if one.code in _TITLES and one.place.column]


def _said(problem: Problem, lang: str) -> Said:
    said = sentence(problem, lang, "page")
    place = problem.place
    where = f"{short(place.sheet)}!{place.address}" if place.sheet and place.address else short(place.sheet)
    return Said(problem.severity, where, said.message, said.fix)


def _line(row: tuple[str, int], problems: Sequence[Problem], excerpts: Sequence[Excerpt], lang: str) -> Line:
    sheet, number = row
    index, excerpt = _find(excerpts, sheet)
    cells = excerpt.rows.get(number, {})
    wrong = sorted({one.place.column for one in problems if one.place.column})
    fields = [_field(index, excerpt, number, one, problems, lang) for one in wrong]
    beside = sorted({*excerpt.columns, *cells} - set(wrong)) if number in excerpt.rows else []
    others = [_field(index, excerpt, number, one, (), lang) for one in beside]
    return Line(
        sheet,
        number,
        _name(excerpt, cells),
        [_said(one, lang) for one in problems if not one.place.column],
        fields,
        others,
    )


def _find(excerpts: Sequence[Excerpt], sheet: str) -> tuple[int, Excerpt]:
    for index, one in enumerate(excerpts):
        if one.sheet == sheet:
            return index, one
    return -1, Excerpt(sheet)


def _name(excerpt: Excerpt, cells: Mapping[int, str]) -> str:
    """What a row is about, in the words of its first cells."""
    keys = {key: number for number, (_, key) in excerpt.columns.items() if key}
    texts = [cells.get(keys.get(key, 0), "") for key in ("id", "project", "title", "name")]
    return " · ".join(short(text) for text in texts if text.strip())


def _field(
    index: int, excerpt: Excerpt, row: int, number: int, problems: Iterable[Problem], lang: str
) -> Field:
    title, key = excerpt.columns.get(number, ("", ""))
    place = Place(excerpt.sheet, row, number)
    meant = column(excerpt.kind, key) if excerpt.kind and key else None
    return Field(
        f"c.{index}.{row}.{number}",
        place.address,
        short(title),
        excerpt.rows.get(row, {}).get(number, ""),
        meant.list if meant is not None and meant.kind in _CHOOSING else "",
        [_said(one, lang) for one in problems if one.place == place],
    )


def _questions(problems: Sequence[Problem], excerpts: Sequence[Excerpt], lang: str) -> list[Question]:
    found: list[Question] = []
    for number, problem in enumerate(problems[:_MOST_QUESTIONS]):
        kind = _find(excerpts, problem.place.sheet)[1].kind or PROJECTS
        title = problem.value
        options = list(_options(kind, title, lang))
        proposed = problem.params.get("close", "") or proposal(kind, title, lang)
        chosen = "" if problem.code == "left-out" else _same(options, proposed)
        found.append(Question(f"t.{number}", title, _said(problem, lang), options, chosen))
    return found


def _same(options: Sequence[Option], label: str) -> str:
    return next((one.value for one in options if label and one.value == label), "?")


def _options(kind: str, title: str, lang: str) -> Iterator[Option]:
    """Columns of a kind of sheet; those with a year for the title's year, or for those around now."""
    digits = "".join(char if char.isdigit() else " " for char in title).split()
    now = datetime.now(timezone.utc).year
    years = [one for one in digits if len(one) == _YEAR] or [str(now + more) for more in (-1, 0, 1)]
    for one in columns(kind):
        for year in years if one.yearly else [""]:
            label = one.label(lang, year)
            yield Option(label, label, sheets()[kind].title(lang))


def _lacking(problem: Problem, lang: str) -> Lacking:
    one: Column = column(problem.params["sheet"], problem.params["key"])
    options = one.list if one.kind in _CHOOSING else ""
    name = f"a.{one.sheet}.{one.key}"
    return Lacking(name, one.label(lang), one.words(lang).help, options, _said(problem, lang))


def _edits(choices: Mapping[str, Any]) -> list[Edit]:
    return [
        Edit(number, f"{short(sheet)}!{Place(sheet, row, col).address}", short(before), short(text))
        for number, (sheet, row, col, text, before) in enumerate(choices.get("edits", ()))
    ]


def _lists(found: Correcting, lang: str) -> dict[str, list[str]]:
    """Names of the lists that fields of the page choose from."""
    fields = [one for line in found.lines for one in (*line.fields, *line.others)]
    names = {one.options for one in (*fields, *found.lacking) if one.options}
    return {name: names_of(name, lang) for name in sorted(names)}


def names_of(name: str, lang: str) -> list[str]:
    """Names of a list's codes in use, in alphabetical order."""
    return sorted(codes.label(name, one.code, lang) for one in codelist(name).active())
