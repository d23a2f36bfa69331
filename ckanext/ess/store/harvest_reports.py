"""What runs of a source did, for pages, commands and tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.store.harvest import HarvestedDataset, HarvestRun, utcnow
from ckanext.ess.store.harvest_orders import last_run


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


#: So many of the last runs tell how fresh a source is.
FRESH_RUNS = 200
#: Datasets named in a group of errors.
NAMED = 5


def last(source_id: str) -> dict[str, Any]:
    """Report of the last run; empty when there was none.

    Returns:
        ``started``, ``finished`` (ISO 8601, UTC), ``seconds``, ``datasets_per_s``, ``outcome`` (``well``,
        ``partial``, ``failed``, ``running``, ``skipped``, ``stopped``), the counts of :class:`HarvestRun`,
        ``undone``, ``error``, ``notes``, ``errors`` (``guid``, ``dataset``, ``stage``, ``message``),
        ``unreadable_files`` (what still cannot be read) and ``gone_datasets``.
    """
    run = last_run(source_id)
    if run is None:
        return {}
    return {
        **of_run(run),
        "errors": _errors(run.job_id),
        "unreadable_files": _standing(source_id, HarvestedDataset.problem != "", HarvestedDataset.problem),
        "gone_datasets": _standing(source_id, HarvestedDataset.gone_since.is_not(None), _fate()),
    }


def of_run(run: HarvestRun) -> dict[str, Any]:
    """What one run did, in numbers; see :func:`last`."""
    finished = run.finished or _closed(run)
    seconds = (finished - run.started).total_seconds() if finished else None
    written = run.added + run.updated
    return {
        "source_id": run.source_id,
        "job_id": run.job_id,
        "started": run.started.isoformat(),
        "finished": finished.isoformat() if finished else None,
        "seconds": seconds,
        "datasets_per_s": round(written / seconds, 2) if seconds and written else None,
        "outcome": outcome(run, over=finished is not None),
        **{name: getattr(run, name) for name in COUNTS},
        "undone": run.undone(),
        "error": run.error,
        "notes": run.notes,
    }


def runs(source_id: str, most: int) -> list[dict[str, Any]]:
    """The last runs of a source, the youngest first."""
    query = sa.select(HarvestRun).where(HarvestRun.source_id == source_id)
    found = model.Session.scalars(query.order_by(HarvestRun.started.desc()).limit(most))
    return [of_run(run) for run in found]


def fresh(source_id: str) -> str:
    """When the last run without any failure ended, ISO 8601 in UTC; empty when there was none."""
    done = (run for run in runs(source_id, FRESH_RUNS) if run["outcome"] == "well" and run["finished"])
    return next((run["finished"] for run in done), "")


def progress(source_id: str) -> dict[str, Any]:
    """How far the run is that is under way; empty when none is.

    Returns:
        ``total`` and ``done`` datasets, ``per_second``, ``seconds_left``; only zeros and nothing while the
        listing is read.
    """
    run = last_run(source_id)
    if run is None or run.finished or run.error or _closed(run):
        return {}
    total = run.to_add + run.to_update + run.to_remove
    done = total - run.undone()
    elapsed = (utcnow() - (run.gathered or run.started)).total_seconds()
    rate = done / elapsed if done and elapsed > 0 else 0
    left = int((total - done) / rate) if rate else None
    return {"total": total, "done": done, "per_second": round(rate, 1), "seconds_left": left}


def grouped(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Errors of a report by their sentence, the most frequent first: ``message``, ``count``, ``datasets``.

    The addresses in a sentence do not tell groups apart.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in report.get("errors", []):
        message = _without_place(row["message"])
        group = found.setdefault(message, {"message": message, "count": 0, "datasets": []})
        group["count"] += 1
        name = row["dataset"] or row["guid"]
        if len(group["datasets"]) < NAMED and name not in group["datasets"]:
            group["datasets"].append(name)
    return sorted(found.values(), key=lambda group: -group["count"])


def _without_place(message: str) -> str:
    """A sentence without the addresses that it begins with; an error may have tried several."""
    return re.sub(r"https?://\S+?\s*:\s+", "", message) or message


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


def outcome(run: HarvestRun, *, over: bool) -> str:
    """One word on a run: a key of :data:`OUTCOMES`."""
    if run.stopped:
        return "skipped" if run.stopped == "mismatch" else "stopped"
    if run.error:
        return "failed"
    if not over:
        return "running"
    if run.undone() > 0:
        return "failed"
    return "partial" if run.failed or run.unreadable else "well"


def _closed(run: HarvestRun) -> Any:
    """When ckanext-harvest closed the job of a run, if it did."""
    from ckanext.harvest.model import HarvestJob

    job = model.Session.get(HarvestJob, run.job_id) if run.job_id else None
    return job.finished if job else None


def _errors(job_id: str | None) -> list[dict[str, str]]:
    from ckanext.harvest.model import HarvestObject, HarvestObjectError

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
