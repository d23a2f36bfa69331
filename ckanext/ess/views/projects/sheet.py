"""Tables behind drawings, as CSV that spreadsheets open without a question."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from flask import make_response
from werkzeug.wrappers import Response

from ckan.plugins import toolkit as tk

from ckanext.ess.schema.money import MEASURES, measure

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def of_money(by: str, found: Mapping[str, Any]) -> Response:
    """Sums by a field: code, label, number of projects, one column per kind of money."""
    lines = io.StringIO()
    lines.write("\ufeff")
    writer = csv.writer(lines)
    currency = found.get("currency", "EUR")
    headers = [tk._("Code"), tk._("Label"), tk._("Projects")]
    writer.writerow([*headers, *(f"{measure(name)} ({currency})" for name in MEASURES)])
    for row in found["rows"]:
        sums = [row.get(name) for name in MEASURES]
        texts = [_harmless(str(row[name])) for name in ("value", "label")]
        writer.writerow([*texts, row["count"], *("" if amount is None else amount for amount in sums)])
    response = make_response(lines.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="projects-{by}.csv"'
    return response


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
