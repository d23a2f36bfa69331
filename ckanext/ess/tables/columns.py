"""Columns of a schema and what they say of a cell; types and limits are judged by frictionless."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ckanext.ess.tables.cells import Cell, text_of
from ckanext.ess.tables.patterns import PatternUnknown, matcher

#: A number or a date is never so long, and reading digits takes its time.
_LONG = 1000
_TEXTS = frozenset({"string", "object", "array", "geojson", "any", "list"})
#: Types that take a spreadsheet's own values; the others get the text one would have typed.
_NATIVE = frozenset({"date", "datetime", "time", "number", "integer", "boolean", "any"})
#: Constraints that frictionless judges, and our rules on them.
_RULES = {
    "type": "table.type", "required": "table.blank", "minLength": "table.short", "maxLength": "table.long",
    "minimum": "table.below", "maximum": "table.above", "enum": "table.allowed",
}  # fmt: skip
#: What a field may say besides its name and constraints.
_PROPERTIES = ("type", "format", "trueValues", "falseValues", "decimalChar", "groupChar", "bareNumber")

Reader = Callable[[Any], tuple[Any, Mapping[str, str] | None]]


class Fault(NamedTuple):
    """What is wrong with a cell: a rule and what its sentence needs."""

    rule: str
    params: dict[str, str]


class Column(NamedTuple):
    """A column that the schema asks for. ``unchecked`` names the constraints that cannot be checked."""

    name: str
    kind: str
    read: Reader
    fits: Callable[[str], bool]
    constraints: Mapping[str, Any]
    missing: frozenset[str]
    unchecked: tuple[str, ...]
    field: Mapping[str, Any]

    @property
    def required(self) -> bool:
        """Whether every row must say something here."""
        return bool(self.constraints.get("required"))

    @property
    def unique(self) -> bool:
        """Whether no two rows may say the same here."""
        return bool(self.constraints.get("unique"))

    def blank(self, cell: Cell) -> bool:
        """Whether the cell says nothing: blanks say nothing either."""
        return cell is None or text_of(cell).strip() in self.missing

    def faults(self, cell: Cell) -> Iterator[Fault]:
        """Yield what is wrong with a cell."""
        if self.blank(cell):
            if self.required:
                yield Fault("table.blank", {})
            return
        text = text_of(cell)
        if self.kind not in _TEXTS and len(text) > _LONG:
            yield Fault("table.type", {"kind": self.kind})
            return
        _, notes = self.read(cell if self.kind in _NATIVE else text)
        for name in notes or ():
            yield Fault(_RULES[name], self._params(name))
        if not notes and not self.fits(text):
            yield Fault("table.pattern", {"pattern": str(self.constraints["pattern"])})

    def _params(self, name: str) -> dict[str, str]:
        if name == "type":
            return {"kind": self.kind}
        if name == "enum":
            return {"allowed": "\n".join(text_of(value) for value in self.constraints[name])}
        return {"limit": text_of(self.constraints[name])}


def column(field: Mapping[str, Any], missing: frozenset[str]) -> Column:
    """Return the column of a field whose shape was checked.

    Raises:
        ValueError: frictionless does not take it.
    """
    kind = field["type"]
    known, unchecked = _supported(kind, field.get("constraints", {}))
    pattern = known.pop("pattern", None)
    fits: Callable[[str], bool] = _anything
    if pattern is not None:
        try:
            fits = matcher(pattern)
        except PatternUnknown:
            unchecked.append("pattern")
    wanted = {name: field[name] for name in _PROPERTIES if name in field}
    read = _reader({"name": "column", **wanted, "missingValues": [""], "constraints": known})
    if pattern is not None:
        known["pattern"] = pattern
    shown = field.get("format") if kind == "string" and field.get("format", "default") != "default" else kind
    return Column(field["name"], shown or kind, read, fits, known, missing, tuple(unchecked), field)


def _anything(_: str) -> bool:
    return True


def _supported(kind: str, constraints: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the constraints that the type has, and the names of the others."""
    from frictionless.system.system import system

    supported = {*system.select_field_class(kind).supported_constraints, "required", "unique"}
    ours = {name for name in supported if name in _RULES} | {"unique"}
    if kind in {"string", "any"}:
        ours.add("pattern")
    known = {name: value for name, value in constraints.items() if name in ours}
    return known, [name for name in constraints if name not in ours]


def _reader(descriptor: dict[str, Any]) -> Reader:
    """Return the function by which frictionless reads a cell; a descriptor has nothing to fetch by now."""
    from frictionless import Field, FrictionlessException

    constraints = {name: value for name, value in descriptor["constraints"].items() if name != "unique"}
    try:
        field = Field.from_descriptor({**descriptor, "constraints": constraints})
        read = field.create_cell_reader()
        for name in ("minimum", "maximum"):
            if name in constraints and field.create_value_reader()(constraints[name]) is None:
                raise ValueError(f"{name} is of another type")
    except (FrictionlessException, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(str(error)) from error

    def judged(cell: Any) -> tuple[Any, Mapping[str, str] | None]:
        try:
            return read(cell)
        except (ValueError, TypeError, ArithmeticError, RecursionError, AttributeError):
            # A validator stumbled over the value: it is none of the type.
            return None, {"type": ""}

    return judged
