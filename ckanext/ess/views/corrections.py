"""What a form of corrections, sent from step 2 of ``/publish``, changes about a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.ess.iati.convert.excerpt import LONGEST
from ckanext.ess.store.converting import Details
from ckanext.ess.views.correcting import titles_of

#: Name of the field of a cell: excerpt, row, column.
_CELL = re.compile(r"c\.(\d{1,3})\.(\d{1,7})\.(\d{1,4})", re.ASCII)
_COLUMNS = 300


def changes(form: Mapping[str, str], details: Details) -> dict[str, Any]:
    """Return what a form that was sent changes, as :func:`ckanext.ess.logic.publishing.correct` wants it.

    Args:
        form: what was sent.
        details: what is kept of the conversion that the form was made from.
    """
    columns_said = {
        one.value: form[f"t.{number}"]
        for number, one in enumerate(titles_of(details))
        if form.get(f"t.{number}", "?") != "?"
    }
    added = {name[2:]: text.strip() for name, text in form.items() if name.startswith("a.")}
    asked = {name for name in added if form.get(f"add.{name}") or added[name]}
    undo = form.get("undo", "")
    return {
        "edits": list(_written_over(form, details)),
        "columns": columns_said,
        "added": {name: added[name] for name in asked},
        "undo": int(undo) if undo.isascii() and undo.isdigit() else None,
        "partial": form.get("partial") == "1",
        "who": {name: form[name] for name in form if name.startswith("organisation_") or name == "currency"},
    }


def _written_over(form: Mapping[str, str], details: Details) -> Iterator[tuple[str, int, int, str, str]]:
    """Cells whose text is another one: sheet, row, column, text, text before."""
    for name, text in form.items():
        found = _CELL.fullmatch(name)
        index, row, number = (int(part) for part in found.groups()) if found else (-1, 0, 0)
        if not 0 <= index < len(details.excerpts):
            continue
        excerpt = details.excerpts[index]
        before = excerpt.rows.get(row, {}).get(number, "")
        known = row in excerpt.rows or any(one.place[:2] == (excerpt.sheet, row) for one in details.problems)
        if known and 0 < number <= _COLUMNS and _plain(text) != _plain(before) and len(before) <= LONGEST:
            yield excerpt.sheet, row, number, _plain(text), before


def _plain(text: str) -> str:
    """A text as a field of a form gives it back."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
