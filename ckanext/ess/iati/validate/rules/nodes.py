"""Paths and expressions of the rules, compiled to functions over lxml elements.

lxml's own XPath would cost some microseconds for each of a hundred rules on each activity, most of it to
learn
that an element is not there. Here a step is a look into a dictionary of children, made once per element.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from ckanext.ess.iati.read.tree import Element, elements, text_of
from ckanext.ess.iati.validate.rules.grammar import Call, Literal, Node, Path, Step, is_plain, spelled
from ckanext.ess.iati.validate.rules.values import xpath_number

_XML = "{http://www.w3.org/XML/1998/namespace}"


class Leaf(NamedTuple):
    """An attribute (``name`` without ``@``) or a text node (``text()``) of an element."""

    owner: Element
    name: str
    value: str


Found: TypeAlias = "Element | Leaf"
Children = dict[str, list[Element]]
_NONE: tuple[Element, ...] = ()
#: Elements that an activity may have very many of.
_MANY = frozenset({"transaction", "planned-disbursement", "result"})


class Tree:
    """One activity with its children by name, found when first asked for."""

    def __init__(self, root: Element, *, official: bool) -> None:
        self.root = root
        self.official = official
        self._children: Children | None = None

    def index(self) -> Children:
        """Return the children of the activity by name."""
        index = self._children
        if index is None:
            index = self._children = {}
            for child in self.root:
                index.setdefault(child.tag, []).append(child)
        return index

    def children(self, element: Element, name: str) -> list[Element] | tuple[Element, ...]:
        """Return the children called ``name``, in order."""
        if element is not self.root:
            # Of a thousand transactions one or two names each are asked for: no index pays for itself.
            return list(element.iterchildren(name))
        index = self._children
        return (self.index() if index is None else index).get(name, _NONE)

    def may_have(self, element: Element, name: str) -> bool:
        """Whether it is worth looking for such children: False is certain."""
        return element is not self.root or name in self.index()


Select = Callable[[Element, Tree], list[Found]]
Value: TypeAlias = "float | str | bool | list[Found]"
Evaluate = Callable[[Element, Tree], Value]


def text(found: Found) -> str:
    """Return the text of an element, an attribute or a text node."""
    return found.value if isinstance(found, Leaf) else text_of(found)


def owner(found: Found) -> Element:
    """Return the element itself, or the one that has the attribute or text."""
    return found.owner if isinstance(found, Leaf) else found


def compile_path(path: Path) -> Select:
    """Compile a path to a function that returns what it selects, in document order."""
    if select_all := _by_libxml2(path):
        return select_all
    steps = [_step(step) for step in path.steps]
    if path.deep:
        return _deep(path.steps[0].name, steps[1:])
    if len(steps) == 1:
        return steps[0]
    if len(steps) == 2 and (quick := _children_attribute(*path.steps)):  # noqa: PLR2004
        return quick

    def select(element: Element, tree: Tree) -> list[Found]:
        found: list[Found] = [element]
        for step in steps:
            if not found:
                break
            found = [inner for outer in found for inner in step(outer, tree)]  # type: ignore[arg-type]
        return found

    return select


def _children_attribute(child: Step, attribute: Step) -> Select | None:
    """Compile ``child/@attribute``, the child with one attribute's value or any: what most rules look at."""
    if child.name.startswith(("@", ".", "text(")) or not attribute.name.startswith("@"):
        return None
    wanted = _wanted(child.predicates)
    if wanted is None or attribute.predicates:
        return None
    name, key, (given, value) = attribute.name[1:], attribute.name[1:].replace("xml:", _XML), wanted

    def select(element: Element, tree: Tree) -> list[Found]:
        found: list[Found] = []
        for one in tree.children(element, child.name):
            if not given or one.get(given) == value:
                text = one.get(key)
                if text is not None:
                    found.append(Leaf(one, name, text))
        return found

    return select


