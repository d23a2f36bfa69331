"""A question as it was asked: read from any dictionary, or refused with all that is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ckanext.ess.index.activities.questions import values
from ckanext.ess.index.activities.questions.names import COUNTED, FIELDS, ORDERS
from ckanext.ess.index.activities.questions.refusals import Refusal, Refused
from ckanext.ess.index.activities.questions.values import Value
from ckanext.ess.index.activities.questions.words import clean

#: Results in one answer, and how far one can turn pages: further on, each page costs more than the last.
MOST_ROWS, USUAL_ROWS, DEEPEST = 100, 20, 10_000
LONGEST_TEXT = 1000
MOST_FACETS, MOST_ITEMS, USUAL_ITEMS = 40, 1000, 50

#: Before the name of a field, in an address: the values that a project must not have.
EXCLUDE_PREFIX = "exclude_"

Filters = Mapping[str, tuple[Value, ...]]
T = TypeVar("T")


@dataclass(frozen=True)
class Question:
    """Which activities are asked for, and what of them.

    ``filters``: any of the values of each field, in each field; ``exclude``: none of these.
    """

    text: str = ""
    filters: Filters = field(default_factory=dict)
    exclude: Filters = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    facet_limit: int = USUAL_ITEMS
    rows: int = USUAL_ROWS
    start: int = 0
    sort: str = "newest"

    def selection(self) -> dict[str, Any]:
        """What it selects, as plain data: the same for the same activities."""
        return {"q": self.text, "filters": _plain(self.filters), "exclude": _plain(self.exclude)}


#: Parameters of a question besides the fields themselves.
PARAMETERS = ("q", "filters", "exclude", "facets", "facet_limit", "rows", "start", "sort")


def read(given: Mapping[str, Any], others: Iterable[str] = ()) -> Question:
    """Read a question.

    Args:
        given: parameters of an action. Fields may stand in ``filters`` and ``exclude`` or, as in an address,
            beside the other parameters: ``country``, ``exclude_country``.
        others: further parameters that the caller reads itself.

    Raises:
        Refused: with everything that is wrong.
    """
    refusals: list[Refusal] = []
    text = _try(refusals, "", _text, given.get("q"))
    filters = _try(refusals, {}, _filters, _gathered(given, "filters", ""), "filters")
    exclude = _try(refusals, {}, _filters, _gathered(given, "exclude", EXCLUDE_PREFIX), "exclude")
    found = Question(
        text=text,
        filters=filters,
        exclude=exclude,
        facets=_try(refusals, (), facet_names, given.get("facets")),
        facet_limit=_try(refusals, 0, _limit, given.get("facet_limit")),
        rows=_try(refusals, 0, _rows, given.get("rows")),
        start=_try(refusals, 0, whole, given.get("start"), "start", 0),
        sort=_try(refusals, "", _sort, given.get("sort"), bool(text)),
    )
    known = {*PARAMETERS, *others}
    if found.start + found.rows > DEEPEST:
        refusals.append(Refusal("start", "deep", str(found.start), str(DEEPEST)))
    refusals += [
        Refusal(str(name)[:60], "parameter", str(name), ", ".join(sorted(known)))
        for name in given
        if str(name) not in known and str(name).removeprefix(EXCLUDE_PREFIX) not in FIELDS
    ]
    if refusals:
        raise Refused(refusals)
    return found


def whole(given: Any, place: str, usual: int) -> int:
    """Read a whole number that is not negative; nothing given: the usual one."""
    if given in (None, "", []):
        return usual
    text = clean(str(given))
    if not text.lstrip("-").isdecimal() or not text.isascii() or len(text) > len(str(DEEPEST)) + 4:
        raise Refused([Refusal(place, "number", text)])
    if int(text) < 0:
        raise Refused([Refusal(place, "negative", text)])
    return int(text)


def names(given: Any, place: str) -> list[str]:
    """Read a list of names: a list, a JSON list, or names with commas between them."""
    given = _from_json(given, place) if isinstance(given, str) and given.lstrip().startswith("[") else given
    if given in (None, ""):
        return []
    if isinstance(given, str):
        given = given.split(",")
    if not isinstance(given, (list, tuple)) or not all(isinstance(one, str) for one in given):
        raise Refused([Refusal(place, "list", str(given))])
    return list(dict.fromkeys(clean(part) for one in given for part in one.split(",") if clean(part)))


def facet_names(given: Any) -> tuple[str, ...]:
    """Read which fields are counted."""
    asked = names(given, "facets")
    if len(asked) > MOST_FACETS:
        raise Refused([Refusal("facets", "facets-many", str(len(asked)), str(MOST_FACETS))])
    wrong = [
        Refusal("facets", "not-facet", name, ", ".join(COUNTED)) for name in asked if name not in COUNTED
    ]
    if wrong:
        raise Refused(wrong)
    return tuple(asked)


def _text(given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, (list, dict)):
        raise Refused([Refusal("q", "text")])
    text = clean(str(given))
    if len(text) > LONGEST_TEXT:
        raise Refused([Refusal("q", "text-long", str(len(text)), str(LONGEST_TEXT))])
    return text


def _gathered(given: Mapping[str, Any], place: str, prefix: str) -> Any:
    """The fields of ``filters`` (or ``exclude``), and those that stand beside it."""
    inside = given.get(place)
    beside = {name: given[prefix + name] for name in FIELDS if prefix + name in given}
    if not beside:
        return inside
    inside = _from_json(inside, place) if isinstance(inside, str) else inside
    return {**beside, **inside} if isinstance(inside, Mapping) else beside


def _filters(given: Any, place: str) -> Filters:
    given = _from_json(given, place) if isinstance(given, str) else given
    if given in (None, "", []):
        return {}
    if not isinstance(given, Mapping):
        raise Refused([Refusal(place, "object", str(given))])
    refusals: list[Refusal] = []
    found: dict[str, tuple[Value, ...]] = {}
    for name, value in given.items():
        named = FIELDS.get(str(name))
        if named is None:
            refusals.append(Refusal(place, "field", str(name), ", ".join(FIELDS)))
        elif value not in (None, "", [], {}):
            read_values = _try(refusals, (), values.read, named, value)
            found |= {named.name: read_values} if read_values else {}
    if refusals:
        raise Refused(refusals)
    return found


def _limit(given: Any) -> int:
    return min(whole(given, "facet_limit", USUAL_ITEMS), MOST_ITEMS)


def _rows(given: Any) -> int:
    found = whole(given, "rows", USUAL_ROWS)
    if found > MOST_ROWS:
        raise Refused([Refusal("rows", "rows", str(found), str(MOST_ROWS))])
    return found


def _sort(given: Any, has_text: bool) -> str:
    if given in (None, "", []):
        return "relevance" if has_text else "newest"
    name = clean(str(given))
    if name not in ORDERS:
        raise Refused([Refusal("sort", "sort", name, ", ".join(ORDERS))])
    return "newest" if name == "relevance" and not has_text else name


def _from_json(given: str, place: str) -> Any:
    try:
        return json.loads(given) if given.strip() else None
    except (ValueError, RecursionError) as error:
        code = "list" if place == "facets" else "object"
        raise Refused([Refusal(place, code, given)]) from error


def _try(refusals: list[Refusal], instead: T, reader: Callable[..., T], *arguments: Any) -> T:
    """Read, or note what is wrong and go on: a caller wants to hear of everything at once."""
    try:
        return reader(*arguments)
    except Refused as refused:
        refusals.extend(refused.refusals)
        return instead


def _plain(filters: Filters) -> dict[str, Any]:
    return {
        name: [value if isinstance(value, str) else [type(value).__name__, *value] for value in found]
        for name, found in sorted(filters.items())
    }
