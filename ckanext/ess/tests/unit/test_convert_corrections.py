"""Cells written over, columns added, what projects share, findings in the sheet's words, early refusals."""

from __future__ import annotations

import csv
import io
import re
import time
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from ckanext.ess.iati.changes import activities, compare
from ckanext.ess.iati.convert import Options, Outcome, convert, finding_words
from ckanext.ess.iati.convert.excerpt import excerpts
from ckanext.ess.iati.convert.messages import LANGUAGES, sentence
from ckanext.ess.iati.validate import Options as ValidatorOptions
from ckanext.ess.iati.validate import validate, verdict
from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.messages import table as validator_sentences
from ckanext.ess.tests.unit.convert_sheets import GARDEN, NOW, OPTIONS, TITLES, WATER

#: Words of XML that nobody with a sheet has before them.
XML = re.compile(
    r"<|>|(?<![\w])@|/iati|\b(?:narrative|recipient-\w+|iso-date|participating-org|activity-\w+|iati-\w+|xml|"
    r"value-date|period-\w+|document-link|reporting-org|percentage|pos|ref|vocabulary)\b"
)


def book(path: Path, **sheets: list[list[object]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def done(path: Path, options: Options = OPTIONS) -> tuple[Outcome, bytes]:
    stream = io.BytesIO()
    return convert([path], stream, options), stream.getvalue()


def said(outcome: Outcome) -> list[tuple[str, str]]:
    return [(one.place.address, one.code) for one in outcome.problems]


WRONG = [*WATER[:4], "32/01/2025", *WATER[5:]]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_cell_written_over_counts(tmp_path: Path, ending: str):
    path = tmp_path / f"Projets.{ending}"
    if ending == "xlsx":
        book(path, Projets=[TITLES, WRONG, GARDEN])
    else:
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, delimiter=";").writerows([TITLES, WRONG, GARDEN])
    before, _ = done(path)
    assert said(before) == [("E2", "date")]
    after, written = done(path, replace(OPTIONS, edits={"Projets": {2: {5: "31/01/2025"}}}))
    assert (said(after), after.activities, after.written) == ([], 2, True)
    assert b'iso-date="2025-01-31"' in written


def test_rows_and_titles_can_be_written_over(tmp_path: Path):
    """An empty row, a title, a cell that is emptied."""
    path = book(tmp_path / "a.xlsx", Projets=[["?", *TITLES[1:]], WATER, ["x"] + [None] * 8])
    row = dict(enumerate(GARDEN, 1))
    edits = {
        "Projets": {1: {1: TITLES[0]}, 3: {1: ""}, 7: {number: text for number, text in row.items() if text}}
    }
    outcome, _ = done(path, replace(OPTIONS, edits=edits))
    assert (said(outcome), outcome.activities) == ([], 2)


def test_a_column_is_added_with_one_value_for_all(tmp_path: Path):
    """And a cell of it may have its own."""
    without = [TITLES.index("Statut")] if "Statut" in TITLES else [3]
    rows = [
        [cell for place, cell in enumerate(row) if place not in without] for row in (TITLES, WATER, GARDEN)
    ]
    path = book(tmp_path / "a.xlsx", Projets=rows)
    assert "missing-column" in [code for _, code in said(done(path)[0])]
    last = len(rows[0]) + 1
    added = replace(OPTIONS, added={"projects.status": "En cours"}, edits={"Projets": {3: {last: "Terminé"}}})
    outcome, written = done(path, added)
    assert outcome.written, said(outcome)
    assert re.findall(rb'activity-status code="(\d)"', written) == [b"2", b"4"]
    empty, _ = done(path, replace(OPTIONS, added={"projects.status": ""}))
    letter = chr(ord("A") + last - 1)
    assert [one for one in said(empty) if one[1] == "missing"] == [
        (f"{letter}2", "missing"),
        (f"{letter}3", "missing"),
    ]
    assert done(path, replace(OPTIONS, added={"projects.nothing": "x", "x": "y"}))[0].activities == 0


def test_role_and_country_are_given_once(tmp_path: Path):
    """Six cells are enough for a project then."""
    titles = ["Code projet", "Titre", "Description", "Statut", "Date de début réelle", "Secteur"]
    path = book(
        tmp_path / "a.xlsx", Projets=[titles, ["P1", "Eau", "Des puits.", "En cours", "01/03/2025", "14030"]]
    )
    once = replace(OPTIONS, organisation_role="Mise en œuvre", organisation_country="Sénégal")
    outcome, written = done(path, once)
    assert (said(outcome), outcome.written) == ([], True)
    assert verdict(validate(io.BytesIO(written), ValidatorOptions(now=NOW))) in {"valid", "warnings"}
    wrong, _ = done(path, replace(OPTIONS, organisation_role="chef", organisation_country="Atlantide"))
    assert {"code"} <= {code.removesuffix("-close") for _, code in said(wrong)}


def test_the_form_wins_over_the_sheet_and_says_so(tmp_path: Path):
    path = book(
        tmp_path / "a.xlsx",
        Projets=[TITLES, WATER],
        Organisation=[["SIREN", "Nom", "Type", "Pays"], ["123456782", "Ex", "22", "Mali"]],
    )
    outcome, _ = done(path, replace(OPTIONS, organisation_country="SN"))
    assert ("option-wins", "ML") in [(one.code, one.value) for one in outcome.problems]


def test_rows_with_problems_are_shown_with_their_cells(tmp_path: Path):
    path = book(tmp_path / "a.xlsx", Projets=[TITLES, GARDEN, WRONG])
    outcome, _ = done(path)
    (found,) = excerpts([path], OPTIONS, outcome.problems)
    assert (found.sheet, found.kind, list(found.rows)) == ("Projets", "projects", [3])
    assert found.rows[3][5] == "32/01/2025"
    assert found.columns[5][0] == TITLES[4]
    assert excerpts([path], OPTIONS, outcome.problems, most=0) == []


def test_what_changed_between_two_versions(tmp_path: Path):
    """Whatever the layout of the files."""
    first = done(book(tmp_path / "a.xlsx", Projets=[TITLES, WATER, GARDEN]))[1]
    renamed = [WATER[0], "Autre titre", *WATER[2:]]
    second = done(book(tmp_path / "b.xlsx", Projets=[TITLES, renamed]))[1]
    before, after = (activities(io.BytesIO(content)) for content in (first, second))
    changes = compare(before, after)
    assert [name.rpartition("-")[2] for name, _ in changes.changed] == [WATER[0]]
    assert [title for _, title in changes.changed] == ["Autre titre"]
    assert [name.rpartition("-")[2] for name, _ in changes.removed] == [GARDEN[0]]
    flat = re.sub(rb">\s+<", b"><", first)
    assert compare(before, activities(io.BytesIO(flat))) == ((), (), ())


FINDINGS = [
    (["Secteur 2"], ["11220"], "2.1.1", "Secteur"),
    (["Date de fin réelle"], ["01/03/2020"], "11.1.3", "Date de"),
    (["Courriel de contact"], ["jeanne@gmail.com"], "ess.personal-email", "Courriel de contact"),
    (["Titre du document", "Lien d'un document", "Catégorie du document"],
     ["Bilan", "http://localhost/a.pdf", "Rapport annuel"], "ess.link", "Lien d'un document"),
]  # fmt: skip


@pytest.mark.parametrize(("titles", "cells", "rule", "label"), FINDINGS, ids=[one[2] for one in FINDINGS])
def test_findings_speak_of_cells(tmp_path: Path, titles: list[str], cells: list[str], rule: str, label: str):
    """Sheet, row, column and title; no word of XML."""
    path = book(tmp_path / "a.xlsx", Projets=[[*TITLES, *titles], [*WATER, *cells]])
    outcome, _ = done(path)
    found = [one for one in outcome.problems if one.finding and one.code.startswith(rule)]
    assert found, said(outcome)
    for one in found:
        assert (one.place.sheet, one.place.row) == ("Projets", 2)
        assert one.place.column
        for lang in LANGUAGES:
            message, fix = sentence(one, lang)
            assert label in message
            assert XML.findall(f"{message} {fix}") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_rule_has_words_without_xml(lang: str):
    """Those of its own, or those that hold for any; whatever the rule."""
    keys = {key for key, _ in validator_sentences()}
    rules = {found[0] for key in keys if (found := re.match(r"\d+\.\d+\.\d+|ess\.[a-z-]+", key))}
    for rule in rules:
        for value in ("", "x"):
            params = {"label": "Titre", "value": value, "kind": "", "reason.fr": "non.", "reason.en": "no."}
            finding = Finding(rule, "error", "x", "a", 1, 1, 1, "/iati-activities", params)
            message, fix = finding_words.sentence(finding, lang)
            assert "Titre" in message, rule
            assert XML.findall(f"{message} {fix}") == [], rule
            assert message.endswith("."), rule
            assert fix.endswith("."), rule


def test_findings_words_are_there_in_both_languages():
    keys = {key for key, _ in finding_words.table()}
    assert {(key, lang) for key in keys for lang in LANGUAGES} == set(finding_words.table())


ROWS = 120_000


def _many(tmp_path: Path, ending: str) -> Path:
    path = tmp_path / f"Projets.{ending}"
    if ending == "csv":
        path.write_text(
            ";".join(TITLES) + "\n" + ";".join(map(str, WATER)) + "\n" + "P;Eau;x\n" * ROWS, encoding="utf-8"
        )
    elif ending == "xlsx":
        made = openpyxl.Workbook(write_only=True)
        sheet = made.create_sheet("Projets")
        sheet.append(TITLES)
        for _ in range(ROWS):
            sheet.append(["P", "Eau", 3])
        made.save(path)
    else:
        document = OpenDocumentSpreadsheet()
        table = Table(name="Projets")
        line = TableRow(numberrowsrepeated=ROWS)
        for text in TITLES:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
        document.spreadsheet.addElement(table)
        document.save(path)
    return path


@pytest.mark.parametrize("ending", ["xlsx", "csv", "ods"])
def test_too_many_rows_are_refused_before_work_begins(tmp_path: Path, ending: str):
    """In a few seconds, whatever the format."""
    path = _many(tmp_path, ending)
    start = time.process_time()
    outcome, written = done(path)
    assert [code for _, code in said(outcome)] == ["too-many-rows"]
    assert (outcome.readable, written) == (False, b"")
    assert time.process_time() - start < 8


def test_unknown_columns_are_looked_at_once(tmp_path: Path):
    """However many rows there are: what a title is close to takes long to find out."""
    strange = [f"Colonne inconnue {number} ?" for number in range(200)]
    path = book(
        tmp_path / "a.xlsx", Projets=[[*TITLES, *strange], *[[*WATER, *["x"] * 200] for _ in range(300)]]
    )
    start = time.process_time()
    outcome, _ = done(path)
    assert sum(one.code == "title-unknown" for one in outcome.problems) == 200
    assert time.process_time() - start < 20


def test_a_conversion_has_its_time(tmp_path: Path):
    """Reading counts, and what is done with each row."""
    path = book(tmp_path / "a.xlsx", Projets=[TITLES, WATER])
    outcome, _ = done(path, replace(OPTIONS, limits=replace(OPTIONS.limits, seconds=0)))
    assert [code for _, code in said(outcome)] == ["too-slow"]
