r"""Validation of tables (CSV, XLSX, ODS) against a Table Schema: ``validate`` makes a ``Report``.

>>> import io
>>> schema = {"fields": [{"name": "montant", "type": "number"}]}
>>> report = validate(io.BytesIO(b"montant\n12.50\ndouze\n"), "aides.csv", schema)
>>> [(finding.rule, finding.line) for finding in report.findings]
[('table.type', 3)]
"""

from __future__ import annotations

from ckanext.ess.tables.engine import TableOptions, not_applicable, unreadable, validate
from ckanext.ess.tables.files import is_table
from ckanext.ess.tables.limits import TableLimits
from ckanext.ess.tables.rules import RULES

__all__ = ["RULES", "TableLimits", "TableOptions", "is_table", "not_applicable", "unreadable", "validate"]
