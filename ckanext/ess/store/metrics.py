"""The portal's work in numbers, for those who watch it: harvests, their queues, checks of files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import NamedTuple

import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.store import claims
from ckanext.ess.store.harvest import HarvestedDataset, HarvestRun
from ckanext.ess.store.harvest_reports import COUNTS, OUTCOMES, of_run
from ckanext.ess.store.validation import STATUSES, ValidationState


class Metric(NamedTuple):
    """One measure: its samples by the values of its labels.

    ``kind`` is ``counter`` or ``gauge``; times are seconds, moments seconds since 1970 in UTC.
    """

    name: str
    help: str
    kind: str
    labels: tuple[str, ...]
    samples: list[tuple[tuple[str, ...], float]]


def every(*, harvests: bool) -> Iterator[Metric]:
    """All measures.

    Args:
        harvests: whether the portal harvests.
    """
    if harvests:
        yield from _harvests()
        yield from _queues()
    yield from _checks()


def _harvests() -> Iterator[Metric]:
    names = _sources()
    runs = _runs(names)
    by_outcome: dict[tuple[str, ...], float] = {(name, one): 0 for name in names.values() for one in OUTCOMES}
    for name, found in runs.items():
        for run in found:
            by_outcome[name, run["outcome"]] += 1
    yield Metric(
        "ess_harvest_runs",
        "Runs of a harvest source, by how they ended.",
        "counter",
        ("source", "outcome"),
        list(by_outcome.items()),
    )
    last = {name: found[0] for name, found in runs.items() if found}
    yield Metric(
        "ess_harvest_last_run_started_timestamp_seconds",
        "When the last run began.",
        "gauge",
        ("source",),
        [((name,), _moment(run["started"])) for name, run in last.items()],
    )
    yield Metric(
        "ess_harvest_last_run_duration_seconds",
        "How long the last finished run took.",
        "gauge",
        ("source",),
        [((name,), run["seconds"]) for name, run in last.items() if run["seconds"] is not None],
    )
    yield Metric(
        "ess_harvest_last_run_datasets",
        "Datasets of the last run, by what became of them.",
        "gauge",
        ("source", "what"),
        [((name, what), run[what]) for name, run in last.items() for what in COUNTS],
    )
    yield Metric(
        "ess_harvest_last_success_timestamp_seconds",
        "When the last run without any failure ended: how fresh a source is.",
        "gauge",
        ("source",),
        [((name,), moment) for name, found in runs.items() if (moment := _last_success(found))],
    )
    yield Metric(
        "ess_harvest_datasets",
        "Datasets of a source as they stand now.",
        "gauge",
        ("source", "state"),
        _datasets(names),
    )


def _sources() -> dict[str, str]:
    """Names of the active sources, by identifier."""
    query = sa.select(model.Package.id, model.Package.name)
    query = query.where(model.Package.type == "harvest", model.Package.state == "active")
    return dict(model.Session.execute(query).tuples().all())


def _runs(names: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    """Runs of each source, the youngest first."""
    query = sa.select(HarvestRun).where(HarvestRun.source_id.in_(names)).order_by(HarvestRun.started.desc())
    found: dict[str, list[dict[str, object]]] = {name: [] for name in names.values()}
    for run in model.Session.scalars(query):
        found[names[run.source_id]].append(of_run(run))
    return found


def _last_success(runs: list[dict[str, object]]) -> float:
    ends = [run["finished"] for run in runs if run["outcome"] == "well" and run["finished"]]
    return _moment(str(ends[0])) if ends else 0


def _datasets(names: dict[str, str]) -> list[tuple[tuple[str, ...], float]]:
    row = HarvestedDataset
    is_here = sa.and_(row.package_id.is_not(None), row.gone_since.is_(None))
    states = {
        "present": is_here,
        "gone": row.gone_since.is_not(None),
        "unreadable": sa.and_(is_here, row.problem != ""),
        "not_searchable": sa.and_(is_here, row.indexed.is_(False)),
    }
    counts = [sa.func.count().filter(condition) for condition in states.values()]
    query = sa.select(row.source_id, *counts).where(row.source_id.in_(names)).group_by(row.source_id)
    return [
        ((names[source_id], state), number)
        for source_id, *numbers in model.Session.execute(query)
        for state, number in zip(states, numbers, strict=True)
    ]


def _queues() -> Iterator[Metric]:
    """Messages that wait in Redis; other queues do not say."""
    from ckanext.harvest import queue

    if tk.config.get("ckan.harvest.mq.type", queue.MQ_TYPE) != "redis":
        return
    keys = {"gather": queue.get_gather_routing_key(), "fetch": queue.get_fetch_routing_key()}
    connection = queue.get_connection()
    yield Metric(
        "ess_harvest_queue_length",
        "Messages that wait for a harvest consumer.",
        "gauge",
        ("queue",),
        [((name,), connection.llen(key)) for name, key in keys.items()],
    )


def _checks() -> Iterator[Metric]:
    waiting, busy = claims.due(), _count(claims.is_checking())
    query = sa.select(ValidationState.status, sa.func.count()).group_by(ValidationState.status)
    found = dict(model.Session.execute(query).tuples().all())
    yield Metric("ess_validation_queue_length", "Files whose check is due.", "gauge", (), [((), waiting)])
    yield Metric("ess_validation_checking", "Files that are being checked.", "gauge", (), [((), busy)])
    yield Metric(
        "ess_validation_verdicts",
        "Files by the verdict on them.",
        "gauge",
        ("status",),
        [((status,), found.get(status, 0)) for status in STATUSES],
    )


def _count(condition: sa.ColumnElement[bool]) -> int:
    return model.Session.scalar(sa.select(sa.func.count()).select_from(ValidationState).where(condition)) or 0


def _moment(text: object) -> float:
    """Seconds since 1970 of a moment that is UTC and does not say so."""
    return datetime.fromisoformat(str(text)).replace(tzinfo=timezone.utc).timestamp()
