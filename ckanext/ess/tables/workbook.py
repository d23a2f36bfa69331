"""Rows of an XLSX workbook, read with openpyxl a row at a time."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, BinaryIO

from ckanext.ess.tables.cells import Cell, Remark, Row, Sheet, text_of
from ckanext.ess.tables.limits import Clock
from ckanext.ess.tables.stopped import Stopped

log = logging.getLogger(__name__)

#: Sheets and rows looked at to find the table in a workbook.
_SHEETS, _ROWS = 20, 10


def read(stream: BinaryIO, archive: zipfile.ZipFile, names: Collection[str], clock: Clock) -> Sheet:
    """Return the rows of the sheet that shows most of the expected names, else of the first one.

    Raises:
        Stopped: here or while iterating, past a limit or where openpyxl cannot follow.
    """
    clock.within("unpacked", _strings(archive) * 4)
    stream.seek(0)
    return _read(stream, names, clock)


def _strings(archive: zipfile.ZipFile) -> int:
    """Return the size of the table of texts, which is kept in memory."""
    return sum(info.file_size for info in archive.infolist() if info.filename.endswith("sharedStrings.xml"))


def _read(stream: BinaryIO, names: Collection[str], clock: Clock) -> Sheet:
    import openpyxl

    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "reset_dimensions")][:_SHEETS]
        wanted = {name.casefold() for name in names}
        chosen = max(sheets, key=lambda sheet: _known(sheet, wanted, clock), default=None)
    except Stopped:
        raise
    except Exception as error:
        log.info("A workbook that openpyxl cannot open: %r", error)
        raise Stopped("table.unreadable", kind="spreadsheet") from error
    if chosen is None:
        raise Stopped("table.empty")
    remarks = []
    if len(sheets) > 1:
        remarks.append(Remark("table.sheets", {"value": str(chosen.title)[:100], "count": str(len(sheets))}))
    return Sheet("spreadsheet", _rows(chosen, clock), remarks=remarks)


def _known(sheet: Any, wanted: set[str], clock: Clock) -> int:
    rows = islice(_rows(sheet, clock), _ROWS)
    return max(
        (sum(text_of(cell).strip().casefold() in wanted for cell in row.cells) for row in rows), default=0
    )


def _rows(sheet: Any, clock: Clock) -> Iterator[Row]:
    # The dimensions that a sheet declares are hearsay, and pad every row to their width.
    sheet.reset_dimensions()
    number = 0
    try:
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            yield Row(number, _trimmed(list(values)))
    except Stopped:
        raise
    except Exception as error:
        log.info("A workbook that openpyxl cannot read: %r", error)
        raise Stopped("table.unreadable", number + 1, kind="spreadsheet") from error
    clock.check()


def _trimmed(cells: list[Cell]) -> list[Cell]:
    """Leave out the empty cells at the end: a spreadsheet has no other width."""
    while cells and cells[-1] in (None, ""):
        cells.pop()
    return cells
