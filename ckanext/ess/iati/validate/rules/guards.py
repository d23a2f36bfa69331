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

    An expression that looks only below certain children cannot tell a record without them from an empty
    one, so
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


def last_names(expression: str) -> frozenset[str]:
    """Return the last element names of the paths of an expression; empty where a path has no element.

    >>> sorted(last_names("count(transaction/aid-type[not(@vocabulary='')]) > 0"))
    ['aid-type']
    """
    names = list(_last_names(read(expression)))
    return frozenset(names) if all(names) else frozenset()


def _last_names(node: Node) -> Iterator[str]:
    if isinstance(node, Path):
        found = [step.name for step in node.steps if not step.name.startswith(("@", ".", "text("))]
        yield found[-1] if found else ""
    elif isinstance(node, Call):
        for operand in node.operands:
            yield from _last_names(operand)


def _first_names(node: Node) -> Iterator[str]:
    """Yield the first name of every path; an empty one for a path that does not start at a child."""
    if isinstance(node, Path):
        first = node.steps[0].name
        yield "" if node.deep or first.startswith(("@", ".")) else first
    elif isinstance(node, Call):
        for operand in node.operands:
            yield from _first_names(operand)