def _wanted(predicates: tuple[Node, ...]) -> tuple[str, str] | None:
    """Return the attribute and the value that predicates ask for; empty for no predicate, None for others."""
    if not predicates:
        return "", ""
    node = predicates[0]
    if len(predicates) > 1 or not (isinstance(node, Call) and node.name == "="):
        return None
    left, right = node.operands
    if not (isinstance(left, Path) and len(left.steps) == 1 and left.steps[0].name.startswith("@")):
        return None
    if not (isinstance(right, Literal) and isinstance(right.value, str)):
        return None
    return left.steps[0].name[1:].replace("xml:", _XML), right.value


def _by_libxml2(path: Path) -> Select | None:
    """A look into every one of a thousand transactions is libxml2's business."""
    if path.steps[0].name not in _MANY:
        return None
    if is_plain(path):
        return _all(path)  # type: ignore[return-value]
    return _leaves(path) if path.steps[-1].name.startswith("@") and is_plain(_holders(path)) else None


def _all(path: Path, having: str = "") -> Callable[[Element, Tree], list[Element]]:
    """Compile a path to elements to a question to libxml2, asked where the first step can lead anywhere."""
    first, select = path.steps[0].name, elements(spelled(path) + having)
    if path.deep:
        return lambda element, _: select(element)
    return lambda element, tree: select(element) if tree.may_have(element, first) else []


def _holders(path: Path) -> Path:
    return Path(path.steps[:-1], path.deep)


def _leaves(path: Path) -> Select:
    """Compile a path to an attribute: libxml2 finds the elements that have it."""
    name = path.steps[-1].name
    key = name[1:].replace("xml:", _XML)
    holders = _all(_holders(path), f"[{name}]")
    return lambda element, tree: [
        Leaf(found, name[1:], found.get(key, "")) for found in holders(element, tree)
    ]


def _deep(name: str, steps: list[Select]) -> Select:
    def select(element: Element, tree: Tree) -> list[Found]:
        found: list[Found] = list(element.iter(name))
        for step in steps:
            found = [inner for outer in found for inner in step(outer, tree)]  # type: ignore[arg-type]
        return found

    return select


def _step(step: Step) -> Select:
    if step.name.startswith("@"):
        return _attribute(step.name[1:])
    if step.name == "text()":
        return _texts
    if step.name == "..":
        return _parent
    return _filtered(step) if step.predicates else _named(step.name)


def _named(name: str) -> Select:
    def select(element: Element, tree: Tree) -> list[Found]:
        return tree.children(element, name)  # type: ignore[return-value]

    return select


def _attribute(name: str) -> Select:
    key = name.replace("xml:", _XML)

    def select(element: Element, _: Tree) -> list[Found]:
        value = element.get(key)
        return [] if value is None else [Leaf(element, name, value)]

    return select


def _texts(element: Element, _: Tree) -> list[Found]:
    texts = [element.text, *(child.tail for child in element)]
    return [Leaf(element, "text()", value) for value in texts if value]


def _parent(element: Element, _: Tree) -> list[Found]:
    parent = element.getparent()
    return [] if parent is None else [parent]


def _filtered(step: Step) -> Select:
    name = step.name
    position = step.predicates[0]
    if isinstance(position, Literal) and isinstance(position.value, float):
        first = int(position.value) - 1
        return lambda element, tree: list(tree.children(element, name)[first : first + 1])
    tests = [compile_test(predicate) for predicate in step.predicates]

    def select(element: Element, tree: Tree) -> list[Found]:
        return [child for child in tree.children(element, name) if all(test(child, tree) for test in tests)]

    return select


Test = Callable[[Element, Tree], bool]


def compile_test(node: Node) -> Test:
    """Compile an expression to a function that returns its boolean value."""
    if isinstance(node, Path) and len(node.steps) == 1 and not node.deep and not node.steps[0].predicates:
        return _exists(node.steps[0].name)
    if isinstance(node, Call):
        if node.name in {"not", "and", "or"}:
            return _logic(node.name, [compile_test(operand) for operand in node.operands])
        if node.name in {"=", "!="} and (simple := _attribute_is(node)):
            return simple
    evaluate = compile_value(node)
    return lambda element, tree: bool(evaluate(element, tree))


