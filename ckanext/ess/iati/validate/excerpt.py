"""A few lines of a file around a finding, bounded whatever the file: lines of 10,000 characters exist."""

from __future__ import annotations

from typing import Any

from ckanext.ess.iati.read import Piece

#: Lines before and after the one in question.
AROUND = 2
#: Characters shown of a line; a longer one is cut around the column in question.
WIDTH = 240
_BEFORE_COLUMN = 80


def excerpt(piece: Piece, line: int | None, column: int | None) -> list[dict[str, Any]]:
    """Return the lines of a piece around a place: none where the place is not inside it.

    Each is ``{"line": number in the file, "text": …, "from": column of its first character,
    "cut": whether characters are left out, "here": whether it is the line in question}``.
    """
    if line is None or line < piece.line:
        return []
    start = _offset(piece.raw, max(line - AROUND - piece.line, 0))
    first = max(line - AROUND, piece.line)
    shown: list[dict[str, Any]] = []
    for number in range(first, line + AROUND + 1):
        if start > len(piece.raw):
            break
        end = piece.raw.find(b"\n", start)
        end = len(piece.raw) if end < 0 else end
        begins = piece.column if number == piece.line else 1
        at = (column or 1) - begins if number == line else 0
        shown.append({"line": number, **_cut(piece.raw[start:end], at, begins), "here": number == line})
        start = end + 1
    return shown if any(one["here"] for one in shown) else []


def _offset(raw: bytes, breaks: int) -> int:
    """Return where the line begins that follows so many line breaks; past the end where there are fewer."""
    start = 0
    for _ in range(breaks):
        found = raw.find(b"\n", start)
        if found < 0:
            return len(raw) + 1
        start = found + 1
    return start


def _cut(raw: bytes, at: int, begins: int) -> dict[str, Any]:
    text = raw.decode("utf-8", "replace").rstrip("\r")
    start = 0 if len(text) <= WIDTH or at <= _BEFORE_COLUMN else min(at - _BEFORE_COLUMN, len(text) - WIDTH)
    kept = text[start : start + WIDTH]
    return {"text": kept, "from": begins + start, "cut": len(kept) < len(text)}
