"""Amounts and other numbers as people write them, in French or in English, nothing guessed.

>>> read("1 000,50 €"), read("(1.234,00)"), read("1,234.50 USD"), read("12,5")
(Number('1000.50', '€'), Number('-1234.00', ''), Number('1234.50', 'USD'), Number('12.5', ''))
>>> read("1,234")
Traceback (most recent call last):
...
ckanext.ess.iati.convert.values.refused.Refused: number-ambiguous
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ckanext.ess.iati.convert.cell import Cell
from ckanext.ess.iati.convert.values.refused import Refused

_UNIT = re.compile(
    r"^(?P<before>[€$£]|[A-Za-z]{3,6})?\s*(?P<number>[-+]?\s?\d[\d\s.,'’]*?)\s*(?P<after>[€$£%]|[A-Za-z]{3,6})?$"
)
_MAGNITUDE = re.compile(r"\d\s*(?:k|m|md|mds)\s*(?:€|eur|euros|f|fcfa)?$|mill", re.IGNORECASE)
_WORDS = {"euro": "EUR", "euros": "EUR", "dollars": "$", "fcfa": "FCFA", "cfa": "FCFA"}
_THREE = 3
_LONGEST = 60


class Number(NamedTuple):
    """A decimal number with a point, and the currency (or ``%``) that stood with it."""

    text: str
    unit: str = ""

    def __repr__(self) -> str:
        return f"Number({self.text!r}, {self.unit!r})"


def read_cell(cell: Cell) -> Number:
    """Return the number in a cell; raises ``Refused``."""
    if cell.kind == "number":
        return Number(cell.text, cell.unit)
    if cell.kind == "percent":
        return Number(cell.text, "%")
    if cell.kind in {"date", "yes-no"}:
        raise Refused(f"number-is-{cell.kind}")
    return read(cell.text)


def read(text: str) -> Number:
    """Return the number that a text writes; raises ``Refused``."""
    plain = _plain(text)
    negative = plain.startswith("(") and plain.endswith(")")
    if negative:
        plain = plain[1:-1].strip()
    if _MAGNITUDE.search(plain):
        raise Refused("number-thousands")
    found = _UNIT.match(plain) if len(plain) < _LONGEST else None
    if not found or (found["before"] and found["after"]):
        raise Refused("number")
    digits = found["number"].replace(" ", " ").strip()
    signed = digits.startswith("-") or negative
    value = _decimal(digits.lstrip("+-").strip())
    unit = found["before"] or found["after"] or ""
    return Number(f"-{value}" if signed and value.strip("0.") else value, _WORDS.get(unit.lower(), unit))


def _plain(text: str) -> str:
    """One kind of space, one kind of minus."""
    text = "".join(
        " " if char.isspace() or unicodedata.category(char) == "Zs" else char
        for char in text
        if unicodedata.category(char) != "Cf"
    )
    return re.sub(r"\s+", " ", text).strip().replace("−", "-").replace("–", "-")


def _decimal(digits: str) -> str:
    """Return a number without grouping, with a point."""
    digits = digits.replace("’", "'")
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return _both(digits)
    if points + commas == 1:
        return _one(digits, "." if points else ",")
    if points or commas:
        mark = "." if points else ","
        return _grouped(digits, mark)
    return _grouped(digits, " ") if " " in digits else _grouped(digits, "'")


def _both(digits: str) -> str:
    """The mark that comes last is the decimal one."""
    decimal = max(",.", key=digits.rfind)
    group = "," if decimal == "." else "."
    whole, _, rest = digits.rpartition(decimal)
    if decimal in whole or group in rest:
        raise Refused("number")
    return f"{_grouped(whole, group)}.{_only_digits(rest)}"


def _one(digits: str, mark: str) -> str:
    """One mark: decimal, unless three digits follow and it could as well group them."""
    whole, _, rest = digits.partition(mark)
    grouped = " " in whole or "'" in whole
    if len(rest) == _THREE and not grouped and 1 <= len(whole) <= _THREE and whole.lstrip("0"):
        raise Refused("number-ambiguous", whole=f"{whole}{rest}", decimal=f"{whole},{rest}0")
    whole = _grouped(whole, " ") if " " in whole else _grouped(whole, "'")
    return f"{whole}.{_only_digits(rest)}" if rest else whole


def _grouped(digits: str, mark: str) -> str:
    """Digits in groups of three, or in one piece."""
    groups = digits.strip().split(mark)
    if len(groups) > 1 and (len(groups[0]) > _THREE or any(len(group) != _THREE for group in groups[1:])):
        raise Refused("number")
    return str(_only_digits("".join(groups))).lstrip("0") or "0"


def _only_digits(text: str) -> str:
    if not (text.isascii() and text.isdigit()):
        raise Refused("number")
    return text
