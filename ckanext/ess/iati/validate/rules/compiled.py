"""The rules of a version, compiled.

For each its contexts, its check, and the element names without which it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, cast

from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.rules import Rule, rules
from ckanext.ess.iati.validate.rules import dates, doubts, kinds
from ckanext.ess.iati.validate.rules.case import Check, Hit, Setting
from ckanext.ess.iati.validate.rules.grammar import Path, read, spelled
from ckanext.ess.iati.validate.rules.guards import guard, last_names
from ckanext.ess.iati.validate.rules.nodes import Select, Tree, compile_path, text

_MAKERS: dict[str, Callable[[dict[str, Any]], Check]] = {
    "atleast_one": kinds.atleast_one,
    "no_more_than_one": kinds.no_more_than_one,
    "one_or_all": kinds.one_or_all,
    "unique": kinds.unique,
    "startswith": kinds.startswith,
    "regex_matches": kinds.regex_matches,
    "no_spaces": kinds.no_spaces,
    "strict_sum": kinds.strict_sum,
    "range": kinds.within,
    "if_then": kinds.if_then,
    "date_order": dates.date_order,
    "date_now": dates.date_now,
    "time_limit": dates.time_limit,
    "between_dates": dates.between_dates,
}
#: Kinds that hold wherever their paths select nothing.
NEEDS_NODES = frozenset(
    {"unique", "startswith", "regex_matches", "no_spaces", "range", "no_more_than_one"}
    | {"date_order", "date_now", "time_limit", "between_dates"},
)
#: Vocabularies that a loop looks at: the standard knows less than twenty, a hostile activity has thousands.
_MOST_VALUES = 32
_RECORDS = frozenset({"iati-activities", "iati-activity", "iati-organisations", "iati-organisation"})


class Compiled(NamedTuple):
    """A rule ready to run.

    Of each set of names in ``needs``, one must occur somewhere in the activity, and of each in ``guards`` one
    right below it: else the rule holds. ``doubt`` selects something where the rule may fail, where that can
    be
    said in XPath.
    """

    rule: Rule
    contexts: Select | None
    check: Check
    needs: tuple[frozenset[str], ...]
    guards: tuple[frozenset[str], ...]
    doubt: str

    def hits(self, record: Element, tree: Tree, setting: Setting) -> Iterator[Hit]:
        """Run the rule on one activity or organisation."""
        if self.contexts is None:
            return self.check(record, tree, setting)
        contexts = cast("list[Element]", self.contexts(record, tree))
        return (hit for element in contexts for hit in self.check(element, tree, setting))


@lru_cache(maxsize=32)
def compiled_rules(version: str, file_type: str, *, official: bool) -> tuple[Compiled, ...]:
    """Return the rules of a version for a kind of file, in the official order."""
    found = (_compiled(rule, official=official) for rule in rules(version, file_type))
    return tuple(rule for rule in found if rule is not None)


def _compiled(rule: Rule, *, official: bool) -> Compiled | None:
    params = dict(rule.params)
    check = _loop(rule, official=official) if rule.foreach else _make(rule.kind, params)
    contexts, names = _contexts(rule.context)
    needs = [frozenset({name}) for name in names]
    if rule.foreach:
        needs.append(_first_names([rule.foreach]))
    elif rule.kind in NEEDS_NODES:
        needs.append(_first_names(_paths(params)))
    needs.extend(last_names(expression) for expression in _conditions(rule) if guard(expression))
    guards = guards_of(rule) if contexts is None else (_first_names(rule.context.split("|"), below=True),)
    return Compiled(
        rule,
        contexts,
        check,
        tuple(filter(None, needs)),
        tuple(filter(None, guards)),
        doubts.expression(rule, _spelled(rule.context)),
    )


def _make(kind: str, params: dict[str, Any]) -> Check:
    check = _MAKERS[kind](params)
    if "idCondition" in params:
        check = kinds.unless_registered(check, params)
    return kinds.conditional(check, params["condition"]) if "condition" in params else check


def _loop(rule: Rule, *, official: bool) -> Check:
    """Make a check that runs once for each value found, put in the place of ``$1``."""
    values = kinds.selector(rule.foreach)
    params = dict(rule.params)
    # The published table forgets to fill in one condition; filled in, the rule says what it was meant to say.
    names = set(rule.substitute) if official else {*rule.substitute, "condition"}

    @lru_cache(maxsize=256)
    def filled(value: str) -> Check:
        return _make(
            rule.kind,
            {name: _fill(entry, value) if name in names else entry for name, entry in params.items()}
            | {"$1": value},
        )

    def check(element: Element, tree: Tree, setting: Setting) -> Iterator[Hit]:
        found = dict.fromkeys(text(node) for node in values(element, tree))
        for value in islice(found, _MOST_VALUES):
            if "'" not in value:  # it would end the string in the expression; no vocabulary has one
                yield from filled(value)(element, tree, setting)

    return check


def _fill(entry: Any, value: str) -> Any:
    if isinstance(entry, str):
        return entry.replace("$1", value)
    return [_fill(part, value) for part in cast("list[Any]", entry)] if isinstance(entry, list) else entry


def _contexts(expression: str) -> tuple[Select | None, list[str]]:
    """Compile a context below the record; None for the record itself, with the names that must occur."""
    below = [_below(part.strip()) for part in expression.split("|")]
    if not all(below):
        return None, []
    selects = [compile_path(path) for path in below if path]
    names = [[step.name for step in path.steps] for path in below if path]
    shared = [name for name in names[0] if all(name in other for other in names)]
    if len(selects) == 1:
        return selects[0], shared
    return lambda element, tree: [node for select in selects for node in select(element, tree)], shared


def _spelled(expression: str) -> list[str]:
    """Return the paths of a context below the record; none for the record itself."""
    below = [_below(part.strip()) for part in expression.split("|")]
    return [spelled(path) for path in below if path]


def _below(expression: str) -> Path | None:
    path = read(expression)
    if not isinstance(path, Path):
        raise TypeError(expression)
    steps = list(path.steps)
    while steps and steps[0].name in _RECORDS:
        steps.pop(0)
    return Path(tuple(steps), path.deep and len(steps) == len(path.steps)) if steps else None


def _paths(params: dict[str, Any]) -> list[str]:
    single = [params[name] for name in ("less", "start", "date") if isinstance(params.get(name), str)]
    return list(params.get("paths", ())) + ([] if "paths" in params else single)


def _first_names(paths: list[str], *, below: bool = False) -> frozenset[str]:
    """Return the first element names of paths; empty where a path starts at the context's own attribute."""
    names: set[str] = set()
    for expression in paths:
        path = _below(expression.strip()) if below else read(expression)
        if isinstance(path, Path) and path.deep:
            return frozenset()
        first = path.steps[0].name if isinstance(path, Path) else "@"
        if first.startswith("@") or first == "..":
            return frozenset()
        names.add(first)
    return frozenset(names)


def guards_of(rule: Rule) -> list[frozenset[str]]:
    """Return guards of a rule about the record itself: its loop, its conditions, its paths."""
    if rule.foreach:
        return [_first_names([rule.foreach])]
    if rule.kind in NEEDS_NODES:
        return [_first_names(_paths(dict(rule.params)))]
    return [guard(expression) for expression in _conditions(rule)]


def _conditions(rule: Rule) -> list[str]:
    """Return what must be true before a rule says anything."""
    return [rule.params[name] for name in ("condition", "if") if name in rule.params and not rule.foreach]
