"""What was probably meant by a cell that is wrong; only what the column would accept is proposed."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterator

from ckanext.ess.tables.columns import Column
from ckanext.ess.tables.header import folded

#: Longer cells are texts, not slips.
_LONG = 200
_BLANKS = re.compile(r"\s+")
_DATE = re.compile(
    r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)|(?<!\d)(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)"
)
_BETWEEN = re.compile(r"(?<=\d{4}-\d\d-\d\d)\s*(?:/|_|-|–|;|au|à|to)\s*(?=\d{4}-\d\d-\d\d)")
_YES = frozenset({"oui", "o", "yes", "y", "vrai", "true", "1", "x"})
_NO = frozenset({"non", "n", "no", "faux", "false", "0"})
_PERCENT = 100


def meant(column: Column, text: str) -> str:
    """Return a spelling of the text that the column accepts, empty where none is at hand."""
    if len(text) > _LONG:
        return ""
    for candidate in _candidates(column, text):
        if candidate and candidate != text and not any(column.faults(candidate)):
            return candidate
    return ""


def _candidates(column: Column, text: str) -> Iterator[str]:
    bare = text.strip()
    yield bare
    if column.kind == "boolean":
        yield _boolean(column, bare)
    elif column.kind == "number":
        yield from _numbers(bare)
    elif column.kind in {"integer", "year"}:
        yield _BLANKS.sub("", bare)
        yield _BLANKS.sub("", bare).partition(",")[0].partition(".")[0]
    yield from _dates(column, bare)
    if "enum" in column.constraints:
        yield _nearest(bare, [str(value) for value in column.constraints["enum"]])
    elif "pattern" in column.constraints:
        yield _BLANKS.sub("", bare)
        yield _BLANKS.sub("", bare).upper()
        yield re.sub(r"[\s.\-_/]", "", bare).upper()


def _boolean(column: Column, text: str) -> str:
    value = text.casefold()
    if value in _YES:
        return str(column.field.get("trueValues", ["true"])[0])
    return str(column.field.get("falseValues", ["false"])[0]) if value in _NO else ""


def _numbers(text: str) -> Iterator[str]:
    """Yield a number without its blanks, currency and separators of thousands."""
    plain = re.sub(r"[\s€$'’]|EUR", "", text)
    percent = plain.endswith("%")
    plain = plain.removesuffix("%")
    if plain.count(",") == 1:
        plain = plain.replace(".", "").replace(",", ".")
    if percent and re.fullmatch(r"-?\d+(?:\.\d+)?", plain):
        yield f"{float(plain) / _PERCENT:g}"
    if re.fullmatch(r"-?\d+(?:\.\d+)?", plain):
        yield plain


def _dates(column: Column, text: str) -> Iterator[str]:
    """Yield the text with its dates written as the standard wants them."""
    iso = _BETWEEN.sub("/", _DATE.sub(_iso, text))
    if column.kind == "date" and column.field.get("format", "default") not in {"default", "any"}:
        try:
            yield dt.date.fromisoformat(iso).strftime(column.field["format"])
        except ValueError:
            return
    elif column.kind in {"date", "datetime", "string"}:
        yield iso
        yield iso[: len("2024-12-31")]


def _iso(match: re.Match[str]) -> str:
    day, month, year, other_year, other_month, other_day = match.groups()
    numbers = (int(year or other_year), int(month or other_month), int(day or other_day))
    try:
        return dt.date(*numbers).isoformat()
    except ValueError:
        return match.group()


def _nearest(text: str, allowed: list[str]) -> str:
    names = {folded(value): value for value in allowed[:1000]}
    close = difflib.get_close_matches(folded(text), names, n=1, cutoff=0.8)
    return names[close[0]] if close else ""
