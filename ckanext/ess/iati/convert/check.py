"""Check what was made with the validator, one activity at a time, and lead each finding to its cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from ckanext.ess.iati.convert.cell import Place
from ckanext.ess.iati.convert.finding_words import LABEL
from ckanext.ess.iati.convert.node import TEXT, Node
from ckanext.ess.iati.convert.problem import Problem, Severity
from ckanext.ess.iati.read import Limits, Piece
from ckanext.ess.iati.read.root import read_root
from ckanext.ess.iati.standard.versions import LATEST
from ckanext.ess.iati.validate.across import Across
from ckanext.ess.iati.validate.engine import Engine
from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.plan import Plan
from ckanext.ess.iati.validate.rules.case import Setting
from ckanext.ess.identifiers.prefixes import registered

_SEVERITY: dict[str, Severity] = {
    "critical": "error",
    "error": "error",
    "warning": "warning",
    "advisory": "note",
}
#: Titles of columns, by sheet and number of the column.
Titles = Mapping[str, Mapping[int, str]]

_STEP = re.compile(r"([\w:-]+)(?:\[(\d+)\])?")
_DAY = 86400


class Checker:
    """Checks records of one file, as the validator would check the file."""

    def __init__(self, file_type: str, now: dt.datetime) -> None:
        self.opening = f'<iati-{file_type} version="{LATEST}">'.encode()
        self.closing = f"</iati-{file_type}>".encode()
        root = read_root(self.opening, 1, 1)
        seconds = now.toordinal() * _DAY + now.hour * 3600 + now.minute * 60 + now.second
        setting = Setting(seconds, False, registered())  # noqa: FBT003 - a tuple of the validator's
        plan = Plan(LATEST, file_type, setting, screened=True, references=False)
        self._engine = Engine(plan, root, Limits())
        self._across = Across(file_type, official=False, references=False)

    def findings(self, number: int, raw: bytes) -> tuple[Finding, ...]:
        """Return what is wrong with a record.

        Args:
            number: its place in the file, from 1.
            raw: its XML.
        """
        checked = self._engine.check(Piece(number, raw, number, 1))
        return (*checked.findings, *self._across.add(checked))


def problems(findings: tuple[Finding, ...], node: Node, fallback: Place, titles: Titles) -> Iterator[Problem]:
    """Turn findings into problems of cells.

    Args:
        findings: of one record.
        node: the record.
        fallback: what to point at where a finding speaks of something that is in no cell.
        titles: those of the columns, by sheet and column.
    """
    for finding in findings:
        place = trace(node, finding.xpath) or fallback
        value = finding.params.get("value", "")
        label = titles.get(place.sheet, {}).get(place.column, "")
        told = finding._replace(params={**finding.params, LABEL: label})
        yield Problem(finding.rule, _SEVERITY[finding.severity], place, value, told.params, told)


def trace(node: Node, xpath: str) -> Place | None:
    """Return the cell that the thing at a path came from; the nearest one where it came from none itself."""
    steps = xpath.strip("/").split("/")[2:]
    best: Place | None = None
    for step in steps:
        if step.startswith("@"):
            return node.cells.get(step[1:]) or best or node.place()
        found = _STEP.fullmatch(step)
        same = [child for child in node.children if found and child.name == found[1]]
        index = int(found[2] or 1) - 1 if found else 0
        if index >= len(same):
            return best
        node = same[index]
        best = node.cells.get(TEXT) or node.place() or best
    return best
