"""Codelist rules of every version: which attribute takes its codes from which list, under which vocabulary.

Those of 2.0x have official numbers, listed in ``codelist-rules/VERSION.tsv``. Those of 1.04 and 1.05 are
derived from the standard's mapping; where 2.0x has a rule for the same attribute its number is taken over,
the others get a number of ours (``ess.codelist.…``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from standard_import import Files, table
from standard_import.elements import MAIN, Schema

COLUMNS = ("id", "path", "attribute", "codelist", "vocabulary", "severity", "category", "official")
TARGET = Path("ckanext/ess/iati/standard/data/codelist-rules")
OURS = ("1.04", "1.05")
NUMBERED = ("2.01", "2.02", "2.03")

#: Paths as the official validator has them -> as they are meant; it checks nothing there.
_NEVER_REACHED = {"/": "//*", "/organisations": "/iati-organisations"}

_CONDITION = re.compile(r"(\.\./)?@vocabulary ?= ?'(\w[\w-]*)'( or (?:absent/empty|not\(@vocabulary\)))?")


#: What holds the element that a mapping's path starts with.
_ROOTS = {"iati-activity": "iati-activities/", "iati-organisation": "iati-organisations/"}


class _Mapping(NamedTuple):
    path: str
    attribute: str
    codelist: str
    condition: str


def _vocabulary(condition: str) -> str:
    """``CODE`` for a vocabulary to be given, ``CODE?`` when none given means it, ``../`` for the parent's."""
    if not condition:
        return ""
    found = _CONDITION.fullmatch(condition)
    if not found:
        raise ValueError(f"condition of another kind: {condition}")
    return f"{found[1] or ''}{found[2]}{'?' if found[3] else ''}"


def _numbered(folder: Path, version: str) -> list[tuple[str, ...]]:
    lines = (folder / "codelist-rules" / f"{version}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows: list[tuple[str, ...]] = []
    for number, path, attribute, codelist, condition, severity, category in (
        line.split("\t") for line in lines
    ):
        official = "no" if path in _NEVER_REACHED else "yes"
        place = _NEVER_REACHED.get(path, path)
        rows.append(
            (number, place, attribute, codelist, _vocabulary(condition), severity, category, official)
        )
    return rows


def _mappings(folder: Path, version: str) -> Iterator[_Mapping]:
    root = etree.parse(folder / "mapping" / f"{version}.xml").getroot()
    for mapping in root.iterfind("mapping"):
        path, _slash, last = (mapping.findtext("path") or "").lstrip("/").rpartition("/")
        place = f"/{_ROOTS.get(path.partition('/')[0], '')}{path}" if path else "//*"
        codelist = mapping.find("codelist")
        if codelist is None:
            raise ValueError(f"{version}: mapping of {path} names no list")
        yield _Mapping(
            place, last.lstrip("@"), codelist.get("ref") or "", mapping.findtext("condition") or ""
        )


@cache
def _paths(folder: Path, version: str) -> frozenset[str]:
    """Paths of the elements and attributes of a version."""
    schemas = [Schema(folder / "schemas" / version, main) for main in MAIN.values()]
    return frozenset(row[0] for schema in schemas for row in schema.rows())


def _on_parent(folder: Path, version: str, path: str) -> bool:
    """Whether the vocabulary of an element stands on its parent, as for budget items."""
    *_rest, parent, name = path.split("/")
    attributes = _paths(folder, version)
    own = f"{name}/@vocabulary" in attributes or f"{parent}/{name}/@vocabulary" in attributes
    return not own and f"{parent}/@vocabulary" in attributes


def _derived(folder: Path, version: str, later: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    exact = {row[1:4]: row for row in reversed(later)}
    places = {row[1:3]: row for row in reversed(later)}
    for mapping in _mappings(folder, version):
        twin = exact.get(mapping[:3]) or places.get(mapping[:2])
        element = "-".join(mapping.path.split("/")[-2:])
        number = twin[0] if twin else f"ess.codelist.{element}.{mapping.attribute}"
        category = twin[6] if twin else "classifications"
        vocabulary = _vocabulary(mapping.condition)
        if vocabulary and _on_parent(folder, version, mapping.path):
            vocabulary = f"../{vocabulary}"
        yield (number, mapping.path, mapping.attribute, mapping.codelist, vocabulary, "error", category, "no")


def codelist_rule_files(folder: Path) -> Files:
    """One table for each version that has code lists."""
    tables = {version: _numbered(folder, version) for version in NUMBERED}
    for version in NUMBERED:
        listed = {row[1:5] for row in tables[version]}
        mapped = {(*mapping[:3], _vocabulary(mapping.condition)) for mapping in _mappings(folder, version)}
        if listed != mapped:
            raise ValueError(f"{version}: codelist-rules and mapping differ: {sorted(listed ^ mapped)}")
    later = [row for version in reversed(NUMBERED) for row in tables[version]]
    for version in OURS:
        tables[version] = list(_derived(folder, version, later))
    return {TARGET / f"{version}.tsv": table(COLUMNS, rows) for version, rows in tables.items()}
