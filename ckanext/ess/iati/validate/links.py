"""The page of the standard that a finding is about."""

from __future__ import annotations

import re

from ckanext.ess.iati.standard.versions import LATEST
from ckanext.ess.iati.validate.finding import Finding

_BASE = "https://iatistandard.org/en/iati-standard"
#: Where rules on tables are described, and the pages of the French catalogue's schemas.
_TABLE_SCHEMA, _CATALOGUE = "https://specs.frictionlessdata.io/table-schema/", "https://schema.data.gouv.fr"
_CATALOGUED = re.compile(r"([\w.-]+/[\w.-]+)(?: [\w.-]+)?")
_STEP = re.compile(r"\[\d+\]|/@.*$|/text\(\).*$")


def page(finding: Finding, version: str) -> str:
    """Return the address of the standard's page on a code list, an element, or the standard itself.

    >>> path = "/iati-activities/iati-activity[2]/sector/@code"
    >>> f = Finding("9.76.1", "error", "", None, 1, 1, 1, path, {})
    >>> page(f, "2.03").rpartition("iati-standard/")[2]
    '203/activity-standard/iati-activities/iati-activity/sector/'
    """
    if finding.rule.startswith("table."):
        listed = _CATALOGUED.fullmatch(version)
        return f"{_CATALOGUE}/{listed[1]}/" if listed else _TABLE_SCHEMA
    number = (version or LATEST).replace(".", "")
    if "list" in finding.params:
        return f"{_BASE}/{number}/codelists/{finding.params['list']}/"
    path = _STEP.sub("", finding.xpath)
    if path.startswith("/iati-") and "{" not in path and ":" not in path and "*" not in path:
        standard = "activity" if path.startswith("/iati-activities") else "organisation"
        return f"{_BASE}/{number}/{standard}-standard{path}/"
    return f"{_BASE}/{number}/"
