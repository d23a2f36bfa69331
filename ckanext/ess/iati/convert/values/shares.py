"""Several countries or sectors in one cell, each with its share.

>>> read("Country", "SN:60;ML:40")
(Share('SN', '60', 'Country'), Share('ML', '40', 'Country'))
>>> read("Country", "Sénégal 60 % ; Mali (40%)")
(Share('SN', '60', 'Country'), Share('ML', '40', 'Country'))
>>> read("Country", "Sénégal")
(Share('SN', '', 'Country'),)
>>> read("Country", "Sénégal, Mali")
Traceback (most recent call last):
...
ckanext.ess.iati.convert.values.refused.Refused: shares-missing
"""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ckanext.ess.iati.convert.values import amounts, codes
from ckanext.ess.iati.convert.values.refused import Refused

_SHARE = re.compile(r"(.*?\S)\s*(?::\s*|[(=\s]\s*)(\d+(?:[.,]\d+)?)\s*(%?)\s*\)?")
_COLON = re.compile(r"\s*:\s*")
_OTHER_SEPARATORS = re.compile(r"\s*[,/+\n]\s*|\s+et\s+|\s+and\s+")
_WHOLE = Decimal(100)


class Share(NamedTuple):
    """A code with its percentage; "" where none is written. ``list`` is the list that the code is of."""

    code: str
    percentage: str
    list: str

    def __repr__(self) -> str:
        return f"Share({self.code!r}, {self.percentage!r}, {self.list!r})"


@lru_cache(maxsize=4096)
def read(name: str, text: str) -> tuple[Share, ...]:
    """Return codes with their shares, which make 100 together; raises ``Refused``."""
    shares = tuple(_items(name, text))
    if len({share.code for share in shares}) < len(shares):
        raise Refused("shares-twice")
    if len({share.list for share in shares}) > 1:
        raise Refused("shares-mixed")
    if len(shares) > 1 and not all(share.percentage for share in shares):
        raise Refused("shares-missing", example=_example(shares))
    _total(shares)
    return shares


def _total(shares: tuple[Share, ...]) -> None:
    if any(share.percentage for share in shares):
        total = sum((Decimal(share.percentage) for share in shares), Decimal(0))
        if total != _WHOLE:
            raise Refused("shares-total", total=f"{total:f}".replace(".", ","))


def _items(name: str, text: str) -> list[Share]:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if len(parts) == 1:
        try:
            return [_share(name, parts[0])]
        except Refused:
            pieces = [piece for piece in _OTHER_SEPARATORS.split(parts[0]) if piece]
            if len(pieces) == 1:
                raise
            with suppress(Refused):  # else it was one name after all, and the first complaint helps most
                return [_share(name, piece) for piece in pieces]
            raise
    if not parts:
        raise Refused("code", list=name, text=text)
    return [_share(name, part) for part in parts]


def _share(name: str, text: str) -> Share:
    """A code or name, perhaps with a share; a number that is part of the name is none."""
    found = _SHARE.fullmatch(text)
    if found and (_COLON.search(text) or found[3] or "(" in text or not _is_code(name, text)):
        try:
            code = codes.read(name, found[1].rstrip(" :=("))
        except Refused:
            if found[3] or _COLON.search(text):
                raise
        else:
            return Share(code.code, _percentage(found[2]), code.list)
    code = codes.read(name, text)
    return Share(code.code, "", code.list)


def _is_code(name: str, text: str) -> bool:
    try:
        return bool(codes.read(name, text))
    except Refused:
        return False


def _percentage(text: str) -> str:
    number = amounts.read(text).text
    value = Decimal(number)
    if not 0 <= value <= _WHOLE:
        raise Refused("share", share=text)
    return f"{value.normalize():f}"


def _example(shares: tuple[Share, ...]) -> str:
    """How to write it, with made-up shares that make 100."""
    even = 100 // len(shares)
    first = 100 - even * (len(shares) - 1)
    return ";".join(f"{share.code}:{even if place else first}" for place, share in enumerate(shares))
