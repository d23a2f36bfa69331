"""Convert sheets: find the tables, build and check an activity at a time, write what is right."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from lxml import etree

from ckanext.ess.iati.convert import activity, check
from ckanext.ess.iati.convert import organisation as publisher
from ckanext.ess.iati.convert.book import Book, open_book
from ckanext.ess.iati.convert.cell import Place, Row
from ckanext.ess.iati.convert.columns import ORGANISATION, PROJECTS, column, sheets
from ckanext.ess.iati.convert.finish import finish
from ckanext.ess.iati.convert.fold import fold
from ckanext.ess.iati.convert.header import kind_by_name, score
from ckanext.ess.iati.convert.node import Node, element, sort
from ckanext.ess.iati.convert.options import Options, Outcome
from ckanext.ess.iati.convert.organisation import Organisation
from ckanext.ess.iati.convert.problem import Problem, Unreadable
from ckanext.ess.iati.convert.record import Record
from ckanext.ess.iati.convert.table import Table, open_table
from ckanext.ess.iati.convert.titles import understand

#: First cell of the template's hidden sheet of lists.
LISTS = "ess-iati"
#: Rules of the validator whose breach was said already, in the sheet's own words.
_SAID = {
    "7.5.3": {"budget-long"},
    "11.2.1": {"future", "year-not-over"},
    "11.2.2": {"future", "year-not-over"},
}
_HEADER = b'<?xml version="1.0" encoding="UTF-8"?>\n'

Rows = dict[str, list[tuple[Table, Row]]]


def convert(
    paths: Sequence[Path],
    target: IO[bytes] | None = None,
    options: Options | None = None,
    *,
    organisation_target: IO[bytes] | None = None,
) -> Outcome:
    """Convert the sheets of some files into one IATI file.

    Args:
        paths: spreadsheets, or CSV files with a sheet each, that belong together.
        target: takes the activities; nothing is written when there are errors, unless ``options.partial``.
        options: the user's choices.
        organisation_target: takes the organisation's own file.

    Returns:
        What was found and written. What cannot be read at all is a problem too (``readable`` is false).
    """
    chosen = options or Options()
    run = _Run(chosen)
    try:
        with ExitStack() as stack, tempfile.TemporaryFile() as made:
            books = [
                stack.enter_context(open_book(path, chosen.limits, score, chosen.edits)) for path in paths
            ]
            run.convert(books, made, has_organisation_target=organisation_target is not None)
            run.write(made, target, organisation_target)
    except Unreadable as unreadable:
        run.say(unreadable.problem)
        run.outcome.readable = False
    return run.finished()


class _Run:
    """One conversion under way."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._order: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._organisation = Organisation()
        self._organisation_file = b""
        self._lacks: set[tuple[str, str, str]] = set()
        self._lang = "fr"
        self.outcome = Outcome()

    def say(self, problem: Problem) -> None:
        """Count a problem, and keep it while there is room."""
        self.outcome.counts[problem.severity] += 1
        if len(self.outcome.problems) < self._options.max_problems:
            self.outcome.problems.append(problem)

    def finished(self) -> Outcome:
        """Return the outcome with its problems in the order of the sheets."""
        self.outcome.problems.sort(
            key=lambda one: (self._order.get(one.place.sheet, -1), one.place.row, one.place.column)
        )
        return self.outcome

    def convert(self, books: list[Book], made: IO[bytes], *, has_organisation_target: bool) -> None:
        """Read everything, and write the activities without errors into ``made``."""
        tables = self._tables(books)
        projects = [table for table in tables if table.kind == PROJECTS]
        if not projects:
            raise self._nothing(books)
        self._lang = projects[0].header.lang
        self._publisher([table for table in tables if table.kind == ORGANISATION])
        rows = self._others([table for table in tables if table.kind not in {PROJECTS, ORGANISATION}])
        self._activities(projects, rows, made)
        self._strays(rows)
        self._own_file(asked=has_organisation_target)
        for table in tables:
            self._tell(table.problems)

    def _tell(self, problems: list[Problem]) -> None:
        for problem in problems:
            self.say(problem)

    def _tables(self, books: list[Book]) -> list[Table]:
        mapped = {fold(title): meant for title, meant in self._options.columns.items()}
        for meant in mapped.values():
            if meant and not any(understand(kind, meant) for kind in sheets()):
                self.say(Problem("option-column", "error", value=meant))
        found: list[Table] = []
        for book in books:
            self._tell(book.format.notes)
            for sheet in book.sheets:
                self._order.setdefault(sheet.name, len(self._order))
                first = next(sheet.rows(), None)
                if first is None or (sheet.hidden and first.cells[0].text == LISTS):
                    continue
                if sheet.hidden:
                    self.say(Problem("sheet-hidden", "note", Place(sheet.name)))
                elif table := open_table(sheet, self._options, mapped):
                    found.append(table)
                    self.outcome.titles[table.name] = table.titles()
                else:
                    known = kind_by_name(sheet.name)
                    code, severity = ("no-titles", "error") if known else ("sheet-unknown", "warning")
                    self.say(Problem(code, severity, Place(sheet.name)))  # type: ignore[arg-type]
        return found

    def _nothing(self, books: list[Book]) -> Unreadable:
        """Why there is no project to be found."""
        if any(next(sheet.rows(), None) for book in books for sheet in book.sheets):
            return Unreadable("no-projects")
        pictures = sum(book.format.pictures() for book in books)
        return Unreadable("only-pictures", count=str(pictures)) if pictures else Unreadable("empty-book")

    def _publisher(self, tables: list[Table]) -> None:
        problems: list[Problem] = []
        self._organisation = publisher.read(tables, self._options, problems)
        facts = self._organisation.facts
        if record := self._organisation.record:
            record.problems = []
            finish(record, facts.get("currency", ""), self._options.now.date())
            problems += record.problems
        if not facts.get("language"):
            self.say(Problem("language-assumed", "note", params={"language": self._lang}))
            facts["language"] = self._lang
        self.outcome.publisher = facts
        self._tell(problems)

    def _others(self, tables: list[Table]) -> Rows:
        """Rows of the other sheets by their project."""
        found: Rows = {}
        for table in tables:
            number = table.header.number(column(table.kind, "project"))
            for row in table.rows():
                own = next((cell.text.strip() for cell in row.cells if cell.column == number), "")
                found.setdefault(own, []).append((table, row))
        for table, row in found.pop("", []):
            record = table.record(row)
            self._tell([*record.problems, *filter(self._first_time, record.lacking)])
        return found

    def _activities(self, tables: list[Table], rows: Rows, made: IO[bytes]) -> None:
        checker = check.Checker("activities", self._options.now)
        made.write(_HEADER + checker.opening + b"\n")
        for table in tables:
            for row in table.rows():
                self._activity(table.record(row), rows, checker, made)
        made.write(checker.closing + b"\n")

    def _activity(self, record: Record, rows: Rows, checker: check.Checker, made: IO[bytes]) -> None:
        activity.complete(record, self._organisation)
        self._twice(record)
        identifier = activity.identifier(record, self._organisation)
        others = list(self._rows_of(record, identifier, rows))
        currency = record.root.attributes.get("currency") or self._organisation.facts.get("currency", "")
        currency = record.root.attributes.get("default-currency") or currency
        for one in (record, *others):
            finish(one, currency, self._options.now.date())
        node = activity.build(record, others, self._organisation, self._lang)
        problems = [problem for one in (record, *others) for problem in one.problems]
        raw = _xml(node)
        problems += self._checked(checker, record, node, raw, problems)
        self._tell(problems)
        lacking = [problem for one in (record, *others) for problem in one.lacking]
        self._tell([problem for problem in lacking if self._first_time(problem)])
        if lacking or any(problem.severity == "error" for problem in problems):
            self.outcome.left_out += 1
            if self._options.partial:
                self._tell([_with_it(one) for one in others])
            return
        self.outcome.activities += 1
        made.write(raw)

    def _first_time(self, problem: Problem) -> bool:
        """Whether a sheet's lack of a column was not said before."""
        key = (problem.place.sheet, problem.code, problem.params.get("key", ""))
        new = key not in self._lacks
        self._lacks.add(key)
        return new

    def _twice(self, record: Record) -> None:
        own = activity.identifier(record, self._organisation)
        key = "iati_identifier" if "iati_identifier" in record.kept else "id"
        if key not in record.kept:
            return
        first = self._seen.setdefault(own, record.row)
        if first != record.row:
            record.say("id-twice", "error", record.places[key], record.kept[key], other=str(first))

    def _rows_of(self, record: Record, identifier: str, rows: Rows) -> Iterator[Record]:
        """Rows of other sheets that speak of a project, by its own number or its full identifier."""
        for name in dict.fromkeys((record.kept.get("id", ""), identifier)):
            for table, row in rows.pop(name, ()) if name else ():
                yield table.record(row)

    def _checked(
        self, checker: check.Checker, record: Record, node: Node, raw: bytes, known: list[Problem]
    ) -> list[Problem]:
        """What the validator finds; of a project with errors, only what speaks of a cell that is right."""
        fallback = (
            record.places.get("iati_identifier") or record.places.get("id") or Place(record.sheet, record.row)
        )
        findings = checker.findings(self.outcome.activities + 1, raw)
        wrong = {problem.place for problem in known if problem.severity == "error"}
        failed = bool(wrong or record.lacking) or not self._known()
        found = check.problems(findings, node, fallback, self.outcome.titles)
        codes = {other.code for other in known}
        found = [one for one in found if codes.isdisjoint(_SAID.get(one.code, ()))]
        if not failed:
            return found
        return [one for one in found if _tellable(one) and one.place not in {*wrong, fallback}]

    def _strays(self, rows: Rows) -> None:
        """Rows of other sheets whose project is not there."""
        for own, found in rows.items():
            for table, row in found:
                number = next(cell.column for cell in row.cells if cell.text.strip() == own)
                self.say(Problem("project-unknown", "error", Place(table.name, row.number, number), own))

    def _own_file(self, *, asked: bool) -> None:
        """Make the organisation's file, or say what would have gone into it."""
        record = self._organisation.record
        if not asked:
            for node in record.root.children if record else ():
                place = node.place()
                self.say(Problem("organisation-file", "warning", place or Place(""), _text_of(node)))
            return
        node = publisher.document(self._organisation)
        sort(node, "organisations")
        checker = check.Checker("organisations", self._options.now)
        raw = _xml(node)
        fallback = self._organisation.places.get("id") or Place("")
        if self.outcome.counts["error"] == 0:
            self._tell(list(check.problems(checker.findings(1, raw), node, fallback, self.outcome.titles)))
        self._organisation_file = _HEADER + checker.opening + b"\n" + raw + checker.closing + b"\n"

    def _known(self) -> bool:
        """Whether it is known who publishes."""
        return all(self._organisation.facts.get(key) for key in ("id", "name", "type"))

    def write(self, made: IO[bytes], target: IO[bytes] | None, organisation_target: IO[bytes] | None) -> None:
        """Hand over what was made, if it may be."""
        outcome = self.outcome
        clean = outcome.counts["error"] == 0
        if not (clean or (self._options.partial and self._known())) or not outcome.activities:
            return
        if target is not None:
            made.seek(0)
            shutil.copyfileobj(made, target)
            outcome.written = True
        if organisation_target is not None and clean:
            organisation_target.write(self._organisation_file)
            outcome.organisation_written = True


def _with_it(record: Record) -> Problem:
    """A row that is left out with its project."""
    return Problem("project-left-out", "note", record.places["project"], record.kept["project"])


def _tellable(problem: Problem) -> bool:
    """Whether a finding can be trusted although parts of the project are missing."""
    return problem.finding is not None and problem.finding.category != "schema"


def _xml(node: Node) -> bytes:
    made = element(node)
    etree.indent(made, space="  ", level=1)
    return b"  " + etree.tostring(made, encoding="utf-8") + b"\n"


def _text_of(node: Node) -> str:
    return next(
        (one.text or next(iter(one.attributes.values()), "") for one in node.walk() if one.cells), node.name
    )
