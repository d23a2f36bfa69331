"""Schemas that are built in, so that a portal without a way out checks them all the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ckanext.ess.identifiers.tsv import rows

_FOLDER = Path(__file__).parent / "data"
#: Names of the French catalogue → the file of facts, the version they are of, and its custom checks.
_SCHEMAS: dict[str, tuple[str, str, tuple[dict[str, Any], ...]]] = {
    "scdl/subventions": (
        "scdl-subventions.tsv",
        "2.1.1",
        (
            {"name": "french-siret-value", "params": {"column": "idAttribuant"}},
            {"name": "french-siret-value", "params": {"column": "idBeneficiaire"}},
            {
                "name": "one-of-required",
                "params": {"column1": "idBeneficiaire", "column2": "rnaBeneficiaire"},
            },
        ),
    ),
}
#: Where other names of a built-in schema lead.
_ALSO = {"scdl-subventions": "scdl/subventions", "subventions": "scdl/subventions"}


def names() -> tuple[str, ...]:
    """Return the names of the schemas that are built in."""
    return tuple(_SCHEMAS)


def builtin(name: str, version: str = "") -> dict[str, Any] | None:
    """Return the descriptor of a built-in schema, None where there is none of that name and version.

    Args:
        name: as the French catalogue calls it.
        version: of the schema; empty for the latest.

    >>> [field["name"] for field in builtin("scdl/subventions")["fields"]][:2]
    ['nomAttribuant', 'idAttribuant']
    """
    wanted = name.strip().strip("/").casefold()
    wanted = _ALSO.get(wanted, wanted)
    if wanted not in _SCHEMAS:
        return None
    file, ours, checks = _SCHEMAS[wanted]
    if version.removeprefix("v") not in {"", "latest", ours}:
        return None
    return {"name": wanted, "version": ours, "fields": list(_fields(file)), "custom_checks": list(checks)}


@cache
def _fields(file: str) -> tuple[dict[str, Any], ...]:
    return tuple(_field(*cells) for cells in rows(_FOLDER / file))


def _field(name: str, kind: str, required: str, *facts: str) -> dict[str, Any]:
    pattern, minimum, maximum, longest, allowed, yes, no, english, french = facts
    constraints: dict[str, Any] = {"required": bool(required)}
    if pattern:
        constraints["pattern"] = pattern
    for key, text in (("minimum", minimum), ("maximum", maximum)):
        if text:
            constraints[key] = float(text)
    if longest:
        constraints["maxLength"] = int(longest)
    if allowed:
        constraints["enum"] = allowed.split("|")
    field = {"name": name, "type": kind, "constraints": constraints, "help.en": english, "help.fr": french}
    return {**field, **({"trueValues": [yes], "falseValues": [no]} if yes else {})}
