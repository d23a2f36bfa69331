"""Look a sheet of a workbook through once, as bytes: how many rows it has, and its merged cells.

Merged cells stand after the rows, and a sheet that is too long should be refused before work begins on it.
"""

from __future__ import annotations

import re
from typing import IO

from ckanext.ess.iati.convert.book.limits import Limits
from ckanext.ess.iati.convert.cell import Place, number_of
from ckanext.ess.iati.convert.problem import Unreadable

#: (column, rows, columns) of merged cells, by the row where they begin.
Merges = dict[int, list[tuple[int, int, int]]]

_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]{0,200}?ref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_VALUE = re.compile(rb"<(?:\w+:)?[vt](?:\s[^>]{0,200})?>[^<]")
_CHUNK = 1 << 18
#: Longer than anything looked for.
_OVERLAP = 300


def survey(stream: IO[bytes], limits: Limits, sheet: str) -> Merges:
    """Return the merged cells of a sheet.

    Args:
        stream: its XML.
        limits: on rows and merged cells; raises ``Unreadable`` past them.
        sheet: its name, for the refusal.
    """
    merges: Merges = {}
    counter = _Rows(limits, sheet)
    rest, count = b"", 0
    while chunk := stream.read(_CHUNK):
        counter.add(chunk)
        text, last = rest + chunk, 0
        for match in _MERGE.finditer(text):
            last, count = match.end(), count + 1
            if count > limits.merges:
                raise Unreadable("too-many-merges", limit=str(limits.merges))
            _merge(merges, match[1].decode())
        rest = text[max(last, len(text) - _OVERLAP) :]
    return merges


class _Rows:
    """Counts rows with a value in them."""

    def __init__(self, limits: Limits, sheet: str) -> None:
        self._limits, self._sheet = limits, sheet
        self._count, self._rest, self._filled = 0, b"", False

    def add(self, chunk: bytes) -> None:
        """Look at more bytes."""
        *rows, self._rest = _ROW_END.split(self._rest + chunk)
        for row in rows:
            self._count += self._filled or bool(_VALUE.search(row))
            self._filled = False
        if self._count > self._limits.rows:
            raise Unreadable("too-many-rows", Place(self._sheet), limit=str(self._limits.rows))
        if len(self._rest) > _CHUNK:  # a row without end is not looked at again with each chunk
            self._filled = self._filled or bool(_VALUE.search(self._rest))
            self._rest = self._rest[-_OVERLAP:]


def _merge(found: Merges, ref: str) -> None:
    first, last = (_REF.match(part) for part in ref.split(":"))
    if first and last:
        column, row = number_of(first[1]), int(first[2])
        span = (column, int(last[2]) - row + 1, number_of(last[1]) - column + 1)
        found.setdefault(row, []).append(span)
