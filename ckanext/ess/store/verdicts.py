"""Verdicts: written by who holds the claim, kept as history, read by resource and by dataset."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer

from ckan import model
from ckan.model.types import make_uuid

from ckanext.ess.iati.validate.finding import Finding
from ckanext.ess.store import worsenings
from ckanext.ess.store.claims import NOW, Claim
from ckanext.ess.store.findings import Wanted, every, pack, select
from ckanext.ess.store.validation import PENDING, STATUSES, ValidationPart, ValidationRun, ValidationState

log = logging.getLogger(__name__)

#: Parts of a run read at once while it is streamed.
_PARTS = 10


class RunGone(Exception):
    """A run was forgotten while it was read."""


@dataclass
class Verdict:
    """The outcome of one check: fields of :class:`ValidationRun`, and the findings."""

    status: str
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    findings: Sequence[Finding] = ()
    #: when to look again by itself, where that makes sense
    again_in: timedelta | None = None


def write(claimed: Claim, verdict: Verdict, *, history: int, commit: bool = True) -> bool:
    """Write a verdict, if the claim still holds; otherwise leave everything as it is.

    Args:
        claimed: the claim.
        verdict: what was found.
        history: how many runs of the resource to keep, this one included.
        commit: without it the caller commits.

    Returns:
        Whether it was written.
    """
    kinds, parts = pack(verdict.findings)
    if not _settle(claimed, verdict):
        model.Session.rollback()
        return False
    run = {
        "id": claimed.run_id,
        "resource_id": claimed.resource_id,
        "package_id": claimed.package_id,
        "status": verdict.status,
        "reason": claimed.reason,
        "queued": claimed.queued,
        "finished": NOW,
        "kinds": kinds,
        "kept": len(verdict.findings),
        **verdict.fields,
    }
    model.Session.execute(sa.insert(ValidationRun).values(run))
    if parts:
        rows = [{"run_id": claimed.run_id, **part._asdict()} for part in parts]
        model.Session.execute(sa.insert(ValidationPart), rows)
    if claimed.last_run:
        _forget_old(claimed, history)
    if verdict.again_in is None:  # else the file may be well again at the next try
        worsenings.note(claimed.resource_id, claimed.package_id, claimed.status, verdict.status)
    if commit:
        model.Session.commit()
    return True


def confirm(claimed: Claim) -> bool:
    """Say that the present verdict still holds, the file being the same. The caller commits."""
    return _update_state(claimed, {"checked": NOW, "failures": 0, **_done(claimed, None)})


def _settle(claimed: Claim, verdict: Verdict) -> bool:
    status = ValidationState.status
    values = {
        "status": verdict.status,
        "run_id": claimed.run_id,
        "checked": NOW,
        "indexed": sa.and_(ValidationState.indexed, status == verdict.status),
        "failures": ValidationState.failures + 1 if verdict.again_in is not None else 0,
        **_done(claimed, verdict.again_in),
    }
    return _update_state(claimed, values)


def _done(claimed: Claim, again_in: timedelta | None) -> dict[str, Any]:
    """What a finished check leaves of the asking for it: nothing, unless another was asked for meanwhile."""
    same = ValidationState.next_run == claimed.run_id
    again = again_in is not None
    later = NOW + again_in if again else sa.null()
    return {
        "lease_until": None,
        "attempts": 0,
        "wanted": sa.case((same, later), else_=ValidationState.wanted),
        "next_run": sa.case((same, make_uuid() if again else sa.null()), else_=ValidationState.next_run),
        "urgent": sa.case((same, False), else_=ValidationState.urgent),
        "reason": sa.case((same, "retry" if again else ""), else_=ValidationState.reason),
    }


def _update_state(claimed: Claim, values: dict[str, Any]) -> bool:
    done: Any = model.Session.execute(
        sa.update(ValidationState)
        .where(
            ValidationState.resource_id == claimed.resource_id,
            ValidationState.token == claimed.token,
            ValidationState.lease_until.is_not(None),
        )
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount == 1


def _forget_old(claimed: Claim, history: int) -> None:
    """Findings are kept of the present verdict, runs as far back as wanted."""
    run, part = ValidationRun, ValidationPart
    mine = run.resource_id == claimed.resource_id
    older = sa.select(run.id).where(mine, run.id != claimed.run_id)
    for statement in (
        sa.delete(part).where(part.run_id.in_(older)),
        sa.delete(run).where(
            run.id.in_(older.order_by(run.finished.desc()).offset(max(history, 1) - 1)),
        ),
    ):
        model.Session.execute(statement.execution_options(synchronize_session=False))


#: Seconds for which it is enough to have seen our tables.
_SEEN = 10.0
_seen: dict[str, float] = {}


def tables_exist() -> bool:
    """Whether our tables are there; without them, people must be able to work all the same.

    A process that has seen them looks again after some seconds: they may be made, and taken away, meanwhile.
    """
    now = time.monotonic()
    if now - _seen.get("tables", -_SEEN) < _SEEN:
        return True
    inspector: Any = sa.inspect(model.Session.connection())
    if not inspector.has_table(ValidationState.__tablename__):
        log.warning("Files are not checked: the tables are missing. Run “ckan db upgrade -p ess”.")
        return False
    _seen["tables"] = now
    return True


def of_resource(resource_id: str) -> tuple[ValidationState | None, ValidationRun | None]:
    """The state of a resource and its last run; None where there is none."""
    if not tables_exist():
        return None, None
    query = (
        sa.select(ValidationState, ValidationRun)
        .outerjoin(ValidationRun, ValidationRun.id == ValidationState.run_id)
        .where(ValidationState.resource_id == resource_id)
        .execution_options(populate_existing=True)
    )
    found = model.Session.execute(query).first()
    return (found[0], found[1]) if found else (None, None)


def history(resource_id: str, limit: int) -> list[ValidationRun]:
    """Past runs of a resource, newest first."""
    query = (
        sa.select(ValidationRun)
        .where(ValidationRun.resource_id == resource_id)
        .order_by(ValidationRun.finished.desc())
        .limit(limit)
        .options(defer(ValidationRun.rules), defer(ValidationRun.kinds))
    )
    return list(model.Session.scalars(query))


def findings(run: ValidationRun, wanted: Wanted, limit: int, offset: int) -> tuple[int, list[Finding]]:
    """Return how many findings of a run are wanted, and some of them; see :func:`findings.select`."""
    part = ValidationPart
    keys = sa.select(part.number, part.count, part.keys).where(part.run_id == run.id).order_by(part.number)

    def load(numbers: list[int]) -> dict[int, bytes]:
        query = sa.select(part.number, part.findings).where(part.run_id == run.id, part.number.in_(numbers))
        return {row.number: row.findings for row in model.Session.execute(query)} if numbers else {}

    rows = ((number, count, packed) for number, count, packed in model.Session.execute(keys))
    return select(run.kinds, rows, wanted, limit, offset, load)


def stream(run_id: str, kept: int) -> Iterator[Finding]:
    """All findings that are kept of a run, a few parts at a time, for a reader who may be slow.

    They are read by connections of their own: a request's session is closed before its answer is sent.

    Args:
        run_id: the run.
        kept: how many findings there are.

    Raises:
        RunGone: a newer check has replaced the run meanwhile.
    """
    part, engine = ValidationPart, model.Session.get_bind()
    return _streamed(
        engine, sa.select(part.findings, part.count).where(part.run_id == run_id).order_by(part.number), kept
    )


def _streamed(engine: Any, parts: sa.Select[Any], kept: int) -> Iterator[Finding]:
    place = found = 0
    while found < kept:
        with engine.connect() as connection:
            rows = list(connection.execute(parts.limit(_PARTS).offset(place)))
        if not rows:
            raise RunGone
        for row in rows:
            yield from every(row.findings)
            found += row.count
        place += len(rows)


def of_packages(package_ids: Collection[str]) -> dict[str, str]:
    """The worst status of each dataset's files; datasets without files are left out.

    A file of which nothing is known yet is pending: its row is made when the change at hand is committed, and
    CKAN indexes before.
    """
    if not package_ids or not tables_exist():
        return {}
    state, resource = ValidationState, model.Resource
    query = (
        sa.select(resource.package_id, sa.func.coalesce(state.status, PENDING))
        .outerjoin(state, state.resource_id == resource.id)
        .where(resource.package_id.in_(list(package_ids)), resource.state == "active")
        .distinct()
    )
    found: dict[str, list[str]] = {}
    for package, status in model.Session.execute(query):
        found.setdefault(package, []).append(status)
    return {package: worst(statuses) for package, statuses in found.items()}


def of_resources(resource_ids: Collection[str]) -> dict[str, str]:
    """The status of each resource of which one is known."""
    if not resource_ids or not tables_exist():
        return {}
    query = sa.select(ValidationState.resource_id, ValidationState.status).where(
        ValidationState.resource_id.in_(list(resource_ids))
    )
    return {row.resource_id: row.status for row in model.Session.execute(query)}


def worst(statuses: Iterable[str]) -> str:
    """The status that stands for several.

    >>> worst(["valid", "pending", "errors"])
    'errors'
    """
    return min(statuses, key=STATUSES.index)


def forget(resource_ids: Collection[str]) -> None:
    """Delete everything about resources; the caller commits."""
    for table in (ValidationRun, ValidationState):
        model.Session.execute(
            sa.delete(table)
            .where(table.resource_id.in_(list(resource_ids)))
            .execution_options(synchronize_session=False)
        )
