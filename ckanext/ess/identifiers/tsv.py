"""Read the package's tables: tab-separated text, one header line, no quoting."""

from __future__ import annotations

from importlib.abc import Traversable
from pathlib import Path


def rows(path: Path | Traversable) -> list[list[str]]:
    """Cells of every line after the header.

    A table written by our importers never holds a tab or a line break in a cell, so no quoting is needed and
    a plain split is the quickest reader.
    """
    return [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n")[1:] if line]
