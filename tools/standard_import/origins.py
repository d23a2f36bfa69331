"""Where the tables come from: repositories, commits, dates and licences of the official files."""

from __future__ import annotations

import re
from pathlib import Path

from standard_import import Files, table

COLUMNS = ("part", "repository", "branch", "commit", "date", "licence")
TARGET = Path("ckanext/ess/iati/standard/data/origins.tsv")


def _licence(text: str) -> str:
    """Name of the licence, without the remarks that follow it."""
    return re.split(r" \(lists|;|, ", text)[0]


def origin_files(folder: Path) -> Files:
    """``origins.tsv``, from the first table of the folder's ``LICENCES.md``."""
    rows: list[tuple[str, ...]] = []
    for line in (folder / "LICENCES.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == len(COLUMNS) and re.fullmatch(r"\d{4}-\d\d-\d\d", cells[4]):
            part = re.sub(r" ?\(.*?\)", "", cells[0])
            rows.append((part, *cells[1:5], _licence(cells[5])))
    return {TARGET: table(COLUMNS, sorted(set(rows)))}
