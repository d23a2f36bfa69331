"""``ess-iati extract``: what the activities of a file say, as JSON, one after the other."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ckanext.ess.commands.language import language
from ckanext.ess.iati.extract.plain import documents, plain, plain_publisher, publishers
from ckanext.ess.iati.extract.rates import Rates
from ckanext.ess.iati.read import IatiFile, sentence
from ckanext.ess.iati.standard.versions import ACTIVITIES, ORGANISATIONS

DONE, UNREADABLE = 0, 2
_WORDS = {
    "en": {
        "rates": "{0} is no table of exchange rates",
        "line": "line {0}: ",
        "colon": ": ",
    },
    "fr": {
        "rates": "{0} n’est pas une table de taux de change",
        "line": "ligne {0} : ",
        "colon": " : ",
    },
}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``ess-iati``."""
    parser = commands.add_parser(
        "extract",
        help="print what activities say, as JSON",
        description="Print what each activity of an IATI file says, of whatever version, as JSON: texts, organisations with one key for all spellings, places and sectors with their shares, exact sums of money, and what could not be used. Of an organisation file: names, budgets, documents. All is printed as it is read. Exit status: 0, or 2 where the file cannot be read to its end.",  # noqa: E501
    )
    parser.add_argument("file", metavar="FILE.xml|-", help="the IATI file, or - for standard input")
    parser.add_argument(
        "--format",
        choices=("json", "jsonl"),
        default="jsonl",
        help="jsonl: a line for each (default); json: one object with the list of them",
    )
    parser.add_argument(
        "--rates",
        type=Path,
        metavar="FILE.tsv",
        help="exchange rates newer than ours, as tools/import_rates.py writes them",
    )
    parser.add_argument("--lang", choices=("en", "fr"), default="", help="language (default: your locale's)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the activities; 2 when the file cannot be read to its end or holds none."""
    lang = options.lang or language()
    rates = _rates(options.rates)
    if rates is None:
        sys.stderr.write(f"ess-iati extract: {_WORDS[lang]['rates'].format(options.rates)}\n")
        return UNREADABLE
    if isinstance(sys.stdout, io.TextIOWrapper):  # programs read this, whatever the terminal's encoding
        sys.stdout.reconfigure(encoding="utf-8")
    with IatiFile(sys.stdin.buffer if options.file == "-" else options.file) as file:
        printed = _json if options.format == "json" else _lines
        for text in printed(file, rates, lang):
            sys.stdout.write(text)
        return _told(file, options.file, lang)


def _rates(path: Path | None) -> Rates | None:
    try:
        return Rates(path) if path else Rates.shipped()
    except (OSError, ValueError, ArithmeticError):
        return None


def _lines(file: IatiFile, rates: Rates, lang: str) -> Iterator[str]:
    for one in _said(file, rates, lang):
        yield _dumped(one) + "\n"


def _said(file: IatiFile, rates: Rates, lang: str) -> Iterator[dict[str, Any]]:
    if _type(file) == ORGANISATIONS:
        return (plain_publisher(document, rates, lang) for document in publishers(file))
    return (plain(document, rates, lang) for document in documents(file))


def _type(file: IatiFile) -> str:
    return file.root.file_type if file.root else ""


def _json(file: IatiFile, rates: Rates, lang: str) -> Iterator[str]:
    version = file.root.version if file.root else None
    name = _type(file) or ACTIVITIES
    yield f'{{"version": {_dumped(version)}, "rates_until": {_dumped(rates.last_day)}, "{name}": ['
    separator = "\n"
    for one in _said(file, rates, lang):
        yield separator + _dumped(one)
        separator = ",\n"
    problems = [{"line": problem.line, **sentence(problem, lang)._asdict()} for problem in file.problems]
    yield f'\n], "problems": {_dumped(problems)}}}\n'


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _told(file: IatiFile, name: str, lang: str) -> int:
    """Tell what is wrong with the file itself, and return the exit status."""
    words = _WORDS[lang]
    lines = [
        f"{words['line'].format(problem.line) if problem.line else ''}{sentence(problem, lang).explanation}"
        for problem in file.problems
    ]
    sys.stderr.writelines(f"{name}{words['colon']}{text}\n" for text in lines)
    return UNREADABLE if lines else DONE
