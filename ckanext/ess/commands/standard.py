"""``ess-iati standard``: which versions of the standard are built in, how much of each, and from when."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator

from ckanext.ess.commands.language import language
from ckanext.ess.iati.standard import origins

_HEADINGS = {
    "en": ("Version", "Elements", "Attributes", "Code lists", "Codes", "Codelist rules", "Rules", "Rule ids"),
    "fr": ("Version", "Éléments", "Attributs", "Listes", "Codes", "Règles de liste", "Règles", "Numéros"),
}
_ORIGINS = {
    "en": ("Part", "Repository", "Branch", "Commit", "Date", "Licence"),
    "fr": ("Partie", "Dépôt", "Branche", "Révision", "Date", "Licence"),
}
_NOTE = {
    "en": "1.01 to 1.03 never had code lists nor rules of their own: those of 1.04 are used.",
    "fr": "Les versions 1.01 à 1.03 n’ont jamais eu de listes ni de règles : celles de la 1.04 servent.",
}

#: Characters of a commit's name that are shown.
_SHORT = 12


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``ess-iati``."""
    parser = commands.add_parser("standard", help="versions of the IATI standard that are built in")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--lang", choices=("en", "fr"), default="", help="language (default: your locale's)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the tables; returns the exit status."""
    if options.json:
        text = json.dumps(
            {
                "versions": [facts._asdict() for facts in origins.all_facts()],
                "origins": [origin._asdict() for origin in origins.origins()],
            },
            indent=2,
            ensure_ascii=False,
        )
    else:
        text = "\n".join(_text(options.lang or language()))
    sys.stdout.write(f"{text}\n")
    return 0


def _text(lang: str) -> Iterator[str]:
    counts = [[str(value) for value in facts] for facts in origins.all_facts()]
    yield from _table(_HEADINGS[lang], counts)
    yield from ("", _NOTE[lang], "")
    found = [[*origin[:3], origin.commit[:_SHORT], *origin[4:]] for origin in origins.origins()]
    yield from _table(_ORIGINS[lang], found)


def _table(headings: Iterable[str], lines: list[list[str]]) -> Iterator[str]:
    """Columns as wide as their widest cell; numbers to the right."""
    rows = [list(headings), *lines]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if cell.isdigit() else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        yield "  ".join(cells).rstrip()
