"""Dates as JavaScript's ``Date`` reads them, for the official mode: nearly anything with a number in it.

First the ISO form is tried. What does not fit it is read on by a forgiving rule: numbers are year, month and
day in an order that their sizes tell, numbers before a colon are times, words are months and time zones, and
what stands in parentheses is nothing. A date without zone is taken as UTC, as on the official server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ckanext.ess.iati.validate.rules.blanks import BLANKS

_BLANK = re.escape(BLANKS)
_TOKEN = re.compile(
    rf"(?P<number>[0-9]+)|(?P<symbol>[-:+.)])|(?P<word>[^\x00-@{_BLANK}]+)|(?P<blank>[{_BLANK}])|(?P<aside>\()|.",
    re.DOTALL,
)
_ISO = re.compile(
    r"(?P<year>[0-9]{4}|[+-][0-9]{6})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12][0-9]|3[01]))?)?"
    r"(?![0-9])(?P<time>[Tt](?![^\x00-@\s]).*)?",
    re.DOTALL,
)
_BEGINNING = re.compile(
    r"([0-9]{4}|[+-][0-9]{6})(?![0-9])(?:-(0[1-9]|1[0-2])(?![0-9])(?:-(0[1-9]|[12][0-9]|3[01])(?![0-9]))?)?"
)
_ISO_TIME = re.compile(
    r"[Tt](?P<hour>[01][0-9]|2[0-4]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9])(?:\.(?P<part>[0-9]+))?)?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<zone>(?:[01][0-9]|2[0-3]):?[0-5][0-9]))?",
)
_MONTHS = {
    name: at
    for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)  # noqa: SIM905
}
_HALVES = {"am": 0, "pm": 12}
_ZONES = {
    "ut": 0,
    "utc": 0,
    "z": 0,
    "gmt": 0,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_DAY, _HOUR, _MINUTE = 86400, 3600, 60
#: Digits of a number that count.
_DIGITS = 9
#: Days either side of 1970 that a date may lie.
_FARTHEST = 100_000_000
_EPOCH = 719_163
_NO_YEAR = "-000000"


class _NoDateError(ValueError):
    """The text is no date."""


def loose_moment(text: str) -> float | None:
    """Return seconds since 0001-01-01 UTC, or None where JavaScript has an invalid date.

    >>> loose_moment("2014-011") == loose_moment("1 Nov 2014"), loose_moment("31/12/2019")
    (True, None)
    """
    if text.startswith(_NO_YEAR):
        return None
    try:
        match = _ISO.fullmatch(text)
        return _iso(match) if match else _Reader(text).moment()
    except _NoDateError:
        return None


def _iso(match: re.Match[str]) -> float:
    days = _days(int(match["year"]), int(match["month"] or 1), int(match["day"] or 1))
    if not match["time"]:
        return _within(days * _DAY)
    time = _ISO_TIME.fullmatch(match["time"])
    if not time:
        raise _NoDateError
    numbers = [
        int(time["hour"]),
        int(time["minute"]),
        int(time["second"] or 0),
        _thousandths(time["part"] or "0"),
    ]
    zone = 0
    if time["sign"]:
        zone = int(time["zone"][:2]) * _HOUR + int(time["zone"][-2:]) * _MINUTE
        zone = -zone if time["sign"] == "-" else zone
    return _within(days * _DAY + _clock(numbers) - zone)


def _days(year: int, month: int, day: int) -> int:
    """Return the ordinal of a day of any year; a day past the month's end is in the next month."""
    before = year - 1
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    start = before * 365 + before // 4 - before // 100 + before // 400
    months = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)[month - 1]
    return start + months + (leap and month > 2) + day  # noqa: PLR2004 - February


def _clock(numbers: list[int]) -> float:
    hour, minute, second, part = numbers
    midnight = hour == 24 and not any(numbers[1:])  # noqa: PLR2004 - clock
    if not midnight and not (hour < 24 and minute < 60 and second < 60 and part < 1000):  # noqa: PLR2004
        raise _NoDateError
    seconds = hour * _HOUR + minute * _MINUTE + second
    return seconds + part / 1000 if part else seconds


def _thousandths(digits: str) -> int:
    return int((digits[:_DIGITS] + "000")[:3])


def _within(moment: float) -> float:
    if abs(moment - _EPOCH * _DAY) > _FARTHEST * _DAY:
        raise _NoDateError
    return moment


