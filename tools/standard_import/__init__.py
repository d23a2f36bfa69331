"""Parts of ``tools/import_standard.py``: each derives some data files from a folder of official files.

Every part is a function ``FOLDER -> {relative path: text}``; nothing here writes to disk, so that the same
functions serve the import, the check and the diff.
"""

from __future__ import annotations

from pathlib import Path

#: Versions of the standard, oldest first.
VERSIONS = ("1.01", "1.02", "1.03", "1.04", "1.05", "2.01", "2.02", "2.03")

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Files = dict[Path, str]


def one_line(text: str | None) -> str:
    """Text without line breaks, tabs and doubled spaces: the official files have them all."""
    return " ".join((text or "").split())


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Rows as tab-separated text under a header; raises ``ValueError`` when a cell would break the format."""
    for row in rows:
        if len(row) != len(columns) or any("\t" in cell or "\n" in cell for cell in row):
            raise ValueError(f"row does not fit the columns {columns}: {row}")
    return "".join("\t".join(row) + "\n" for row in (columns, *rows))
