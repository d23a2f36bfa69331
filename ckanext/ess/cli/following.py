"""Watches a run until it ends, over the real queue, and takes up what a killed process left."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject

from ckanext.ess.cli import sources
from ckanext.ess.cli.bar import Bar, Progress
from ckanext.ess.cli.leftovers import Leftovers
from ckanext.ess.store.harvest import HarvestRun, utcnow

POLL_SECONDS = 0.5
#: How long a message may lie in the queue, while nothing else happens, before we say that nobody consumes it.
PATIENCE = 30.0
#: How often messages that were lost are looked for.
RESCUE_SECONDS = 10.0

WELL, PARTIAL, FAILED = 0, 1, 2


class NobodyConsumesError(Exception):
    """The queue is not consumed; the sentence says what to do."""


@dataclass(frozen=True)
class _State:
    """One look at a job."""

    status: str
    begun: bool
    gathered: bool
    pending: int
    run: HarvestRun | None


def follow(name: str, source_id: str, job_id: str, *, own_consumers: bool = False) -> int:
    """Show progress until the job ends.

    Args:
        name: of the source.
        source_id: its identifier.
        job_id: the job.
        own_consumers: consumers were just started for it; on a busy machine they take their time to load.

    Returns:
        The exit status.

    Raises:
        NobodyConsumesError: its message lies in the queue and nobody takes it.
    """
    bar, leftovers = Bar(sys.stdout, name), Leftovers(job_id)
    moved = rescued = time.monotonic()
    before: tuple[object, ...] = ()
    while True:
        state = _look(job_id)
        bar.show(_progress(state))
        if state.status not in ("New", "Running") or (state.gathered and not state.pending):
            break
        now, mark = time.monotonic(), _mark(state, leftovers.waiting())
        if mark != before or leftovers.in_hand():
            before, moved = mark, now
        elif not own_consumers and now - moved > PATIENCE and leftovers.waiting():
            bar.end()
            raise NobodyConsumesError(_nobody(name))
        if now - rescued > RESCUE_SECONDS and (state.run is not None or not state.begun):
            # other harvesters do not renew their marks: a slow one of theirs is not lost
            leftovers.send_again()
            rescued = now
        time.sleep(POLL_SECONDS)
    bar.end()
    return _close(name, source_id, job_id)


def _look(job_id: str) -> _State:
    model.Session.rollback()
    model.Session.expire_all()
    job = model.Session.get(HarvestJob, job_id)
    pending = sa.select(sa.func.count(HarvestObject.id)).where(
        HarvestObject.harvest_job_id == job_id, HarvestObject.state.not_in(("COMPLETE", "ERROR"))
    )
    run = model.Session.execute(sa.select(HarvestRun).where(HarvestRun.job_id == job_id)).scalar()
    begun, gathered = job.gather_started is not None, job.gather_finished is not None
    return _State(job.status, begun, gathered, model.Session.scalar(pending), run)


def _progress(state: _State) -> Progress | None:
    run = state.run
    if run is None or run.gathered is None:
        return None
    return Progress(
        total=run.to_add + run.to_update + run.to_remove,
        done=run.added + run.updated + run.deleted + run.archived + run.failed - run.refused,
        found=run.found,
        new=run.added,
        changed=run.updated,
        unchanged=run.unchanged,
        failed=run.failed + run.unreadable,
    )


def _mark(state: _State, waiting: int) -> tuple[object, ...]:
    """What changes when somebody works."""
    run = state.run
    if run is None:
        return (state.status, state.gathered, state.pending, waiting)
    done = (run.added, run.updated, run.deleted, run.archived, run.failed, run.publishers_added)
    return (state.status, state.gathered, state.pending, waiting, run.gathered, done)


def _close(name: str, source_id: str, job_id: str) -> int:
    sources.close(source_id)
    state = _look(job_id)
    errors = sa.select(HarvestGatherError.message).where(HarvestGatherError.harvest_job_id == job_id)
    said = list(model.Session.scalars(errors))
    run = state.run
    if run is None or run.error or said:
        reason = "; ".join(dict.fromkeys([*([run.error] if run and run.error else []), *said]))
        _tell(name, tk._("the run failed."), reason)
        return FAILED
    if run.finished is None:
        run.finished = utcnow()
        model.Session.commit()
    if run.undone() > 0:
        _tell(name, tk._("{count} datasets were not written; run it again.").format(count=run.undone()))
        return FAILED
    if run.stopped:
        _tell(name, tk._("the run was skipped."), *run.notes)
        return PARTIAL
    return PARTIAL if run.failed or run.unreadable else WELL


def _tell(name: str, *sentences: str) -> None:
    sys.stderr.write(f"{name}: {' '.join(sentences)}\n")


def _nobody(name: str) -> str:
    return tk._(
        "{name}: the job is in the queue and nobody takes it. Start consumers (ckan ess harvest consume, or "
        "ckan harvester gather-consumer and fetch-consumer), or run again with --with-consumers 1."
    ).format(name=name)