@dataclass
class _Reader:
    """Reads tokens from left to right and keeps what they give."""

    text: str
    days: list[int] = field(default_factory=list[int])
    times: list[int] = field(default_factory=list[int])
    month: int | None = None
    half: int | None = None
    sign: int | None = None
    hours: int | None = None
    minutes: int | None = None
    numbered: bool = False

    def __post_init__(self) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            assert match  # noqa: S101 - any character matches
            kind = match.lastgroup or "other"
            at = _after_aside(self.text, at) if kind == "aside" else match.end()
            self._tokens.append((kind, match[0]))
        self._at = 0

    def moment(self) -> float:
        """Read everything."""
        self._beginning()
        while self._at < len(self._tokens):
            kind, value = self._next()
            if kind == "number":
                self._number(value)
            elif kind == "word":
                self._word(value)
            elif kind == "symbol":
                self._symbol(value)
        return _within(self._day() * _DAY + self._time() - self._zone())

    def _beginning(self) -> None:
        """Take the beginning of an ISO date: after it a hyphen is a sign, and a colon means nothing."""
        match = _BEGINNING.match(self.text)
        if not match:
            return
        self.numbered = True
        self.days = [int(part) for part in match.groups() if part]
        while sum(len(value) for _, value in self._tokens[: self._at]) < match.end():
            self._at += 1
        if len(self.days) < 3:  # noqa: PLR2004 - year, month, day
            self._skip("-")

    def _next(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _skip(self, symbol: str) -> bool:
        if self._peek() == ("symbol", symbol):
            self._at += 1
            return True
        return False

    def _number(self, digits: str) -> None:
        self.numbered = True
        number = int(digits.lstrip("0")[:_DIGITS] or "0")
        if self._skip(":"):
            self._before_colon(number)
        elif self._skip("."):
            self._before_point(number)
        elif self.hours is not None and self.minutes is None and number < 60:  # noqa: PLR2004 - clock
            self.minutes = number
        elif self._expects(number):
            self._end_time(number)
            kind, value = self._peek()
            if kind not in {"end", "blank"} and value not in {"+", "-"} and value.lower() != "z":
                raise _NoDateError
        else:
            self._add_day(number)
            self._skip("-")

    def _before_colon(self, number: int) -> None:
        double = self._skip(":")
        if len(self.times) == 4 or (double and self.times):  # noqa: PLR2004 - hour to thousandth
            raise _NoDateError
        self.times.append(number)
        if double:
            self.times.append(0)
        elif self._peek() == ("symbol", "."):
            self._at += 1

    def _before_point(self, number: int) -> None:
        if not self._expects(number):
            self._other_number(number)
            return
        self.times.append(number)
        kind, digits = self._peek()
        if kind != "number":
            raise _NoDateError
        self._at += 1
        self._end_time(_thousandths(digits))

    def _other_number(self, number: int) -> None:
        if self.hours is not None and self.minutes is None and number < 60:  # noqa: PLR2004 - clock
            self.minutes = number
        else:
            self._add_day(number)
            self._skip("-")

    def _expects(self, number: int) -> bool:
        """Whether a number can be the next part of a time that has begun."""
        return (len(self.times) in {1, 2} and number < 60) or (len(self.times) == 3 and number < 1000)  # noqa: PLR2004

    def _end_time(self, number: int) -> None:
        self.times.append(number)
        self.times.extend([0] * (4 - len(self.times)))

    def _add_day(self, number: int) -> None:
        if len(self.days) == 3:  # noqa: PLR2004 - year, month, day
            raise _NoDateError
        self.days.append(number)

    def _word(self, text: str) -> None:
        word = text.lower()
        if word[:3] in _MONTHS:
            self.month = _MONTHS[word[:3]]
            self._skip("-")
        elif word in _HALVES and self.times:
            self.half = _HALVES[word]
        elif word in _ZONES and self.numbered:
            self.sign = -1 if _ZONES[word] < 0 else 1
            self.hours, self.minutes = abs(_ZONES[word]), 0
        elif self.numbered or self._peek()[0] == "number":
            raise _NoDateError

    def _symbol(self, value: str) -> None:
        signed = value in {"+", "-"}
        if signed and (self.times or (self.hours == 0 and self.minutes == 0)):
            self._offset(1 if value == "+" else -1)
        elif (signed or value == ")") and self.numbered:
            raise _NoDateError

    def _offset(self, sign: int) -> None:
        self.sign, self.numbered = sign, True
        kind, digits = self._peek()
        number, length = (int(digits[-_DIGITS:]), len(digits)) if kind == "number" else (0, 0)
        self._at += kind == "number"
        if self._peek() == ("symbol", ":"):
            self.hours, self.minutes = number, None
        elif length in {1, 2}:
            self.hours, self.minutes = number, 0
        elif length in {3, 4}:
            self.hours, self.minutes = divmod(number, 100)
        else:
            raise _NoDateError

    def _day(self) -> int:
        if not self.days:
            raise _NoDateError
        first, second, third = (*self.days, 1, 1)[:3]
        year, month, day = _sorted(first, second, third, self.month)
        if 0 <= year < 50:  # noqa: PLR2004 - two digits
            year += 2000
        elif 0 <= year < 100:  # noqa: PLR2004
            year += 1900
        if not (1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004 - calendar
            raise _NoDateError
        return _days(year, month, day)

    def _time(self) -> float:
        numbers = [*self.times, 0, 0, 0, 0][:4]
        if self.half is not None:
            if numbers[0] > 12:  # noqa: PLR2004 - clock
                raise _NoDateError
            numbers[0] = numbers[0] % 12 + self.half
        return _clock(numbers)

    def _zone(self) -> int:
        seconds = (self.hours or 0) * _HOUR + (self.minutes or 0) * _MINUTE
        return seconds if self.sign == 1 else -seconds if self.sign else 0


def _sorted(first: int, second: int, third: int, named: int | None) -> tuple[int, int, int]:
    """Return year, month and day of three numbers; a number above 31 is no day."""
    is_day = 1 <= first <= 31  # noqa: PLR2004 - calendar
    if named is None:
        return (third, first, second) if is_day else (first, second, third)
    return (second, named, first) if is_day else (first, named, second)


def _after_aside(text: str, at: int) -> int:
    """Return the offset after a text in parentheses, which may hold others."""
    depth = 0
    while at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth <= 0:
            break
    return at
