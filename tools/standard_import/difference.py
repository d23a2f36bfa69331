"""What changed in a table, in lines that a maintainer reads before committing a refresh."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

#: Rows of one kind shown for one file before "and N more".
SHOWN = 12

#: More cells than any table has: rows that are equal so far are the same row twice.
_CELLS = 12


def _rows(text: str) -> dict[str, str]:
    """Rows by key; the key is the first cell, made longer while it is not unique in the file."""
    lines = [line for line in text.splitlines()[1:] if line]
    width = 1
    while True:
        keys = ["\t".join(line.split("\t")[:width]) for line in lines]
        if len(set(keys)) == len(keys) or width > _CELLS:
            return dict(zip(keys, lines, strict=True))
        width += 1


def _some(sign: str, lines: list[str]) -> Iterator[str]:
    for line in lines[:SHOWN]:
        yield f"  {sign} {line[:160].replace(chr(9), ' | ')}"
    if len(lines) > SHOWN:
        yield f"  {sign} and {len(lines) - SHOWN} more"


def describe(path: Path, before: str, after: str) -> Iterator[str]:
    """Lines saying which rows of a table came, went and changed."""
    old, new = _rows(before), _rows(after)
    came = [new[key] for key in new if key not in old]
    went = [old[key] for key in old if key not in new]
    changed = [key for key in new if key in old and old[key] != new[key]]
    yield f"{path}: +{len(came)} -{len(went)} ~{len(changed)}"
    yield from _some("+", came)
    yield from _some("-", went)
    yield from _some("~", [f"{old[key]}  ->  {new[key]}" for key in changed])
