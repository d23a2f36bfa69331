"""For rules that hold nearly always: one expression that is true when any of them may not hold.

libxml2 answers it in one call per activity; only where it says yes do the rules run one by one. It errs
towards
yes: a rule whose comparison of numbers libxml2 reads more loosely than we do gives no expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, cast

from lxml import etree

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.rules import Rule
from ckanext.ess.iati.validate.rules.grammar import Call, Literal, Node, Path, read, spelled

_XML = {"xml": "http://www.w3.org/XML/1998/namespace"}
_PARTS = {
    "lang": "descendant::narrative[not(@xml:lang)]",
    "sector": "transaction[not(sector)]",
    "recipient-country|recipient-region": "transaction[not(recipient-country or recipient-region)]",
    "currency": "descendant::*[self::value or self::forecast or self::loan-status][not(@currency)]",
}
_ABSENT = re.compile(r"self::\*\[not\(\(?([\w-]+(?: or [\w-]+)*)\)?\)\]")

_LACKING = re.compile(r"transaction\[(not\([\w-]+(?: or [\w-]+)*\))\]")
#: Something that is not said of the activity has to be said in some transaction, or in all of them.
_IN_TRANSACTIONS = re.compile(
    r"self::\*\[not\(\(?[\w-]+(?: or [\w-]+)*\)?\)\]\[(?:"
    r"not\(transaction/(?P<some>[\w-]+)\)|"
    r"not\(transaction\[\((?P<these>[\w-]+(?: or [\w-]+)*)\)\]\)|"
    r"transaction\[not\((?P<all>[\w-]+(?: or [\w-]+)*)\)\]|"
    r"not\(not\(transaction\[not\(\((?P<every>[\w-]+(?: or [\w-]+)*)\)\)\]\)\))\]"
)

Doubt = Callable[[Element], bool]


def joined(expressions: Iterable[str]) -> Doubt | None:
    """Compile the expressions of several rules into one, which goes through the transactions once."""
    found = list(dict.fromkeys(expressions))
    if not found:
        return None
    lacks = [match[1] for match in map(_LACKING.fullmatch, found) if match]
    others = [f"boolean({one})" for one in found if not _LACKING.fullmatch(one)]
    if lacks:
        others.insert(0, f"boolean(transaction[{' or '.join(lacks)}])")
    return cast("Doubt", etree.XPath(" or ".join(others), namespaces=_XML))


def narrowed_to(doubt: str, names: frozenset[str]) -> str:
    """Return a doubt about records that have children of these names, in simpler words where there are some.

    Where no transaction lacks a sector, some transaction has one; so the rules that want one in some of them
    share a doubt with those that want one in all.

    >>> narrowed_to("self::*[not(sector)][not(transaction/sector)]", frozenset({"title", "transaction"}))
    'transaction[not(sector)]'
    >>> narrowed_to("self::*[not(sector)][not(transaction/sector)]", frozenset({"title"}))
    'self::*[not(sector)][not(transaction/sector)]'
    """
    match = _IN_TRANSACTIONS.fullmatch(doubt)
    if not match or "transaction" not in names:
        return doubt
    wanted = match["some"] or match["these"] or match["all"] or match["every"]
    return f"transaction[not({wanted})]"


def settled_by(doubt: str) -> frozenset[str]:
    """Return the names of which one below the record is enough to say that a doubt about it is none.

    >>> sorted(settled_by("self::*[not((recipient-country or recipient-region))][not(transaction)]"))
    ['recipient-country', 'recipient-region']
    >>> settled_by("transaction[not(sector)]")
    frozenset()
    """
    match = _ABSENT.match(doubt)
    return frozenset(match[1].split(" or ")) if match else frozenset()


def expression(rule: Rule, contexts: list[str]) -> str:
    """Return an expression that selects something where a rule may fail on a record.

    Empty where there is none.

    Args:
        rule: the rule.
        contexts: paths of its contexts below the record; none for the record itself.
    """
    test = "" if rule.foreach else _test(rule.kind, dict(rule.params))
    if not test:
        return ""
    condition = f"[{rule.params['condition']}]" if "condition" in rule.params else ""
    return " | ".join(f"{context}{condition}{test}" for context in contexts or ["self::*"])


def _test(kind: str, params: dict[str, Any]) -> str:
    if kind == "atleast_one":
        # An empty CDATA section is a text node to libxml2.
        return "".join(f"[not({path.replace('text()', 'text()[string()]')})]" for path in params["paths"])
    if kind == "no_more_than_one":
        return f"[count({' | '.join(params['paths'])}) > 1]"
    if kind == "one_or_all":
        return f"[not({params['one']})][{_PARTS[params['all']]}]"
    if kind == "if_then":
        given, then = read(params["if"]), read(params["then"])
        if isinstance(given, Call) and _is_safe(given) and _is_safe(then):
            return f"[{spelled(given)}][not({spelled(then)})]"
    return ""


def _is_safe(node: Node) -> bool:
    """Whether numbers are compared with counts only."""
    if isinstance(node, Literal):
        return True
    if isinstance(node, Path):
        return all(_is_safe(test) for step in node.steps for test in step.predicates)
    if node.name in {"not", "and", "or", "+", "count", "|"}:
        return all(_is_safe(operand) for operand in node.operands)
    numbers = [
        operand
        for operand in node.operands
        if isinstance(operand, Literal) and isinstance(operand.value, float)
    ]
    counts = [
        operand for operand in node.operands if isinstance(operand, Call) and operand.name in {"count", "+"}
    ]
    return node.name != "number" and len(numbers) <= len(counts) and all(map(_is_safe, node.operands))
