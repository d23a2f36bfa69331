"""``ess-iati validate``: check IATI files without network, without CKAN, at any size."""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path

from ckanext.ess.commands.files import examined, named
from ckanext.ess.commands.language import language
from ckanext.ess.commands.tables import SchemaMissing, examine_table, schema_of
from ckanext.ess.iati.read import Limits
from ckanext.ess.iati.standard.versions import VERSIONS
from ckanext.ess.iati.validate import Options, Report, exit_status
from ckanext.ess.iati.validate.formats import FORMATS, text
from ckanext.ess.iati.validate.run import Outcome, finish

USAGE = 2
#: Digits of a number that is no jest; Python refuses to read thousands of them.
_DIGITS = 100
_WORDS = {
    "en": {"none": "no file in the folders given", "known": "{path} is no list of identifiers, one a line in UTF-8"},  # noqa: E501
    "fr": {"none": "aucun fichier dans les dossiers indiqués", "known": "{path} n’est pas une liste d’identifiants, un par ligne en UTF-8"},  # noqa: E501
}  # fmt: skip
_MIB = 1024 * 1024


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``ess-iati``."""
    parser = commands.add_parser(
        "validate",
        help="check IATI files",
        description="Check IATI files. Exit status: 0 nothing worse than warnings, 1 errors, 2 unreadable or wrong use.",  # noqa: E501
    )
    parser.add_argument(
        "paths", nargs="+", metavar="FILE|DIR|-", help="files, folders, or - for standard input"
    )
    parser.add_argument(
        "--format", choices=sorted(FORMATS), default="text", help="shape of the report (default: text)"
    )
    parser.add_argument("--lang", choices=("en", "fr"), default="", help="language (default: your locale's)")
    parser.add_argument(
        "--official", action="store_true", help="judge and count as the official validator does"
    )
    parser.add_argument(
        "--as-version", choices=VERSIONS, default="", metavar="VERSION", help="check against this version"
    )
    parser.add_argument(
        "--table-schema",
        default="",
        metavar="FILE|NAME",
        help="check tables (CSV, XLSX, ODS) against this Table Schema: a JSON file, or scdl/subventions",
    )
    parser.add_argument("--jobs", type=_positive, default=1, metavar="N", help="processes (default: 1)")
    parser.add_argument(
        "--known-identifiers",
        type=Path,
        metavar="FILE",
        help="identifiers of activities published elsewhere, one a line",
    )
    parser.add_argument(
        "--known-publishers",
        type=Path,
        metavar="FILE",
        help="identifiers of organisations in the IATI Registry, one a line",
    )
    parser.add_argument(
        "--max-findings",
        type=_positive,
        default=Options().max_findings,
        metavar="N",
        help="findings listed per file",
    )
    parser.add_argument("--max-megabytes", type=_positive, metavar="N", help="largest file that is read")
    parser.add_argument("--max-seconds", type=_positive, metavar="N", help="longest time spent on a file")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Validate, print the reports, and return the exit status."""
    words = _WORDS[options.lang or language()]
    try:
        known = _known(options.known_identifiers)
        publishers = _known(options.known_publishers) or frozenset()
    except UnknownList as error:
        return _misused(words["known"].format(path=error))
    paths = list(named(options.paths))
    if not paths:
        return _misused(words["none"])
    if options.table_schema:
        return _run_tables(paths, options)
    # Files checked together are a set: they may refer to each other's activities.
    together = len(paths) > 1 or known is not None
    chosen = Options(
        official=options.official,
        version=options.as_version,
        jobs=options.jobs,
        max_findings=options.max_findings,
        references=together,
        publishers=publishers,
        limits=_limits(options),
    )
    outcomes = examined(paths, chosen)
    if together:
        _finish(outcomes, known or frozenset())
    reports = [outcome.report for outcome in outcomes]
    _print(reports, options.format, options.lang or language())
    return exit_status(reports)


class UnknownList(Exception):
    """A list of identifiers that cannot be read; its name."""


def _misused(said: str) -> int:
    sys.stderr.write(f"ess-iati validate: {said}\n")
    return USAGE


def _run_tables(paths: list[str], options: argparse.Namespace) -> int:
    """Check the files as tables, print the reports, and return the exit status."""
    lang = options.lang or language()
    try:
        schema = schema_of(options.table_schema)
    except SchemaMissing as error:
        sys.stderr.write(f"ess-iati validate: {error.sentence(lang)}\n")
        return USAGE
    reports = [
        examine_table(
            path,
            schema,
            max_findings=options.max_findings,
            megabytes=options.max_megabytes,
            seconds=options.max_seconds,
        )
        for path in paths
    ]
    _print(reports, options.format, lang)
    return exit_status(reports)


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) < _DIGITS else 0
    if number < 1:
        raise argparse.ArgumentTypeError("a number from 1 on is expected")
    return number


def _limits(options: argparse.Namespace) -> Limits:
    standard = Limits()
    return Limits(
        size=options.max_megabytes * _MIB if options.max_megabytes else standard.size,
        seconds=float(options.max_seconds or standard.seconds),
    )


def _known(path: Path | None) -> frozenset[str] | None:
    if path is None:
        return None
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnknownList(path) from error
    return frozenset(line.strip() for line in lines if line.strip())


def _finish(outcomes: list[Outcome], known: frozenset[str]) -> None:
    everything = known.union(*(outcome.across.identifiers for outcome in outcomes))
    for outcome in outcomes:
        finish(outcome, everything)


def _print(reports: list[Report], shape: str, lang: str) -> None:
    if shape == "text":
        colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        sys.stdout.write(text.render(reports, lang, colours=colours))
    else:
        if isinstance(sys.stdout, io.TextIOWrapper):  # programs read this, whatever the terminal's encoding
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(FORMATS[shape](reports, lang).rstrip("\n") + "\n")
