"""The little of XPath 1.0 that the published rules use, read into a tree."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple, TypeAlias

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|'(?P<string>[^']*)'|(?P<op>!=|>=|<=|//|\.\.|[()\[\]@/|+=<>,])|"
    r"(?P<name>[A-Za-z_][\w.:-]*))"
)


class Step(NamedTuple):
    """One step of a path: a child's name, ``@`` and an attribute's, ``..`` or ``text()``, with predicates."""

    name: str
    predicates: tuple[Node, ...] = ()


class Path(NamedTuple):
    """Steps from the context; ``deep`` where the first step is at any depth."""

    steps: tuple[Step, ...]
    deep: bool = False


class Call(NamedTuple):
    """A function or an operator with its operands."""

    name: str
    operands: tuple[Node, ...]


class Literal(NamedTuple):
    """A number or a string."""

    value: float | str


Node: TypeAlias = "Path | Call | Literal"


@lru_cache(maxsize=1024)
def read(text: str) -> Node:
    """Read an expression.

    Raises:
        ValueError: it uses more of XPath than the rules are known to.
    """
    reader = _Reader(text)
    node = reader.union()
    if reader.peek():
        raise ValueError(text)
    return node


class _Reader:
    """Recursive descent over the tokens of one expression."""

    _LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+",))

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [
            (match.lastgroup or "", match[match.lastgroup or ""]) for match in _TOKEN.finditer(text)
        ]
        if "".join(match[0] for match in _TOKEN.finditer(text)).strip() != text.strip():
            raise ValueError(text)
        self._at = 0

    def peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        if not self.peek() or (expected and self.peek() != expected):
            raise ValueError(self._text)
        self._at += 1
        return self._tokens[self._at - 1][1]

    def union(self) -> Node:
        paths = [self._level(0)]
        while self.peek() == "|":
            self._take()
            paths.append(self._level(0))
        return paths[0] if len(paths) == 1 else Call("|", tuple(paths))

    def _level(self, depth: int) -> Node:
        if depth == len(self._LEVELS):
            return self._primary()
        left = self._level(depth + 1)
        while self.peek() in self._LEVELS[depth] and self._kind() in {"op", "name"}:
            operator = self._take()
            left = Call(operator, (left, self._level(depth + 1)))
        return left

    def _kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _primary(self) -> Node:
        kind = self._kind()
        if kind == "number":
            return Literal(float(self._take()))
        if kind == "string":
            self._at += 1
            return Literal(self._tokens[self._at - 1][1])
        if self.peek() == "(":
            self._take()
            inner = self.union()
            self._take(")")
            return inner
        if self.peek() in {"not", "count", "number"}:
            name = self._take()
            self._take("(")
            inner = self.union()
            self._take(")")
            return Call(name, (inner,))
        return self._path()

    def _path(self) -> Path:
        deep = self.peek() == "//"
        if self.peek() in {"//", "/"}:
            self._take()
        steps = [self._step()]
        while self.peek() == "/":
            self._take()
            steps.append(self._step())
        return Path(tuple(steps), deep)

    def _step(self) -> Step:
        name = self._take()
        if name == "@":
            name += self._take()
        elif name == "text":
            self._take("(")
            self._take(")")
            name = "text()"
        predicates: list[Node] = []
        while self.peek() == "[":
            self._take()
            predicates.append(self.union())
            self._take("]")
        return Step(name, tuple(predicates))


def spelled(node: Node) -> str:
    """Return an expression as text again."""
    if isinstance(node, Literal):
        return f"'{node.value}'" if isinstance(node.value, str) else f"{node.value:g}"
    if isinstance(node, Path):
        steps = "/".join(
            step.name + "".join(f"[{spelled(test)}]" for test in step.predicates) for step in node.steps
        )
        return f"descendant::{steps}" if node.deep else steps
    if node.name in {"not", "count", "number"}:
        return f"{node.name}({spelled(node.operands[0])})"
    return "(" + f" {node.name} ".join(spelled(operand) for operand in node.operands) + ")"


def is_plain(path: Path) -> bool:
    """Whether a path selects elements and compares strings only, so that libxml2 understands it as we do."""
    return not path.steps[-1].name.startswith(("@", "text(")) and all(
        _is_stringy(test) for step in path.steps for test in step.predicates
    )


def _is_stringy(node: Node) -> bool:
    if isinstance(node, Literal):
        return isinstance(node.value, str)
    if isinstance(node, Path):
        return all(_is_stringy(test) for step in node.steps for test in step.predicates)
    return node.name in {"not", "and", "or", "=", "!="} and all(
        _is_stringy(operand) for operand in node.operands
    )
