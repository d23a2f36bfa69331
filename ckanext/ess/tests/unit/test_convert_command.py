"""``ess-iati template``, ``convert`` and ``tabulate`` as a data officer runs them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from ckanext.ess.commands import main
from ckanext.ess.iati.convert.columns import columns, sheets
from ckanext.ess.iati.validate import validate, verdict
from ckanext.ess.tests.unit.convert_sheets import GARDEN, TITLES, WATER

WHO = [
    "--organisation-id",
    "123 456 782",
    "--organisation-name",
    "Exemple Sahel",
    "--organisation-type",
    "22",
]
CSV = "\n".join(";".join(row) for row in (TITLES, WATER, GARDEN))
PROBLEM_KEYS = {"sheet", "row", "column", "cell", "value", "severity", "message", "fix", "code"}


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "Projets.csv"
    path.write_text(CSV, encoding="utf-8-sig")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = main([str(one) for one in arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_written_beside_the_sheet(sheet: Path, capsys: pytest.CaptureFixture[str]):
    status, out, _ = run(capsys, "convert", sheet, *WHO, "--lang", "fr")
    assert status == 0
    assert "2 projets dans" in out
    assert verdict(validate(str(sheet.with_suffix(".xml")))) == "valid"
    assert [path.name for path in sheet.parent.iterdir() if path.name.startswith(".")] == []


def test_the_same_sheet_gives_the_same_file(sheet: Path, capsys: pytest.CaptureFixture[str]):
    run(capsys, "convert", sheet, *WHO, "-o", sheet.parent / "1.xml")
    run(capsys, "convert", sheet, *WHO, "-o", sheet.parent / "2.xml")
    assert (sheet.parent / "1.xml").read_bytes() == (sheet.parent / "2.xml").read_bytes()


def test_the_sentence_of_the_example(sheet: Path, capsys: pytest.CaptureFixture[str]):
    sheet.write_text(CSV.replace("01/03/2025", "32/01/2025"))
    status, out, _ = run(capsys, "convert", sheet, *WHO, "--lang", "fr")
    assert status == 1
    assert (
        "Projets!E2 : “32/01/2025” n'est pas une date. Écrivez jour/mois/année, par exemple 31/01/2025."
        in out
    )
    assert not sheet.with_suffix(".xml").exists()


def test_json(sheet: Path, capsys: pytest.CaptureFixture[str]):
    sheet.write_text(CSV.replace("01/03/2025", "mars 2025"))
    status, out, _ = run(capsys, "convert", sheet, *WHO, "--format", "json", "--lang", "fr", "--partial")
    answer = json.loads(out)
    assert (status, answer["activities"], answer["written"]) == (1, 1, True)
    (problem,) = [one for one in answer["problems"] if one["severity"] == "error"]
    assert set(problem) == PROBLEM_KEYS
    assert (problem["sheet"], problem["row"], problem["column"], problem["cell"], problem["value"]) == (
        "Projets", 2, "E", "E2", "mars 2025",
    )  # fmt: skip
    assert verdict(validate(str(sheet.with_suffix(".xml")))) == "valid"


def test_what_the_validator_finds_leads_back_to_its_cell(sheet: Path, capsys: pytest.CaptureFixture[str]):
    """Dates the wrong way round, a personal address, a result's period on another sheet."""
    first, second = (
        [*row, mail] for row, mail in ((WATER, "marie@gmail.com"), (GARDEN, "contact@exemple.org"))
    )
    first[5] = "01/02/2025"
    titles = [title.replace("début réelle", "début prévue") for title in (*TITLES, "Courriel")]
    sheet.write_text("\n".join(";".join(row) for row in (titles, first, second)))
    results = sheet.parent / "Résultats.csv"
    results.write_text(
        "Projet;Type;Titre;Indicateur;Mesure;Début;Fin;Cible\nP2;Extrant;Jardins;Nombre;Unité;31/12/2024;01/01/2024;4"
    )
    _, out, _ = run(capsys, "convert", sheet, results, *WHO, "--format", "json", "--lang", "fr")
    found = {(one["sheet"], one["cell"], one["code"]) for one in json.loads(out)["problems"]}
    assert ("Projets", "J2", "ess.personal-email") in found
    assert ("Résultats", "F2", "8.6.1") in found
    assert {one[:2] for one in found} >= {("Projets", "E2")}


