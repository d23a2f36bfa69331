"""Words of 1.0x and of people for what 2.03 writes as a code.

>>> code("role", "Funding"), code("role", "4"), code("role", "donor")
('1', '4', '')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from ckanext.ess.iati.extract.values import REMEMBERED


def _codes(*numbers: int) -> dict[str, str]:
    return {str(number): str(number) for number in numbers}


def _table(numbers: Iterable[int], words: str) -> Mapping[str, str]:
    """Return word in small letters → code, from ``word=code`` separated by blanks."""
    pairs = (pair.split("=") for pair in words.split())
    return {**_codes(*numbers), **{word.lower(): number for word, number in pairs}}


_TABLES: Mapping[str, Mapping[str, str]] = {
    "role": _table(range(1, 5), "funding=1 accountable=2 extending=3 implementing=4"),
    "date": _table(range(1, 5), "start-planned=1 start-actual=2 end-planned=3 end-actual=4"),
    "transaction": _table(range(1, 14), "IF=1 C=2 D=3 E=4 IR=5 LR=6 R=7 QP=8 QS=9 CG=10"),
    "status": _table(
        range(1, 7),
        "pipeline/identification=1 implementation=2 completion=3 finalisation=3 post-completion=4 closed=4"
        " cancelled=5 suspended=6",
    ),
    "budget": _table((1, 2), "original=1 revised=2"),
    "related": _table(range(1, 6), "parent=1 child=2 sibling=3 multifunded=4"),
}


def code(list_name: str, written: str) -> str:
    """Return the code of 2.03 for a code or word of one of the lists above, "" where there is none."""
    return _code(list_name, written[:REMEMBERED])


@lru_cache(maxsize=4096)
def _code(list_name: str, written: str) -> str:
    return _TABLES[list_name].get(written.strip().lower(), "")
