"""Read spreadsheets that nobody vouches for: by content, one row at a time, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from ckanext.ess.iati.convert.book.csv import Csv, Score
from ckanext.ess.iati.convert.book.kinds import CSV, ODS, kind_of
from ckanext.ess.iati.convert.book.limits import Limits
from ckanext.ess.iati.convert.book.ods import Ods
from ckanext.ess.iati.convert.book.xlsx import Xlsx
from ckanext.ess.iati.convert.cell import Place, Row
from ckanext.ess.iati.convert.problem import Problem, Unreadable

__all__ = ["Book", "Limits", "Sheet", "open_book"]


class _Format(Protocol):
    notes: list[Problem]

    def close(self) -> None: ...
    def sheets(self) -> list[tuple[str, bool]]: ...
    def pictures(self) -> int: ...
    def rows(self, index: int) -> Iterator[Row]: ...


class Sheet:
    """A sheet of a book; ``rows`` may be gone through several times."""

    def __init__(self, book: Book, index: int, name: str, *, hidden: bool) -> None:
        self._book, self._index = book, index
        self.name, self.hidden = name, hidden

    def rows(self) -> Iterator[Row]:
        """Rows that have something in them; raises ``Unreadable`` past the limits."""
        limits = self._book.limits
        cells = 0
        for number, row in enumerate(self._book.format.rows(self._index), 1):
            cells += len(row.cells)
            if number > limits.rows:
                raise Unreadable("too-many-rows", Place(self.name), limit=str(limits.rows))
            if cells > limits.cells:
                raise Unreadable("too-many-cells", Place(self.name), limit=str(limits.cells))
            yield row


class Book:
    """A file with its sheets. A context: the file is closed at its end."""

    def __init__(self, path: Path, form: _Format, limits: Limits) -> None:
        self.path, self.format, self.limits = path, form, limits
        self.sheets = [
            Sheet(self, index, name, hidden=hidden) for index, (name, hidden) in enumerate(form.sheets())
        ]

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.format.close()


def open_book(path: Path, limits: Limits, score: Score) -> Book:
    """Open a spreadsheet by its content; raises ``Unreadable``.

    Args:
        path: the file.
        limits: how much of it may be read.
        score: how well first rows fit, to find out what separates the columns of a CSV file.
    """
    kind = kind_of(path, limits)
    if kind == CSV:
        form: _Format = Csv(path, limits, score)
    else:
        form = Ods(path, limits) if kind == ODS else Xlsx(path, limits)
    return Book(path, form, limits)
