"""Codelist rules: which attribute takes its codes from which list, and under which vocabulary.

>>> rule = next(rule for rule in codelist_rules("2.03", "activities") if rule.id == "9.76.1")
>>> rule.path, rule.attribute, rule.codelist
('/iati-activities/iati-activity/sector', 'code', 'Sector')
>>> rule.applies("1"), rule.applies(None), rule.applies("2")
(True, True, False)

Rules of 2.0x have the official numbers; those of 1.04 and 1.05, derived from the standard's mapping, have
the same numbers where 2.0x rules the same attribute, else one of ours (``ess.codelist.…``). 1.01 to 1.03
never had a mapping: that of 1.04 stands for them.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ckanext.ess.identifiers.tsv import rows

from .versions import ACTIVITIES, FILE_TYPES, ORGANISATIONS, codelist_version

DATA = Path(__file__).parent / "data" / "codelist-rules"

#: Path of the rules about every element of a file.
ANYWHERE = "//*"

#: "Attribute" of the rules about an element's own text.
TEXT = "text()"

_PARENT, _DEFAULT = "../", "?"


class CodelistRule(NamedTuple):
    """A code's place and its list.

    ``vocabulary`` is the vocabulary under which the rule applies ("" for always), ``vocabulary_default`` says
    that none given (or an empty one) means it, ``vocabulary_on_parent`` that the parent element carries it.
    ``official`` is false where the official validator checks nothing: 1.0x, and two rules whose path it
    misspells.
    """

    id: str
    path: str
    attribute: str
    codelist: str
    vocabulary: str
    vocabulary_default: bool
    vocabulary_on_parent: bool
    severity: str
    category: str
    official: bool

    @property
    def file_types(self) -> tuple[str, ...]:
        """Kinds of file that the rule is for."""
        if self.path == ANYWHERE:
            return FILE_TYPES
        return (ORGANISATIONS,) if self.path.startswith("/iati-organisations") else (ACTIVITIES,)

    def applies(self, vocabulary: str | None) -> bool:
        """Whether the rule is for a code with this vocabulary (None or "" where none is given)."""
        if not self.vocabulary:
            return True
        return vocabulary == self.vocabulary if vocabulary else self.vocabulary_default


def _rule(cells: list[str]) -> CodelistRule:
    number, path, attribute, codelist, vocabulary, severity, category, official = cells
    return CodelistRule(
        id=number,
        path=path,
        attribute=attribute,
        codelist=codelist,
        vocabulary=vocabulary.removeprefix(_PARENT).removesuffix(_DEFAULT),
        vocabulary_default=vocabulary.endswith(_DEFAULT),
        vocabulary_on_parent=vocabulary.startswith(_PARENT),
        severity=severity,
        category=category,
        official=official == "yes",
    )


@lru_cache(maxsize=32)
def codelist_rules(version: str, file_type: str = "") -> tuple[CodelistRule, ...]:
    """Codelist rules of a version, in the official order; for one kind of file when it is given."""
    found = tuple(_rule(cells) for cells in rows(DATA / f"{codelist_version(version)}.tsv"))
    return tuple(rule for rule in found if not file_type or file_type in rule.file_types)
