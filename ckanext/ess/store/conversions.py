"""Sheets that visitors turn into IATI files: table ``ess_conversion``, a row a sheet, for a day.

The row carries the sheet, what its owner said of it and what came of it. Its key is a secret: whoever knows
it sees everything, and may correct it. All times are naive UTC, as in CKAN's own tables.
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

#: After so long without an end, a conversion's worker is taken for dead; longer than its job may last.
LEASE = timedelta(minutes=5)
#: A sheet that stopped so many workers is left alone.
MOST_TRIES = 2


class Conversion(tk.BaseModel):
    """One sheet, and what it became.

    ``choices`` are what its owner said of it: who publishes, columns, cells written over. ``round`` counts
    up with every correction: what an earlier round still writes is dropped. ``finished`` is empty until the
    round has a result. ``details`` (problems, rows to correct, activities) are compressed JSON,
    ``activities`` and ``organisation`` the files, compressed.
    """

    __tablename__ = "ess_conversion"

    token: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=lambda: secrets.token_urlsafe(24))
    created: Mapped[datetime] = mapped_column(sa.DateTime, default=utcnow)
    asked: Mapped[datetime] = mapped_column(sa.DateTime, default=utcnow)
    expires: Mapped[datetime] = mapped_column(sa.DateTime, index=True)
    name: Mapped[str] = mapped_column(sa.Text, default="")
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    choices: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    round: Mapped[int] = mapped_column(default=1)
    taken: Mapped[datetime | None] = mapped_column(sa.DateTime)
    tries: Mapped[int] = mapped_column(default=0)
    finished: Mapped[datetime | None] = mapped_column(sa.DateTime)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    details: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    activities: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    organisation: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)


_FILES = (Conversion.content, Conversion.details, Conversion.activities, Conversion.organisation)


def find(token: str) -> Conversion | None:
    """The conversion behind a link, unless its day is over."""
    query = sa.select(Conversion).where(Conversion.token == token, Conversion.expires > utcnow())
    return model.Session.scalars(query).one_or_none()


def add(conversion: Conversion) -> None:
    """Save a new conversion; those whose day is over go at the same time."""
    prune()
    model.Session.add(conversion)
    model.Session.commit()


def prune() -> int:
    """Delete the conversions whose day is over, and return how many there were."""
    query = sa.delete(Conversion).where(Conversion.expires <= utcnow())
    deleted = model.Session.execute(query).rowcount  # type: ignore[attr-defined]
    model.Session.commit()
    return deleted


def kept_bytes() -> int:
    """Bytes of all sheets and files that are kept."""
    sizes = [sa.func.coalesce(sa.func.octet_length(one), 0) for one in _FILES]
    return model.Session.scalar(sa.select(sa.func.coalesce(sa.func.sum(sum(sizes[1:], sizes[0])), 0))) or 0


def again(conversion: Conversion) -> None:
    """Begin another round with what the row says now."""
    conversion.round += 1
    conversion.asked, conversion.taken, conversion.tries, conversion.finished = utcnow(), None, 0, None
    conversion.result = {}
    conversion.details = conversion.activities = conversion.organisation = None
    model.Session.commit()


def is_forgotten(conversion: Conversion) -> bool:
    """Whether a conversion waits for a worker that has died or was never told."""
    return _is_left(conversion) and conversion.tries < MOST_TRIES


def is_given_up(conversion: Conversion) -> bool:
    """Whether a conversion has cost so many workers that no other is asked."""
    return _is_left(conversion) and conversion.tries >= MOST_TRIES


def _is_left(conversion: Conversion) -> bool:
    return conversion.finished is None and (conversion.taken or conversion.asked) < utcnow() - LEASE


def take(token: str) -> Conversion | None:
    """Take a conversion that nobody works on; None when there is nothing to do."""
    free = sa.or_(Conversion.taken.is_(None), Conversion.taken < utcnow() - LEASE)
    query = (
        sa.update(Conversion)
        .where(
            Conversion.token == token,
            Conversion.finished.is_(None),
            Conversion.expires > utcnow(),
            Conversion.tries < MOST_TRIES,
            free,
        )
        .values(taken=utcnow(), tries=Conversion.tries + 1)
        .returning(Conversion)
    )
    found = model.Session.scalars(query).one_or_none()
    model.Session.commit()
    return found


def finish(token: str, round_: int, values: dict[str, Any]) -> bool:
    """Write the result of a round; False when another round has begun meanwhile."""
    query = (
        sa.update(Conversion)
        .where(Conversion.token == token, Conversion.round == round_)
        .values(finished=utcnow(), **values)
    )
    written = model.Session.execute(query).rowcount  # type: ignore[attr-defined]
    model.Session.commit()
    return bool(written)
