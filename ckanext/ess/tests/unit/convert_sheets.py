"""Ten sheets as NGOs really write them: values by row, and writers of the formats they come in."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from ckanext.ess.iati.convert import Options

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.timezone.utc)
OPTIONS = Options(
    organisation_id="FR-RCS-123456782",
    organisation_name="Association Exemple Sahel",
    organisation_type="22",
    currency="EUR",
    language="fr",
    now=NOW,
)
Rows = list[list[Any]]

#: What is wrong with a sheet: place, severity, code, in the order of the sheet.
Said = list[tuple[str, str, str]]


@dataclass
class Sheet:
    """A file to be: rows by name of sheet, how it is written, what is to come of it."""

    name: str
    sheets: dict[str, Rows]
    write: Callable[[Path, dict[str, Rows], Sheet], Path]
    activities: int
    said: Said
    merged: dict[str, list[str]] = field(default_factory=dict)

    def to(self, folder: Path, sheets: dict[str, Rows] | None = None) -> Path:
        """Write the file, with other rows where given."""
        return self.write(folder, sheets or self.sheets, self)


def cp1252(folder: Path, sheets: dict[str, Rows], sheet: Sheet) -> Path:
    """CSV as Excel in France saves it."""
    return _csv(folder / "Projets.csv", next(iter(sheets.values())), "cp1252")


def utf8(folder: Path, sheets: dict[str, Rows], sheet: Sheet) -> Path:
    """CSV with a byte-order mark."""
    return _csv(folder / "Projets.csv", next(iter(sheets.values())), "utf-8-sig")


def _csv(path: Path, rows: Rows, encoding: str) -> Path:
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def xlsx(folder: Path, sheets: dict[str, Rows], sheet: Sheet) -> Path:
    """A workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        made = book.create_sheet(name)
        for row in rows:
            made.append(row)
        for merged in sheet.merged.get(name, []):
            made.merge_cells(merged)
    book.save(folder / "projets.xlsx")
    return folder / "projets.xlsx"


def ods(folder: Path, sheets: dict[str, Rows], sheet: Sheet) -> Path:
    """A LibreOffice spreadsheet."""
    document = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for value in row:
                line.addElement(_ods_cell(value))
            table.addElement(line)
        document.spreadsheet.addElement(table)
    document.save(str(folder / "projets.ods"))
    return folder / "projets.ods"


def _ods_cell(value: Any) -> TableCell:
    if value in (None, ""):
        return TableCell()
    if isinstance(value, dt.date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=str(value))
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(value)))
    return cell


TITLES = ["Code projet", "Intitulé", "Résumé", "Statut", "Date de début réelle", "Date de fin prévue", "Pays",
          "Secteur", "Bailleur"]  # fmt: skip
WATER = ["P1", "Eau à Thiès", "Douze puits pour douze écoles.", "En cours", "01/03/2025", "28/02/2027",
         "Sénégal", "14030", "AFD"]  # fmt: skip
GARDEN = ["P2", "Jardins de Gao", "Quatre jardins partagés.", "Terminé", "15/01/2023", "31/12/2024", "ML",
          "Développement agricole", "Ville de Nantes;Fondation Exemple"]  # fmt: skip
SERIAL = ["P3", "École", "Trois classes.", "2", "45717", "46446", "SN:60;ML:40", "11220:70;14030:30", "AFD"]

