"""``ess-iati tabulate``: from an IATI file to a spreadsheet, with a list of what that cannot hold."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from ckanext.ess.commands.language import language
from ckanext.ess.commands.template import MISSING
from ckanext.ess.iati.convert.formulas import harmless
from ckanext.ess.iati.convert.grid import Grid, in_use
from ckanext.ess.iati.convert.messages import line, short
from ckanext.ess.iati.convert.problem import Unreadable
from ckanext.ess.iati.convert.tabulate import Tabulated, tabulate
from ckanext.ess.iati.convert.unread import Left
from ckanext.ess.iati.convert.workbook import MissingLibrary, write_csv, write_xlsx

WRITTEN, UNREADABLE = 0, 2
_FIRST = 50
_WORDS = {
    "fr": {
        "written": "Écrit : {0}. Activités ou organisations lues : {1}.",
        "all": "La feuille contient tout le fichier.",
        "left": "La feuille ne peut pas contenir ce qui suit ({0}) :",
        "more": "… et {0} de plus ; --left FICHIER.csv les donne toutes.",
        "failed": "{0} ne peut pas être écrit : {1}", "colon": " : ",
        "head": ("activité", "chemin", "valeur"),
    },
    "en": {
        "written": "Written: {0}. Activities or organisations read: {1}.",
        "all": "The sheet holds the whole file.",
        "left": "The sheet cannot hold the following ({0}):",
        "more": "… and {0} more; --left FILE.csv gives all.",
        "failed": "{0} cannot be written: {1}", "head": ("activity", "path", "value"), "colon": ": ",
    },
}  # fmt: skip


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``ess-iati``."""
    parser = commands.add_parser(
        "tabulate",
        help="make a spreadsheet of an IATI file",
        description="Make a spreadsheet of an IATI file (2.01 and later) and list what it cannot hold. For a .csv file, other sheets go into files beside it.",  # noqa: E501
    )
    parser.add_argument("file", type=Path, metavar="FILE.xml", help="the IATI file")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help=".xlsx or .csv (default: FILE.xlsx)"
    )
    parser.add_argument("--left", type=Path, metavar="FILE.csv", help="write what the sheet cannot hold")
    parser.add_argument("--lang", choices=("en", "fr"), default="", help="language (default: your locale's)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the sheets and the list; 2 when the file cannot be read or the sheets not written."""
    lang = options.lang or language()
    path = options.output or options.file.with_suffix(".xlsx")
    try:
        found = tabulate(options.file, lang)
        _write(path, in_use(found.grids.values()), lang)
        if options.left:
            _write_left(options.left, found.left, lang)
    except Unreadable as unreadable:
        sys.stderr.write(f"{options.file}{_WORDS[lang]['colon']}{line(unreadable.problem, lang)}\n")
        return UNREADABLE
    except MissingLibrary:
        sys.stderr.write(MISSING[lang] + "\n")
        return UNREADABLE
    except OSError as error:
        sys.stderr.write(_WORDS[lang]["failed"].format(error.filename or path, error.strerror) + "\n")
        return UNREADABLE
    _tell(found, path, lang)
    return WRITTEN


def _write(path: Path, grids: Sequence[Grid], lang: str) -> None:
    if path.suffix.lower() != ".csv":
        write_xlsx(path, grids, lang, with_help=False)
        return
    for grid in grids:
        beside = path.with_name(f"{path.stem}-{grid.name(lang)}.csv")
        with (path if grid.sheet == "projects" else beside).open(
            "w", encoding="utf-8-sig", newline=""
        ) as out:
            write_csv(out, grid, lang, with_help=False)


def _write_left(path: Path, left: list[Left], lang: str) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";" if lang == "fr" else ",")
        writer.writerow(_WORDS[lang]["head"])
        writer.writerows([harmless(part) for part in one] for one in left)


def _tell(found: Tabulated, path: Path, lang: str) -> None:
    words = _WORDS[lang]
    lines = [str(words["written"]).format(path, found.activities)]
    if found.left:
        lines.append(str(words["left"]).format(len(found.left)))
        lines += [
            f"  {short(one.activity)}  {one.path}{words['colon']}{short(one.value)}"
            for one in found.left[:_FIRST]
        ]
        if len(found.left) > _FIRST:
            lines.append(str(words["more"]).format(len(found.left) - _FIRST))
    else:
        lines.append(str(words["all"]))
    sys.stdout.writelines(f"{text}\n" for text in lines)
