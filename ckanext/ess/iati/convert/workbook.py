"""Write sheets as a workbook or as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from ckanext.ess.iati.convert.cell import letters
from ckanext.ess.iati.convert.columns import Column
from ckanext.ess.iati.convert.formulas import harmless
from ckanext.ess.iati.convert.grid import Grid, Title, number, shown
from ckanext.ess.iati.convert.run import LISTS
from ckanext.ess.iati.convert.values import codes
from ckanext.ess.iati.standard.codelists import codelist

_LISTS = {"fr": "Listes", "en": "Lists"}
#: Lists too long for a drop-down, or with names that nobody looks for.
_NOT_OFFERED = frozenset({"FileFormat"})
_WIDTHS = {"text": 28, "date": 14, "shares": 24, "code": 24, "names": 26, "url": 32}
_FORMATS = {
    "date": "dd/mm/yyyy",
    "amount": "#,##0.00",
    "year-budget": "#,##0.00",
    "year-transaction": "#,##0.00",
}
_TEXT_FORMAT = frozenset({"local-id", "project", "full-id", "organisation", "organisations", "shares"})
_LAST_ROW = 2000
_HELP_HEIGHT = 60
_BLUE, _PALE = "FF1F4E79", "FFF2F2F2"
_PROMPT = {
    "fr": "Choisissez dans la liste, ou écrivez un code",
    "en": "Choose from the list, or write a code",
}
#: Excel's limit of a prompt, and of a cell.
_PROMPT_LENGTH, _CELL = 250, 32_767


class MissingLibrary(Exception):
    """A library of the extra ``tables`` is not installed; the message says how to get it."""


def _openpyxl(name: str = "openpyxl") -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingLibrary("openpyxl") from error


def write_csv(stream: IO[str], grid: Grid, lang: str, *, with_help: bool) -> None:
    """Write a sheet as CSV; what people in France open has semicolons."""
    writer = csv.writer(stream, delimiter=";" if lang == "fr" else ",", lineterminator="\r\n")
    titles = grid.titles(lang)
    writer.writerow([title.text for title in titles])
    if with_help:
        writer.writerow([title.help for title in titles])
    for row in grid.cells():
        writer.writerow(
            [harmless(shown(title.column, text, lang)) for title, text in zip(titles, row, strict=True)]
        )


def write_xlsx(target: Path | IO[bytes], grids: Sequence[Grid], lang: str, *, with_help: bool) -> None:
    """Write sheets as a workbook with drop-down lists; raises ``MissingLibrary``."""
    book = _openpyxl().Workbook()
    book.remove(book.active)
    offered = _offered(grids)
    for grid in grids:
        sheet = book.create_sheet(grid.name(lang))
        _head(sheet, grid.titles(lang), with_help=with_help)
        _body(sheet, grid, lang, 3 if with_help else 2)
        _choices(sheet, grid.titles(lang), lang, offered, 3 if with_help else 2)
    _lists(book, offered, lang)
    book.save(target)


def _head(sheet: Any, titles: Iterable[Title], *, with_help: bool) -> None:
    styles = _openpyxl("openpyxl.styles")
    for place, title in enumerate(titles, 1):
        cell = sheet.cell(1, place, title.text)
        cell.font = styles.Font(bold=True, color="FFFFFFFF")
        cell.fill = styles.PatternFill("solid", fgColor=_BLUE)
        cell.alignment = styles.Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[letters(place)].width = _WIDTHS.get(title.column.kind, 20)
        if with_help:
            below = sheet.cell(2, place, title.help)
            below.font = styles.Font(italic=True, color="FF595959")
            below.fill = styles.PatternFill("solid", fgColor=_PALE)
            below.alignment = styles.Alignment(wrap_text=True, vertical="top")
    if with_help:
        sheet.row_dimensions[2].height = _HELP_HEIGHT
    sheet.freeze_panes = "C3" if with_help else "C2"


def _body(sheet: Any, grid: Grid, lang: str, first: int) -> None:
    titles = grid.titles(lang)
    for row_number, row in enumerate(grid.cells(), first):
        for place, (title, text) in enumerate(zip(titles, row, strict=True), 1):
            if text:
                _value(sheet.cell(row_number, place), title.column, text, lang)


def _value(cell: Any, column: Column, text: str, lang: str) -> None:
    """Write a value as what it is; a text is a text even when it looks like a formula."""
    if column.kind == "date" and (date := _date(text)):
        cell.value = date
    elif (found := number(column, text)) is not None:
        cell.value = found
    else:
        cell.value = shown(column, text, lang)[:_CELL]
        cell.data_type = "s"
        if text[:1] in "=+-@":
            cell.quotePrefix = True
    if column.kind in _FORMATS:
        cell.number_format = _FORMATS[column.kind]
    elif column.kind in _TEXT_FORMAT:
        cell.number_format = "@"


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _offered(grids: Iterable[Grid]) -> list[str]:
    """Lists that columns choose from, in the order in which they come."""
    lists = (column.list for grid in grids for column, _ in grid.keys())  # noqa: SIM118 - not a mapping
    return [name for name in dict.fromkeys(lists) if name and not name.isdigit() and name not in _NOT_OFFERED]


def _choices(sheet: Any, titles: Sequence[Title], lang: str, offered: list[str], first: int) -> None:
    """Drop-down lists; what is not in them may be written too, as a code or with shares."""
    validation = _openpyxl("openpyxl.worksheet.datavalidation")
    for place, title in enumerate(titles, 1):
        column = title.column
        if column.list not in offered:
            continue
        letter = letters(offered.index(column.list) + 2)
        length = len(codelist(column.list).active()) + 1
        choice = validation.DataValidation(
            type="list", formula1=f"'{_LISTS[lang]}'!${letter}$2:${letter}${length}", allow_blank=True
        )
        choice.showErrorMessage = False
        choice.showInputMessage = True
        choice.promptTitle, choice.prompt = title.text[:32], (title.help or _PROMPT[lang])[:_PROMPT_LENGTH]
        sheet.add_data_validation(choice)
        choice.add(f"{letters(place)}{first}:{letters(place)}{_LAST_ROW}")


def _lists(book: Any, offered: list[str], lang: str) -> None:
    sheet = book.create_sheet(_LISTS[lang])
    sheet.sheet_state = "hidden"
    sheet.cell(1, 1, LISTS)
    for place, name in enumerate(offered, 2):
        sheet.cell(1, place, codelist(name).title(lang))
        for row, code in enumerate(codelist(name).active(), 2):
            cell = sheet.cell(row, place, codes.label(name, code.code, lang))
            cell.data_type = "s"
