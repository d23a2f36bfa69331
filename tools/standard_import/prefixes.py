"""Prefixes of organisation identifiers: those that org-id.guide confirms, and those that were withdrawn."""

from __future__ import annotations

import json
from pathlib import Path

from lxml import etree

from standard_import import Files, one_line, table

TARGET = Path("ckanext/ess/identifiers/data")
AGENCIES = "codelists/non-embedded/OrganisationRegistrationAgency.xml"
REPLACEMENTS = Path("ckanext/ess/iati/standard/data/replacements.tsv")


def _replacements(root: Path) -> dict[str, str]:
    lines = (root / REPLACEMENTS).read_text(encoding="utf-8").splitlines()[1:]
    cells = [line.split("\t") for line in lines]
    return {code: new for name, code, new, _why in cells if name == "OrganisationRegistrationAgency"}


def prefix_files(folder: Path) -> Files:
    """``org_id_prefixes.tsv`` (a database under the ODbL) and ``withdrawn_prefixes.tsv``."""
    confirmed = json.loads((folder / "org-id-prefixes.json").read_text(encoding="utf-8"))
    replaced_by = _replacements(Path(__file__).resolve().parents[2])
    withdrawn = [
        (code, replaced_by.get(code, ""))
        for item in etree.parse(folder / AGENCIES).getroot().iterfind("codelist-items/codelist-item")
        if item.get("status") == "withdrawn" and (code := one_line(item.findtext("code")))
    ]
    return {
        TARGET / "org_id_prefixes.tsv": table(("prefix",), [(code,) for code in sorted(confirmed)]),
        TARGET / "withdrawn_prefixes.tsv": table(("prefix", "replaced_by"), sorted(withdrawn)),
    }
