"""Read CSV as it comes: any usual separator, UTF-8, UTF-16 or Windows-1252."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ckanext.ess.iati.convert.book.limits import Limits
from ckanext.ess.iati.convert.cell import Cell, Place, Row
from ckanext.ess.iati.convert.formulas import plain
from ckanext.ess.iati.convert.problem import Problem, Unreadable

SEPARATORS = (";", ",", "\t", "|")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FALLBACK = "cp1252"
_CHUNK = 1 << 16
_SAMPLE = 40
_DECLARED = "sep="
_DECLARED_LENGTH = 5

#: Says how well some first rows fit: the more titles are known, the more.
Score = Callable[[list[list[str]]], int]


class Csv:
    """A CSV file: one sheet, named after the file. ``notes`` are problems of the file as a whole."""

    def __init__(self, path: Path, limits: Limits, score: Score) -> None:
        self._path, self._limits = path, limits
        self._name = path.stem
        self.notes: list[Problem] = []
        self._encoding = self._find_encoding()
        self._first, self._separator = self._find_separator(score)
        self._refuse_too_many()

    def close(self) -> None:
        """Nothing is kept open."""

    def sheets(self) -> list[tuple[str, bool]]:
        """One sheet, not hidden."""
        return [(self._name, False)]

    def pictures(self) -> int:
        """None."""
        return 0

    def rows(self, index: int) -> Iterator[Row]:
        """Rows that have something in them; ``index`` is 0."""
        del index
        with self._open() as stream:
            for number, values in enumerate(self._records(stream, self._separator), 1 - self._first):
                cells = tuple(
                    Cell(column, plain(text)) for column, text in enumerate(values, 1) if text.strip()
                )
                if number < 1 or not cells:
                    continue
                if cells[-1].column > self._limits.columns:
                    limit = str(self._limits.columns)
                    raise Unreadable("too-many-columns", Place(self._name, number), limit=limit)
                yield Row(number, cells)

    def _refuse_too_many(self) -> None:
        """Count the rows of a file with many lines before anything is done with the first."""
        lines = 0
        with self._path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                lines += chunk.count(b"\n") + chunk.count(b"\r")
        if lines <= self._limits.rows:
            return
        for number, _ in enumerate(self.rows(0), 1):
            if number > self._limits.rows:
                raise Unreadable("too-many-rows", Place(self._name), limit=str(self._limits.rows))

    def _open(self) -> io.TextIOWrapper:
        return self._path.open(encoding=self._encoding, errors="replace", newline="")

    def _records(self, stream: io.TextIOWrapper, separator: str) -> Iterator[list[str]]:
        reader = csv.reader(_without_zeros(stream), delimiter=separator)
        start = 1
        while True:
            try:
                record = next(reader, None)
            except csv.Error as error:
                raise Unreadable("csv-cell", Place(self._name), line=str(start)) from error
            if record is None:
                return
            yield record
            start = reader.line_num + 1

    def _find_encoding(self) -> str:
        with self._path.open("rb") as stream:
            head = stream.read(_CHUNK)
            for mark, name in _MARKS:
                if head.startswith(mark):
                    return self._checked(name)
            if name := _wide(head):
                return self._checked(name)
        return "utf-8" if self._decodes("utf-8") else self._windows()

    def _checked(self, name: str) -> str:
        if not self._decodes(name):
            raise Unreadable("encoding", encoding=name)
        return name

    def _windows(self) -> str:
        """Neither UTF-8 nor UTF-16: what Excel in France saves, unless some byte means nothing there."""
        if not self._decodes(_FALLBACK):
            raise Unreadable("encoding", encoding="Windows-1252")
        self.notes.append(Problem("encoding-guessed", "note", Place(self._name)))
        return _FALLBACK

    def _decodes(self, name: str) -> bool:
        decoder = codecs.getincrementaldecoder(name)()
        with self._path.open("rb") as stream:
            try:
                while chunk := stream.read(_CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return False
        return True

    def _find_separator(self, score: Score) -> tuple[int, str]:
        """Return rows to leave out at the start (Excel's ``sep=;``), and the separator."""
        with self._open() as stream:
            first = stream.readline(_CHUNK).strip()
        if first.lower().startswith(_DECLARED) and len(first) == _DECLARED_LENGTH:
            return 1, first[-1]
        best = max(SEPARATORS, key=lambda one: self._fit(one, score))
        return 0, best

    def _fit(self, separator: str, score: Score) -> tuple[int, int]:
        """How many titles are known, then how many columns there are, when split at a separator."""
        sample: list[list[str]] = []
        with self._open() as stream:
            try:
                for record in self._records(stream, separator):
                    sample.append(record)
                    if len(sample) == _SAMPLE:
                        break
            except Unreadable:
                return (0, 0)
        return score(sample), max((len(record) for record in sample), default=0)


def _without_zeros(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if "\0" in line:
            raise Unreadable("is-binary")
        yield line


def _wide(head: bytes) -> str:
    """UTF-16 without a mark shows by its zeros; a zero elsewhere is no text."""
    evens, odds = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 4
    if odds > half and not evens:
        return "utf-16-le"
    if evens > half and not odds:
        return "utf-16-be"
    if evens or odds:
        raise Unreadable("is-binary")
    return ""
