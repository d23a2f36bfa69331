"""Which version of the standard a file is checked against, and what is said of the one it declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ckanext.ess.iati.read import Root
from ckanext.ess.iati.standard.codelist_rules import codelist_rules
from ckanext.ess.iati.standard.versions import LATEST, VERSIONS, normalise
from ckanext.ess.iati.validate.finding import Finding

RULE = "0.6.1"
ASSUMED = "ess.version"
_OFFICIAL = ("2.01", "2.02", "2.03")


class Chosen(NamedTuple):
    """The version to check against; ``known`` where the file means one, ``stops`` for the official way."""

    version: str
    declared: str | None
    known: bool
    stops: bool
    asked: bool


def choose_version(declared: str | None, asked: str = "") -> Chosen:
    """Choose the version: the one asked for, the one declared, else the nearest older one.

    >>> choose_version("1.032").version, choose_version("2.04").version, choose_version(None).version
    ('1.03', '2.03', '1.01')
    """
    if asked:
        return Chosen(asked, declared, known=True, stops=asked not in _OFFICIAL, asked=True)
    meant = normalise(declared or "")
    return Chosen(
        meant or nearest(declared or ""),
        declared,
        bool(meant),
        (declared or "") not in _OFFICIAL,
        asked=False,
    )


def nearest(declared: str) -> str:
    """Return the last version not after a number of the same major version; the latest for anything else."""
    try:
        number = float(declared)
    except ValueError:
        return LATEST
    # No int(): "1e309" is infinite and "nan" no number.
    major = number // 1
    older = [version for version in VERSIONS if float(version) <= number and float(version) // 1 == major]
    return max(older, default=LATEST)


def version_findings(root: Root, chosen: Chosen, *, official: bool) -> Iterator[Finding]:
    """Yield what there is to say of the declared version."""
    if chosen.asked and not (official and chosen.stops):
        return
    if (official and chosen.stops) or not chosen.known:
        params = {"value": chosen.declared or "", "version": chosen.version}
        yield _finding(RULE, "critical", "documents", root, params)
        if chosen.declared and not official:
            yield from _codes(root, chosen)
    elif (chosen.declared or "").strip() != chosen.version:
        params = {"value": chosen.declared or "", "version": chosen.version}
        yield _finding(ASSUMED, "warning", "iati", root, params)


def _codes(root: Root, chosen: Chosen) -> Iterator[Finding]:
    """Yield the codelist rule on the attribute; the official validator stops before it looks at codes."""
    for rule in codelist_rules(chosen.version, root.file_type):
        if rule.attribute == "version":
            params = {"value": chosen.declared or "", "list": rule.codelist, "element": root.name}
            more = {"attribute": rule.attribute, "vocabulary": "", "rule": rule.id, "path": rule.path}
            yield _finding(rule.id, "error", rule.category, root, {**params, **more})


def _finding(rule: str, severity: str, category: str, root: Root, params: dict[str, str]) -> Finding:
    path = f"/{root.name}/@version"
    return Finding(rule, severity, category, None, 0, root.line, root.column, path, params)  # type: ignore[arg-type]
