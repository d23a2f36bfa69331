"""Elements on their way from cells to XML; each value remembers the cell that it came from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from lxml import etree

from ckanext.ess.iati.convert.cell import Place
from ckanext.ess.iati.standard.elements import Definition, definition
from ckanext.ess.iati.standard.versions import LATEST

#: The cell of an element's text, among those of its attributes.
TEXT = ""
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Node:
    """An element. ``cells`` gives places by attribute, ``""`` for the text."""

    __slots__ = ("attributes", "cells", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str] | None = None, text: str = "") -> None:
        self.name = name
        self.attributes = attributes or {}
        self.text = text
        self.children: list[Node] = []
        self.cells: dict[str, Place] = {}

    def add(self, name: str, attributes: dict[str, str] | None = None, text: str = "") -> Node:
        """Append an element and return it."""
        child = Node(name, attributes, text)
        self.children.append(child)
        return child

    def put(self, attribute: str, value: str, place: Place | None = None) -> None:
        """Set an attribute, or the text where the name is empty."""
        if attribute:
            self.attributes[attribute] = value
        else:
            self.text = value
        if place:
            self.cells[attribute] = place

    def child(self, name: str) -> Node | None:
        """The first element of this name directly inside."""
        return next((one for one in self.children if one.name == name), None)

    def walk(self) -> Iterator[Node]:
        """This element and all inside, in order."""
        yield self
        for one in self.children:
            yield from one.walk()

    def place(self) -> Place | None:
        """The first cell that anything in this element came from."""
        return next((place for one in self.walk() for place in one.cells.values()), None)

    def same(self, other: Node) -> bool:
        """Whether both would be written alike."""
        return (
            (self.name, self.attributes, self.text) == (other.name, other.attributes, other.text)
            and len(self.children) == len(other.children)
            and all(one.same(two) for one, two in zip(self.children, other.children, strict=True))
        )


@cache
def _order(name: str, file_type: str) -> tuple[dict[str, int], dict[str, Definition]]:
    """Ranks and definitions of what stands in a record."""
    found = definition(LATEST, file_type, f"iati-{file_type}/{name}")
    return _ranks(found) if found else ({}, {})


def _ranks(found: Definition) -> tuple[dict[str, int], dict[str, Definition]]:
    ranks = {child.name: rank for rank, child in enumerate(found.children)}
    return ranks, {child.name: child.definition for child in found.children}


def sort(node: Node, file_type: str) -> None:
    """Put everything in an activity or organisation into the order of the standard."""
    _sort(node, *_order(node.name, file_type))


def _sort(node: Node, ranks: dict[str, int], inner: dict[str, Definition]) -> None:
    if len(node.children) > 1:
        node.children.sort(key=lambda child: ranks[child.name])
    for child in node.children:
        if child.children:
            _sort(child, *_cached(inner[child.name]))


_KNOWN: dict[int, tuple[dict[str, int], dict[str, Definition]]] = {}


def _cached(found: Definition) -> tuple[dict[str, int], dict[str, Definition]]:
    """Ranks of a definition, which lives as long as the tables."""
    key = id(found)
    if key not in _KNOWN:
        _KNOWN[key] = _ranks(found)
    return _KNOWN[key]


def element(node: Node) -> Any:
    """Return the node as lxml's element."""
    made = etree.Element(node.name, _attributes(node))
    _fill(made, node)
    return made


def _fill(made: Any, node: Node) -> None:
    if node.text:
        made.text = node.text
    for child in node.children:
        _fill(etree.SubElement(made, child.name, _attributes(child)), child)


def _attributes(node: Node) -> dict[str, str]:
    if "xml:lang" not in node.attributes:
        return node.attributes
    return {_XML_LANG if name == "xml:lang" else name: value for name, value in node.attributes.items()}