SHEETS = [
    Sheet(
        "cp1252 CSV",
        {"Projets": [[*TITLES, "Budget 2025 (€)"], [*WATER, "12 000,50"], [*GARDEN, "8\xa0500 €"]]},
        cp1252,
        2,
        [("", "note", "encoding-guessed")],
    ),
    Sheet(
        "merged cells",
        {
            "Projets": [TITLES, WATER, GARDEN],
            "Transactions": [
                ["Projet", "Type", "Date", "Montant", "Description"],
                ["P1", "Dépenses", dt.date(2025, 4, 15), 1200.5, "Pompes"],
                [None, "Fonds entrants", dt.date(2025, 5, 2), 20000, "Première tranche"],
                ["P2", "Dépenses", dt.date(2024, 1, 31), 310, "Semences"],
            ],
        },
        xlsx,
        2,
        [("A2", "note", "merged")],
        merged={"Transactions": ["A2:A3"]},
    ),
    Sheet(
        "totals row",
        {
            "Projets": [
                ["Association Exemple Sahel : projets 2025"],
                [],
                [*TITLES, "Budget 2025"],
                [*WATER, 12000],
                [],
                [*GARDEN, 8500],
                ["TOTAL", *[None] * 8, 20500],
            ]
        },
        xlsx,
        2,
        [("1", "note", "above"), ("7", "note", "totals")],
    ),
    Sheet(
        "two header rows",
        {
            "Projets": [
                [
                    "Code",
                    "Titre",
                    "Description",
                    "Statut",
                    "Dates",
                    None,
                    "Pays",
                    "Secteur",
                    "Bailleur",
                    "Budget",
                    None,
                ],
                [None, None, None, None, "Début prévu", "Fin prévue", None, None, None, "2025", "2026"],
                [*WATER, 6000, 6000.5],
            ]
        },
        xlsx,
        1,
        [("E1", "note", "group-title")],
        merged={"Projets": ["E1:F1", "J1:K1"]},
    ),
    Sheet(
        "French labels",
        {
            "Projets": [
                [*TITLES, "Humanitaire", "ODD", "Type d'aide"],
                [
                    *WATER[:4],
                    dt.date(2025, 3, 1),
                    dt.date(2027, 2, 28),
                    "Sénégal 60 % ; Mali 40 %",
                    "Approvisionnement en eau potable et assainissement - dispositifs de base",
                    "AFD",
                    "oui",
                    "6;4",
                    "Interventions de type projet",
                ],
                [*GARDEN[:6], "Burkina Faso", *GARDEN[7:], "non", "ODD 2", "C01"],
            ]
        },
        ods,
        2,
        [],
    ),
    Sheet(
        "wrong percentages",
        {
            "Projets": [
                TITLES,
                [*WATER[:6], "SN:60;ML:60", *WATER[7:]],
                [*GARDEN[:6], "Sénégal, Mali", "14030:50;11220:40", GARDEN[8]],
            ]
        },
        utf8,
        0,
        [("G2", "error", "shares-total"), ("G3", "error", "shares-missing"), ("H3", "error", "shares-total")],
    ),
    Sheet(
        "future transactions",
        {
            "Projets": [[*TITLES, "Dépenses 2026", "Dépenses 2025"], [*WATER, 500, 700]],
            "Transactions": [
                ["Projet", "Type", "Date", "Montant"],
                ["P1", "Décaissement", dt.date(2031, 1, 1), 1000],
                ["P1", "Décaissement", dt.date(2026, 1, 15), 1000],
                ["P9", "Décaissement", dt.date(2026, 1, 15), 1000],
            ],
        },
        xlsx,
        0,
        [
            ("J1", "note", "year-dated"),
            ("K1", "note", "year-dated"),
            ("J2", "error", "year-not-over"),
            ("A2", "note", "project-left-out"),
            ("C2", "error", "future"),
            ("A3", "note", "project-left-out"),
            ("A4", "error", "project-unknown"),
        ],
    ),
    Sheet(
        "missing values",
        {
            "Projets": [
                [*TITLES[:5], *TITLES[6:], "Commentaire interne"],
                [*WATER[:5], *WATER[6:], "à relire"],
                ["P4", "Santé", "", "En cours", "mars 2025", "Sénégal", "", ""],
                ["P4", "Santé", "Deux centres.", "en courss", "03/25/2025", "Sénégall", "12220", "AFD"],
            ]
        },
        utf8,
        1,
        [
            ("I1", "warning", "title-unknown"),
            ("C3", "error", "missing"),
            ("E3", "error", "date-month"),
            ("G3", "error", "missing"),
            ("H3", "error", "missing-participant"),
            ("A4", "error", "id-twice"),
            ("D4", "error", "code-close"),
            ("E4", "error", "date-american"),
            ("F4", "error", "code-close"),
        ],
    ),
    Sheet(
        "Excel serials",
        {"Projets": [TITLES, SERIAL, [*WATER[:4], "1,5", *WATER[5:]]]},
        utf8,
        1,
        [("E2", "note", "date-serial"), ("F2", "note", "date-serial"), ("E3", "error", "date")],
    ),
    Sheet(
        "18-month budget",
        {
            "Projets": [
                [*TITLES, "Budget total", "Début du budget", "Fin du budget", "Budget 2025-2026"],
                [*WATER, 18000, dt.date(2025, 1, 1), dt.date(2026, 6, 30), 18000],
                [*GARDEN, 8500, None, None, None],
                [*SERIAL, "1,000", dt.date(2025, 1, 1), dt.date(2025, 12, 31), None],
            ]
        },
        xlsx,
        0,
        [
            ("M1", "error", "title-years"),
            ("J2", "error", "budget-long"),
            ("J3", "error", "budget-undated"),
            ("E4", "note", "date-serial"),
            ("F4", "note", "date-serial"),
            ("J4", "error", "number-ambiguous"),
        ],
    ),
]
