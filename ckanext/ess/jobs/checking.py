"""Checks one resource: says what it is, reads its file once, and makes a verdict of what was found."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any, BinaryIO, cast

from ckanext.ess import config
from ckanext.ess.iati.read import Limits as ReadingLimits
from ckanext.ess.iati.read import Piece
from ckanext.ess.iati.read.kinds import Kind, sniff
from ckanext.ess.iati.read.tree import Element
from ckanext.ess.iati.standard.origins import origins
from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.iati.validate.formats.rules import plain
from ckanext.ess.iati.validate.options import Options
from ckanext.ess.iati.validate.report import Report
from ckanext.ess.iati.validate.rollup import Rollup, Rule, rolled_up
from ckanext.ess.iati.validate.run import examine
from ckanext.ess.iati.validate.verdict import verdict
from ckanext.ess.index.activities.origin import Origin
from ckanext.ess.jobs import tables
from ckanext.ess.jobs.files import NotReadError, Opened, open_remote, open_upload
from ckanext.ess.jobs.indexing import Indexing
from ckanext.ess.sources.file_kinds import Announced, announced
from ckanext.ess.sources.file_problems import FILE
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.limits import FILE_LIMITS, Limits
from ckanext.ess.store.verdicts import Verdict
from ckanext.ess.tables import TableLimits, TableOptions, not_applicable

#: Findings kept of one file; all are counted.
MOST_FINDINGS = 100_000
NOT_APPLICABLE, UNREADABLE = "not-applicable", "unreadable"
#: Kinds of content in which IATI data can come.
_POSSIBLE = frozenset({Kind.XML, Kind.GZIP, Kind.ZIP, Kind.EMPTY})
#: When a server that did not answer is asked again, by the number of failures so far.
_AGAIN = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=12), timedelta(days=2))


@dataclass(frozen=True)
class Subject:
    """What the portal knows of a resource to be checked, of where it belongs, and of its last check."""

    resource: dict[str, Any]
    kind: str
    origin: Origin
    failures: int = 0
    etag: str = ""
    sha1: str = ""

    @property
    def announced(self) -> Announced:
        """What its file is announced to be."""
        one = self.resource
        said = announced(
            schema=one.get("ess_schema") or "",
            form=one.get("format") or "",
            mimetype=one.get("mimetype") or "",
            address=one.get("url") or "",
        )
        if said is Announced.UNKNOWN and tables.names_a_table(one.get("ess_schema") or ""):
            return Announced.TABLE
        if said in (Announced.XML, Announced.UNKNOWN) and self.kind.startswith("iati-"):
            return Announced.IATI
        return said


class Unchanged(Exception):
    """The file is the one that was checked last."""


def check(subject: Subject, http: Http, indexing: Indexing | None = None) -> Verdict:
    """Check a resource; never raises for what is wrong with its file.

    Args:
        subject: the resource.
        http: the way to others' servers.
        indexing: what takes the file's activities into their index, in the same reading.

    Raises:
        Unchanged: it is the file that was checked last.
    """
    started = datetime.now(timezone.utc).replace(tzinfo=None)
    kind = subject.announced
    if kind is Announced.OTHER:
        return _timed(Verdict(NOT_APPLICABLE), started)
    if kind is Announced.TABLE and not subject.resource.get("ess_schema"):
        report = not_applicable(subject.resource.get("url") or "", "table.no-schema")
        return _timed(_of_report(report, rolled_up(report), kind), started)
    try:
        opened = _open(subject, kind, http)
    except NotReadError as error:
        again = _again(subject) if error.is_temporary else None
        return _timed(Verdict(UNREADABLE, {"problem": error.problem}, again_in=again), started)
    try:
        if opened.not_modified or (opened.sha1 and opened.sha1 == subject.sha1):
            raise Unchanged
        return _timed(_examined(subject, kind, opened, indexing), started)
    finally:
        opened.close()


def _open(subject: Subject, kind: Announced, http: Http) -> Opened:
    resource = subject.resource
    if resource.get("url_type") == "upload":
        return open_upload(resource, config.validation_max_bytes())
    url = resource.get("url") or ""
    cached = resource.get("ess_cached_url") or ""
    if not url and not cached:
        raise NotReadError({"code": "no-address", "params": {}})

    def is_wanted(head: bytes) -> bool:
        return kind is Announced.TABLE or sniff(head) in _POSSIBLE

    return open_remote(http, url or cached, cached, _download_limits(), is_wanted, subject.etag)


def _examined(subject: Subject, kind: Announced, opened: Opened, indexing: Indexing | None) -> Verdict:
    stream = cast("BinaryIO", opened.stream)
    if kind is Announced.TABLE:
        name, schema = subject.resource.get("url") or "", subject.resource.get("ess_schema") or ""
        report = tables.table_report(stream, name, schema, _table_options())
        rules = rolled_up(report)
    else:
        report, rules = _iati(stream, indexing)
    sha1 = (opened.sha1 or opened.stream.drain()) if opened.whole else ""
    if not opened.is_same():
        return Verdict(
            UNREADABLE, {"problem": {"code": "upload.changed", "params": {}}}, again_in=timedelta()
        )
    if indexing:
        indexing.finish(report, sha1)
    origin = {"source": opened.source, "url": opened.url, "etag": opened.etag, "content_hash": sha1}
    found = _of_report(report, rules, kind)
    found.fields.update(origin, size=opened.stream.size if opened.whole else None)
    if tables.is_passing(report):
        found.again_in = _again(subject)
    if opened.problem:
        found.fields["problem"] = opened.problem
        found.again_in = _AGAIN[-1]
    return found


def _again(subject: Subject) -> timedelta:
    return _AGAIN[min(subject.failures, len(_AGAIN) - 1)]


def _table_options() -> TableOptions:
    limits = TableLimits(size=config.validation_max_bytes(), seconds=config.validation_max_seconds())
    return TableOptions(limits, MOST_FINDINGS)


def _iati(stream: BinaryIO, indexing: Indexing | None) -> tuple[Report, list[Rule]]:
    rollup = Rollup()

    def observer(piece: Piece, element: Element | None, findings: Sequence[Finding]) -> None:
        rollup(piece, element, findings)
        if indexing:
            indexing(piece, element, findings)

    limits = ReadingLimits(size=config.validation_max_bytes(), seconds=config.validation_max_seconds())
    report = examine(stream, Options(limits=limits, max_findings=MOST_FINDINGS), observer=observer).report
    return report, rollup.complete(report)


def _of_report(report: Report, rules: list[Rule], kind: Announced) -> Verdict:
    facts: dict[str, Any] = {
        name: getattr(report, name)
        for name in ("file_type", "version", "declared_version", "activity_count", "content", "container")
    }
    facts["activity_count"] += report.row_count
    problem = _first_problem(report)
    if problem:
        facts["problem"] = problem
    if _is_none_of_ours(report, kind, problem):
        return Verdict(NOT_APPLICABLE, facts)
    facts.update(report.counts(), rules=plain(rules))
    return Verdict(verdict(report), facts, report.findings)


def _first_problem(report: Report) -> dict[str, Any] | None:
    """Why a file could not be read, as the problem to keep."""
    if report.readable:
        return None
    for finding in report.findings:
        if code := finding.params.get("problem"):
            kind = finding.params.get("kind", "").removeprefix(code).removeprefix(".")
            params = {**finding.params, "line": str(finding.line or ""), "kind": kind}
            return {"code": FILE + code, "params": {name: text[:300] for name, text in params.items()}}
    return None


def _is_none_of_ours(report: Report, kind: Announced, problem: dict[str, Any] | None) -> bool:
    """Whether a file that nobody called IATI turns out to be something else, sound or not."""
    if kind in (Announced.IATI, Announced.TABLE) or problem is None:
        return False
    code = problem["code"].removeprefix(FILE)
    if kind is Announced.UNKNOWN and code != "empty":
        return report.content != Kind.XML.value or code == "wrong-root"
    return code == "wrong-root" and report.summary["critical"] == 1


def _timed(found: Verdict, started: datetime) -> Verdict:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    times = {"started": started, "duration": (now - started).total_seconds()}
    found.fields = {"engine": config.release(), "standard": standard(), **found.fields, **times}
    return found


@cache
def standard() -> str:
    """Which state of the standard the checks are of: the day of its latest file."""
    return max((origin.date[:10] for origin in origins()), default="")


def _download_limits() -> Limits:
    seconds = config.validation_max_seconds()
    return dataclasses.replace(
        FILE_LIMITS,
        max_bytes=config.validation_max_bytes(),
        seconds=seconds,
        silence=min(30.0, seconds),
        tries=2,
    )
