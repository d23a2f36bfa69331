"""What people ask of harvests: one dataset again, a loss to be believed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.store.harvest import HarvestedDataset, HarvestRun


def row_of(package_id: str) -> HarvestedDataset | None:
    """Where a dataset is harvested from; nothing when it is not."""
    query = sa.select(HarvestedDataset).where(HarvestedDataset.package_id == package_id)
    return model.Session.scalars(query.limit(1)).first()


def source_of(package_id: str) -> tuple[str, str] | None:
    """Name and title of the source that brings a dataset; nothing when none of ours does."""
    query = (
        sa.select(model.Package.name, model.Package.title)
        .join(HarvestedDataset, HarvestedDataset.source_id == model.Package.id)
        .where(HarvestedDataset.package_id == package_id, model.Package.state == "active")
    )
    found = model.Session.execute(query.limit(1)).first()
    return (found[0], found[1] or found[0]) if found else None


def under_way(context: Any, source_id: str) -> str:
    """Identifier of the job of a source that waits or runs; empty when there is none."""
    for status in ("New", "Running"):
        jobs = tk.get_action("harvest_job_list")(context, {"source_id": source_id, "status": status})
        if jobs:
            return jobs[0]["id"]
    return ""


def again(context: Any, source_id: str, guids: Sequence[str]) -> str:
    """Put a run for a few datasets into the queue.

    Args:
        context: of somebody who may harvest.
        source_id: the source.
        guids: upstream identifiers of the datasets.

    Returns:
        Identifier of its job.
    """
    job = tk.get_action("harvest_job_create")(context, {"source_id": source_id, "run": False})
    model.Session.add(HarvestRun(job_id=job["id"], source_id=source_id, only=list(guids)))
    model.Session.commit()
    tk.get_action("harvest_send_job_to_gather_queue")(context, {"id": job["id"]})
    return job["id"]


def last_run(source_id: str) -> HarvestRun | None:
    """The youngest run of a source."""
    query = sa.select(HarvestRun).where(HarvestRun.source_id == source_id)
    return model.Session.scalars(query.order_by(HarvestRun.started.desc()).limit(1)).first()


def confirm_loss(source_id: str) -> int:
    """Say that what the last run would have lost is really gone.

    Returns:
        How many datasets; 0 when the last run was not stopped for that.
    """
    last = last_run(source_id)
    if last is None or last.stopped != "loss":
        return 0
    last.loss_confirmed = True
    model.Session.commit()
    return last.loss
