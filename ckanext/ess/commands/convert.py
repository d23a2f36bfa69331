"""``ess-iati convert``: from a spreadsheet to IATI, with a sentence for every cell that stands in the way."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ckanext.ess.commands.language import language
from ckanext.ess.iati.convert import Options, Outcome, convert
from ckanext.ess.iati.convert.messages import as_dict, line
from ckanext.ess.iati.convert.problem import Problem

WRITTEN, PROBLEMS, UNREADABLE = 0, 1, 2
#: Lines of one kind of problem that a terminal is shown.
_FIRST = 20

_WORDS = {
    "fr": {
        "error": "erreur", "warning": "attention", "note": "remarque",
        "errors": ("erreur", "erreurs"), "warnings": ("avertissement", "avertissements"),
        "notes": ("remarque", "remarques"), "projects": ("projet", "projets"),
        "more": "  … et {0} de plus du même genre ; --format json les donne toutes.",
        "written": "{projects} dans {path}.", "left": "{projects} avec des erreurs : rien n'en est écrit.",
        "nothing": "Rien n'est écrit : corrigez les erreurs et recommencez{partial}.",
        "partial": ", ou ajoutez --partial pour écrire {projects} sans erreur",
        "organisation": "Fichier d'organisation : {path}.", "empty": "Aucun projet à écrire.",
        "failed": "{path} ne peut pas être écrit : {reason}",
    },
    "en": {
        "error": "error", "warning": "warning", "note": "note",
        "errors": ("error", "errors"), "warnings": ("warning", "warnings"), "notes": ("note", "notes"),
        "projects": ("project", "projects"),
        "more": "  … and {0} more of the same kind; --format json gives all.",
        "written": "{projects} in {path}.", "left": "{projects} with errors: nothing of them is written.",
        "nothing": "Nothing is written: correct the errors and start again{partial}.",
        "partial": ", or add --partial to write {projects} without errors",
        "organisation": "Organisation file: {path}.", "empty": "No project to write.",
        "failed": "{path} cannot be written: {reason}",
    },
}  # fmt: skip


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``ess-iati``."""
    parser = commands.add_parser(
        "convert",
        help="make an IATI file of a spreadsheet",
        description="Make an IATI 2.03 file of a sheet. Exit status: 0 written, 1 problems, 2 unreadable.",
    )
    parser.add_argument(
        "sheets",
        nargs="+",
        type=Path,
        metavar="SHEET",
        help="XLSX, ODS or CSV; several CSV files belong together",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT.xml",
        default="",
        help="file to write, - for standard output (default: SHEET.xml)",
    )
    parser.add_argument(
        "--organisation-id", default="", metavar="ID", help="SIREN or IATI identifier of the publisher"
    )
    parser.add_argument("--organisation-name", default="", metavar="NAME", help="name of the publisher")
    parser.add_argument(
        "--organisation-type",
        default="",
        metavar="TYPE",
        help="code or name of its type, such as 22 (national NGO)",
    )
    parser.add_argument(
        "--organisation-file", type=Path, metavar="OUT.xml", help="write the organisation file too"
    )
    parser.add_argument(
        "--currency", default="", metavar="CODE", help="currency of amounts that name none, such as EUR"
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="language of the texts (default: the titles')"
    )
    parser.add_argument(
        "--column", action="append", default=[], type=_column, metavar="TITLE=OURS",
        help="what a title of yours means; nothing after = leaves the column out",
    )  # fmt: skip
    parser.add_argument(
        "--partial", action="store_true", help="write the projects without errors although others have some"
    )
    parser.add_argument(
        "--lang", choices=("en", "fr"), default="", help="language of the problems (default: your locale's)"
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="shape of the answer (default: text)"
    )
    parser.set_defaults(run=run)


def _column(text: str) -> tuple[str, str]:
    title, equals, ours = text.rpartition("=")
    if not equals or not title.strip():
        raise argparse.ArgumentTypeError('"Your title=Title of the template" is expected')
    return title.strip(), ours.strip()


