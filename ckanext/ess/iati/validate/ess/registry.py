"""The register of our own checks. A check is a small generator; its docstring is its documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.versions import ACTIVITIES, VERSIONS
from ckanext.ess.iati.validate.finding import Severity
from ckanext.ess.iati.validate.rules.case import Check, Hit, Setting
from ckanext.ess.iati.validate.rules.nodes import Tree
from ckanext.ess.iati.validate.screen import Attributes


@dataclass(frozen=True)
class EssCheck:
    """One of our checks.

    ``needs`` and ``suspects`` say, as for the rules, when there is nothing to look at.
    """

    id: str
    severity: Severity
    category: str
    check: Check
    needs: tuple[frozenset[str], ...] = ()
    suspects: tuple[tuple[str, Callable[[Attributes], bool]], ...] = ()
    file_types: tuple[str, ...] = (ACTIVITIES,)
    versions: tuple[str, ...] = VERSIONS

    def __hash__(self) -> int:
        return hash(self.id)

    def hits(self, record: Element, tree: Tree, setting: Setting) -> Iterator[Hit]:
        """Run the check on one activity or organisation."""
        return self.check(record, tree, setting)


CHECKS: dict[str, EssCheck] = {}
_MODULES = ("contacts", "identifiers", "links", "money", "places")


def ess_check(
    rule: str,
    severity: Severity,
    category: str,
    *,
    needs: tuple[str, ...] = (),
    suspects: tuple[tuple[str, Callable[[Attributes], bool]], ...] = (),
    file_types: tuple[str, ...] = (ACTIVITIES,),
    versions: tuple[str, ...] = VERSIONS,
) -> Callable[[Check], Check]:
    """Register a check under an id, which is then stable and documented."""

    def register(check: Check) -> Check:
        one_of = tuple(frozenset({name}) for name in needs)
        CHECKS[rule] = EssCheck(rule, severity, category, check, one_of, suspects, file_types, versions)
        return check

    return register


@lru_cache(maxsize=32)
def ess_checks(version: str, file_type: str) -> tuple[EssCheck, ...]:
    """Return our checks for a version and kind of file."""
    for name in _MODULES:  # importing a module registers its checks
        import_module(f"{__package__}.{name}")
    return tuple(
        check for check in CHECKS.values() if version in check.versions and file_type in check.file_types
    )
