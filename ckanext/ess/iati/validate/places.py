"""From an element back to its line, column and path in the file, exactly and at any size."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, cast

from lxml import etree

from ckanext.ess.iati.read.piece import Piece
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.validate.rules.nodes import Found, Leaf, owner

#: In well-formed text "<" starts markup only; comments, CDATA and instructions may hold any number of them.
_STARTS = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?=[^/!?])", re.DOTALL)


#: Up to so many questions are answered one by one; more pay for an index of all elements.
_FEW = 4
_BEFORE = cast("Callable[[Element], float]", etree.XPath("count(preceding::*) + count(ancestor::*)"))


class Places:
    """Places in one piece. libxml2 keeps 16 bits of a line number and no column.

    That is why the bytes are asked instead.
    """

    def __init__(self, piece: Piece, record: Element) -> None:
        self._piece = piece
        self._record = record
        self._asked = 0
        self._offsets: list[int] = []
        self._breaks: list[int] = []
        self._numbers: dict[Element, dict[Element, int]] = {}
        self._counts: dict[Element, dict[str, int]] = {}
        self._order: dict[Element, int] = {}

    def of(self, found: Found) -> tuple[int, int]:
        """Return line and column of the start tag of an element (for an attribute, of its element)."""
        element = owner(found)
        if element is self._record:
            return self._piece.line, self._piece.column
        self._asked += 1
        if self._asked < _FEW:
            before = int(_BEFORE(element)) - 1  # less the root, which the piece does not hold
            return self._piece.place(next(islice(self._starts(), max(before, 0), None), 0))
        if not self._order:
            self._offsets = list(self._starts())
            self._order = {element: place for place, element in enumerate(self._record.iter())}
            self._breaks = [match.start() for match in re.finditer(rb"\n", self._piece.raw)]
        place = self._order.get(element, 0)
        return self._line(self._offsets[place] if place < len(self._offsets) else 0)

    def _line(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset by the index of line breaks."""
        breaks = bisect_left(self._breaks, offset)
        if breaks == 0:
            return self._piece.place(offset)
        start = self._breaks[breaks - 1] + 1
        return self._piece.line + breaks, len(self._piece.raw[start:offset].decode("utf-8", "replace")) + 1

    def _starts(self) -> Iterator[int]:
        """Yield the offsets of all start tags."""
        return (match.start() for match in _STARTS.finditer(self._piece.raw) if len(match[0]) == 1)

    def xpath(self, found: Found) -> str:
        """Return the path of an element or attribute in the whole file."""
        element = owner(found)
        steps: list[str] = []
        while element is not self._record and (parent := element.getparent()) is not None:
            steps.append(self._step(element, parent))
            element = parent
        root = self._record.getparent()
        above = "" if root is None else f"/{root.tag}"
        path = "/".join((f"{above}/{self._record.tag}[{self._piece.number}]", *reversed(steps)))
        if not isinstance(found, Leaf):
            return path
        return f"{path}/{found.name if found.name == 'text()' else '@' + found.name}"

    def _step(self, element: Element, parent: Element) -> str:
        """Return an element's name, with its number among those of its name where there are several."""
        numbers = self._numbers.get(parent)
        if numbers is None:
            counts: dict[str, int] = {}
            numbers = self._numbers[parent] = {}
            for child in parent:
                counts[child.tag] = numbers[child] = counts.get(child.tag, 0) + 1
            self._counts[parent] = counts
        several = self._counts[parent][element.tag] > 1
        return f"{element.tag}[{numbers[element]}]" if several else element.tag

    def at_path(self, path: str | None) -> Element:
        """Return the element that libxml2 names by path in an error; the record where that cannot be told."""
        root = self._record.getparent()
        if root is None or not path or path == f"/{root.tag}/{self._record.tag}":
            return self._record
        if path == f"/{root.tag}":
            return root
        names = {prefix: uri for prefix, uri in self._record.nsmap.items() if prefix}
        try:
            nodes = cast("Any", self._record).getroottree().xpath(path, namespaces=names)
        except etree.XPathError:  # a prefix declared below the activity
            return self._record
        return nodes[0] if nodes else self._record
