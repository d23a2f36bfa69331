"""From an element back to its line, column and path in the file, exactly and at any size."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple, cast

from lxml import etree

from ckanext.ess.iati.read.piece import Piece
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.validate.rules.nodes import Found, Leaf, owner

#: In well-formed text "<" starts markup only; comments, CDATA and instructions may hold any number of them.
_STARTS = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?=[^/!?])", re.DOTALL)
_STEP = re.compile(r"([A-Za-z_][\w.-]*)(?:\[(\d+)\])?")
#: Past so many names all elements are counted at once.
_FEW = 12
#: In a longer text line breaks are indexed rather than counted anew for every place.
_LONG = 64 * 1024


class _Tags(NamedTuple):
    """Elements in document order, each with its number, and the offsets of their start tags."""

    order: dict[Element, int]
    offsets: list[int]


class Places:
    """Places in one piece. libxml2 keeps 16 bits of a line number and no column.

    That is why the bytes are asked instead: the n-th element of a name has the n-th start tag of that name,
    and
    of the thousand tags of an activity few have the name in question.
    """

    def __init__(self, piece: Piece, record: Element) -> None:
        self._piece = piece
        self._record = record
        self._tags: dict[str, _Tags] = {}
        self._breaks: list[int] | None = None
        self._last = (0, piece.line)
        self._numbers: dict[tuple[Element, str], dict[Element, int]] = {}
        root = record.getparent()
        above = "" if root is None else f"/{root.tag}"
        self._paths = {record: f"{above}/{record.tag}[{piece.number}]"}

    def of(self, found: Found) -> tuple[int, int]:
        """Return line and column of the start tag of an element (for an attribute, of its element)."""
        element = owner(found)
        if element is self._record:
            return self._piece.line, self._piece.column
        tags = self._tags.get("") or self._tags.get(element.tag) or self._index(element.tag)
        place = tags.order.get(element, 0)
        return self._line(tags.offsets[place] if place < len(tags.offsets) else 0)

    def _index(self, name: str) -> _Tags:
        """Index the elements of a name, or of all names (kept under the empty one) where that is safer.

        Whatever is an element of the name begins with its tag; text that looks like one (in a comment, in
        another
        namespace) can only add to the count. So equal counts mean equal things.
        """
        raw = self._piece.raw
        if not name.startswith("{") and len(self._tags) < _FEW:
            order = {element: place for place, element in enumerate(self._record.iter(name))}
            offsets = list(_named(raw, name.encode()))
            if len(offsets) == len(order):
                tags = self._tags[name] = _Tags(order, offsets)
                return tags
        order = {element: place for place, element in enumerate(self._record.iter())}
        offsets = [match.start() for match in _STARTS.finditer(raw) if match[0] == b"<"]
        tags = self._tags[""] = _Tags(order, offsets)
        return tags

    def _line(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset."""
        raw = self._piece.raw
        start = raw.rfind(b"\n", 0, offset) + 1
        if start == 0:
            return self._piece.place(offset)
        return self._number(start), len(raw[start:offset].decode("utf-8", "replace")) + 1

    def _number(self, start: int) -> int:
        """Return the number of the line that starts at an offset."""
        raw = self._piece.raw
        if len(raw) > _LONG:
            if self._breaks is None:
                self._breaks = [match.start() for match in re.finditer(rb"\n", raw)]
            return self._piece.line + bisect_left(self._breaks, start)
        # findings come more or less in order: lines are counted from the last place
        known, line = self._last if self._last[0] <= start else (0, self._piece.line)
        line += raw.count(b"\n", known, start)
        self._last = start, line
        return line

    def xpath(self, found: Found) -> str:
        """Return the path of an element or attribute in the whole file."""
        path = self._path(owner(found))
        if not isinstance(found, Leaf):
            return path
        return f"{path}/{found.name if found.name == 'text()' else '@' + found.name}"

    def _path(self, element: Element) -> str:
        path = self._paths.get(element)
        if path is None:
            parent = element.getparent()
            if parent is None:  # the root itself
                return self._paths[self._record]
            path = self._paths[element] = f"{self._path(parent)}/{self._step(element, parent)}"
        return path

    def _step(self, element: Element, parent: Element) -> str:
        """Return an element's name, with its number among those of its name where there are several."""
        name = element.tag
        numbers = self._numbers.get((parent, name))
        if numbers is None:
            same = parent.iterchildren(name)
            numbers = self._numbers[parent, name] = {child: place for place, child in enumerate(same, 1)}
        return f"{name}[{numbers[element]}]" if len(numbers) > 1 else name

    def at_path(self, path: str | None) -> Element:
        """Return the element that libxml2 names by path in an error; the record where that cannot be told."""
        root = self._record.getparent()
        if root is None or not path or path == f"/{root.tag}/{self._record.tag}":
            return self._record
        if path == f"/{root.tag}":
            return root
        if (found := _walked(root, path)) is not None:
            return found
        names = {prefix: uri for prefix, uri in self._record.nsmap.items() if prefix}
        try:
            nodes = cast("Any", self._record).getroottree().xpath(path, namespaces=names)
        except etree.XPathError:  # a prefix declared below the activity
            return self._record
        return nodes[0] if nodes else self._record


def _named(raw: bytes, name: bytes) -> Iterator[int]:
    """Yield the offsets of the start tags of a name and what looks like one."""
    tag = b"<" + name
    after = len(tag)
    start = raw.find(tag)
    while start >= 0:
        if raw[start + after] in b" \n\t/>":
            yield start
        start = raw.find(tag, start + after)


def _walked(root: Element, path: str) -> Element | None:
    """Follow a plain path of names and numbers; None where it has anything else, or leads nowhere."""
    steps = path.split("/")[2:]
    element = root
    for step in steps:
        match = _STEP.fullmatch(step)
        if match is None:
            return None
        found = next(islice(element.iterchildren(match[1]), int(match[2] or 1) - 1, None), None)
        if found is None:
            return None
        element = found
    return element