def _exists(name: str) -> Test:
    if name.startswith("@"):
        key = name[1:].replace("xml:", _XML)
        return lambda element, _: element.get(key) is not None
    if name in {"..", "text()"}:
        select = _step(Step(name))
        return lambda element, tree: bool(select(element, tree))
    return lambda element, tree: bool(tree.children(element, name))


def _logic(name: str, tests: list[Test]) -> Test:
    first = tests[0]
    if name == "not":
        return lambda element, tree: not first(element, tree)
    second = tests[1]
    if name == "and":
        return lambda element, tree: first(element, tree) and second(element, tree)
    return lambda element, tree: first(element, tree) or second(element, tree)


def _attribute_is(node: Call) -> Test | None:
    """Compile the comparison of an attribute with a string, by far the most frequent one."""
    left, right = node.operands
    if not (isinstance(left, Path) and len(left.steps) == 1 and left.steps[0].name.startswith("@")):
        return None
    if not (isinstance(right, Literal) and isinstance(right.value, str)):
        return None
    key, wanted = left.steps[0].name[1:].replace("xml:", _XML), right.value
    if node.name == "=":
        return lambda element, _: element.get(key) == wanted
    return lambda element, _: element.get(key) not in {None, wanted}


def compile_value(node: Node) -> Evaluate:
    """Compile an expression to a function that returns its value: nodes, number, string or boolean."""
    if isinstance(node, Path):
        return compile_path(node)
    if isinstance(node, Literal):
        value = node.value
        return lambda _element, _tree: value
    if node.name in {"not", "and", "or"} or (node.name in {"=", "!="} and _attribute_is(node)):
        return compile_test(node)
    operands = [compile_value(operand) for operand in node.operands]
    return _OPERATORS[node.name](node, operands)


def _compare(left: Value, right: Value, operator: str, tree: Tree) -> bool:
    """Compare as XPath 1.0 does: true when any node of a side makes it true."""
    if isinstance(left, list) and isinstance(right, list):
        return any(_holds(text(a), text(b), operator) for a in left for b in right)
    if isinstance(left, (list, tuple)):
        return any(_compare_one(text(node), right, operator, tree) for node in left)
    if isinstance(right, (list, tuple)):
        return any(_compare_one(text(node), left, operator, tree) for node in right)
    return _holds(left, right, operator)


def _compare_one(node: str, other: Value, operator: str, tree: Tree) -> bool:
    if isinstance(other, float):
        return _holds(xpath_number(node, official=tree.official), other, operator)
    return _holds(node, other, operator)


def _holds(left: object, right: object, operator: str) -> bool:
    if operator == "=":
        return left == right
    if operator == "!=":
        return left != right
    assert isinstance(left, (int, float))  # noqa: S101 - the rules compare counts
    assert isinstance(right, (int, float))  # noqa: S101
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def _comparison(node: Call, operands: list[Evaluate]) -> Evaluate:
    left, right = operands
    operator = node.name
    return lambda element, tree: _compare(left(element, tree), right(element, tree), operator, tree)


def _count(_: Call, operands: list[Evaluate]) -> Evaluate:
    (inner,) = operands
    return lambda element, tree: float(len(inner(element, tree)))  # type: ignore[arg-type]


def _number(_: Call, operands: list[Evaluate]) -> Evaluate:
    (inner,) = operands

    def number(element: Element, tree: Tree) -> float:
        found = inner(element, tree)
        first = text(found[0]) if isinstance(found, (list, tuple)) and found else ""
        return xpath_number(first, official=tree.official)

    return number


def _plus(_: Call, operands: list[Evaluate]) -> Evaluate:
    left, right = operands
    return lambda element, tree: left(element, tree) + right(element, tree)  # type: ignore[operator]


def _union(_: Call, operands: list[Evaluate]) -> Evaluate:
    return lambda element, tree: [found for inner in operands for found in inner(element, tree)]  # type: ignore[union-attr]


_OPERATORS: dict[str, Callable[[Call, list[Evaluate]], Evaluate]] = {
    "=": _comparison,
    "!=": _comparison,
    "<": _comparison,
    "<=": _comparison,
    ">": _comparison,
    ">=": _comparison,
    "count": _count,
    "number": _number,
    "+": _plus,
    "|": _union,
}
