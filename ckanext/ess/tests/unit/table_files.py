"""Tables made by hand, as French communes and spreadsheets write them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

#: A row of a grant in which nothing is wrong.
GRANT: dict[str, Any] = {
    "nomAttribuant": "Ville de Dijon",
    "idAttribuant": "21350238800019",
    "dateConvention": "2024-03-28",
    "referenceDecision": "2024-03-103",
    "nomBeneficiaire": "Les Amis du théâtre",
    "idBeneficiaire": "35600000000048",
    "rnaBeneficiaire": "W212001234",
    "objet": "Festival d’été ; programmation jeune public",
    "montant": "47800.20",
    "nature": "aide en numéraire;aide en nature",
    "conditionsVersement": "échelonné",
    "datesPeriodeVersement": "2024-04-01/2024-12-31",
    "idRAE": "",
    "notificationUE": "non",
    "pourcentageSubvention": "1",
    "dispositifAide": "",
}
SUBVENTIONS = list(GRANT)


def delimited(rows: Iterable[Sequence[str]], mark: str = ",", encoding: str = "utf-8") -> bytes:
    """A CSV file of rows."""
    quoted = (mark.join(f'"{cell}"' if mark in cell else cell for cell in row) for row in rows)
    return ("\r\n".join(quoted) + "\r\n").encode(encoding)


def grants(*changes: dict[str, str], mark: str = ",", encoding: str = "utf-8") -> bytes:
    """A CSV file of grants, each like ``GRANT`` but for some cells."""
    rows = [[str({**GRANT, **change}[name]) for name in SUBVENTIONS] for change in changes]
    return delimited([SUBVENTIONS, *rows], mark, encoding)


def xlsx(*sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of sheets of rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Feuille {number}")
        for row in rows:
            sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def ods(*sheets: Sequence[Sequence[Any]]) -> bytes:
    """An ODS document of sheets of rows, written as LibreOffice writes it."""
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    tables = "".join(
        f'<table:table table:name="Feuille {number}">{"".join(map(_ods_row, rows))}'
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
        for number, rows in enumerate(sheets, 1)
    )
    body = f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"  # noqa: E501
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": body})


def _ods_row(cells: Sequence[Any]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, dt.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A zip of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()
