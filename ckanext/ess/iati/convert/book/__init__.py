"""Read spreadsheets that nobody vouches for: by content, one row at a time, within limits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from ckanext.ess.iati.convert.book.csv import Csv, Score
from ckanext.ess.iati.convert.book.edits import Edits, edited
from ckanext.ess.iati.convert.book.kinds import CSV, ODS, kind_of
from ckanext.ess.iati.convert.book.limits import Limits
from ckanext.ess.iati.convert.book.ods import Ods
from ckanext.ess.iati.convert.book.xlsx import Xlsx
from ckanext.ess.iati.convert.cell import Place, Row
from ckanext.ess.iati.convert.problem import Problem, Unreadable

__all__ = ["Book", "Edits", "Limits", "Sheet", "open_book"]


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
        texts = self._book.edits.get(self.name)
        rows = self._book.format.rows(self._index)
        limits = self._book.limits
        cells = 0
        for number, row in enumerate(edited(rows, texts) if texts else rows, 1):
            cells += len(row.cells)
            if number > limits.rows:
                raise Unreadable("too-many-rows", Place(self.name), limit=str(limits.rows))
            if cells > limits.cells:
                raise Unreadable("too-many-cells", Place(self.name), limit=str(limits.cells))
            if time.monotonic() > self._book.until:
                raise Unreadable("too-slow", limit=f"{limits.seconds:g}")
            yield row


class Book:
    """A file with its sheets. A context: the file is closed at its end."""

    def __init__(self, form: _Format, limits: Limits, edits: Edits) -> None:
        self.format, self.limits, self.edits = form, limits, edits
        self.until = time.monotonic() + limits.seconds
        self.sheets = [
            Sheet(self, index, name, hidden=hidden) for index, (name, hidden) in enumerate(form.sheets())
        ]

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.format.close()


def open_book(path: Path, limits: Limits, score: Score, edits: Edits | None = None) -> Book:
    """Open a spreadsheet by its content; raises ``Unreadable``.

    Args:
        path: the file.
        limits: how much of it may be read.
        score: how well first rows fit, to find out what separates the columns of a CSV file.
        edits: texts that count instead of those of the file.
    """
    kind = kind_of(path, limits)
    if kind == CSV:
        form: _Format = Csv(path, limits, score)
    else:
        form = Ods(path, limits) if kind == ODS else Xlsx(path, limits)
    return Book(form, limits, edits or {})
