"""Turns a visitor's sheet into IATI files, and keeps what was found in a shape that the page can show."""

from __future__ import annotations

import io
import json
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ckanext.ess.iati.changes import Known, activities
from ckanext.ess.iati.convert import Options, Outcome, convert
from ckanext.ess.iati.convert.book import Limits
from ckanext.ess.iati.convert.cell import Place
from ckanext.ess.iati.convert.excerpt import Excerpt, excerpts
from ckanext.ess.iati.convert.problem import Problem
from ckanext.ess.iati.read import Limits as ReadLimits
from ckanext.ess.iati.validate import Options as ValidatorOptions
from ckanext.ess.iati.validate import validate, verdict
from ckanext.ess.iati.validate.formats import rules as rollups

#: What the page takes: rows and cells of a sheet, seconds for the conversion and again for the check.
ROWS, CELLS, SECONDS = 20_000, 600_000, 120.0
#: Problems kept of a sheet, and rows with problems to be shown; all problems are counted.
MOST_PROBLEMS, MOST_ROWS = 1000, 500
_UNPACKED = 10
#: Characters kept of a value in a problem.
_LONGEST = 500
_GIVEN = (
    "organisation_id",
    "organisation_name",
    "organisation_type",
    "organisation_role",
    "organisation_country",
    "currency",
)


def converted(name: str, content: bytes, choices: Mapping[str, Any], most_bytes: int) -> dict[str, Any]:
    """Convert a sheet and return the fields of its row that hold the result.

    Args:
        name: of the file, harmless as a part of a path.
        content: the sheet.
        choices: what its owner said of it.
        most_bytes: the largest sheet that is read.
    """
    options = _options(choices, most_bytes)
    made, organisation = io.BytesIO(), io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="ess-convert-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        outcome = convert([path], made, options, organisation_target=organisation)
        found = excerpts([path], options, outcome.problems, MOST_ROWS) if outcome.readable else []
    return {
        "result": {**_result(outcome), **_checked(made)},
        "details": _packed({**_details(outcome, found), "made": _made(made)}),
        "activities": zlib.compress(made.getvalue()) if outcome.written else None,
        "organisation": zlib.compress(organisation.getvalue()) if outcome.organisation_written else None,
    }


def _options(choices: Mapping[str, Any], most_bytes: int) -> Options:
    edits: dict[str, dict[int, dict[int, str]]] = {}
    for sheet, row, column, text, _ in choices.get("edits", ()):
        edits.setdefault(sheet, {}).setdefault(row, {})[column] = text
    limits = Limits(
        size=most_bytes, unpacked=_UNPACKED * most_bytes, ratio_floor=most_bytes, rows=ROWS, cells=CELLS,
        strings=CELLS, seconds=SECONDS,
    )  # fmt: skip
    return Options(
        columns=choices.get("columns", {}),
        added=dict(choices.get("added", ())),
        partial=bool(choices.get("partial")),
        edits=edits,
        max_problems=MOST_PROBLEMS,
        limits=limits,
        **{name: choices.get(name, "") for name in _GIVEN},
    )


def _result(outcome: Outcome) -> dict[str, Any]:
    return {
        "readable": outcome.readable,
        "counts": outcome.counts,
        "made": outcome.activities,
        "left_out": outcome.left_out,
        "written": outcome.written,
        "has_organisation": outcome.organisation_written,
        "publisher": outcome.publisher,
    }


def _checked(made: io.BytesIO) -> dict[str, Any]:
    """What our validator says of the file as a whole."""
    size = made.getbuffer().nbytes
    if not size:
        return {}
    made.seek(0)
    limits = ReadLimits(size=size + 1, seconds=SECONDS)
    report = validate(made, ValidatorOptions(limits=limits, max_findings=1))
    return {"verdict": verdict(report), "summary": dict(report.counts()), "size": size}


def _made(made: io.BytesIO) -> dict[str, Known]:
    if not made.getbuffer().nbytes:
        return {}
    made.seek(0)
    return activities(made)


def _details(outcome: Outcome, found: list[Excerpt]) -> dict[str, Any]:
    return {
        "problems": [_plain(problem) for problem in outcome.problems],
        "excerpts": [[one.sheet, one.kind, one.columns, one.rows] for one in found],
    }


def _plain(problem: Problem) -> list[Any]:
    params = {name: text[:_LONGEST] for name, text in problem.params.items()}
    finding = rollups.packed(problem.finding) if problem.finding else None
    return [problem.code, problem.severity, problem.place, problem.value[:_LONGEST], params, finding]


class Details:
    """What is kept of a conversion besides its files."""

    def __init__(self, kept: bytes | None) -> None:
        plain: dict[str, Any] = json.loads(zlib.decompress(kept)) if kept else {}
        self.problems = [_problem(one) for one in plain.get("problems", ())]
        self.excerpts = [_excerpt(one) for one in plain.get("excerpts", ())]
        self.made = known(plain.get("made", {}))


def _problem(kept: list[Any]) -> Problem:
    code, severity, place, value, params, finding = kept
    return Problem(code, severity, Place(*place), value, params, finding and rollups.unpacked(finding))


def _excerpt(kept: list[Any]) -> Excerpt:
    sheet, kind, columns, rows = kept
    return Excerpt(
        sheet,
        kind,
        {int(number): (title, key) for number, (title, key) in columns.items()},
        {int(row): {int(column): text for column, text in cells.items()} for row, cells in rows.items()},
    )


def known(kept: Mapping[str, Any]) -> dict[str, Known]:
    """Activities by identifier, as JSON keeps them."""
    return {name: Known(*one) for name, one in kept.items()}


def _packed(plain: Any) -> bytes:
    return zlib.compress(json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace"))
