"""Files that nobody should trust: a sentence each, within limits, and nothing written."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from ckanext.ess.iati.convert import Outcome, convert
from ckanext.ess.iati.convert.book import Limits
from ckanext.ess.iati.convert.messages import line
from ckanext.ess.tests.unit.convert_sheets import GARDEN, OPTIONS, TITLES, WATER

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SMALL = Limits(
    size=2_000_000, unpacked=3_000_000, ratio_floor=500_000, rows=50, columns=30, cells=5000, seconds=20
)


def tried(path: Path, limits: Limits = SMALL) -> tuple[Outcome, bytes]:
    stream = io.BytesIO()
    outcome = convert([path], stream, replace(OPTIONS, limits=limits))
    for problem in outcome.problems:
        for lang in ("fr", "en"):
            assert "{" not in line(problem, lang)
    return outcome, stream.getvalue()


def codes(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


def workbook(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Projets"
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def edited(path: Path, part: str, change: bytes | None, *, before: bytes = b"") -> Path:
    """Put a part into an archive, or replace some bytes of one by others."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = parts.get(part, b"").replace(before, change or b"") if before else (change or b"")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


GOOD = [TITLES, WATER, GARDEN]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "empty-file"),
        ("a.xlsx", OLE, "is-xls"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.csv", b"%PDF-1.7 ...", "is-pdf"),
        ("a.csv", b"\x89PNG\r\n\x1a\n....", "is-picture"),
        ("a.xls", b"<html><table><tr><td>Projet", "is-markup"),
        ("a.csv", b"<?xml version='1.0'?><iati-activities version='2.03'/>", "is-iati"),
        ("a.csv", b"\x01\x02\x03\0\0\0\x04\0\0\0", "is-binary"),
        ("a.xlsx", b"PK\x03\x04 not really", "damaged"),
        ("a.csv", b"un,deux\n1,2\n", "no-projects"),
        ("a.csv", b"\n\n\n", "empty-book"),
        ("a.csv", b'Titre;Statut;Pays\n"jamais ferm\xe9' + b"x" * 200_000, "csv-cell"),
        ("a.csv", b"Titre;Statut\n\x81\x8d;\xe9", "encoding"),
        ("a.csv", b"Titre;Statut\n" + b"Eau\0;2\n", "is-binary"),
        ("a.csv", ";".join(["Titre", "Statut", *"x" * 40]).encode(), "too-many-columns"),
        ("a.csv", b"Titre;Statut\n" + b"Eau;2\n" * 60, "too-many-rows"),
    ],
)  # fmt: skip
def test_what_is_no_table(tmp_path: Path, name: str, content: bytes, code: str):
    (tmp_path / name).write_bytes(content)
    outcome, written = tried(tmp_path / name)
    assert code in codes(outcome)
    assert (outcome.readable, written) == (False, b"")


def test_what_is_absent(tmp_path: Path):
    assert codes(tried(tmp_path / "absent.xlsx")[0]) == ["absent"]


@pytest.mark.parametrize(
    ("part", "code"),
    [("word/document.xml", "is-word"), ("xl/workbook.bin", "is-xlsb"), ("ppt/presentation.xml", "is-slides"),
     ("Index/Document.iwa", "is-numbers"), ("readme.txt", "is-archive")],
)  # fmt: skip
def test_other_archives(tmp_path: Path, part: str, code: str):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr(part, b"x")
    assert codes(tried(tmp_path / "a.xlsx")[0]) == [code]


def test_a_bomb_is_put_down_early(tmp_path: Path):
    path = workbook(tmp_path / "bomb.xlsx", *GOOD)
    sheet = b"<worksheet><sheetData>" + b"<row/>" * 2_000_000 + b"</sheetData></worksheet>"
    start = time.process_time()
    assert codes(tried(edited(path, "xl/worksheets/sheet1.xml", sheet))[0]) == ["bomb"]
    assert time.process_time() - start < 10


