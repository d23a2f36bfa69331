"""Which elements and attributes a version of the standard has: order, counts, types, what they hold.

>>> activity = definition("2.03", "activities", "iati-activities/iati-activity")
>>> [child.name for child in activity.children][:3]
['iati-identifier', 'reporting-org', 'title']
>>> activity.children[0].least, activity.children[0].most
(1, 1)
>>> activity.attributes["hierarchy"].type
'xsd:int'
>>> definition("2.03", "activities", "iati-activities/iati-activity/budget/value").text_type
'xsd:decimal'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ckanext.ess.identifiers.tsv import rows

DATA = Path(__file__).parent / "data" / "elements"

#: "No upper bound" for ``most``.
UNBOUNDED = None

#: How the children of an element follow each other.
SEQUENCE, CHOICE, CHOICE_OR_NOTHING = "sequence", "choice-1", "choice-0"
TEXT, EXTENDED, EMPTY = "text", "extended", "empty"


class Row(NamedTuple):
    """A line of an element table, as ``tools/standard_import/elements.py`` describes it."""

    path: str
    kind: str
    type: str
    least: str
    most: str
    content: str
    mixed: str
    open: str
    open_attributes: str

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rpartition("/")[2]


class Attribute(NamedTuple):
    """An attribute; ``type`` is an XSD built-in (``xsd:date``), XML's own (``xml:lang``) or "" for any."""

    name: str
    type: str
    required: bool


class Child(NamedTuple):
    """A place for an element inside another; ``most`` is None where there is no limit."""

    name: str
    least: int
    most: int | None
    definition: Definition


@dataclass
class Definition:
    """What an element may hold."""

    text_type: str = ""
    order: str = EMPTY
    mixed: bool = False
    open: bool = False
    open_attributes: bool = False
    attributes: dict[str, Attribute] = field(default_factory=dict[str, Attribute])
    children: list[Child] = field(default_factory=list[Child])

    def child(self, name: str) -> Child | None:
        """The place for an element of this name."""
        return next((child for child in self.children if child.name == name), None)


@lru_cache(maxsize=16)
def table(version: str, file_type: str) -> tuple[Row, ...]:
    """Rows of a version's table for ``activities`` or ``organisations``, in document order."""
    return tuple(Row(*cells) for cells in rows(DATA / f"{version}-{file_type}.tsv"))


@lru_cache(maxsize=16)
def _definitions(version: str, file_type: str) -> Mapping[str, Definition]:
    """Definitions by path; what is declared once and used in several places is one object."""
    lines = table(version, file_type)
    known = {row.path: _described(row) for row in lines if row.kind in {"element", "type"}}
    for row in lines:
        if row.path in known and not row.content and f"({row.type})" in known:
            known[row.path] = known[f"({row.type})"]
    for row in lines:
        parent, slash, name = row.path.rpartition("/")
        if slash and row.kind == "attribute":
            plain = name.removeprefix("@")
            known[parent].attributes[plain] = Attribute(plain, row.type, row.least == "1")
        elif slash:
            most = UNBOUNDED if row.most == "*" else int(row.most)
            inner = known[name if row.kind == "ref" else row.path]
            known[parent].children.append(Child(name, int(row.least), most, inner))
    for row in lines:
        if row.content == EXTENDED:
            _extend(known[row.path], known[f"({row.type})"])
    return known


def _described(row: Row) -> Definition:
    """What a row alone says; text is free where neither a content nor a type is declared."""
    return Definition(
        text_type=row.type if row.content in {"", TEXT} else "",
        order=row.content or TEXT,
        mixed=row.mixed == "yes",
        open=row.open == "yes",
        open_attributes=row.open_attributes == "yes",
    )


def _extend(definition: Definition, base: Definition) -> None:
    """Put what a type takes over from another before its own."""
    definition.order, definition.open = base.order, base.open
    definition.open_attributes = base.open_attributes or definition.open_attributes
    definition.attributes = {**base.attributes, **definition.attributes}
    definition.children = [*base.children, *definition.children]


def definition(version: str, file_type: str, path: str) -> Definition | None:
    """What the element at a path from the root may hold; None when the version has no such element.

    The path starts with the root's name and holds element names only, without positions.
    """
    first, *names = path.strip("/").split("/")
    found = _definitions(version, file_type).get(first)
    for name in names:
        child = found.child(name) if found else None
        if child is None:
            return None
        found = child.definition
    return found


def walk(version: str, file_type: str) -> Iterator[tuple[str, Child]]:
    """Every element below the root with its path, in document order; recursion in a definition is cut."""
    root = f"iati-{file_type}"
    start = _definitions(version, file_type)[root]
    yield from _walk(root, start, (id(start),))


def _walk(path: str, parent: Definition, above: tuple[int, ...]) -> Iterator[tuple[str, Child]]:
    for child in parent.children:
        inner = f"{path}/{child.name}"
        yield inner, child
        if id(child.definition) not in above:
            yield from _walk(inner, child.definition, (*above, id(child.definition)))
