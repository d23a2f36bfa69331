"""Rows of a CSV file: any usual encoding and separator, in constant memory, with the line of each row."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from typing import BinaryIO

from ckanext.ess.tables.cells import Remark, Row, Sheet
from ckanext.ess.tables.encoding import encoding_of
from ckanext.ess.tables.limits import Clock
from ckanext.ess.tables.stopped import Stopped

SEPARATORS = ",;\t|"
_SAMPLE, _SAMPLE_BYTES = 20, 256 * 1024


def read(stream: BinaryIO, names: Collection[str], clock: Clock) -> Sheet:
    """Return the rows of a CSV file.

    Args:
        stream: a seekable stream at its beginning.
        names: of the columns that the schema expects; they tell which separator is meant.
        clock: limits of the run.

    Raises:
        Stopped: here or while iterating, past a limit or where the text is no CSV.
    """
    encoding = encoding_of(stream, clock)
    lines = _Lines(stream, encoding.name, clock)
    mark = separator(_sample(stream, encoding.name), names)
    remarks = []
    if encoding.wrong:
        shown = {"cp1252": "Windows-1252"}.get(encoding.name, encoding.name.upper()[:6])
        remarks.append(Remark("table.encoding", {"value": shown}, encoding.line or None))
    return Sheet("csv", _rows(lines, mark), ragged=True, remarks=remarks)


def separator(sample: list[str], names: Collection[str]) -> str:
    """Return the sign between cells: the one that shows most of the expected names, else most columns.

    >>> separator(["nom;montant", "a;1,5"], ["montant"])
    ';'
    """
    wanted = {name.casefold() for name in names}
    best, score = SEPARATORS[0], (-1, -1, -1)
    for mark in SEPARATORS:
        rows = _sampled(sample, mark)
        known = max((sum(cell.strip().casefold() in wanted for cell in row) for row in rows), default=0)
        widths = [len(row) for row in rows if row]
        steady = min(widths, default=0) if len(set(widths)) == 1 else 0
        found = (known, steady, max(widths, default=0))
        if found > score:
            best, score = mark, found
    return best


def _sample(stream: BinaryIO, encoding: str) -> list[str]:
    """Return the first lines; the stream is then at its beginning again."""
    text = stream.read(_SAMPLE_BYTES).decode(encoding, "replace")
    stream.seek(0)
    return text.splitlines(keepends=True)[:_SAMPLE]


def _sampled(sample: list[str], mark: str) -> list[list[str]]:
    try:
        return list(csv.reader(sample, delimiter=mark))
    except csv.Error:
        return []


class _Lines:
    """Lines with their ends, counted row by row: a quotation mark that never closes makes one row of a file.

    A byte without a meaning in the encoding becomes a mark.
    """

    def __init__(self, stream: BinaryIO, encoding: str, clock: Clock) -> None:
        self._text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
        self._clock = clock
        self._line = 0
        self._characters = self._marks = 0

    def __iter__(self) -> Iterator[str]:
        most = self._clock.limits.line
        try:
            while line := self._text.readline(most + 1):
                self._line += 1
                self._clock.within("line", len(line), self._line)
                self._characters += len(line)
                self._marks += line.count('"')
                if self._characters > most:
                    raise Stopped("table.limit", self._line, kind="cell", limit=str(most))
                yield line
        except (UnicodeError, OSError, ValueError) as error:
            raise Stopped("table.unreadable", self._line + 1, kind="text") from error
        finally:
            self._text.detach()

    def next_row(self) -> bool:
        """Begin another row; return whether the last one left a quotation mark open."""
        odd = self._marks % 2 == 1
        self._characters = self._marks = 0
        return odd


def _rows(lines: _Lines, mark: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=mark)
    before = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "limit" in str(error):
                limit = str(csv.field_size_limit())
                raise Stopped("table.limit", before + 1, kind="cell", limit=limit) from error
            raise Stopped("table.unreadable", before + 1, kind="text") from error
        if cells is None:
            return
        odd, taken = lines.next_row(), reader.line_num - before
        yield Row(before + 1, list(cells), taken, odd and taken > 1)
        before = reader.line_num
