"""Makes Solr filters of what a question chose: any of a field's values, in each field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from ckanext.ess.index import clauses, freshness
from ckanext.ess.index.activities.fields import ACTIVITY
from ckanext.ess.index.activities.questions.names import FIELDS, Kind, Named
from ckanext.ess.index.activities.questions.question import Filters, Question
from ckanext.ess.index.activities.questions.values import Box, Range, Value

Filter = str | dict[str, str]

#: Kinds whose values are whole numbers.
NUMBERS = frozenset({Kind.INTEGER, Kind.YEAR})


def of(question: Question, today: date) -> Iterator[Filter]:
    """Yield the filters of a question; those of a field carry its name as their tag."""
    for name, chosen in question.filters.items():
        yield {f"#{name}": condition(FIELDS[name], chosen, today)}
    for name, refused in question.exclude.items():
        yield f"*:* -{condition(FIELDS[name], refused, today)}"


def activities() -> str:
    """The filter that leaves the documents of money out."""
    return f"kind:{ACTIVITY}"


def condition(named: Named, chosen: Iterable[Value], today: date) -> str:
    """Return the condition that one of the values holds.

    >>> condition(FIELDS["start_year"], (Range("2019", None),), date(2026, 11, 24))
    'start_year:[2019 TO *]'
    """
    if named.list_name == "freshness":
        return clauses.any_of(_age(str(value), today) for value in chosen)
    return f"{named.field}:{clauses.any_of(_written(named, value) for value in chosen)}"


def any_field(conditions: Mapping[str, Iterable[str]]) -> str:
    """Return the filter that one of several fields has one of its values."""
    return " OR ".join(
        f"{name}:{clauses.any_of(map(clauses.quote, found))}" for name, found in conditions.items()
    )


def is_chosen(filters: Filters, name: str) -> bool:
    """Whether something is chosen in a field."""
    return bool(filters.get(name))


def _written(named: Named, value: Value) -> str:
    if isinstance(value, Range):
        if named.kind is Kind.DAY:
            value = Range(*(end and f"{end}T00:00:00Z" for end in value))
        return f"[{_end(value.low)} TO {_end(value.high)}]"
    return _area(value) if isinstance(value, Box) else clauses.quote(value)


def _end(value: str | None) -> str:
    return "*" if value is None else value if value.isdecimal() else f'"{value}"'


def _area(box: Box) -> str:
    parts = [box] if box.west <= box.east else [box._replace(east=180.0), box._replace(west=-180.0)]
    return clauses.any_of(f"[{part.south!r},{part.west!r} TO {part.north!r},{part.east!r}]" for part in parts)


def _age(name: str, today: date) -> str:
    """The days of a class of freshness, in which what is dated in the future counts as fresh."""
    if name == freshness.UNKNOWN:
        return "(*:* -updated:[* TO *])"
    months = list(freshness.AGES.values())
    place = list(freshness.AGES).index(name)
    oldest = _day(freshness.before(today, months[place])) if months[place] is not None else "*"
    youngest = freshness.before(today, months[place - 1]) - timedelta(days=1) if place else None
    return f"updated:[{oldest} TO {_day(youngest) if youngest else '*'}]"


def _day(day: date) -> str:
    return f'"{day.isoformat()}T00:00:00Z"'


def visible(
    excluded: Iterable[str] | None, included: Iterable[str] | None
) -> tuple[str | None, dict[str, Any]]:
    """Return the filter of what somebody may see, and the parameter that it reads.

    Args:
        excluded: datasets that are not shown; None where ``included`` says which are.
        included: the only datasets that are shown.
    """
    if included is not None and excluded is None:
        return "{!terms f=dataset_id v=$ess_datasets}", {"ess_datasets": ",".join(included)}
    hidden = list(excluded or ())
    if not hidden:
        return None, {}
    return "*:* -{!terms f=dataset_id v=$ess_datasets}", {"ess_datasets": ",".join(hidden)}
