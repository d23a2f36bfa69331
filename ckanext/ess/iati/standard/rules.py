"""Rules of the IATI standard as facts: what each looks at and with which parameters.

>>> [rule.id for rule in rules("2.03", "activities")][:3]
['1.1.3', '1.1.21', '1.14.8']
>>> len(rules("2.03")), len({rule.id for rule in rules("2.03")})
(107, 89)

The rules of 2.0x have the official numbers. Those of 1.04 and 1.05 were published without; each has the
number of the rule of 2.01 that says the same. 1.01 to 1.03 never had rules: those of 1.04 stand for them (an
XPath that names nothing in a version finds nothing).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ckanext.ess.identifiers.tsv import rows

from .versions import ACTIVITIES, FILE_TYPES, ORGANISATIONS, codelist_version

DATA = Path(__file__).parent / "data" / "rules"

CRITICAL, ERROR, WARNING, ADVISORY = "critical", "error", "warning", "advisory"

#: Kind of the rules that ask whether an activity is known elsewhere.
ACTIVITY_REFERENCE = "activity-reference"


class Rule(NamedTuple):
    """One case of a rule; several cases may share an ``id``.

    ``kind`` is that of the official rulesets (``date_order``, ``if_then``…), ``context`` the XPath of the
    nodes to look at (``//…`` below the record), ``params`` what the kind needs. With ``foreach``, the rule
    runs once for each distinct value found there, which replaces ``$1`` in the params that ``substitute``
    names.
    """

    id: str
    kind: str
    severity: str
    category: str
    context: str
    foreach: str
    substitute: tuple[str, ...]
    params: Mapping[str, Any]

    @property
    def file_types(self) -> tuple[str, ...]:
        """Kinds of file that the rule is for."""
        return _file_types(self.context)


class FileRule(NamedTuple):
    """A rule about a whole file, or (``activity-reference``) about an attribute that names an activity."""

    id: str
    kind: str
    severity: str
    category: str
    path: str
    versions: tuple[str, ...]


def _file_types(context: str) -> tuple[str, ...]:
    """Kinds of file that a path belongs to.

    >>> _file_types("/iati-organisations/iati-organisation"), _file_types("//title")
    (('organisations',), ('activities', 'organisations'))
    """
    if context.startswith("/iati-organisations"):
        return (ORGANISATIONS,)
    if context.startswith("/iati-activities") or not context.startswith(("//title", "//description")):
        return (ACTIVITIES,)
    return FILE_TYPES


@lru_cache(maxsize=16)
def _rules(version: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            *cells[:6],
            substitute=tuple(cells[6].split()),
            params=MappingProxyType(json.loads(cells[7])),
        )
        for cells in rows(DATA / f"{version}.tsv")
    )


@lru_cache(maxsize=32)
def rules(version: str, file_type: str = "") -> tuple[Rule, ...]:
    """Rules of a version, in the official order; for one kind of file when it is given."""
    found = _rules(codelist_version(version))
    return tuple(rule for rule in found if not file_type or file_type in rule.file_types)


@lru_cache(maxsize=16)
def file_rules(version: str) -> tuple[FileRule, ...]:
    """Rules about whole files, and references between activities, that a version has."""
    found = [FileRule(*cells[:5], versions=tuple(cells[5].split())) for cells in rows(DATA / "file.tsv")]
    return tuple(rule for rule in found if not rule.versions or version in rule.versions)
