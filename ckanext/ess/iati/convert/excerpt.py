"""The rows that problems speak of, with their cells as written: what a form to correct them shows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ckanext.ess.iati.convert.book import Sheet, open_book
from ckanext.ess.iati.convert.cell import Cell
from ckanext.ess.iati.convert.fold import fold
from ckanext.ess.iati.convert.header import score
from ckanext.ess.iati.convert.options import Options
from ckanext.ess.iati.convert.problem import Problem
from ckanext.ess.iati.convert.table import open_table
from ckanext.ess.iati.convert.values import dates

#: Longer texts are cut, and are no use in a form.
LONGEST = 4000
#: Characters kept of all rows together.
_ROOM = 4_000_000
_YES_NO = {"true": "oui", "false": "non"}


@dataclass
class Excerpt:
    """Some rows of a sheet.

    ``columns`` are numbers with the title as written and what it means ("" for nothing known); ``rows`` are
    texts by row and column. ``kind`` is "" for a sheet whose titles were not found.
    """

    sheet: str
    kind: str = ""
    columns: dict[int, tuple[str, str]] = field(default_factory=dict[int, tuple[str, str]])
    rows: dict[int, dict[int, str]] = field(default_factory=dict[int, dict[int, str]])


def excerpts(
    paths: Sequence[Path], options: Options, problems: Sequence[Problem], most: int = 1000
) -> list[Excerpt]:
    """Return the rows of the sheets that some problems name, sheets and rows in their order.

    Args:
        paths: the files that were converted.
        options: those of the conversion, with what was edited.
        problems: those to correct.
        most: rows kept in all.
    """
    wanted = _rows(problems, most)
    found: list[Excerpt] = []
    room = _ROOM
    with ExitStack() as stack:
        for path in paths:
            book = stack.enter_context(open_book(path, options.limits, score, options.edits))
            for one in book.sheets:
                if one.name in wanted:
                    found.append(_excerpt(one, options, wanted[one.name], room))
                    room -= _length(found[-1])
    return found


def _length(found: Excerpt) -> int:
    return sum(len(text) for cells in found.rows.values() for text in cells.values())


def _rows(problems: Sequence[Problem], most: int) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for problem in sorted(problems, key=lambda one: one.severity != "error"):
        if problem.place.sheet and sum(map(len, wanted.values())) < most:
            wanted.setdefault(problem.place.sheet, set()).add(problem.place.row)
    return wanted


def _excerpt(sheet: Sheet, options: Options, numbers: set[int], room: int) -> Excerpt:
    mapped = {fold(title): meant for title, meant in options.columns.items()}
    table = open_table(sheet, options, mapped)
    found = Excerpt(sheet.name)
    if table is not None:
        found.kind = table.kind
        found.columns = {
            number: (bound.title, bound.match.column.key if bound.match else "")
            for number, bound in sorted(table.header.bound.items())
        }
    for row in sheet.rows():
        if row.number in numbers and room > 0:
            found.rows[row.number] = {cell.column: _cut(shown(cell)) for cell in row.cells}
            room -= sum(map(len, found.rows[row.number].values()))
        if row.number >= max(numbers):
            break
    return found


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def shown(cell: Cell) -> str:
    """Return a cell as a person would type it.

    >>> shown(Cell(1, "2025-01-31", "date")), shown(Cell(1, "60", "percent"))
    ('31/01/2025', '60 %')
    """
    if cell.kind == "date":
        return dates.shown(cell.text)
    if cell.kind == "percent":
        return f"{cell.text} %"
    if cell.kind == "yes-no":
        return _YES_NO.get(cell.text, cell.text)
    return f"{cell.text} {cell.unit}" if cell.unit else cell.text
