"""What a run changed, as those who ask get it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.ess.store.harvest import HarvestChange, HarvestRun


def of_run(run: HarvestRun, most: int = 0) -> list[dict[str, Any]]:
    """What a run changed, dataset by dataset, in the order in which it did.

    Args:
        run: the run.
        most: no more datasets than these; 0: all.

    Returns:
        Dictionaries like those of :class:`~ckanext.ess.store.harvest_preview.Preview`.
    """
    query = (
        sa.select(HarvestChange, model.Package.name, model.Package.title)
        .outerjoin(model.Package, model.Package.id == HarvestChange.package_id)
        .where(HarvestChange.run_id == run.id)
        .order_by(HarvestChange.id)
    )
    if most:
        query = query.limit(most)
    return [
        {
            "action": change.action,
            "guid": change.guid,
            "dataset": name or change.guid,
            "title": title or "",
            "fields": change.fields,
            "message": "",
        }
        for change, name, title in model.Session.execute(query)
    ]
