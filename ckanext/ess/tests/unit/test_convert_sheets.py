"""Ten sheets as NGOs write them: exact problems, valid files, and no cell without a consequence."""

from __future__ import annotations

import copy
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ckanext.ess.iati.convert import Outcome, activity, convert
from ckanext.ess.iati.convert.node import Node, element
from ckanext.ess.iati.validate import Options as ValidatorOptions
from ckanext.ess.iati.validate import validate, verdict
from ckanext.ess.tests.unit.convert_sheets import NOW, OPTIONS, SHEETS, Sheet

#: Problems that speak of a whole row or column, and so of every cell in it.
ROWS = {"project-unknown", "above", "totals", "remark"}
COLUMNS = {"title-unknown", "title-close", "title-years", "untitled", "left-out"}


def converted(path: Path, *, partial: bool = True) -> tuple[Outcome, bytes]:
    stream = io.BytesIO()
    outcome = convert([path], stream, replace(OPTIONS, partial=partial))
    return outcome, stream.getvalue()


def said(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [(one.place.address, one.severity, one.code) for one in outcome.problems]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_problems_are_these_and_no_others(sheet: Sheet, tmp_path: Path):
    outcome, _ = converted(sheet.to(tmp_path))
    assert (said(outcome), outcome.activities) == (sheet.said, sheet.activities)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_what_is_written_is_valid(sheet: Sheet, tmp_path: Path):
    _, written = converted(sheet.to(tmp_path))
    if written:
        report = validate(io.BytesIO(written), ValidatorOptions(now=NOW))
        assert verdict(report) in {"valid", "warnings"}
        assert report.activity_count == sheet.activities


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_is_written_when_there_are_errors(sheet: Sheet, tmp_path: Path):
    outcome, written = converted(sheet.to(tmp_path), partial=False)
    assert bool(written) == (outcome.counts["error"] == 0) == outcome.written


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_cell_has_a_consequence(sheet: Sheet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Empty any cell, and the projects or the problems change; or a line speaks of its whole row or column.

    Projects are looked at as they are built, before those with errors are left out.
    """
    built: list[bytes] = []
    monkeypatch.setattr(activity, "build", _watched(built))
    whole = _consequences(sheet.to(tmp_path), built)
    covered = _covered(whole[0])
    silent = []
    for name, rows in sheet.sheets.items():
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                if value in (None, "") or {(name, row + 1, 0), (name, 0, column + 1)} & covered:
                    continue
                without = sheet.to(tmp_path, _without(sheet.sheets, name, row, column))
                if _same(whole, _consequences(without, built)):
                    silent.append((name, row + 1, column + 1, value))
    assert silent == []


def _watched(built: list[bytes]):
    original = activity.build

    def build(*arguments: Any) -> Node:
        node = original(*arguments)
        built.append(etree.tostring(element(node)))
        return node

    return build


def _consequences(path: Path, built: list[bytes]) -> tuple[Outcome, bytes]:
    built.clear()
    outcome, _ = converted(path)
    return outcome, b"".join(built)


def _covered(outcome: Outcome) -> set[tuple[str, int, int]]:
    rows = {(one.place.sheet, one.place.row, 0) for one in outcome.problems if one.code in ROWS}
    return rows | {(one.place.sheet, 0, one.place.column) for one in outcome.problems if one.code in COLUMNS}


def _without(sheets: dict[str, Any], name: str, row: int, column: int) -> dict[str, Any]:
    changed = copy.deepcopy(sheets)
    changed[name][row][column] = None
    return changed


def _same(one: tuple[Outcome, bytes], other: tuple[Outcome, bytes]) -> bool:
    return (one[0].problems, one[1]) == (other[0].problems, other[1])
