"""``ess-iati validate``: check IATI files without network, without CKAN, at any size."""

from __future__ import annotations

import argparse
import locale
import os
import sys
from pathlib import Path

from ckanext.ess.commands.files import examined, named
from ckanext.ess.commands.tables import SchemaMissing, examine_table, schema_of
from ckanext.ess.iati.read import Limits
from ckanext.ess.iati.standard.versions import VERSIONS
from ckanext.ess.iati.validate import Options, Report, exit_status
from ckanext.ess.iati.validate.formats import FORMATS, text
from ckanext.ess.iati.validate.run import Outcome, finish

USAGE = 2
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
    try:
        known = _known(options.known_identifiers)
        publishers = _known(options.known_publishers) or frozenset()
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"ess-iati validate: {error}\n")
        return USAGE
    paths = list(named(options.paths))
    if not paths:
        sys.stderr.write("ess-iati validate: no file in the folders given\n")
        return USAGE
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


def language() -> str:
    """French for a French locale, else English."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "fr" if (name or locale.getlocale()[0] or "").lower().startswith("fr") else "en"


def _positive(text: str) -> int:
    number = int(text)
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
    return frozenset(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _finish(outcomes: list[Outcome], known: frozenset[str]) -> None:
    everything = known.union(*(outcome.across.identifiers for outcome in outcomes))
    for outcome in outcomes:
        finish(outcome, everything)


def _print(reports: list[Report], shape: str, lang: str) -> None:
    if shape == "text":
        colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        sys.stdout.write(text.render(reports, lang, colours=colours))
    else:
        sys.stdout.write(FORMATS[shape](reports, lang).rstrip("\n") + "\n")
