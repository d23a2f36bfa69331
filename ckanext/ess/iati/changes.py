"""What changed between two IATI files, activity by activity."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from lxml import etree

from ckanext.ess.iati.read import IatiFile, Limits, parse
from ckanext.ess.iati.read.raw import Source
from ckanext.ess.iati.read.tree import Element

_IDENTIFIERS = ("iati-identifier", "organisation-identifier")
_TITLES = ("title", "name")
#: Says when a file was made, not what is in it.
_STAMP = "last-updated-datetime"
_LONG = 300

#: (identifier, title) of activities.
Named = tuple[tuple[str, str], ...]


class Known(NamedTuple):
    """An activity: a hash of what it says, whatever its layout, and its title."""

    digest: str
    title: str


class Changes(NamedTuple):
    """Activities that are new, that changed, and that are no longer there."""

    added: Named
    changed: Named
    removed: Named


def activities(source: Source, limits: Limits | None = None) -> dict[str, Known]:
    """Return the activities (or the organisation) of a file by identifier; those without one are left out.

    Args:
        source: path, or binary stream at its start.
        limits: how much of it is read.
    """
    document = IatiFile(source, limits) if limits else IatiFile(source)
    found: dict[str, Known] = {}
    for piece in document.pieces():
        if document.root is None or not piece.number:
            continue
        element = parse(piece, document.root, document.limits).element
        if element is not None and (identifier := _text(element, _IDENTIFIERS)):
            found[identifier[:_LONG]] = Known(_digest(element), _text(element, _TITLES)[:_LONG])
    return found


def compare(before: Mapping[str, Known], after: Mapping[str, Known]) -> Changes:
    """Return what changed from a file to the next.

    >>> compare({"a": Known("1", "A"), "b": Known("2", "B")}, {"b": Known("3", "B"), "c": Known("4", "C")})
    Changes(added=(('c', 'C'),), changed=(('b', 'B'),), removed=(('a', 'A'),))
    """
    return Changes(
        tuple((name, made.title) for name, made in after.items() if name not in before),
        tuple(
            (name, made.title)
            for name, made in after.items()
            if name in before and before[name].digest != made.digest
        ),
        tuple((name, made.title) for name, made in before.items() if name not in after),
    )


def _text(element: Element, names: tuple[str, ...]) -> str:
    for name in names:
        for child in element.iterchildren(name):
            return " ".join("".join(child.itertext()).split())
    return ""


def _digest(element: Element) -> str:
    """A hash that order of attributes, indentation and the day of the last change leave as it is."""
    owned: Any = element
    owned.attrib.pop(_STAMP, None)
    canonical = cast("bytes", etree.tostring(owned, method="c14n2", strip_text=True, with_tail=False))  # type: ignore[call-overload]
    return hashlib.sha1(canonical, usedforsecurity=False).hexdigest()[:16]
