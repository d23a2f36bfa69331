"""What changed in a table, in lines that a maintainer reads before committing a refresh."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

#: Rows of one kind shown for one file before "and N more".
SHOWN = 12

#: Characters of a line.
WIDTH = 160

#: Cells that may be needed to tell rows apart; rows still alike are told apart by their order.
_KEY_CELLS = 3


def _rows(text: str) -> dict[str, list[str]]:
    """Rows by the first cells that tell them apart, else by the first cell and a number."""
    lines = [line.split("\t") for line in text.splitlines()[1:] if line]
    for width in range(1, _KEY_CELLS + 1):
        keys = [" | ".join(cells[:width]) for cells in lines]
        if len(set(keys)) == len(keys):
            return dict(zip(keys, lines, strict=True))
    found: dict[str, list[str]] = {}
    for cells in lines:
        alike = sum(other[0] == cells[0] for other in found.values())
        found[f"{cells[0]} ({alike + 1})" if alike else cells[0]] = cells
    return found


def _changes(names: list[str], old: list[str], new: list[str]) -> str:
    """Cells that differ, each with its column."""
    cells = zip_longest(names, old, new, fillvalue="")
    return "; ".join(f"{name}: {before!r} -> {after!r}" for name, before, after in cells if before != after)


def _some(sign: str, lines: list[str]) -> Iterator[str]:
    for line in lines[:SHOWN]:
        yield f"  {sign} {line if len(line) <= WIDTH else line[:WIDTH] + '…'}"
    if len(lines) > SHOWN:
        yield f"  {sign} and {len(lines) - SHOWN} more"


def describe(path: Path, before: str, after: str) -> Iterator[str]:
    """Lines saying which rows of a table came, went and changed.

    Keys need not be of the same width before and after: a row whose key differs came and went.
    """
    old, new = _rows(before), _rows(after)
    names = (after or before).partition("\n")[0].split("\t")
    came = [" | ".join(new[key]) for key in new if key not in old]
    went = [" | ".join(old[key]) for key in old if key not in new]
    changed = [key for key in new if key in old and old[key] != new[key]]
    gone = " (file removed)" if not after else ""
    yield f"{path}: +{len(came)} -{len(went)} ~{len(changed)}{gone}"
    yield from _some("+", came)
    yield from _some("-", went)
    yield from _some("~", [f"{key}: {_changes(names, old[key], new[key])}" for key in changed])
    if not (came or went or changed) and before and after:
        yield "  the order of the rows changed" if sorted(old) == sorted(new) else "  the header changed"