def run(options: argparse.Namespace) -> int:
    """Convert, print the problems and what was written, and return the exit status."""
    lang = options.lang or language()
    output = options.output or str(options.sheets[0].with_suffix(".xml"))
    chosen = Options(
        organisation_id=options.organisation_id,
        organisation_name=options.organisation_name,
        organisation_type=options.organisation_type,
        currency=options.currency,
        language=options.language,
        columns=dict(options.column),
        partial=options.partial,
    )
    try:
        outcome = _converted(options, output, chosen)
    except OSError as error:
        words = _WORDS[lang]["failed"]
        sys.stderr.write(str(words).format(path=error.filename or output, reason=error.strerror) + "\n")
        return UNREADABLE
    stream = sys.stderr if output == "-" else sys.stdout
    if options.format == "json":
        stream.write(json.dumps(_answer(outcome, lang), ensure_ascii=False, indent=1) + "\n")
    else:
        stream.writelines(f"{text}\n" for text in _lines(outcome, options, output, lang))
    if not outcome.readable:
        return UNREADABLE
    return WRITTEN if outcome.written and not outcome.counts["error"] else PROBLEMS


def _converted(options: argparse.Namespace, output: str, chosen: Options) -> Outcome:
    with _pending(output) as target, _pending(str(options.organisation_file or "")) as own:
        outcome = convert(options.sheets, target.stream, chosen, organisation_target=own.stream)
        target.keep, own.keep = outcome.written, outcome.organisation_written
    return outcome


class _Pending:
    """A file that takes its name only once it is complete."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self.stream, self.keep = stream, False


@contextlib.contextmanager
def _pending(path: str) -> Iterator[_Pending]:
    if not path:
        yield _Pending(None)
    elif path == "-":
        yield _Pending(sys.stdout.buffer)
    else:
        folder = Path(path).parent
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".ess-iati-", delete=False) as stream:
            pending = _Pending(stream)
            try:
                yield pending
                stream.close()
                if pending.keep:
                    Path(stream.name).chmod(0o666 & ~_umask())
                    Path(stream.name).replace(path)
            finally:
                Path(stream.name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _answer(outcome: Outcome, lang: str) -> dict[str, object]:
    return {
        "problems": [as_dict(problem, lang) for problem in outcome.problems],
        "activities": outcome.activities,
        "written": outcome.written,
        "left_out": outcome.left_out,
        "counts": outcome.counts,
    }


def _lines(outcome: Outcome, options: argparse.Namespace, output: str, lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    yield from _problems(outcome.problems, lang)
    counted = [_count(number, words[f"{name}s"]) for name, number in outcome.counts.items() if number]
    if counted:
        yield from ("", ", ".join(counted) + ".")
    if not outcome.readable:
        return
    if outcome.written:
        yield str(words["written"]).format(
            projects=_count(outcome.activities, words["projects"]), path=output
        )
    if outcome.organisation_written:
        yield str(words["organisation"]).format(path=options.organisation_file)
    if outcome.left_out and outcome.written:
        yield str(words["left"]).format(projects=_count(outcome.left_out, words["projects"]))
    if not outcome.written:
        yield _nothing(outcome, lang)


def _nothing(outcome: Outcome, lang: str) -> str:
    words = _WORDS[lang]
    if not outcome.activities and not outcome.left_out:
        return str(words["empty"])
    partial = str(words["partial"]).format(projects=_count(outcome.activities, words["projects"]))
    return str(words["nothing"]).format(partial=partial if outcome.activities else "")


def _problems(problems: list[Problem], lang: str) -> Iterator[str]:
    """The first problems of each kind, in the order of the sheet; how many more there are of a kind."""
    seen: Counter[str] = Counter()
    total = Counter(problem.code for problem in problems)
    for problem in problems:
        seen[problem.code] += 1
        if seen[problem.code] <= _FIRST:
            yield (
                f"{_WORDS[lang][problem.severity]} : {line(problem, lang)}"
                if lang == "fr"
                else (f"{_WORDS[lang][problem.severity]}: {line(problem, lang)}")
            )
        if seen[problem.code] == _FIRST and total[problem.code] > _FIRST:
            yield str(_WORDS[lang]["more"]).format(total[problem.code] - _FIRST)


def _count(number: int, words: str | tuple[str, ...]) -> str:
    """``1 projet``, ``2 projets``; in French also ``0 projet``."""
    single, many = words
    one = number == 1 or (number == 0 and single == "projet")
    return f"{number} {single if one else many}"
