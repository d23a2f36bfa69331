"""Find the row of titles of a sheet, and what each column is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice
from typing import NamedTuple

from ckanext.ess.iati.convert.cell import Cell, Row
from ckanext.ess.iati.convert.columns import Column, columns, sheets
from ckanext.ess.iati.convert.fold import fold
from ckanext.ess.iati.convert.titles import Match, understand

#: Rows, of those with something in them, among which the titles are looked for.
_LOOK = 30
_LEAST = 2

#: The user's own choices: folded title → title of a column, "" to leave the column out.
Mapped = Mapping[str, str]


class Bound(NamedTuple):
    """A column of a sheet: its title as written, and what it means; None for nothing known."""

    title: str
    match: Match | None
    left_out: bool = False


@dataclass
class Header:
    """The titles found. ``first`` and ``last`` are their rows: some sheets have two."""

    kind: str
    first: int
    last: int
    bound: dict[int, Bound]
    above: list[Row] = field(default_factory=list[Row])
    lang: str = "fr"
    #: titles of groups of columns that help to understand none of them
    unused: list[Cell] = field(default_factory=list[Cell])

    def number(self, column: Column) -> int:
        """Return the column of the sheet that holds a column of ours; 0 for none."""
        return next((n for n, one in self.bound.items() if one.match and one.match.column is column), 0)


def kind_by_name(name: str) -> str:
    """Return the kind of sheet that a sheet's name says; "" where it says nothing.

    >>> kind_by_name("PROJETS 2025"), kind_by_name("Feuil1")
    ('projects', '')
    """
    words = [word for word in fold(name).split() if not word.isdigit()]
    for sheet in sheets().values():
        names = {fold(one) for one in (sheet.fr, sheet.en, sheet.key, *sheet.synonyms)}
        if " ".join(words) in names:
            return sheet.key
    return ""


def find(name: str, rows: Iterable[Row], mapped: Mapped) -> tuple[Header | None, Iterator[Row]]:
    """Return the titles of a sheet, None where there are none, and all its rows after them."""
    walk = iter(rows)
    first = list(islice(walk, _LOOK))
    named = kind_by_name(name)
    kinds = [named] if named else list(sheets())
    best: Header | None = None
    for kind in kinds:
        for header in _candidates(kind, first, mapped):
            if best is None or _score(header) > _score(best):
                best = header
    if best is None or _score(best) < min(_LEAST, len(best.bound)):
        return None, chain(first, walk)
    best.above = [row for row in first if row.number < best.first]
    best.lang = _language(best)
    return best, chain((row for row in first if row.number > best.last), walk)


def score(records: list[list[str]]) -> int:
    """How many titles some rows of text hold at best, on any kind of sheet."""
    return max((_known(kind, record) for record in records for kind in sheets()), default=0)


def _known(kind: str, record: list[str]) -> int:
    return sum(understand(kind, text) is not None for text in record if text)


def _candidates(kind: str, rows: list[Row], mapped: Mapped) -> Iterator[Header]:
    """Every row, and every pair of rows, as titles; a pair counts only when it says more than one row."""
    for place, row in enumerate(rows):
        yield Header(
            kind, row.number, row.number, _bound(kind, {c.column: (c.text,) for c in row.cells}, mapped)
        )
        below = rows[place + 1] if place + 1 < len(rows) else None
        if below and below.number == row.number + 1:
            header = Header(kind, row.number, below.number, _bound(kind, _stacked(row, below), mapped))
            header.unused = _unused(kind, row, below)
            yield header


def _score(header: Header) -> int:
    return len({one.match[:3] for one in header.bound.values() if one.match})


def _stacked(above: Row, below: Row) -> dict[int, tuple[str, ...]]:
    """Texts by column of two rows of titles: both together first, then the lower one."""
    upper = {cell.column: cell.text for cell in above.cells}
    lower = {cell.column: cell.text for cell in below.cells}
    group = ""
    found: dict[int, tuple[str, ...]] = {}
    for column in range(1, max(*upper, *lower) + 1):
        group = upper.get(column, group)
        text = lower.get(column, "")
        if text:
            found[column] = (f"{group} {text}".strip(), text)
        elif column in upper:
            found[column] = (upper[column],)
    return found


def _unused(kind: str, above: Row, below: Row) -> list[Cell]:
    """Upper titles without which everything would be understood all the same."""
    lower = {cell.column: cell.text for cell in below.cells}
    found: list[Cell] = []
    for place, cell in enumerate(above.cells):
        last = above.cells[place + 1].column if place + 1 < len(above.cells) else max(lower) + 1
        group = [lower[column] for column in range(cell.column, last) if column in lower]
        if cell.column in lower and not any(_helps_with(kind, cell.text, text) for text in group):
            found.append(cell)
    return found


def _helps_with(kind: str, group: str, title: str) -> bool:
    """Whether the title of a group changes what one below it means."""
    return understand(kind, f"{group} {title}") not in {None, understand(kind, title)}


def _bound(kind: str, texts: Mapping[int, tuple[str, ...]], mapped: Mapped) -> dict[int, Bound]:
    return {column: _understood(kind, variants, mapped) for column, variants in texts.items()}


def _understood(kind: str, variants: tuple[str, ...], mapped: Mapped) -> Bound:
    title = " ".join(variants[0].split())
    for text in variants:
        chosen = mapped.get(fold(text))
        if chosen is not None:
            return Bound(title, understand(kind, chosen) if chosen else None, left_out=not chosen)
        if match := understand(kind, text):
            return Bound(title, match)
    return Bound(title, None)


def _language(header: Header) -> str:
    """The language in which more of the titles are written; French when it is even."""
    counts = {"fr": 0, "en": 0}
    for one in header.bound.values():
        if one.match:
            for lang in counts:
                words = one.match.column.words(lang)
                names = (words.label, *words.synonyms)
                spelt = fold(one.title.replace(one.match.year, " year ") if one.match.year else one.title)
                counts[lang] += spelt in {fold(name.replace("{year}", " year ")) for name in names}
    return "en" if counts["en"] > counts["fr"] else "fr"


def is_help(row: Row, header: Header) -> bool:
    """Whether a row is the template's line of explanations, whole or in part."""
    known = _helps(header.kind)
    return sum(" ".join(cell.text.split()) in known for cell in row.cells) * 2 > len(row.cells)


@cache
def _helps(kind: str) -> frozenset[str]:
    return frozenset(column.words(lang).help for column in columns(kind) for lang in ("fr", "en"))
