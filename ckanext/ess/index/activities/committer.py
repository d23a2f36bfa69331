"""Makes what is written visible, all at once: there is one committer, and Solr shows nothing by itself.

A file whose writer was killed half way holds commits back until it is written again, or for a while; then it
is taken out, so that the others become visible.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from ckanext.ess.index.activities.client import core
from ckanext.ess.store import activity_locks, activity_state

log = logging.getLogger(__name__)

#: Seconds that the committer waits for writers that have begun.
PATIENCE = 60.0


@dataclass(frozen=True)
class Committed:
    """What came of a commit: files that it concerns, files half written that held it back."""

    files: int = 0
    held_by: tuple[str, ...] = ()


def commit(patience: float = PATIENCE) -> Committed:
    """Make everything written visible, unless another process does.

    Raises:
        ActivityIndexError: Solr does not do it.
    """
    with activity_locks.committing(patience) as connection:
        if connection is None:
            return Committed()
        half = activity_state.half_written(connection)
        if given_up := [one for one, is_old in half.items() if is_old]:
            log.warning("Taken out of the index, since nobody wrote them to their end: %s", given_up)
            activity_state.take_out(connection, given_up)
        if waiting := tuple(set(half) - set(given_up)):
            return Committed(held_by=waiting)
        if not activity_state.unseen(connection):
            return Committed()
        core().commit()
        return Committed(activity_state.committed(connection))


def clear(patience: float = PATIENCE) -> bool:
    """Empty the index, at once for everybody; False where others write to it all the time.

    Raises:
        ActivityIndexError: Solr does not do it.
    """
    with activity_locks.committing(patience) as connection:
        if connection is None:
            return False
        core().delete("*:*")
        core().commit()
        activity_state.forget_all(connection)
        activity_state.committed(connection)
        return True
