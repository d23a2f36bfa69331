"""A Table Schema taken apart: only what we know is kept, and nothing in it is ever followed to elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ckanext.ess.tables.cells import Remark
from ckanext.ess.tables.columns import Column, column
from ckanext.ess.tables.limits import TableLimits
from ckanext.ess.tables.stopped import NotApplicable

TYPES = frozenset({
    "any", "array", "boolean", "date", "datetime", "duration", "geojson", "geopoint", "integer", "list",
    "number", "object", "string", "time", "year", "yearmonth",
})  # fmt: skip
#: Constraints and what they must be; ``object`` is a single value.
_CONSTRAINTS: Mapping[str, type] = {
    "required": bool, "unique": bool, "minLength": int, "maxLength": int, "pattern": str, "enum": list,
    "minimum": object, "maximum": object,
}  # fmt: skip
_STRINGS = ("format", "decimalChar", "groupChar")
_LISTS = ("trueValues", "falseValues")
_MATCHES = frozenset({"exact", "equal", "subset", "superset", "partial"})
_TEXT = 1000


class TableSchema(NamedTuple):
    """What a file is checked against. ``label`` is its name and version; ``checks`` are custom checks."""

    label: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    match: str
    checks: tuple[Mapping[str, Any], ...]
    remarks: tuple[Remark, ...]


def compiled(descriptor: object, limits: TableLimits) -> TableSchema:
    """Return the schema of a descriptor, which comes from anywhere.

    Raises:
        NotApplicable: it is no Table Schema, or one that frictionless refuses.
    """
    if not isinstance(descriptor, Mapping):
        raise _broken("object")
    fields = descriptor.get("fields")
    if not isinstance(fields, list) or not fields:
        raise _broken("fields")
    if len(fields) > limits.fields:
        raise _broken("large", limit=str(limits.fields))
    missing = _missing(descriptor.get("missingValues"))
    columns = tuple(_column(field, number, missing, limits) for number, field in enumerate(fields, 1))
    names = [one.name for one in columns]
    for name in names:
        if names.count(name) > 1:
            raise _broken("twice", field=name)
    key = descriptor.get("primaryKey", [])
    key = [key] if isinstance(key, str) else key if isinstance(key, list) else []
    checks = descriptor.get("custom_checks", [])
    match = descriptor.get("fieldsMatch", "")
    return TableSchema(
        _label(descriptor),
        columns,
        tuple(name for name in key if name in names),
        match if isinstance(match, str) and match in _MATCHES else "",
        tuple(check for check in checks if isinstance(check, Mapping)) if isinstance(checks, list) else (),
        tuple(_remarks(descriptor, columns)),
    )


def _broken(kind: str, **params: str) -> NotApplicable:
    return NotApplicable("table.schema-broken", None, kind=kind, **params)


def _label(descriptor: Mapping[str, Any]) -> str:
    """Return the name and version of a schema, as short as people say them."""
    parts = (descriptor.get("name"), descriptor.get("version"))
    return " ".join(str(part)[:100] for part in parts if isinstance(part, str) and part.strip())


def _missing(values: object) -> frozenset[str]:
    texts = [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
    return frozenset({"", *texts})


def _column(field: object, number: int, missing: frozenset[str], limits: TableLimits) -> Column:
    if not isinstance(field, Mapping) or not isinstance(field.get("name"), str) or not field["name"].strip():
        raise _broken("name", count=str(number))
    name = field["name"][:_TEXT]
    kind = field.get("type") or "string"
    known = {key: value for key, value in field.items() if key in _STRINGS and isinstance(value, str)}
    known |= {key: value for key, value in field.items() if key in _LISTS and _texts(value)}
    if isinstance(field.get("bareNumber"), bool):
        known["bareNumber"] = field["bareNumber"]
    known |= {
        key: value for key, value in field.items() if key.startswith("help.") and isinstance(value, str)
    }
    constraints = dict(_constraints(field.get("constraints"), name, limits))
    usable = isinstance(kind, str) and kind in TYPES
    try:
        found = column(
            {**known, "name": name, "type": kind if usable else "any", "constraints": constraints}, missing
        )
    except ValueError as error:
        raise _broken("field", field=name, reason=str(error)[:_TEXT]) from error
    return found if usable else found._replace(unchecked=("type", *found.unchecked))


def _texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _constraints(constraints: object, name: str, limits: TableLimits) -> Iterator[tuple[str, Any]]:
    """Yield the constraints of a field; those that we do not know go to ``unchecked`` by their name alone."""
    if constraints is None:
        return
    if not isinstance(constraints, Mapping):
        raise _broken("constraint", field=name, value="constraints")
    for key, value in constraints.items():
        expected = _CONSTRAINTS.get(key)
        if expected is None:
            yield str(key)[:_TEXT], None
        elif not _fits(value, expected, limits):
            raise _broken("constraint", field=name, value=key)
        elif value is not False:
            yield key, value


def _fits(value: object, expected: type, limits: TableLimits) -> bool:
    if expected is list:
        single = isinstance(value, list) and all(isinstance(one, (str, int, float)) for one in value)
        return single and 0 < len(value) <= limits.allowed  # type: ignore[arg-type]
    if expected is object:
        return isinstance(value, (str, int, float)) and not isinstance(value, bool)
    if expected is int:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, expected)


def _remarks(descriptor: Mapping[str, Any], columns: tuple[Column, ...]) -> Iterator[Remark]:
    for one in columns:
        for name in one.unchecked:
            yield Remark("table.unchecked", {"kind": _kind(name), "field": one.name, "value": name})
    if descriptor.get("foreignKeys"):
        yield Remark("table.unchecked", {"kind": "foreign-key", "value": "foreignKeys"})


def _kind(name: str) -> str:
    return name if name in {"pattern", "type"} else "constraint"
