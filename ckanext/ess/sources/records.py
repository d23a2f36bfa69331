"""Typed reading of other people's JSON: whatever stands in a field, the answer is a clean value or nothing.

Catalogues write a missing value as an absent key, ``null``, ``""`` or the word ``None``; they write numbers
as text, and text that no database takes (NUL, half a surrogate pair). All of it ends here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, cast
from urllib.parse import urlsplit

Record = Mapping[str, Any]

#: Longer texts are cut: nothing in these catalogues comes near, and a title of 50 MB is an attack.
MAX_TEXT = 20_000
MAX_ADDRESS = 2_000

_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: Kinds of file as the catalogues write them.
KINDS = {
    "activity": "activities",
    "activities": "activities",
    "organisation": "organisations",
    "organization": "organisations",
}

_MISSING = frozenset({"", "none", "null"})
_DATE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)


def as_record(value: object) -> Record | None:
    """The value when it is a JSON object, else nothing."""
    return cast("Record", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[object]:
    """The value when it is a JSON list, else an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def clean(value: object) -> str:
    """Text of a scalar, without what a database cannot take; ``""`` for every spelling of nothing.

    >>> clean(" None "), clean(None), clean(10), clean("a" + chr(0) + "b")
    ('', '', '10', 'ab')
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, int) and abs(value) >= 10**30:  # its text costs more than it says
        return ""
    text = str(value)[:MAX_TEXT].strip()
    if not text.isprintable():
        text = _UNWANTED.sub("", text).strip()
    return "" if text.lower() in _MISSING else text


def text_of(record: Record, *keys: str) -> str:
    """First of several spellings of a field that says something."""
    for key in keys:
        if found := clean(record.get(key)):
            return found
    return ""


def number_of(text: str) -> int | None:
    """A whole number that is not negative and that a database can keep, else nothing.

    >>> number_of("10"), number_of("1e3"), number_of("-2")
    (10, None, None)
    """
    if not re.fullmatch(r"[0-9]{1,18}(?:\.0+)?", text):
        return None
    return int(text.partition(".")[0])


def moment_of(text: str) -> str:
    """A date, or a time in UTC, as ISO 8601; ``""`` when it cannot be read.

    >>> moment_of("2024-10-10 04:34:04.253219+00:01")
    '2024-10-10T04:33:04+00:00'
    >>> moment_of("2024-03-01 14:24:09"), moment_of("2024-03-01")
    ('2024-03-01T14:24:09+00:00', '2024-03-01')
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return ""
    year, month, day, hour, minute, second, zone = match.groups()
    iso = f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{_offset(zone)}"
    try:
        moment = datetime.fromisoformat(iso).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return ""
    return moment.isoformat() if hour else f"{year}-{month}-{day}"


def _offset(zone: str | None) -> str:
    if zone is None or zone == "Z":
        return "+00:00"
    return zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"


def date_of(text: str) -> str:
    """The day of a date or time, as ISO 8601; ``""`` when it cannot be read."""
    return moment_of(text)[:10]


def address_of(text: str) -> str:
    """An http or https address without spaces or control characters, else ``""``.

    >>> address_of("https://example.org/a b.xml"), address_of("javascript:alert(1)")
    ('https://example.org/a%20b.xml', '')
    """
    if not text or len(text) > MAX_ADDRESS:
        return ""
    spaced = re.sub(r"\s", lambda blank: "%20" if blank[0] == " " else "", text)
    try:
        parts = urlsplit(spaced)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
        _ = parts.port  # raises on a port that is no number
    except ValueError:
        return ""
    return spaced if usable else ""


def source_type_of(word: str) -> str:
    """``primary``, ``secondary`` or empty, from the spellings of two catalogues.

    >>> source_type_of("primary-source"), source_type_of("secondary_source")
    ('primary', 'secondary')
    """
    start = word.lower().replace("_", "-").partition("-")[0]
    return start if start in ("primary", "secondary") else ""
