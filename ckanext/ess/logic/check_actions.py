"""The action that checks a file for whoever brings one."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

from ckanext.ess.iati.validate.formats.json import report_dict
from ckanext.ess.logic import checks, schema
from ckanext.ess.schema import language

__all__ = ["ess_validate"]


@tk.side_effect_free
def ess_validate(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Check a small file, without an account; nothing of it is kept.

    It is checked while the caller waits, so its size is limited (``ckanext.ess.check.api_megabytes``), and so
    is the number of checks in an hour. The page ``/validate`` takes larger files.

    Args:
        context: CKAN's.
        data_dict: ``upload``, the file as a part of a form or its text, or ``url``, its address. For a
            table (CSV, TSV, XLSX, ODS) ``schema``: the name of its Table Schema, as ``scdl/subventions``, or
            its address.

    Returns:
        The report, in the shape of ``ess-iati validate --format json``, its sentences in the request's
        language.

    Raises:
        ValidationError: neither or both are given, the address could not be read, the schema is none, the
            file is too large (HTTP 413), or there were too many (HTTP 429, with ``Retry-After``).
    """
    tk.check_access("ess_validate", context, data_dict)
    data, errors = tk.navl_validate(data_dict, schema.validate(), context)
    if errors:
        raise tk.ValidationError(errors)
    if bool(data.get("url")) == bool(data.get("upload")):
        raise tk.ValidationError({"upload": [tk._("Give a file (upload) or an address (url), one of them.")]})
    checks.take_turn()
    return report_dict(checks.now(data), language.current())
