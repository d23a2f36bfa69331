"""Verdicts that got worse, until followers are told: one row a file, from what it was to what it is."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckan import model

from ckanext.ess.store.claims import NOW
from ckanext.ess.store.notifications import Digest, Subscription, Worsening
from ckanext.ess.store.validation import ValidationState

#: From good to bad. A file without one of these is not compared: there was nothing to get worse.
ORDER = ("valid", "warnings", "errors", "invalid", "unreadable")
#: A mail is tried so often, with so long between.
TRIES, BETWEEN = 2, timedelta(seconds=20)
#: A digest that was claimed for so long, and has no try left, was lost with its process.
_LOST = timedelta(hours=1)


def note(resource_id: str, package_id: str, before: str, after: str) -> None:
    """Remember that a verdict got worse, or forget it where it is as good again. The caller commits.

    Args:
        resource_id: of the file.
        package_id: of its dataset.
        before: status until now.
        after: status from now on.
    """
    if before not in ORDER:
        return  # nothing was noted either: what was is forgotten with the step that left the order
    known = model.Session.get(Worsening, resource_id)
    first = known.old if known else before
    if first not in ORDER or after not in ORDER or ORDER.index(after) <= ORDER.index(first):
        if known:
            model.Session.execute(sa.delete(Worsening).where(Worsening.resource_id == resource_id))
            model.Session.expunge(known)
        return
    statement = insert(Worsening).values(
        resource_id=resource_id, package_id=package_id, old=first, new=after, begun=NOW, noticed=NOW
    )
    new = statement.excluded
    model.Session.execute(
        statement.on_conflict_do_update(
            index_elements=["resource_id"], set_={"new": new.new, "noticed": new.noticed}
        )
    )


def gather(quiet: timedelta, longest: timedelta) -> int:
    """Make digests for the followers of organisations that have come to rest, and commit.

    Args:
        quiet: time since the last worsening, with no check and no harvest under way.
        longest: time since the first one, after which followers are told in any case.

    Returns:
        How many digests were made.
    """
    made = 0
    for organization in _ready(quiet, longest):
        changes = _taken(organization)
        followers = sa.select(Subscription.user_id).where(Subscription.organization_id == organization)
        people = list(model.Session.scalars(followers)) if changes else []
        for user in people:
            digest = {"user_id": user, "organization_id": organization, "changes": changes, "created": NOW}
            model.Session.execute(sa.insert(Digest).values(digest))
        made += len(people)
        model.Session.commit()
    return made


def _ready(quiet: timedelta, longest: timedelta) -> list[str]:
    last, first = sa.func.max(Worsening.noticed), sa.func.min(Worsening.begun)
    owner = model.Package.owner_org
    rested = sa.and_(last <= NOW - quiet, sa.not_(_is_busy()), sa.literal(not _harvests()))
    query = (
        sa.select(owner)
        .join(Worsening, Worsening.package_id == model.Package.id)
        .where(owner.is_not(None))
        .group_by(owner)
        .having(sa.or_(rested, first <= NOW - longest))
    )
    return list(model.Session.scalars(query))


def _is_busy() -> sa.ColumnElement[bool]:
    """Condition on the query's organisation: a check of one of its files is due or under way."""
    other = sa.orm.aliased(model.Package)
    state = ValidationState
    return (
        sa.select(state.resource_id)
        .join(other, other.id == state.package_id)
        .where(
            other.owner_org == model.Package.owner_org,
            sa.or_(state.wanted <= NOW, state.lease_until > NOW),
        )
        .correlate(model.Package)
        .exists()
    )


def _harvests() -> bool:
    """Whether a harvest is under way, which may bring more."""
    if not _has_harvests():
        return False
    query = sa.text("SELECT 1 FROM harvest_job WHERE status = 'Running' LIMIT 1")
    return model.Session.execute(query).first() is not None


@cache
def _has_harvests() -> bool:
    return sa.inspect(model.Session.get_bind()).has_table("harvest_job")


def _taken(organization: str) -> list[dict[str, str]]:
    """Take the worsenings of an organisation away; another process that comes later finds none."""
    datasets = sa.select(model.Package.id).where(model.Package.owner_org == organization)
    statement = (
        sa.delete(Worsening)
        .where(Worsening.package_id.in_(datasets))
        .returning(Worsening.resource_id, Worsening.package_id, Worsening.old, Worsening.new)
        .execution_options(synchronize_session=False)
    )
    return [dict(row._mapping) for row in model.Session.execute(statement)]  # noqa: SLF001 - SQLAlchemy's name


def has_due() -> bool:
    """Whether a mail is to be sent now."""
    return model.Session.execute(sa.select(Digest.id).where(_is_due()).limit(1)).first() is not None


def _is_due() -> sa.ColumnElement[bool]:
    untried = sa.or_(Digest.tried.is_(None), Digest.tried <= NOW - BETWEEN)
    return sa.and_(Digest.attempts < TRIES, untried)


def claim_digests(most: int) -> list[Digest]:
    """Take mails to send, counted as tried, and commit: a process that dies costs a try, not two mails."""
    query = (
        sa.select(Digest).where(_is_due()).order_by(Digest.id).limit(most).with_for_update(skip_locked=True)
    )
    found = list(model.Session.scalars(query))
    for digest in found:
        digest.attempts += 1
        digest.tried = NOW  # type: ignore[assignment] - an expression of the database's clock
    model.Session.commit()
    return found


def settle(digest_id: int) -> None:
    """Forget a mail: it was sent, or will never be. Commits."""
    model.Session.execute(sa.delete(Digest).where(Digest.id == digest_id))
    model.Session.commit()


def lost() -> list[int]:
    """Forget mails whose last try never ended, and commit; return their numbers."""
    gone = sa.and_(Digest.attempts >= TRIES, Digest.tried <= NOW - _LOST)
    done: Any = model.Session.execute(sa.delete(Digest).where(gone).returning(Digest.id))
    found = [row.id for row in done]
    model.Session.commit()
    return found
