"""Validate a file: read it piece by piece, check each, and put the report together in the file's order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ckanext.ess.iati.read import IatiFile, Kind, Piece, Problem, Root
from ckanext.ess.iati.read.problems import FATAL
from ckanext.ess.iati.read.raw import Source
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.validate import schema
from ckanext.ess.iati.validate.across import Across
from ckanext.ess.iati.validate.engine import Checked, Engine
from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.official import arranged
from ckanext.ess.iati.validate.options import Options
from ckanext.ess.iati.validate.plan import Plan
from ckanext.ess.iati.validate.processes import checked_in_processes
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.iati.validate.rules.case import Setting
from ckanext.ess.iati.validate.schema import FOREIGN, STAND_IN
from ckanext.ess.iati.validate.versions import RULE as VERSION_RULE
from ckanext.ess.iati.validate.versions import Chosen, choose_version, version_findings
from ckanext.ess.identifiers.prefixes import registered

XML_RULE, ROOT_RULE = "0.1.1", "0.2.1"
_TABLES = frozenset({Kind.SPREADSHEET, Kind.CSV})
_ROOTS = frozenset({"wrong-root", "wrong-namespace"})
_DAY = 86400
#: Changes between activities and foreign elements that the check of the root looks at.
_ORDER = 20

#: Called now and then with the bytes read so far.
Progress = Callable[[int], object]


#: Called for each piece of the file, in its order, with its parsed element (None where it is not to be
#: parsed) and what was found in it: who wants more of a file than findings reads it together with the checks.
Observer = Callable[[Piece, Element | None, Sequence[Finding]], object]


def _silent(_: int) -> None:
    """Show no progress."""


class Outcome(NamedTuple):
    """The report on a file, and what other files of the same set may refer to."""

    report: Report
    across: Across


def validate(
    source: Source, options: Options | None = None, *, name: str = "", progress: Progress = _silent
) -> Report:
    """Validate one file, of whatever kind, and return its report.

    Args:
        source: path, or binary stream at its start.
        options: the user's choices.
        name: how the report calls the file; the path where empty.
        progress: called with the bytes read so far.
    """
    chosen = options or Options()
    outcome = examine(source, chosen, name=name, progress=progress)
    if chosen.known is not None:
        finish(outcome, chosen.known)
    return outcome.report


def finish(outcome: Outcome, known: frozenset[str] | set[str] | object) -> None:
    """Add the advisories on references, once everything known is known."""
    for finding in outcome.across.unknown(known):  # type: ignore[arg-type]
        outcome.report.add(finding)


def examine(
    source: Source,
    options: Options,
    *,
    name: str = "",
    progress: Progress = _silent,
    observer: Observer | None = None,
) -> Outcome:
    """Validate one file but for references to activities in other files.

    With an ``observer`` everything is done in this process, whatever ``options.jobs`` says.
    """
    report = Report(name or str(source), max_findings=options.max_findings, official=options.official)
    with IatiFile(source, options.limits, allow_doctype=options.official) as document:
        report.content, report.container = document.kind.value, document.container
        across = _Run(document, report, options, progress, observer).run()
        report.size = document.size
    return Outcome(report, across)


class _Run:
    """One validation under way."""

    def __init__(
        self,
        document: IatiFile,
        report: Report,
        options: Options,
        progress: Progress,
        observer: Observer | None,
    ) -> None:
        self._document = document
        self._report = report
        self._options = options
        self._progress = progress
        self._observer = observer
        self._foreign = ""
        self._seen: tuple[Piece, Element | None] | None = None
        self._references = options.references or options.known is not None

    def run(self) -> Across:
        """Read everything and fill the report."""
        root = self._document.root
        report = self._report
        if root is None:
            report.file_type = "table" if self._document.kind in _TABLES else "other"
            return self._ended(Across("", official=self._options.official, references=False))
        report.file_type, report.declared_version = root.file_type, root.version
        chosen = choose_version(root.version, self._options.version)
        report.version = chosen.version
        across = Across(root.file_type, official=self._options.official, references=self._references)
        for finding in version_findings(root, chosen, official=self._options.official):
            report.add(finding)
        if self._options.official and chosen.stops:
            for piece in self._document.pieces():  # well-formedness comes first in the official order
                self._tell_broken(piece, root)
            return self._ended(across)
        self._check(root, chosen, across)
        return self._ended(across)

    def _tell_broken(self, piece: Piece, root: Root) -> None:
        from ckanext.ess.iati.read import parse

        for problem in parse(piece, root, self._document.limits).problems:
            self._document.tell(problem)

    def _check(self, root: Root, chosen: Chosen, across: Across) -> None:
        now = self._options.now
        setting = Setting(
            now.toordinal() * _DAY + now.hour * 3600 + now.minute * 60 + now.second,
            self._options.official,
            registered(),
            self._options.publishers,
            root.encoding_declared,
        )
        plan = Plan(
            chosen.version,
            root.file_type,
            setting,
            screened=self._options.screened,
            references=self._references,
        )
        names: list[str] = []
        results = self._checked(Engine(plan, root, self._document.limits))
        if self._options.official:
            results = arranged(results, root.file_type)
        for checked in results:
            _note(names, checked, root)
            self._foreign = self._foreign or checked.foreign
            self._take(checked, across)
        if not self._options.official:
            for finding in (*self._root_findings(plan, root, names), *across.stale(now.date())):
                self._report.add(finding)
        elif not self._report.activity_count:
            for finding in self._root_findings(plan, root, names):
                self._report.add(finding)

    def _take(self, checked: Checked, across: Across) -> None:
        self._progress(self._document.size)
        for problem in checked.problems:
            self._document.tell(problem)
        self._report.activity_count += checked.number > 0
        found = (*filter(across.is_new, checked.findings), *across.add(checked))
        for finding in found:
            self._report.add(finding)
        if self._observer and self._seen:
            self._observer(*self._seen, (*found, *map(problem_finding, checked.problems)))

    def _checked(self, engine: Engine) -> Iterator[Checked]:
        pieces = self._document.pieces()
        if self._observer:
            return self._looked(engine, pieces)
        if self._options.jobs > 1:
            return checked_in_processes(engine, pieces, self._options.jobs)
        return map(engine.check, pieces)

    def _looked(self, engine: Engine, pieces: Iterator[Piece]) -> Iterator[Checked]:
        for piece in pieces:
            checked, element = engine.look(piece)
            self._seen = piece, element
            yield checked

    def _root_findings(self, plan: Plan, root: Root, names: list[str]) -> Iterator[Finding]:
        for error in plan.schema.root_errors(root.opening, root.closing, " ".join(names)):
            params = {"kind": error.kind, **error.params}
            if params.get("element") == STAND_IN:
                params["element"] = self._foreign
            if (
                self._options.version
                and error.kind.startswith("value")
                and error.params.get("attribute") == "version"
            ):
                continue
            yield Finding(
                schema.RULE, "critical", "schema", None, 0, root.line, root.column, f"/{root.name}", params
            )

    def _ended(self, across: Across) -> Across:
        """Turn the problems of the file into findings, and say whether it could be read at all."""
        problems = [problem for problem in self._document.problems if not self._forgiven(problem)]
        report = self._report
        report.readable = not any(problem.code in FATAL for problem in problems)
        if self._options.official and report.rules[VERSION_RULE]:
            problems = [problem for problem in problems if problem.code != "nested-root"]
        broken = [problem for problem in problems if problem.code != "nested-root"]
        if broken and not report.activity_count:
            report.readable = False
        if self._options.official and broken:
            report.findings.clear()
            report.summary.clear()
            report.rules.clear()
            problems = [next((p for p in broken if p.code not in _ROOTS), broken[0])]
        for problem in problems:
            report.add(problem_finding(problem, official=self._options.official))
        return across

    def _forgiven(self, problem: Problem) -> bool:
        """The official validator decodes everything as UTF-8 and replaces what is not."""
        return self._options.official and problem.code in {"encoding-undeclared", "encoding-wrong"}


def _note(names: list[str], checked: Checked, root: Root) -> None:
    """Keep the order of what stands below the root, repeats left out, for the check of the root."""
    name = root.item.decode() if checked.number else FOREIGN if checked.foreign else ""
    if name and (not names or names[-1] != name) and len(names) < _ORDER:
        names.append(name)


def problem_finding(problem: Problem, *, official: bool = False) -> Finding:
    """Turn a problem of the file into a finding under the official id that fits."""
    rule, category = XML_RULE, "iati"
    if problem.code == "wrong-namespace" and official:
        rule, category = VERSION_RULE, "documents"  # there the root is known, and no version seen on it
    elif problem.code in _ROOTS:
        rule = ROOT_RULE
    elif problem.code == "nested-root":
        rule, category = schema.RULE, "schema"
    kind = problem.params.get("kind", "")
    params = {
        **problem.params,
        "problem": problem.code,
        "kind": f"{problem.code}.{kind}" if kind else problem.code,
    }
    return Finding(rule, "critical", category, None, 0, problem.line, problem.column, "", params)
