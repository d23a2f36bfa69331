"""Reads and writes Solr filter queries: escaping, and taking single-facet clauses out of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from typing import NamedTuple

#: Solr refuses more than 1,024 clauses; nobody ticks that many.
MOST_VALUES = 500

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_OPERATORS = {"AND", "OR", "NOT", "&&", "||"}
_OPENING, _CLOSING = "([{", ")]}"
_QUOTED = re.compile(r'("(?:\\.|[^"\\])*")', re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_FIELD = re.compile(r"(?<![\w\\])([A-Za-z_]\w*)(?=:)")


class Lifted(NamedTuple):
    """A filter query taken apart."""

    conditions: dict[str, list[str]]
    """Field name to its conditions, as they stood after the colon."""
    rest: str
    """Everything else, unchanged."""


def quote(value: str) -> str:
    r"""Return a value as a quoted Solr term in which no character has a meaning.

    Everything but ASCII letters and digits becomes ``\uXXXX``: CKAN refuses a query when it sees ``{!`` or
    ``_query_:`` anywhere in it, quoted or not.

    >>> quote('a"b')
    '"a\\u0022b"'
    """
    return '"' + "".join(c if c in _SAFE else _units(c) for c in value) + '"'


def any_of(conditions: Iterable[str]) -> str:
    """Return one condition that holds when any of the given ones does.

    >>> any_of(["a", "b", "a"]), any_of(["a"])
    ('(a OR b)', 'a')
    """
    distinct = list(dict.fromkeys(conditions))[:MOST_VALUES]
    return distinct[0] if len(distinct) == 1 else f"({' OR '.join(distinct)})"


def is_field_name(name: str) -> bool:
    """Whether a parameter's name can stand before a colon in a query."""
    return bool(_NAME.fullmatch(name))


def lift(fq: str, names: Container[str]) -> Lifted:
    """Take the bare clauses of given fields out of a filter query.

    A bare clause is ``field:something`` at the top, without ``+``, ``-``, AND, OR or NOT around: the way a
    search page and most callers write a filter. A query with operators at its top, or one we cannot read, is
    left whole.

    >>> lift('a:"x y" +b:1 a:z', {"a"})
    Lifted(conditions={'a': ['"x y"', 'z']}, rest='+b:1')
    """
    tokens = _tokens(fq)
    if tokens is None or fq.lstrip().startswith("{!") or _OPERATORS & set(tokens):
        return Lifted({}, fq)
    conditions: dict[str, list[str]] = {}
    rest: list[str] = []
    for token in tokens:
        name, colon, condition = token.partition(":")
        if colon and condition and name in names:
            conditions.setdefault(name, []).append(condition)
        else:
            rest.append(token)
    return Lifted(conditions, " ".join(rest)) if conditions else Lifted({}, fq)


def rename(query: str, new_name: Callable[[str], str]) -> str:
    """Rename the fields of a query, leaving quoted text alone.

    >>> rename('+a:1 "a:1" b:(a:2)', {"a": "x", "b": "b"}.__getitem__)
    '+x:1 "a:1" b:(x:2)'
    """
    parts = _QUOTED.split(query)
    parts[::2] = [_FIELD.sub(lambda match: new_name(match[1]), part) for part in parts[::2]]
    return "".join(parts)


def _units(character: str) -> str:
    r"""Return a character as ``\uXXXX``; two of them beyond the first plane, as Java writes it."""
    encoded = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{encoded[i] << 8 | encoded[i + 1]:04x}" for i in range(0, len(encoded), 2))


def _tokens(query: str) -> list[str] | None:
    """Split a query at the white space outside quotes and brackets; None if those do not match."""
    tokens, token, depth = [], "", 0
    for part in re.findall(r'"(?:\\.|[^"\\])*"|\\.|[()\[\]{}"\s]|[^()\[\]{}"\s\\]+|\\', query, re.DOTALL):
        if part == '"':
            return None
        depth += (part in _OPENING) - (part in _CLOSING)
        if depth < 0:
            return None
        if part.isspace() and not depth:
            tokens.append(token)
            token = ""
        else:
            token += part
    tokens.append(token)
    return [token for token in tokens if token] if not depth else None
