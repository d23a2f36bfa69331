"""Forgets checks that are not to be kept."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.ess.store.validation import ValidationRun, ValidationState


def prune(history: int) -> int:
    """Delete runs beyond the history of each resource, and everything of deleted resources.

    The caller commits.

    Returns:
        How many runs went.
    """
    run, state = ValidationRun, ValidationState
    gone = sa.select(model.Resource.id).where(model.Resource.state != "active")
    age = sa.func.row_number().over(partition_by=run.resource_id, order_by=run.finished.desc())
    aged = sa.select(run.id, age.label("age")).subquery()
    present = sa.select(state.run_id).where(state.run_id.is_not(None))
    old = sa.select(aged.c.id).where(aged.c.age > max(history, 1), aged.c.id.not_in(present))
    deleted: Any = model.Session.execute(
        sa.delete(run)
        .where(sa.or_(run.resource_id.in_(gone), run.id.in_(old)))
        .execution_options(synchronize_session=False)
    )
    model.Session.execute(
        sa.delete(state).where(state.resource_id.in_(gone)).execution_options(synchronize_session=False)
    )
    return deleted.rowcount
