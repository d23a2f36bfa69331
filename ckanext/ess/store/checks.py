"""Files that visitors have checked without an account: table ``ess_check``, a row a file, for a day.

The row carries the file to the worker, which may run elsewhere, and loses it as soon as it is checked.
Its key is a secret: whoever knows it sees the result. All times are naive UTC, as in CKAN's own tables.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.store.harvest import utcnow

#: After so long without an end, a check's worker is taken for dead.
LEASE = timedelta(minutes=2)
#: A file that killed so many workers is left alone.
MOST_TRIES = 3


class Check(tk.BaseModel):
    """One file to check, or its result.

    ``content`` is the uploaded file until it is checked, ``url`` the address given instead. ``facts`` are
    what a report says of the file as a whole, and ``table_schema``, what it is to be checked against.
    ``rules`` is its roll-up, ``findings`` all findings kept, compressed. ``problem`` is
    ``{"code", "params"}`` of what kept the file from being fetched. ``finished`` is empty until there is a
    result; ``taken`` is when a worker began.
    """

    __tablename__ = "ess_check"

    token: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=lambda: secrets.token_urlsafe(24))
    created: Mapped[datetime] = mapped_column(sa.DateTime, default=utcnow)
    expires: Mapped[datetime] = mapped_column(sa.DateTime, index=True)
    name: Mapped[str] = mapped_column(sa.Text, default="")
    url: Mapped[str] = mapped_column(sa.Text, default="")
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    taken: Mapped[datetime | None] = mapped_column(sa.DateTime)
    tries: Mapped[int] = mapped_column(default=0)
    finished: Mapped[datetime | None] = mapped_column(sa.DateTime)
    status: Mapped[str] = mapped_column(sa.Text, default="pending")
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    findings: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)

    @property
    def table_schema(self) -> str:
        """Name or address of the Table Schema of a table; empty for IATI."""
        return (self.facts or {}).get("table_schema", "")


def find(token: str) -> Check | None:
    """The check behind a link, unless its day is over."""
    query = sa.select(Check).where(Check.token == token, Check.expires > utcnow())
    return model.Session.scalars(query).one_or_none()


def add(check: Check) -> None:
    """Save a new check; those whose day is over go at the same time."""
    prune()
    model.Session.add(check)
    model.Session.commit()


def prune() -> int:
    """Delete the checks whose day is over, and return how many there were."""
    query = sa.delete(Check).where(Check.expires <= utcnow())
    deleted = model.Session.execute(query).rowcount  # type: ignore[attr-defined]
    model.Session.commit()
    return deleted


def is_forgotten(check: Check) -> bool:
    """Whether a check waits for a worker that has died or was never told."""
    return _is_left(check) and check.tries < MOST_TRIES


def is_given_up(check: Check) -> bool:
    """Whether a check has cost so many workers that no other is asked."""
    return _is_left(check) and check.tries >= MOST_TRIES


def _is_left(check: Check) -> bool:
    return check.finished is None and (check.taken or check.created) < utcnow() - LEASE


def take(token: str) -> Check | None:
    """Take a check that nobody works on; None when there is nothing to do."""
    free = sa.or_(Check.taken.is_(None), Check.taken < utcnow() - LEASE)
    query = (
        sa.update(Check)
        .where(
            Check.token == token,
            Check.finished.is_(None),
            Check.expires > utcnow(),
            Check.tries < MOST_TRIES,
            free,
        )
        .values(taken=utcnow(), tries=Check.tries + 1)
        .returning(Check)
    )
    found = model.Session.scalars(query).one_or_none()
    model.Session.commit()
    return found
