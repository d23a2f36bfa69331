"""Names of uploaded sheets: harmless as a part of a path, and what sentences call the sheet of a CSV file."""

from __future__ import annotations

from pathlib import Path

_LONGEST = 100


def harmless(name: str) -> str:
    """Return a name for an upload; its end says nothing, since what a file is shows in its content.

    >>> harmless("../../Suivi 2025.csv"), harmless("<>")
    ('Suivi 2025.upload', 'Projets.upload')
    """
    stem = Path(name.replace("\\", "/")).stem
    kept = "".join(char for char in stem if char.isalnum() or char in " -_").strip()
    return f"{kept[:_LONGEST] or 'Projets'}.upload"
