"""Problems of a file are values: a code, a place and what a sentence needs. Text comes later."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

EMPTY: Mapping[str, str] = MappingProxyType({})

#: Reading cannot go on after these: nothing was understood, or a limit says stop.
FATAL = frozenset(
    {
        "archive-broken",
        "archive-encrypted",
        "archive-nested",
        "archive-without-xml",
        "decompression-ratio",
        "doctype",
        "empty",
        "encoding-unknown",
        "not-xml",
        "prolog-too-large",
        "root-broken",
        "too-many-problems",
        "too-large",
        "too-slow",
        "unreadable",
        "wrong-namespace",
        "wrong-root",
    },
)


class Problem(NamedTuple):
    """Something wrong with the file itself, at a line and column (1-based) where one is known."""

    code: str
    line: int | None = None
    column: int | None = None
    params: Mapping[str, str] = EMPTY

    def __reduce__(self) -> tuple[object, ...]:
        # A mapping proxy cannot be pickled, and problems travel between processes.
        return _problem, (self.code, self.line, self.column, dict(self.params))


def _problem(code: str, line: int | None, column: int | None, params: dict[str, str]) -> Problem:
    return Problem(code, line, column, params)


class Unreadable(Exception):
    """Reading stops here; the problem says why. Internal: a document turns it into a value."""

    def __init__(self, code: str, line: int | None = None, **params: str) -> None:
        super().__init__(code)
        self.problem = Problem(code, line, None, params)


class WrongRoot(Unreadable):
    """The root element is not one of IATI's; its start tag is kept, on one line, for reading on."""

    def __init__(self, code: str, line: int, tag: bytes, **params: str) -> None:
        super().__init__(code, line, **params)
        self.tag = tag
