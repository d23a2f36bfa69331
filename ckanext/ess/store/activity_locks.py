"""Who may write to the index of activities, and who may make it visible, by locks of the database.

While a file is written its documents in the index are of two kinds. Writers of different files go on side by
side, each with a share of one lock; who commits takes the whole of it, so that a commit never falls into a
writing. The locks end with their transaction, also when the process that holds them is killed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from ckan import model

#: Keys of our advisory locks: any two numbers that nobody else uses in this database.
_SPACE, _EVERYTHING, _COMMITTER, _FILE_SPACE = 0x455353, 1, 2, 0x455354


@contextmanager
def writing(resource_id: str) -> Iterator[sa.Connection]:
    """Write one file's documents; the connection's transaction holds the locks and is committed at the end.

    Waits for a commit under way, and for another writer of the same file.
    """
    with engine().begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_SPACE, _EVERYTHING)))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_FILE_SPACE, _number(resource_id))))
        yield connection


@contextmanager
def committing(patience: float) -> Iterator[sa.Connection | None]:
    """Make what is written visible while nobody writes; None where another does so already, or writers go on.

    Args:
        patience: seconds to wait for writers that have begun.
    """
    with engine().begin() as connection:
        free = connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_SPACE, _COMMITTER)))
        yield connection if free and _is_alone(connection, patience) else None


def _is_alone(connection: sa.Connection, patience: float) -> bool:
    connection.execute(sa.text(f"SET LOCAL lock_timeout = {int(patience * 1000)}"))
    try:
        with connection.begin_nested():
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SPACE, _EVERYTHING)))
    except OperationalError:  # lock_timeout
        return False
    connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
    return True


def engine() -> sa.Engine:
    """CKAN's own connections; those taken from it have transactions beside the session's."""
    found: Any = model.Session.get_bind()
    return found


def _number(resource_id: str) -> int:
    """A number for a file, as PostgreSQL's locks want it: signed, 32 bits."""
    return zlib.crc32(resource_id.encode()) - 2**31