def test_entities_are_not_read(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", *GOOD)
    lol = b'<!DOCTYPE x [<!ENTITY a "ha">]><sst/>'
    assert codes(tried(edited(path, "xl/workbook.xml", lol))[0]) == ["doctype"]


def test_markup_that_lies_about_numbers(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", *GOOD)
    edited(path, "xl/worksheets/sheet1.xml", b'r="A-1" s="-1" t="s"', before=b'r="A2"')
    edited(path, "xl/worksheets/sheet1.xml", b'r="99999999999999"', before=b'r="3"')
    outcome, written = tried(path)
    assert (outcome.readable, bool(written)) == (False, False)


def test_macros_are_told_and_the_rest_is_read(tmp_path: Path):
    path = edited(workbook(tmp_path / "a.xlsm", *GOOD), "xl/vbaProject.bin", OLE)
    outcome, written = tried(path)
    assert (codes(outcome), outcome.activities, bool(written)) == (["macros"], 2, True)


def test_links_to_other_files_are_told(tmp_path: Path):
    path = edited(workbook(tmp_path / "a.xlsx", *GOOD), "xl/externalLinks/externalLink1.xml", b"<x/>")
    assert codes(tried(path)[0]) == ["external-links"]


def test_pictures_only(tmp_path: Path):
    path = edited(workbook(tmp_path / "a.xlsx"), "xl/media/image1.png", b"\x89PNG")
    assert codes(tried(path)[0]) == ["only-pictures"]


def test_formulas_without_results_and_errors(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", [*TITLES, "Budget 2025"], [*WATER, "=SUM(1,2)"], [*GARDEN, 5])
    edited(
        path, "xl/worksheets/sheet1.xml", b'<c r="J3" t="e"><v>#REF!</v>', before=b'<c r="J3" t="n"><v>5</v>'
    )
    outcome, _ = tried(path)
    assert [(one.place.address, one.code) for one in outcome.problems] == [
        ("J2", "cell-formula"), ("J3", "cell-error"),
    ]  # fmt: skip


def test_a_formula_with_its_result_is_that_value(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", [*TITLES, "Budget 2025"], [*WATER, "=SUM(1,2)"])
    edited(path, "xl/worksheets/sheet1.xml", b"<v>3</v></c>", before=b"<v></v></c>")
    edited(path, "xl/worksheets/sheet1.xml", b"<v>3</v></c>", before=b"<v/></c>")
    outcome, written = tried(path)
    assert outcome.written
    assert b">3</value>" in written


def test_a_cell_of_a_megabyte(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    workbook(path, TITLES, [*WATER[:2], "PLACE", *WATER[3:]])
    edited(path, "xl/worksheets/sheet1.xml", b"x" * 1_000_000, before=b"PLACE")
    outcome, written = tried(path, replace(SMALL, ratio=100_000))
    assert ([(one.place.address, one.code) for one in outcome.problems], written) == (
        [("C2", "cell-long")],
        b"",
    )
    assert len(line(outcome.problems[0], "fr")) < 400


def test_a_hidden_sheet_is_told(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", *GOOD)
    book = openpyxl.load_workbook(path)
    hidden = book.create_sheet("Transactions")
    hidden.append(["Projet", "Type", "Date", "Montant"])
    hidden.append(["P1", "4", "01/04/2025", 3])
    hidden.sheet_state = "hidden"
    book.save(path)
    assert codes(tried(path)[0]) == ["sheet-hidden"]


def test_titles_twice_and_numbers_twice(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", [*TITLES, "Titre"], [*WATER, "Eau"], [*WATER, "Eau"])
    outcome, _ = tried(path)
    assert {"title-twice", "taken", "id-twice"} <= set(codes(outcome))


def test_a_folder_of_links_to_nowhere(tmp_path: Path):
    assert codes(tried(tmp_path)[0]) == ["unreadable"]


def test_many_sheets_of_projects_are_all_read(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", TITLES, WATER)
    book = openpyxl.load_workbook(path)
    other = book.create_sheet("Projets 2024")
    other.append(TITLES)
    other.append(GARDEN)
    book.create_sheet("Brouillon").append(["à voir"])
    book.save(path)
    outcome, _ = tried(path)
    assert (outcome.activities, codes(outcome)) == (2, ["sheet-unknown"])
