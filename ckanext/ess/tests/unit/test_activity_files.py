"""Writers of exported rows: formulas, odd characters, many rows, constant memory."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest

from ckanext.ess.export.activities import standard, workbook, written
from ckanext.ess.export.activities.column import Value

FORMULAS = ["=1+1", "+33 1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"]
ODD = ["a\x00b\x0b", "𝟙 é ﷺ", "<&>\"'", "x" * 40_000, "a\nb", "", "-5", "\ud800"]


def book(rows: list[list[Value]], kinds: list[str]) -> openpyxl.Workbook:
    """What a spreadsheet program reads."""
    titles = [f"T{number}" for number in range(len(kinds))]
    data = b"".join(workbook.workbook(("About", [("a", "=1")]), "Rows: [1]", titles, kinds, rows))
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(text: str):
    """Neither in CSV nor in a workbook."""
    data = b"".join(written.comma_separated(["=title"], [[text]], "en")).decode("utf-8-sig")
    title, cell = (row[0] for row in csv.reader(io.StringIO(data, newline="")))
    assert (title[0], cell[0]) == ("'", "'")
    cells = [cell for row in book([[text]], ["text"]).worksheets[1].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_do_not_break_a_file(text: str):
    """Controls, halves of characters, markup, texts longer than a cell."""
    sheet = book([[text, 1.5, "2022-12-31"]], ["text", "number", "day"]).worksheets[1]
    cells = [cell.value for cell in list(sheet.iter_rows())[1]]
    assert cells[1] == 1.5
    assert cells[2].isoformat()[:10] == "2022-12-31"  # type: ignore[union-attr]
    assert len(str(cells[0] or "")) <= 32_767
    (line,) = b"".join(written.json_lines(["a"], [[text]])).decode().splitlines()
    assert set(json.loads(line)) == {"a"}


def test_json_is_one_document():
    """With and without rows."""
    assert json.loads(b"".join(written.json_document(["a"], [], {"x": 1}))) == {"about": {"x": 1}, "rows": []}
    many = json.loads(b"".join(written.json_document(["a"], ([n] for n in range(450)), {})))
    assert [row["a"] for row in many["rows"]] == list(range(450))


def test_a_full_sheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch):
    """No row is lost at the limit of a sheet."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    sheets = book([[number] for number in range(10)], ["number"]).worksheets
    assert [sheet.max_row - 1 for sheet in sheets[1:]] == [4, 4, 2]


def endless(number: int) -> Iterator[list[Value]]:
    """Many rows, none of them kept."""
    return (["x" * 100, float(n), "2022-01-01"] for n in range(number))


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl", "xlsx"])
def test_memory_does_not_grow_with_the_file(kind: str):
    """A file of tens of megabytes passes through a few."""
    names = ["a", "b", "c"]
    pieces = {
        "csv": lambda: written.comma_separated(names, endless(60_000), "fr"),
        "json": lambda: written.json_document(names, endless(60_000), {}),
        "jsonl": lambda: written.json_lines(names, endless(60_000)),
        "xlsx": lambda: workbook.workbook(
            ("About", []), "R", names, ["text", "number", "day"], endless(60_000)
        ),
    }[kind]()
    tracemalloc.start()
    size = sum(len(piece) for piece in pieces)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 100_000
    assert peak < 3_000_000


def test_activities_of_several_versions_make_an_archive():
    """A file for each, whose prefixes are all declared."""
    packed = {"xml": written_xml(b'<iati-activity xml:lang="fr"><x:y/><title/></iati-activity>')}
    data = b"".join(standard.archive(["2.03", "1.04"], lambda _: [packed]))
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.namelist() == ["activities-2.03.xml", "activities-1.04.xml"]
    from lxml import etree

    assert etree.fromstring(archive.read("activities-1.04.xml"))[0][0].tag == "{urn:ess:undeclared:x}y"


def written_xml(raw: bytes) -> str:
    """XML as the index keeps it."""
    from ckanext.ess.index.activities.documents import packed

    return packed(raw) or ""
