"""Where the tables of the standard come from, and how much each version holds."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ckanext.ess.identifiers.tsv import rows

from . import codelists
from .codelist_rules import codelist_rules
from .elements import table
from .rules import rules
from .versions import FILE_TYPES, VERSIONS

DATA = Path(__file__).parent / "data" / "origins.tsv"


class Origin(NamedTuple):
    """Official files that tables were derived from; ``date`` is that of the commit (ISO)."""

    part: str
    repository: str
    branch: str
    commit: str
    date: str
    licence: str


class VersionFacts(NamedTuple):
    """How much the tables hold for a version."""

    version: str
    elements: int
    attributes: int
    codelists: int
    codes: int
    codelist_rules: int
    rules: int
    rule_ids: int


def origins() -> list[Origin]:
    """All origins, by part and branch."""
    return [Origin(*cells) for cells in rows(DATA)]


def facts(version: str) -> VersionFacts:
    """Counts for one version."""
    lines = [row for file_type in FILE_TYPES for row in table(version, file_type)]
    names = codelists.names(version)
    return VersionFacts(
        version=version,
        elements=len({row.name for row in lines if row.kind == "element"}),
        attributes=sum(1 for row in lines if row.kind == "attribute"),
        codelists=len(names),
        codes=sum(len(codelists.codelist(name, version)) for name in names),
        codelist_rules=len(codelist_rules(version)),
        rules=len(rules(version)),
        rule_ids=len({rule.id for rule in rules(version)}),
    )


def all_facts() -> list[VersionFacts]:
    """Counts for every version, oldest first."""
    return [facts(version) for version in VERSIONS]
