"""What the last run of a source did, as a dictionary and as lines."""

from __future__ import annotations

import csv
import io
from typing import Any

import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectError

from ckanext.ess.store.harvest import HarvestedDataset, HarvestRun


def N_(text: str) -> str:  # noqa: N802 - the name by which translators' tools find it
    """Mark a text that is translated where it is shown."""
    return text


#: Counters of a run, and how a person reads them.
COUNTS = {
    "found": N_("found {n}"),
    "filtered": N_("left out {n}"),
    "unchanged": N_("unchanged {n}"),
    "added": N_("new {n}"),
    "updated": N_("changed {n}"),
    "failed": N_("failed {n}"),
    "unreadable": N_("unreadable files {n}"),
    "gone": N_("gone {n}"),
    "deleted": N_("deleted {n}"),
    "archived": N_("archived {n}"),
    "restored": N_("back {n}"),
    "publishers_added": N_("new organisations {n}"),
    "publishers_updated": N_("changed organisations {n}"),
}
OUTCOMES = {
    "well": N_("all went well"),
    "partial": N_("partly failed"),
    "failed": N_("failed"),
    "running": N_("running"),
    "skipped": N_("skipped"),
    "stopped": N_("stopped, somebody has to look"),
}
#: Columns of the table of errors.
COLUMNS = ("dataset", "guid", "stage", "message")
#: A spreadsheet takes what begins with these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def last(source_id: str) -> dict[str, Any]:
    """Report of the last run; empty when there was none.

    Returns:
        ``started``, ``finished`` (ISO 8601, UTC), ``seconds``, ``datasets_per_s``, ``outcome`` (``well``,
        ``partial``, ``failed``, ``running``, ``skipped``, ``stopped``), the counts of :class:`HarvestRun`,
        ``undone``, ``error``, ``notes``, ``errors`` (``guid``, ``dataset``, ``stage``, ``message``),
        ``unreadable_files`` (what still cannot be read) and ``gone_datasets``.
    """
    run = _last_run(source_id)
    if run is None:
        return {}
    job = model.Session.get(HarvestJob, run.job_id) if run.job_id else None
    finished = run.finished or (job.finished if job else None)
    seconds = (finished - run.started).total_seconds() if finished else None
    written = run.added + run.updated
    return {
        "source_id": source_id,
        "job_id": run.job_id,
        "started": run.started.isoformat(),
        "finished": finished.isoformat() if finished else None,
        "seconds": seconds,
        "datasets_per_s": round(written / seconds, 2) if seconds and written else None,
        "outcome": _outcome(run, over=finished is not None),
        **{name: getattr(run, name) for name in COUNTS},
        "undone": run.undone(),
        "error": run.error,
        "notes": run.notes,
        "errors": _errors(run.job_id),
        "unreadable_files": _standing(source_id, HarvestedDataset.problem != "", HarvestedDataset.problem),
        "gone_datasets": _standing(source_id, HarvestedDataset.gone_since.is_not(None), _fate()),
    }


def lines(name: str, report: dict[str, Any], errors: int) -> list[str]:
    """A report for a person; at most ``errors`` of each kind of trouble."""
    took = f"{report['seconds']:.1f} s" if report["seconds"] is not None else tk._("not finished")
    words = OUTCOMES[report["outcome"]]
    outcome = tk._(words)
    shown = [
        f"{name}: {outcome}, {report['started'][:19]} UTC, {took}",
        "  " + ", ".join(tk._(text).format(n=report[key]) for key, text in COUNTS.items() if report[key]),
    ]
    if report["error"]:
        shown.append(f"  {report['error']}")
    shown += [f"  {note}" for note in report["notes"][:errors]]
    for title, key in (
        (tk._("Errors of this run"), "errors"),
        (tk._("Files that still cannot be read"), "unreadable_files"),
        (tk._("No longer in the catalogue"), "gone_datasets"),
    ):
        entries = report[key]
        if entries:
            shown.append(f"{title} ({len(entries)}):")
            shown += [f"  {one['dataset'] or one['guid']}: {one['message']}" for one in entries[:errors]]
            if len(entries) > errors:
                shown.append("  " + tk._("… and {count} more").format(count=len(entries) - errors))
    return shown


def in_short(source_id: str) -> str:
    """One phrase on the last run."""
    run = _last_run(source_id)
    if run is None:
        return tk._("not run yet")
    outcome = tk._(OUTCOMES[_outcome(run, over=run.finished is not None)])
    return f"{run.started:%Y-%m-%d %H:%M} UTC: {outcome}, {tk._(COUNTS['found']).format(n=run.found)}"


def as_csv(report: dict[str, Any]) -> str:
    """Everything that went wrong in a run, as a table with a byte-order mark, for spreadsheets."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    rows = [
        *report.get("errors", []),
        *({"stage": "File", **one} for one in report.get("unreadable_files", [])),
    ]
    if report.get("error"):
        rows.insert(0, {"stage": "Gather", "message": report["error"]})
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        cells = tuple(_cell(row.get(column, "")) for column in COLUMNS)
        if (cells[1], cells[3]) not in seen:
            writer.writerow(cells)
        seen.add((cells[1], cells[3]))
    return "\ufeff" + stream.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _last_run(source_id: str) -> HarvestRun | None:
    query = sa.select(HarvestRun).where(HarvestRun.source_id == source_id).order_by(HarvestRun.started.desc())
    return model.Session.execute(query.limit(1)).scalar()


def _outcome(run: HarvestRun, *, over: bool) -> str:
    if run.stopped:
        return "skipped" if run.stopped == "mismatch" else "stopped"
    if run.error:
        return "failed"
    if not over:
        return "running"
    if run.undone() > 0:
        return "failed"
    return "partial" if run.failed or run.unreadable else "well"


def _errors(job_id: str | None) -> list[dict[str, str]]:
    query = (
        sa.select(
            HarvestObject.guid, model.Package.name, HarvestObjectError.stage, HarvestObjectError.message
        )
        .join(HarvestObject, HarvestObject.id == HarvestObjectError.harvest_object_id)
        .outerjoin(model.Package, model.Package.id == HarvestObject.package_id)
        .where(HarvestObject.harvest_job_id == job_id)
        .order_by(HarvestObjectError.created)
    )
    return [
        {"guid": guid, "dataset": name or "", "stage": stage, "message": message}
        for guid, name, stage, message in model.Session.execute(query)
    ]


def _fate() -> Any:
    """Since when a dataset is gone, and what became of it."""
    row = HarvestedDataset
    day, done = sa.func.to_char(row.gone_since, "YYYY-MM-DD"), sa.func.to_char(row.removed, "YYYY-MM-DD")
    since = tk._("not in the catalogue since {day}").partition("{day}")
    what = {"deleted": tk._("deleted on {day}"), "archived": tk._("archived on {day}")}
    fate = sa.case(
        *((row.removed_how == how, "; " + text.partition("{day}")[0] + done) for how, text in what.items()),
        else_="",
    )
    return since[0] + day + since[2] + fate


def _standing(source_id: str, condition: Any, message: Any) -> list[dict[str, str]]:
    query = (
        sa.select(HarvestedDataset.guid, model.Package.name, message)
        .outerjoin(model.Package, model.Package.id == HarvestedDataset.package_id)
        .where(HarvestedDataset.source_id == source_id, condition)
        .order_by(model.Package.name)
    )
    return [
        {"guid": guid, "dataset": name or "", "message": said}
        for guid, name, said in model.Session.execute(query)
    ]
