"""What the sentences of a rule need to know of the nodes that it looked at.

How many, how many without, which value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.validate.rules.grammar import Path, read
from ckanext.ess.iati.validate.rules.nodes import Found, Leaf, Tree, compile_path, owner, text

_VOCABULARY = re.compile(r"@vocabulary\s*=\s*'([^']+)'")

Describe = Callable[[Element, Tree], dict[str, str]]


def vocabulary(params: dict[str, Any]) -> str:
    """Return the vocabulary that a case is about: the one of its paths, else the default."""
    if "$1" in params:
        return str(params["$1"])
    match = _VOCABULARY.search(" ".join(params.get("paths", ())))
    return match[1] if match else "1"


def describer(params: dict[str, Any]) -> Describe:
    """Make a function that describes the nodes of the last path of a case that selects any."""
    paths = [read(path) for path in params.get("paths", ())]
    selects = [compile_path(path) for path in paths if isinstance(path, Path)]
    named = vocabulary(params)
    counted = _counted(params)
    lacking = "narrative" if "narrative" in str(params.get("then", "")) else "@percentage"

    def describe(element: Element, tree: Tree) -> dict[str, str]:
        groups = [select(element, tree) for select in selects]
        nodes = next(filter(None, groups), list[Found]())
        if counted is not None and counted < len(groups):
            nodes = groups[counted]
        return {
            "count": str(len(nodes)),
            "without": str(sum(_lacks(node, lacking) for node in nodes)),
            "value": _value(nodes),
            "vocabulary": named,
        }

    return describe


def _counted(params: dict[str, Any]) -> int | None:
    """Where paths name an activity's elements and a transaction's, the transactions are the ones to count."""
    paths = params.get("paths", ())
    places = [place for place, path in enumerate(paths) if str(path).startswith("transaction")]
    return places[0] if places else None


def _lacks(node: Found, what: str) -> bool:
    element = owner(node)
    return element.get("percentage") is None if what == "@percentage" else element.find("narrative") is None


def _value(nodes: list[Found]) -> str:
    if not nodes:
        return ""
    if isinstance(nodes[0], Leaf):
        return text(nodes[0])
    return nodes[0].get("percentage") or nodes[0].get("code") or text(nodes[0]).strip()
