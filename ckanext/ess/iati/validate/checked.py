"""What checking one activity, or what stands between two, gives."""

from __future__ import annotations

from typing import NamedTuple

from ckanext.ess.iati.read import Problem
from ckanext.ess.iati.validate.finding import Finding


class Named(NamedTuple):
    """A reference to another activity, with its place."""

    finding: Finding
    identifier: str


class Checked(NamedTuple):
    """What checking one piece gave; small, since it travels between processes."""

    number: int
    identifier: str | None
    place: tuple[int, int]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...] = ()
    references: tuple[Named, ...] = ()
    description: bytes = b""
    updated: str = ""
    foreign: str = ""