def test_unreadable(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.xlsx").write_bytes(b"%PDF")
    status, out, _ = run(capsys, "convert", tmp_path / "a.xlsx", "--format", "json")
    assert (status, json.loads(out)["written"]) == (2, False)


def test_who_publishes_is_asked(sheet: Path, capsys: pytest.CaptureFixture[str]):
    status, out, _ = run(capsys, "convert", sheet, "--lang", "en")
    assert status == 1
    assert all(
        option in out for option in ("--organisation-id", "--organisation-name", "--organisation-type")
    )


def test_columns_by_hand(sheet: Path, capsys: pytest.CaptureFixture[str]):
    sheet.write_text(CSV.replace("Intitulé", "Nom interne").replace("Résumé", "Descriptifs"))
    assert run(capsys, "convert", sheet, *WHO)[0] == 1
    options = ["--column", "Nom interne=Titre", "--column", "Descriptifs=Description"]
    assert run(capsys, "convert", sheet, *WHO, *options)[0] == 0
    assert "option-column" in run(capsys, "convert", sheet, *WHO, "--column", "x=y", "--format", "json")[1]


def test_standard_output(sheet: Path, capfdbinary: pytest.CaptureFixture[bytes]):
    assert main(["convert", str(sheet), *WHO, "-o", "-"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"<?xml")


def test_a_place_that_cannot_be_written(sheet: Path, capsys: pytest.CaptureFixture[str]):
    status, _, err = run(
        capsys, "convert", sheet, *WHO, "-o", sheet.parent / "none" / "a.xml", "--lang", "fr"
    )
    assert status == 2
    assert "ne peut pas être écrit" in err


def test_several_csv_files_and_the_organisation_file(sheet: Path, capsys: pytest.CaptureFixture[str]):
    (sheet.parent / "Organisation.csv").write_text(
        "SIREN;Nom;Type;Devise;Langue;Rôle;Budget total 2026\n123456782;Exemple Sahel;ONG nationale;EUR;fr;Mise en œuvre;90 000"  # noqa: E501
    )
    (sheet.parent / "Transactions.csv").write_text(
        "Projet;Type;Date;Montant\nP1;Dépenses;01/04/2025;1 200,50"
    )
    files = [sheet, sheet.parent / "Organisation.csv", sheet.parent / "Transactions.csv"]
    own = sheet.parent / "own.xml"
    status, out, _ = run(capsys, "convert", *files, "--organisation-file", own, "--lang", "fr")
    assert status == 0, out
    assert verdict(validate(str(own))) == "valid"
    written = sheet.with_suffix(".xml").read_text()
    assert "1200.50" in written
    assert written.count('<participating-org ref="FR-RCS-123456782"') == 2
    assert "organisation-file" in run(capsys, "convert", *files, "--format", "json")[1]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_template_can_be_filled_in(tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]):
    """Its examples are valid once they are taken for real."""
    path = tmp_path / "t.xlsx"
    assert run(capsys, "template", "--lang", lang, "-o", path)[0] == 0
    status, out, _ = run(capsys, "convert", path, "--lang", lang, "--format", "json")
    assert status == 1
    assert {one["code"] for one in json.loads(out)["problems"]} >= {"example-row", "help-row"}
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("EXEMPLE-", "P").replace("EXAMPLE-", "P")
                    cell.value = cell.value.replace("Association Exemple", "A").replace(
                        "Example Association", "A"
                    )
    book.save(path)
    status, out, _ = run(capsys, "convert", path, "--lang", lang)
    assert status == 0, out
    assert verdict(validate(str(path.with_suffix(".xml")))) in {"valid", "warnings"}


def test_the_template_has_lists_help_and_frozen_titles(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    run(capsys, "template", "--lang", "fr", "-o", tmp_path / "t.xlsx", "--year", "2025")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == [*(one.fr for one in sheets().values()), "Listes"]
    projects = book["Projets"]
    assert projects.freeze_panes == "C3"
    titles = [cell.value for cell in projects[1]]
    assert {"Titre *", "Budget 2025", "Budget 2027"} <= set(titles)
    choices = {str(one.sqref) for one in projects.data_validations.dataValidation}
    letter = projects.cell(1, titles.index("Statut *") + 1).column_letter
    assert f"{letter}3:{letter}2000" in choices
    assert "Actif" in {cell.value for column in book["Listes"].iter_cols() for cell in column}


def test_the_template_as_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    run(capsys, "template", "--lang", "fr", "-o", tmp_path / "t.csv")
    rows = list(csv.reader((tmp_path / "t.csv").open(encoding="utf-8-sig"), delimiter=";"))
    assert rows[0][0] == "Identifiant du projet *"
    assert len(rows) == 4


def test_few_entries_are_required():
    """Six at most for a project of an organisation that says once where it works and in what role."""
    required = [one.key for one in columns("projects") if one.required]
    assert required == ["id", "title", "description", "status", "sector"]


def test_no_formula_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    sheet = tmp_path / "Projets.csv"
    sheet.write_text(CSV.replace("Eau à Thiès", "=cmd|'/c calc'!A1").replace("Douze", "@SUM Douze"))
    assert run(capsys, "convert", sheet, *WHO)[0] == 0
    run(capsys, "tabulate", sheet.with_suffix(".xml"), "-o", tmp_path / "back.csv")
    cells = [cell for row in csv.reader((tmp_path / "back.csv").open(encoding="utf-8-sig")) for cell in row]
    assert not any(cell[:1] in "=@+" for cell in cells if cell)
    run(capsys, "tabulate", sheet.with_suffix(".xml"), "-o", tmp_path / "back.xlsx")
    book = openpyxl.load_workbook(tmp_path / "back.xlsx")
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert run(capsys, "convert", tmp_path / "back.xlsx", *WHO, "-o", tmp_path / "again.xml")[0] == 0
    assert "=cmd|" in (tmp_path / "again.xml").read_text()


def test_tabulate_refuses_what_it_cannot_read(sheet: Path, capsys: pytest.CaptureFixture[str]):
    status, _, err = run(capsys, "tabulate", sheet, "--lang", "fr")
    assert (status, "n'est pas un fichier IATI" in err) == (2, True)
