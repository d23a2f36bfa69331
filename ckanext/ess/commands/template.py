"""``ess-iati template``: the spreadsheet to fill in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ckanext.ess.commands.language import language
from ckanext.ess.iati.convert.template import grids
from ckanext.ess.iati.convert.workbook import MissingLibrary, write_csv, write_xlsx

WRITTEN, FAILED = 0, 2
MISSING = {
    "fr": "Pour écrire un classeur, il faut openpyxl : pip install 'ckanext-ess[tables]'. Sans lui, demandez un fichier .csv.",  # noqa: E501
    "en": "To write a workbook, openpyxl is needed: pip install 'ckanext-ess[tables]'. Without it, ask for a .csv file.",  # noqa: E501
}
_WORDS = {
    "fr": {"written": "Modèle : {0}", "failed": "{0} ne peut pas être écrit : {1}"},
    "en": {"written": "Template: {0}", "failed": "{0} cannot be written: {1}"},
}
_NAMES = {"fr": "modele.xlsx", "en": "template.xlsx"}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``ess-iati``."""
    parser = commands.add_parser(
        "template",
        help="write the spreadsheet to fill in",
        description="Write the spreadsheet to fill in, with help, examples and lists to choose from. A .csv file has the sheet of projects only.",  # noqa: E501
    )
    parser.add_argument("--lang", choices=("en", "fr"), default="", help="language (default: your locale's)")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help=".xlsx or .csv (default: template.xlsx)"
    )
    parser.add_argument("--year", type=int, metavar="YYYY", help="first budget year (default: this year)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the template; 2 when it cannot be written."""
    lang = options.lang or language()
    path = options.output or Path(_NAMES[lang])
    sheets = grids(lang, options.year)
    try:
        if path.suffix.lower() == ".csv":
            with path.open("w", encoding="utf-8-sig", newline="") as stream:
                write_csv(stream, sheets[0], lang, with_help=True)
        else:
            write_xlsx(path, sheets, lang, with_help=True)
    except MissingLibrary:
        sys.stderr.write(MISSING[lang] + "\n")
        return FAILED
    except OSError as error:
        sys.stderr.write(_WORDS[lang]["failed"].format(path, error.strerror) + "\n")
        return FAILED
    sys.stdout.write(_WORDS[lang]["written"].format(path) + "\n")
    return WRITTEN
