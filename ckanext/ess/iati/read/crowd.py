"""Elements and attributes in numbers that no publisher needs, but that would take hours or all memory.

libxml2 counts the siblings of every element that it complains of: with a hundred thousand of them that makes
billions of steps, in one call that nothing can stop.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from lxml import etree

from ckanext.ess.iati.read.limits import Limits
from ckanext.ess.iati.read.tree import Element

#: Shorter texts cannot hold a crowd.
_SHORT = 16 * 1024


def too_much(text: bytes, limits: Limits) -> bool:
    """Judge a text before it is parsed: libxml2 takes some 150 bytes for each tag, attribute and value."""
    return len(text) > limits.nodes and text.count(b"<") + 2 * text.count(b"=") > limits.nodes


def crowded(text: bytes, tree: Element, limits: Limits) -> tuple[Element, bool] | None:
    """Return an element of a parsed text with more children or attributes than the limits allow, or None.

    Returns:
        The element, and whether it is attributes that it has too many of.
    """
    if len(text) < _SHORT or (text.count(b"=") <= limits.attributes and text.count(b"<") <= limits.children):
        return None
    found: list[Element] = _query(limits.children, limits.attributes)(cast("Any", tree))
    if not found:
        return None
    finery = next((element for element in found if len(element.attrib) > limits.attributes), None)
    return (found[0], False) if finery is None else (finery, True)


@lru_cache(maxsize=8)
def _query(children: int, attributes: int) -> Any:
    return etree.XPath(f"//*[*[{children + 1}] or @*[{attributes + 1}]]")
