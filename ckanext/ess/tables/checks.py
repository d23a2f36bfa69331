"""Custom checks that French schemas name: numbers of organisations, one of two columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ckanext.ess.identifiers import rna, siren, siret
from ckanext.ess.identifiers.refusal import Refusal
from ckanext.ess.tables.cells import Cell, Remark, text_of
from ckanext.ess.tables.columns import Column, Fault
from ckanext.ess.tables.schema import TableSchema

#: A number that is none: the rule, and the module's judgement.
_NUMBERS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "french-siret-value": ("table.siret", siret.validate),
    "french-siren-value": ("table.siren", siren.validate),
}

#: Cells of a row by the name of their column.
Cells = Mapping[str, Cell]


class Found(NamedTuple):
    """A fault of a row, and the column it is in; empty for the row as a whole."""

    column: str
    fault: Fault


Check = Callable[[Cells], Iterator[Found]]


def checks_of(schema: TableSchema) -> tuple[list[Check], list[Remark]]:
    """Return the checks of a schema, and a remark for each that we do not know."""
    columns = {one.name: one for one in schema.columns}
    found: list[Check] = []
    remarks: list[Remark] = []
    for wanted in schema.checks:
        params = wanted.get("params")
        check = _check(str(wanted.get("name", "")), params if isinstance(params, Mapping) else {}, columns)
        if check is None:
            name = str(wanted.get("name", ""))[:100]
            remarks.append(Remark("table.unchecked", {"kind": "custom-check", "value": name}))
        else:
            found.append(check)
    return found, remarks


def _check(name: str, params: Mapping[str, object], columns: Mapping[str, Column]) -> Check | None:
    if name in _NUMBERS and (one := columns.get(str(params.get("column")))):
        return _number(one, *_NUMBERS[name])
    if name == "one-of-required":
        pair = [columns.get(str(params.get(key))) for key in ("column1", "column2")]
        if pair[0] and pair[1]:
            return _one_of(pair[0], pair[1])
    return None


def _number(column: Column, rule: str, judge: Callable[[str], str]) -> Check:
    def check(cells: Cells) -> Iterator[Found]:
        cell = cells.get(column.name)
        if column.blank(cell) or any(column.faults(cell)):
            return
        text = text_of(cell).strip()
        try:
            number = judge(text)
            if number != text:
                yield Found(column.name, Fault(rule, {"kind": "blanks", "value": text, "meant": number}))
        except Refusal as refusal:
            reasons = {"reason.en": refusal.sentence("en"), "reason.fr": refusal.sentence("fr")}
            yield Found(column.name, Fault(rule, {"value": text, **reasons}))

    return check


def _one_of(first: Column, second: Column) -> Check:
    def check(cells: Cells) -> Iterator[Found]:
        if first.blank(cells.get(first.name)) and second.blank(cells.get(second.name)):
            yield Found("", Fault("table.one-of", {"first": first.name, "second": second.name}))

    return check


def pardoned(column: Column, fault: Fault, text: str) -> Fault:
    """Return the fault of a cell, milder where the schema is wrong: RNA numbers with a letter do exist.

    Those of Corsica and of some overseas territories have a letter, which the usual pattern refuses.
    """
    foreseen = fault.rule != "table.pattern" or not column.name.casefold().startswith("rna")
    if foreseen or not rna.is_valid(text) or rna.compact(text) != text:
        return fault
    return Fault("table.rna-letter", fault.params)
