"""Which column of a file is which of the schema: by name, in any order, near misses recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from ckanext.ess.tables.cells import Row, letters, text_of
from ckanext.ess.tables.columns import Column, Fault

#: Rows at the top among which the header is looked for.
TOP = 10
#: A row that names this share of the columns is the header.
_HALF = 0.5
_SHOWN = 200


class Place(NamedTuple):
    """A fault of the header at a column of the file, counted from 1; 0 for none."""

    number: int
    fault: Fault


class Header(NamedTuple):
    """The columns of a file: for each the schema's, None where it has none."""

    row: Row
    columns: list[Column | None]
    places: list[Place]

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self.columns)

    @property
    def blanks(self) -> list[int]:
        """Numbers of the columns without a name."""
        return [number for number, cell in enumerate(self.row.cells, 1) if not text_of(cell).strip()]


def header_of(top: list[Row], wanted: tuple[Column, ...]) -> Header:
    """Return the header of a file that begins with these rows, of which there is at least one."""
    names = {one.name.casefold() for one in wanted}
    counts = [sum(text_of(cell).strip().casefold() in names for cell in row.cells) for row in top]
    best = max(range(len(top)), key=lambda index: (counts[index], -index))
    chosen = best if not counts[0] and counts[best] >= max(1, _HALF * len(wanted)) else 0
    places = []
    if chosen:
        params = {"value": str(top[chosen].line), "count": str(chosen)}
        places.append(Place(0, Fault("table.header-late", params)))
    columns, found = _matched(top[chosen], wanted)
    return Header(top[chosen], columns, places + found)


def _matched(row: Row, wanted: tuple[Column, ...]) -> tuple[list[Column | None], list[Place]]:
    labels = [text_of(cell).strip() for cell in row.cells]
    exact = {one.name.strip(): one for one in wanted}
    columns: list[Column | None] = []
    places: list[Place] = []
    for number, label in enumerate(labels, 1):
        column = exact.get(label)
        if label and label in labels[: number - 1]:
            first = letters(labels.index(label) + 1)
            places.append(Place(number, Fault("table.duplicate-column", {"value": label, "first": first})))
            column = None
        columns.append(column)
    _rename(labels, columns, wanted, places)
    places += _missing(columns, wanted)
    places += _extra(labels, columns)
    places += _order(columns, wanted)
    return columns, places


def _rename(
    labels: list[str], columns: list[Column | None], wanted: tuple[Column, ...], places: list[Place]
) -> None:
    """Give columns whose name is nearly that of a missing one to it, with a fault for the name."""
    missing = {folded(one.name): one for one in wanted if one not in columns}
    for index, label in enumerate(labels):
        if (
            columns[index] is None
            and labels.index(label) == index
            and (one := missing.pop(folded(label), None))
        ):
            columns[index] = one
            params = {"value": label, "field": one.name}
            places.append(Place(index + 1, Fault("table.renamed-column", params)))


def _missing(columns: list[Column | None], wanted: tuple[Column, ...]) -> Iterator[Place]:
    for one in wanted:
        if one not in columns:
            rule = "table.missing-column" if one.required else "table.optional-column"
            yield Place(0, Fault(rule, {"field": one.name, **helps(one)}))


def _extra(labels: list[str], columns: list[Column | None]) -> Iterator[Place]:
    for number, (label, column) in enumerate(zip(labels, columns, strict=True), 1):
        if label and column is None and labels.index(label) == number - 1:
            yield Place(number, Fault("table.extra-column", {"value": label[:_SHOWN]}))


def _order(columns: list[Column | None], wanted: tuple[Column, ...]) -> Iterator[Place]:
    present = [one.name for one in columns if one]
    expected = [one.name for one in wanted if one.name in present]
    if present != expected:
        first = next(index for index, name in enumerate(present) if name != expected[index])
        params = {"value": present[first], "field": expected[first]}
        number = next(index for index, one in enumerate(columns, 1) if one and one.name == present[first])
        yield Place(number, Fault("table.column-order", params))


def helps(column: Column) -> dict[str, str]:
    """Return what to write in a column, in both languages, where the schema says it."""
    return {key: value for key, value in column.field.items() if key.startswith("help.")}


def folded(label: str) -> str:
    """Return a name without what people get wrong: case, accents, spaces, signs.

    >>> folded("Nom de l'Attribuant"), folded("nom_attribuant")
    ('nomdelattribuant', 'nomattribuant')
    """
    plain = unicodedata.normalize("NFKD", label.casefold())
    return re.sub(r"[\W_]", "", "".join(sign for sign in plain if not unicodedata.combining(sign)))
