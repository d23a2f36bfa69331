"""The part of Solr's query language that clients of a CKAN send in ``fq``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

Fields = Mapping[str, Sequence[str]]
Predicate = Callable[[Fields], bool]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<sign>[-+!])(?=[\w(])
      | (?P<word>AND|OR|NOT)(?=[\s(]|$)
      | (?P<bracket>[()])
      | (?P<all>\*:\*)
      | (?P<field>\w+):(?=\S)
      | (?P<range>[\[{]\s*\S+\s+TO\s+\S+\s*[\]}])
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | (?P<plain>[^\s()"]+)
    )""",
    re.VERBOSE,
)


class QueryError(ValueError):
    """The query is not in the language."""


def parse(query: str) -> Predicate:
    """A predicate for a query; an empty one lets everything pass.

    >>> wanted = parse('organization:(alpha OR beta) -extras_filetype:"activity"')
    >>> wanted({"organization": ["beta"], "extras_filetype": ["organisation"]})
    True

    Raises:
        QueryError: it cannot be read.
    """
    parser = _Parser(query)
    if not parser.tokens:
        return lambda fields: True  # noqa: ARG005
    found = parser.either("")
    if parser.tokens:
        raise QueryError(f"“{parser.tokens[0][1]}” was not expected")
    return found


class _Parser:
    def __init__(self, query: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        position, text = 0, query.strip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                raise QueryError(f"“{text[position:]}” cannot be read")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()

    def either(self, field: str) -> Predicate:
        parts = [self._both(field)]
        while self._took("word", "OR"):
            parts.append(self._both(field))
        return lambda fields: any(part(fields) for part in parts)

    def _both(self, field: str) -> Predicate:
        parts = [self._one(field)]
        while self.tokens and self.tokens[0] not in (("word", "OR"), ("bracket", ")")):
            self._took("word", "AND")
            parts.append(self._one(field))
        return lambda fields: all(part(fields) for part in parts)

    def _one(self, field: str) -> Predicate:
        if self._took("sign", "-") or self._took("sign", "!") or self._took("word", "NOT"):
            inner = self._one(field)
            return lambda fields: not inner(fields)
        self._took("sign", "+")
        if self._took("bracket", "("):
            inner = self.either(field)
            if not self._took("bracket", ")"):
                raise QueryError("a bracket is not closed")
            return inner
        return self._term(field)

    def _term(self, field: str) -> Predicate:
        if not self.tokens:
            raise QueryError("it ends too early")
        kind, text = self.tokens.pop(0)
        if kind == "field":
            return self._one(text)
        if kind == "all":
            return lambda fields: True  # noqa: ARG005
        if kind in ("bracket", "word", "sign") or re.fullmatch(r"\w+:", text):
            raise QueryError(f"“{text}” was not expected")
        if kind == "range":
            return _within(field, text)
        return _equal(field, text)

    def _took(self, kind: str, text: str) -> bool:
        if not self.tokens or self.tokens[0] != (kind, text):
            return False
        self.tokens.pop(0)
        return True


def _equal(field: str, text: str) -> Predicate:
    if text == "*":
        return lambda fields: field in ("", "*") or bool(fields.get(field))
    pattern = re.compile(".*".join(map(re.escape, text.replace("\\", "").split("*"))), re.IGNORECASE)
    if not field:
        return lambda fields: any(pattern.search(value) for value in fields.get("text", ()))
    return lambda fields: any(pattern.fullmatch(value) for value in fields.get(field, ()))


def _within(field: str, text: str) -> Predicate:
    low, _, high = text[1:-1].strip().partition(" TO ")
    low, high = low.strip().rstrip("Z"), high.strip().rstrip("Z")
    return lambda fields: any(
        (low == "*" or value >= low) and (high == "*" or value <= high) for value in fields.get(field, ())
    )
