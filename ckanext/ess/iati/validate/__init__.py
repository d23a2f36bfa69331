"""Validation of IATI files: ``validate`` makes a ``Report``, ``verdict`` a word of it.

>>> import io
>>> report = validate(io.BytesIO(b"<html></html>"), name="page")
>>> report.file_type, verdict(report), report.findings[0].rule
('other', 'unreadable', '0.1.1')
"""

from __future__ import annotations

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.options import Options
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.iati.validate.run import validate
from ckanext.ess.iati.validate.verdict import VERDICTS, exit_status, verdict

__all__ = ["VERDICTS", "Finding", "Options", "Report", "exit_status", "validate", "verdict"]
