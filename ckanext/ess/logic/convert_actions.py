"""The action that makes an IATI file of a spreadsheet for whoever brings one."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

from ckanext.ess import config
from ckanext.ess.iati.convert import Options, convert
from ckanext.ess.iati.convert.book import Limits
from ckanext.ess.iati.convert.messages import as_dict
from ckanext.ess.logic import checks, schema
from ckanext.ess.logic.sheet_names import harmless
from ckanext.ess.schema import language

__all__ = ["ess_convert"]

#: What is read while the caller waits: rows and cells of a sheet, bytes unpacked per byte, seconds.
_ROWS, _CELLS, _UNPACKED, _SECONDS = 10_000, 200_000, 20, 20.0
_PROBLEMS = 1000


def ess_convert(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Make an IATI file of a small spreadsheet, without an account; nothing of it is kept.

    It is made while the caller waits, so its size is limited (``ckanext.ess.check.api_megabytes``), and so is
    the number of conversions in an hour, together with checks. The command ``ess-iati convert`` does the same
    without limits.

    Args:
        context: CKAN's.
        data_dict: ``upload``, the spreadsheet (XLSX, ODS, CSV) as a part of a form, or the text of a CSV
            file; ``organisation_id``, ``_name``, ``_type``, ``_role``, ``_country``, ``currency`` and
            ``language`` where the sheet has no *Organisation*; ``columns``, titles of the template by those
            of the sheet (a JSON object), "" to leave one out; ``partial``, to write the projects without
            errors although others have some.

    Returns:
        ``problems``, ``activities``, ``left_out``, ``counts`` and ``written``, as ``ess-iati convert``
        answers them in JSON, in the request's language, and ``xml``, the file ("" when nothing is written).

    Raises:
        ValidationError: no file is given, it is too large (HTTP 413), or there were too many (HTTP 429, with
            ``Retry-After``).
    """
    tk.check_access("ess_convert", context, data_dict)
    data, errors = tk.navl_validate(data_dict, schema.convert(), context)
    if errors:
        raise tk.ValidationError(errors)
    options = _options(data)
    checks.take_turn()
    target = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="ess-convert-") as folder:
        outcome = convert([_saved(data["upload"], Path(folder))], target, options)
    return {
        "problems": [as_dict(problem, language.current()) for problem in outcome.problems],
        "activities": outcome.activities,
        "left_out": outcome.left_out,
        "counts": outcome.counts,
        "written": outcome.written,
        "xml": target.getvalue().decode(),
    }


def _options(data: Mapping[str, Any]) -> Options:
    most = config.check_api_bytes()
    limits = Limits(
        size=most,
        unpacked=_UNPACKED * most,
        ratio_floor=most,
        rows=_ROWS,
        cells=_CELLS,
        strings=_CELLS,
        seconds=_SECONDS,
    )
    return Options(
        organisation_id=data.get("organisation_id", ""),
        organisation_name=data.get("organisation_name", ""),
        organisation_type=data.get("organisation_type", ""),
        organisation_role=data.get("organisation_role", ""),
        organisation_country=data.get("organisation_country", ""),
        currency=data.get("currency", ""),
        language=data.get("language", ""),
        columns=_columns(data.get("columns")),
        partial=data.get("partial", False),
        max_problems=_PROBLEMS,
        limits=limits,
    )


def _columns(given: Any) -> dict[str, str]:
    """Titles by title; in a form they come as the text of a JSON object."""
    try:
        found = json.loads(given) if isinstance(given, str) else given or {}
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(ours, str) for ours in found.values()):
        raise tk.ValidationError(
            {"columns": [tk._("Give a JSON object: your titles, and for each the title of the template.")]}
        )
    return found


def _saved(upload: Any, folder: Path) -> Path:
    """Write an upload, a file of a form or a text, into a folder under a name that only sentences show."""
    most = config.check_api_bytes()
    if isinstance(upload, str):
        content, name = upload.encode("utf-8", "replace"), ""
    elif hasattr(upload, "stream"):
        content, name = upload.stream.read(most + 1), upload.filename or ""
    else:
        raise tk.ValidationError({"upload": [tk._("Give a file.")]})
    if len(content) > most:
        said = tk._("This file is larger than {number} MB, the most that is converted while you wait.")
        raise checks.Refused(checks.TOO_LARGE, "upload", said.format(number=checks.megabytes(most)))
    path = folder / harmless(name)
    path.write_bytes(content)
    return path
