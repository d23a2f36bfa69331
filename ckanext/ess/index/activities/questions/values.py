"""Reads the values that a question gives for its fields: texts, codes, ranges, areas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from ckanext.ess.index.activities.questions.names import CLASSES, Kind, Named
from ckanext.ess.index.activities.questions.refusals import Refusal, Refused
from ckanext.ess.index.activities.questions.words import clean

#: Values of one field, and characters of one value.
MOST_VALUES, LONGEST = 200, 500

_YES, _NO = {"1", "true", "yes", "oui"}, {"0", "false", "no", "non"}
_LARGEST_INT = 2**31 - 1
_LARGEST_AMOUNT = Decimal(10) ** 18
_LAST_YEAR = 9999
_BOX, _POLE, _ANTIMERIDIAN = 4, 90, 180


class Range(NamedTuple):
    """From a value to another, both included; None: open."""

    low: str | None
    high: str | None


class Box(NamedTuple):
    """An area of the map; across the antimeridian where ``west`` is greater than ``east``."""

    south: float
    west: float
    north: float
    east: float


Value = str | Range | Box


def read(named: Named, given: Any, place: str = "") -> tuple[Value, ...]:
    """Read the values given for a field: one, or a list of them.

    Raises:
        Refused: one of them is no value of this field.
    """
    place = place or named.name
    if named.kind is Kind.AREA:
        return (_box(given, place),)
    listed = list(given) if isinstance(given, (list, tuple, set)) else [given]
    if len(listed) > MOST_VALUES:
        raise Refused([Refusal(place, "values-many", str(len(listed)), str(MOST_VALUES))])
    found = dict.fromkeys(_one(named, value, place) for value in listed)
    return tuple(value for value in found if value not in ("", None))


def written(value: Value) -> str:
    """Return a value as an address says it.

    >>> written(Range("2019", None)), written(Box(1, 2, 3, 4)), written("SN")
    ('2019..', '1,2,3,4', 'SN')
    """
    if isinstance(value, Range):
        return value.low or "" if value.low == value.high else f"{value.low or ''}..{value.high or ''}"
    return ",".join(f"{number:g}" for number in value) if isinstance(value, Box) else value


def _one(named: Named, value: Any, place: str) -> Value:
    if isinstance(value, Mapping):
        if named.kind not in _BOUND:
            raise Refused([Refusal(place, "value", str(value))])
        return _range_of(named.kind, value, place)
    if isinstance(value, bool):
        value = "1" if value else "0"
    if not isinstance(value, (str, int, float)):
        raise Refused([Refusal(place, "value", str(value))])
    text = clean(str(value))
    if len(text) > LONGEST:
        raise Refused([Refusal(place, "value-long", str(len(text)), str(LONGEST))])
    return _READERS.get(named.kind, _plain)(named, text, place) if text else ""


def _plain(_named: Named, text: str, _place: str) -> Value:
    return text


def _country(_named: Named, text: str, _place: str) -> Value:
    return text.upper()


def _flag(_named: Named, text: str, place: str) -> Value:
    if text.lower() in _YES | _NO:
        return "1" if text.lower() in _YES else "0"
    raise Refused([Refusal(place, "flag", text)])


def _class(named: Named, text: str, place: str) -> Value:
    known = CLASSES[named.list_name]
    if text in known:
        return text
    raise Refused([Refusal(place, "class", text, ", ".join(known))])


def _ranged(named: Named, text: str, place: str) -> Value:
    low, dots, high = text.partition("..")
    if not dots:
        low = high = text
    return _range(named.kind, (low.strip(), high.strip()), place, text)


def _range_of(kind: Kind, given: Mapping[Any, Any], place: str) -> Range:
    if not given or set(given) - {"from", "to"}:
        raise Refused([Refusal(place, "range-keys", str(dict(given)))])
    ends = tuple(clean(str(given[name])) if given.get(name) is not None else "" for name in ("from", "to"))
    return _range(kind, (ends[0], ends[1]), place, "..".join(ends))


def _range(kind: Kind, ends: tuple[str, str], place: str, text: str) -> Range:
    read_end = _BOUND[kind]
    low, high = (read_end(end, place) if end else None for end in ends)
    if low is None and high is None:
        raise Refused([Refusal(place, "range-open", text)])
    if low is not None and high is not None and low[0] > high[0]:
        raise Refused([Refusal(place, "range", text)])
    return Range(low and low[1], high and high[1])


def _integer(text: str, place: str) -> tuple[int, str]:
    if not re.fullmatch(r"-?[0-9]{1,10}", text) or abs(int(text)) > _LARGEST_INT:
        raise Refused([Refusal(place, "number", text)])
    return int(text), str(int(text))


def _year(text: str, place: str) -> tuple[int, str]:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 0 < int(text) <= _LAST_YEAR:
        raise Refused([Refusal(place, "year", text)])
    return int(text), str(int(text))


def _amount(text: str, place: str) -> tuple[Decimal, str]:
    try:
        found = Decimal(text) if text.isascii() and "_" not in text else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > _LARGEST_AMOUNT:
        raise Refused([Refusal(place, "amount", text)])
    return found, repr(float(found))


def _day(text: str, place: str) -> tuple[date, str]:
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        found = None
    if found is None:
        raise Refused([Refusal(place, "day", text)])
    return found, found.isoformat()


def _box(given: Any, place: str) -> Box:
    parts = _box_parts(given)
    try:
        numbers = [float(part) for part in parts]
    except (TypeError, ValueError, OverflowError):
        numbers = []
    if len(numbers) != _BOX:
        raise Refused([Refusal(place, "box", str(given))])
    box = Box(*numbers)
    is_high = -_POLE <= box.south <= box.north <= _POLE
    if not is_high or not all(abs(end) <= _ANTIMERIDIAN for end in (box.west, box.east)):
        raise Refused([Refusal(place, "box-size", str(given))])
    return box


def _box_parts(given: Any) -> Iterable[Any]:
    if isinstance(given, (list, tuple)) and len(given) == 1:
        given = given[0]
    if isinstance(given, Mapping):
        return [given.get(name) for name in Box._fields]
    if isinstance(given, str):
        return given.split(",")
    return given if isinstance(given, (list, tuple)) else ()


#: How the ends of a range are read: to something that can be compared, and to what the index understands.
_BOUND: Mapping[Kind, Callable[[str, str], tuple[Any, str]]] = {
    Kind.INTEGER: _integer,
    Kind.YEAR: _year,
    Kind.AMOUNT: _amount,
    Kind.DAY: _day,
}
_READERS: Mapping[Kind, Callable[[Named, str, str], Value]] = {
    Kind.COUNTRY: _country,
    Kind.FLAG: _flag,
    Kind.CLASS: _class,
    **dict.fromkeys(_BOUND, _ranged),
}
