"""When a condition cannot be true: the names of which an activity must have one right below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lxml import etree

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.validate.rules.grammar import Call, Node, Path, read
from ckanext.ess.iati.validate.rules.nodes import Tree, compile_test


def guard(expression: str) -> frozenset[str]:
    """Return the names without which an expression is false on any record; empty where there are none such.

    An expression that looks only below certain children cannot tell a record without them from an empty one, so
    its value on an empty record decides.

    >>> sorted(guard("count(recipient-country) > 1 and not(recipient-region)"))
    ['recipient-country', 'recipient-region']
    >>> guard("not(recipient-country or recipient-region)")
    frozenset()
    """
    node = read(expression)
    names = list(_first_names(node))
    empty = cast("Element", etree.Element("record"))
    if not all(names) or compile_test(node)(empty, Tree(empty, official=False)):
        return frozenset()
    return frozenset(names)


def _first_names(node: Node) -> Iterator[str]:
    """Yield the first name of every path; an empty one for a path that does not start at a child."""
    if isinstance(node, Path):
        first = node.steps[0].name
        yield "" if node.deep or first.startswith(("@", ".")) else first
    elif isinstance(node, Call):
        for operand in node.operands:
            yield from _first_names(operand)
