"""Writes rows as CSV, JSON and JSON lines: pieces of text as they come."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from ckanext.ess.export.activities.column import Value
from ckanext.ess.export.activities.rows import Row
from ckanext.ess.iati.convert.formulas import harmless

#: Rows of one piece of a file.
_TOGETHER = 200
_MARK = "\ufeff"


def comma_separated(titles: list[str], rows: Iterable[Row], lang: str) -> Iterator[bytes]:
    """CSV as spreadsheets open it: UTF-8 with its mark, semicolons in French, no cell that is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if lang == "fr" else ",", lineterminator="\r\n")
    text.write(_MARK)
    writer.writerow([harmless(title) for title in titles])
    for some in _in_pieces(rows):
        writer.writerows([[_cell(value) for value in row] for row in some])
        yield _taken(text)
    yield _taken(text)


def json_lines(names: list[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """One object a line."""
    for some in _in_pieces(rows):
        yield "".join(f"{_json(dict(zip(names, row, strict=True)))}\n" for row in some).encode(
            "utf-8", "replace"
        )


def json_document(names: list[str], rows: Iterable[Row], about: dict[str, Any]) -> Iterator[bytes]:
    """One object: what the file is, and its rows."""
    yield f'{{"about": {_json(about)},\n"rows": [\n'.encode()
    before = ""
    for some in _in_pieces(rows):
        text = ",\n".join(_json(dict(zip(names, row, strict=True))) for row in some)
        yield f"{before}{text}".encode("utf-8", "replace")
        before = ",\n"
    yield b"\n]}\n"


def _in_pieces(rows: Iterable[Row]) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == _TOGETHER:
            yield some
            some = []
    if some:
        yield some


def _taken(text: io.StringIO) -> bytes:
    found = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return found


def _cell(value: Value) -> Value:
    return harmless(value) if isinstance(value, str) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
