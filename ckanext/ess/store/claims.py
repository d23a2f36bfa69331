"""Who checks what: checks are asked for, claimed by one worker at a time, and given up when it dies.

Nothing here commits but :func:`claim`, :func:`begin` and :func:`release`, which are a worker's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckan import model

from ckanext.ess.store.validation import PENDING, ValidationState

#: How long a claim holds without being renewed, and how often a worker renews it.
LEASE, BEAT = timedelta(seconds=60), timedelta(seconds=15)
#: Times that a check may be begun and not finished before it is given up.
MOST_ATTEMPTS = 3
#: Why a check is asked for.
CHANGED, ASKED, STALE, RETRY = "changed", "asked", "stale", "retry"

#: Fields of ours on a resource that decide what is checked and how.
_EXTRAS = ("ess_schema", "ess_cached_url")
#: The database's clock: those of workers may differ.
NOW = sa.func.timezone("UTC", sa.func.clock_timestamp())
_STATE = ValidationState


class Claim(NamedTuple):
    """The right to check one resource, until the lease runs out or another worker takes a later token.

    ``status`` and ``last_run`` are of the present verdict, which nobody else can change meanwhile.
    """

    resource_id: str
    package_id: str
    run_id: str
    token: int
    reason: str
    queued: datetime
    fingerprint: str
    attempts: int
    failures: int
    status: str
    last_run: str | None


def ask(
    which: sa.ColumnElement[bool], *, reason: str, urgent: bool = False, unless_known: bool = False
) -> dict[str, str]:
    """Ask for checks of resources; one statement for any number of them.

    A check that already waits keeps its identifier; one that is under way is followed by another.

    Args:
        which: condition on ``model.Resource`` (and ``model.Package``); deleted ones are left out.
        reason: one of :data:`CHANGED`, :data:`ASKED`, :data:`STALE`, :data:`RETRY`.
        urgent: before everything that is not.
        unless_known: leave out resources whose file, by what they say of it, was asked for before.

    Returns:
        Identifiers of the runs to come, by resource.
    """
    statement = insert(_STATE).from_select(
        ["resource_id", "package_id", "fingerprint", "wanted", "next_run", "reason", "urgent"],
        _asked(which, reason, urgent=urgent),
    )
    new = statement.excluded
    claimed = _STATE.lease_until.is_not(None)
    statement = statement.on_conflict_do_update(
        index_elements=["resource_id"],
        set_={
            "package_id": new.package_id,
            "fingerprint": new.fingerprint,
            "wanted": new.wanted,
            "next_run": sa.case(
                (claimed, new.next_run), else_=sa.func.coalesce(_STATE.next_run, new.next_run)
            ),
            "reason": new.reason,
            "urgent": sa.or_(_STATE.urgent, new.urgent),
            "attempts": sa.case((claimed, _STATE.attempts), else_=0),
        },
        where=_STATE.fingerprint != new.fingerprint if unless_known else None,
    ).returning(_STATE.resource_id, _STATE.next_run)
    return {row.resource_id: row.next_run for row in model.Session.execute(statement)}


def _asked(which: sa.ColumnElement[bool], reason: str, *, urgent: bool) -> sa.Select[Any]:
    resource = model.Resource
    fresh_id = sa.func.md5(
        sa.func.concat(resource.id, sa.cast(sa.func.random(), sa.Text), sa.cast(NOW, sa.Text))
    )
    return (
        sa.select(
            resource.id,
            resource.package_id,
            fingerprint(),
            NOW,
            sa.cast(sa.cast(fresh_id, sa.UUID), sa.Text),
            sa.literal(reason),
            sa.literal(urgent),
        )
        .join(model.Package, model.Package.id == resource.package_id)
        .where(resource.state == "active", model.Package.state != "deleted", which)
    )


def fingerprint() -> sa.ColumnElement[str]:
    """Expression of all that a resource says of its file: with another one, the file may be another."""
    resource = model.Resource
    # stored as text, of which CKAN makes sure that it is a JSON object
    extras = sa.cast(sa.cast(resource.extras, sa.Text), sa.JSON)
    fields: Sequence[Any] = (
        resource.url,
        resource.url_type,
        resource.format,
        resource.mimetype,
        resource.hash,
        sa.cast(resource.last_modified, sa.Text),
        *(extras[name].as_string() for name in _EXTRAS),
    )
    return sa.func.md5(sa.func.concat_ws("\n", *(sa.func.coalesce(field, "") for field in fields)))


def claim(number: int, worker: str, only: Iterable[str] | None = None) -> list[Claim]:
    """Take the checks that wait longest, urgent ones first; what another worker has is left to it.

    Args:
        number: how many at most.
        worker: name of who takes them.
        only: identifiers of resources to choose from.
    """
    due = sa.select(_STATE.resource_id).where(is_due())
    if only is not None:
        due = due.where(_STATE.resource_id.in_(list(only)))
    due = due.order_by(_STATE.urgent.desc(), _STATE.wanted).limit(number)
    taken = due.with_for_update(skip_locked=True).cte("taken")
    statement = (
        sa.update(_STATE)
        .where(_STATE.resource_id == taken.c.resource_id)
        .values(token=_STATE.token + 1, lease_until=NOW + LEASE, worker=worker)
        .returning(*(getattr(_STATE, name) for name in _COLUMNS), _STATE.urgent)
        .execution_options(synchronize_session=False)
    )
    rows = list(model.Session.execute(statement))
    model.Session.commit()
    rows.sort(key=lambda row: (not row.urgent, row.wanted))
    return [Claim(*row[:-1]) for row in rows]


_COLUMNS = (
    "resource_id",
    "package_id",
    "next_run",
    "token",
    "reason",
    "wanted",
    "fingerprint",
    "attempts",
    "failures",
    "status",
    "run_id",
)


def is_due() -> sa.ColumnElement[bool]:
    """Condition: a check is to be done now, and nobody alive does it."""
    return sa.and_(_STATE.wanted <= NOW, sa.or_(_STATE.lease_until.is_(None), _STATE.lease_until < NOW))


def due() -> int:
    """How many checks are to be done now and nobody does."""
    return model.Session.scalar(sa.select(sa.func.count()).select_from(_STATE).where(is_due())) or 0


def begin(claimed: Claim) -> bool:
    """Note that a claimed check begins, and commit; False where it is no longer ours."""
    statement = (
        _held(claimed)
        .values(attempts=_STATE.attempts + 1, lease_until=NOW + LEASE)
        .execution_options(synchronize_session=False)
    )
    done: Any = model.Session.execute(statement)
    model.Session.commit()
    return done.rowcount == 1


def holds(claimed: Claim) -> bool:
    """Whether a claim is still ours."""
    mine = sa.exists().where(_STATE.resource_id == claimed.resource_id, _STATE.token == claimed.token)
    return bool(model.Session.scalar(sa.select(mine)))


def renew(connection: sa.Connection, claims: Iterable[Claim]) -> None:
    """Hold claims for another :data:`LEASE`; those that are no longer ours are left alone."""
    pairs = [(one.resource_id, one.token) for one in claims]
    if pairs:
        held = sa.tuple_(_STATE.resource_id, _STATE.token).in_(pairs)
        connection.execute(
            sa.update(_STATE).where(held, _STATE.lease_until.is_not(None)).values(lease_until=NOW + LEASE)
        )


def release(claims: Iterable[Claim]) -> None:
    """Let go of claims whose check did not begin, or was stopped for reasons that are not its own."""
    for one in claims:
        model.Session.execute(
            _held(one).values(lease_until=None).execution_options(synchronize_session=False)
        )
    model.Session.commit()


def _held(claimed: Claim) -> sa.Update:
    return sa.update(_STATE).where(_STATE.resource_id == claimed.resource_id, _STATE.token == claimed.token)


def is_checking() -> sa.ColumnElement[bool]:
    """Condition: a newer verdict is to come."""
    return sa.or_(_STATE.status == PENDING, _STATE.wanted <= NOW)
