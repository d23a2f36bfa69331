"""One row of a sheet: the elements that its cells make, the values kept aside, the problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ckanext.ess.iati.convert.cell import Place
from ckanext.ess.iati.convert.columns import Column, Step, written
from ckanext.ess.iati.convert.header import Header
from ckanext.ess.iati.convert.node import Node
from ckanext.ess.iati.convert.problem import Problem, Severity
from ckanext.ess.iati.convert.titles import Match
from ckanext.ess.iati.convert.values.refused import Refused

#: Which of several elements alike a value belongs to: number in the title, place in the cell, year.
Turn = tuple[int, int, str]
FIRST: Turn = (0, 0, "")


class Unit(NamedTuple):
    """A currency that was written with an amount, with the element that holds the amount."""

    value: Node
    sign: str
    place: Place


class Record:
    """A row under way."""

    def __init__(self, header: Header, sheet: str, row: int) -> None:
        self.header, self.sheet, self.row = header, sheet, row
        self.root = Node("row")
        #: texts that are no part of an element, by the key of their column
        self.kept: dict[str, str] = {}
        self.places: dict[str, Place] = {}
        self.problems: list[Problem] = []
        #: what the sheet has no column for, to be said once for all rows
        self.lacking: list[Problem] = []
        self.units: list[Unit] = []
        #: keys of the columns in which the row has something, right or wrong
        self.filled: frozenset[str] = frozenset()
        self._nodes: dict[tuple[tuple[Step, ...], Turn], Node] = {}

    def say(self, code: str, severity: Severity, place: Place, value: str = "", **params: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(code, severity, place, value, params))

    def refuse(self, code: str, place: Place, value: str, params: Mapping[str, str]) -> None:
        """Note that a value cannot be taken."""
        self.problems.append(Problem(code, "error", place, value, dict(params)))

    def lacks(self, code: str, column: Column) -> None:
        """Note an empty cell that is needed, or the whole column where the sheet has none."""
        params = {"key": column.key, "sheet": column.sheet}
        if self.header.number(column):
            self.problems.append(Problem(code, "error", self.at(column), "", params))
        else:
            code = "missing-column" if code == "missing" else code
            self.lacking.append(Problem(code, "error", Place(self.sheet, self.header.last), "", params))

    def at(self, column: Column) -> Place:
        """Place of a column's cell in this row, of the whole row where the sheet has no such column."""
        return Place(self.sheet, self.row, self.header.number(column))

    def put(self, match: Match, value: str, place: Place, item: int = 0) -> Node:
        """Put a value where its column says; return the element that holds it. Raises ``Refused``."""
        column = match.column
        node = self.node(column.steps, (match.number, item, match.year))
        if (taken := node.cells.get(column.attribute)) and taken != place:
            raise Refused("taken", cell=taken.address)
        node.put(column.attribute, value, place)
        return node

    def node(self, steps: tuple[Step, ...], turn: Turn = FIRST) -> Node:
        """Return the element at the end of some steps, made with those above it where there is none yet."""
        if not steps:
            return self.root
        key = (steps, turn)
        found = self._nodes.get(key)
        if found is None:
            last = steps[-1]
            found = self.node(steps[:-1], turn).add(last.name, written(last))
            self._nodes[key] = found
        return found
