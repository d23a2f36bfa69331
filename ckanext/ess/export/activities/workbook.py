"""Writes an XLSX workbook while it is being sent: no row is kept, and no sheet is held in memory.

Every text is an inline string, so that none is ever a formula. A sheet that is full is followed by another.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from ckanext.ess.export.activities.column import DAY, NUMBER, Value
from ckanext.ess.export.activities.pieces import Pieces
from ckanext.ess.export.activities.rows import Row

#: Excel's own limits: rows of a sheet, characters of a cell, of a sheet's name.
MOST_ROWS, _LONGEST, _LONGEST_NAME = 1_048_576, 32_767, 31
_TOGETHER = 500
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EPOCH = date(1899, 12, 30).toordinal()
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: Styles: 0 plain, 1 a title, 2 a day.
_STYLES = "".join(
    (
        f'{_HEADER}<styleSheet xmlns="{_MAIN}">',
        '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>',
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>',
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>',
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>',
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>',
        '<cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/>',
        '<xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>',
    )
)


def workbook(
    about: tuple[str, list[tuple[str, str]]],
    name: str,
    titles: list[str],
    kinds: list[str],
    rows: Iterable[Row],
) -> Iterator[bytes]:
    """Yield the bytes of a workbook.

    Args:
        about: name of a first sheet, and its lines of two cells: what the file is.
        name: of the sheet with the rows; further ones get a number.
        titles: of the columns.
        kinds: of the columns' values.
        rows: the cells.
    """
    pipe = Pieces()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:  # type: ignore[arg-type]
        names = [_name(about[0])]
        plain = ([left, right] for left, right in about[1])
        yield from _sheet(archive, pipe, 1, iter(plain), ["text", "text"], None)
        source = iter(rows)
        waiting = next(source, None)
        while waiting is not None or len(names) == 1:
            names.append(_name(name if len(names) == 1 else f"{name} {len(names)}"))
            part = _Part(waiting, source)
            yield from _sheet(archive, pipe, len(names), part, kinds, titles)
            waiting = next(source, None)
        for path, text in _frame(names):
            archive.writestr(path, text)
    yield pipe.take()


class _Part:
    """As many rows as a sheet holds."""

    def __init__(self, first: Row | None, source: Iterator[Row]) -> None:
        self._first, self._source = first, source

    def __iter__(self) -> Iterator[Row]:
        if self._first is None:
            return
        yield self._first
        for _ in range(MOST_ROWS - 2):
            row = next(self._source, None)
            if row is None:
                return
            yield row


def _sheet(
    archive: zipfile.ZipFile,
    pipe: Pieces,
    number: int,
    rows: Iterable[Row],
    kinds: list[str],
    titles: list[str] | None,
) -> Iterator[bytes]:
    with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as sheet:
        frozen = (
            '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/>'
            "</sheetView></sheetViews>"
        )
        sheet.write(f'{_HEADER}<worksheet xmlns="{_MAIN}">{frozen if titles else ""}<sheetData>'.encode())
        if titles:
            sheet.write(f"<row>{''.join(_text(title, 1) for title in titles)}</row>".encode())
        some: list[str] = []
        for row in rows:
            some.append(_row(row, kinds))
            if len(some) == _TOGETHER:
                sheet.write("".join(some).encode())
                some.clear()
                yield pipe.take()
        sheet.write(("".join(some) + "</sheetData></worksheet>").encode())
    yield pipe.take()


def _row(row: Row, kinds: list[str]) -> str:
    return f"<row>{''.join(_cell(value, kind) for value, kind in zip(row, kinds, strict=True))}</row>"


def _cell(value: Value, kind: str) -> str:
    if value is None or value == "":
        return "<c/>"
    if kind == NUMBER and isinstance(value, (int, float)):
        return f"<c><v>{value!r}</v></c>"
    if kind == DAY and (day := _day(str(value))):
        return f'<c s="2"><v>{day}</v></c>'
    return _text(str(value), 0)


def _text(text: str, style: int) -> str:
    shown = escape(_NO_XML.sub(" ", text[:_LONGEST]))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def _day(text: str) -> int | None:
    """Number of a day; None before 1900, which Excel does not know."""
    try:
        found = date.fromisoformat(text).toordinal() - _EPOCH
    except ValueError:
        return None
    return found if found > 60 else None  # noqa: PLR2004 (its 29 February 1900)


def _name(text: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", text)[:_LONGEST_NAME].strip()


def _frame(names: list[str]) -> Iterator[tuple[str, str]]:
    """The parts of a workbook around its sheets."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    links = [_link(f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    views = '<bookViews><workbookView activeTab="1"/></bookViews>'
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{views}<sheets>{sheets}</sheets></workbook>'
    yield "xl/workbook.xml", _HEADER + book
    yield "xl/_rels/workbook.xml.rels", _links(*links, _link("rId0", "styles", "styles.xml"))
    yield "xl/styles.xml", _STYLES
    yield "_rels/.rels", _links(_link("rId1", "officeDocument", "xl/workbook.xml"))
    yield "[Content_Types].xml", _types(numbers)


def _link(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _links(*links: str) -> str:
    return f'{_HEADER}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(links)}</Relationships>'


def _types(numbers: Iterable[int]) -> str:
    """What each part of the workbook is."""
    parts = {f"worksheets/sheet{number}": "worksheet" for number in numbers}
    parts |= {"workbook": "sheet.main", "styles": "styles"}
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
    }
    said = [f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in defaults.items()]
    said += [
        f'<Override PartName="/xl/{path}.xml" ContentType="{_SHEET}.{kind}+xml"/>'
        for path, kind in parts.items()
    ]
    return f'{_HEADER}<Types xmlns="{_PACKAGE}/content-types">{"".join(said)}</Types>'
