"""The verdicts on a dataset's files in the search index: one facet, the status of the worst file."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from ckan import logic, model
from ckan.lib.search import SearchIndexError, index_for
from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.store import verdicts
from ckanext.ess.store.validation import ValidationState

log = logging.getLogger(__name__)

#: Verdicts made searchable with one commit of the index.
_BATCH = 200


def of_dataset(package_id: str) -> list[str]:
    """Return the facet's values of a dataset: its worst file's status, or nothing."""
    if not config.validation_enabled():
        return []
    found = verdicts.of_packages([package_id])
    return [found[package_id]] if package_id in found else []


def refresh(package_ids: Collection[str]) -> int:
    """Index those of some datasets again whose verdicts the index does not have yet; return how many."""
    return _index(ValidationState.package_id.in_(list(package_ids))) if package_ids else 0


def refresh_all() -> int:
    """Index every dataset whose verdicts the index does not have yet, such as a killed worker's."""
    total = 0
    while done := _index(sa.true()):
        total += done
    return total


def _index(which: sa.ColumnElement[bool]) -> int:
    state = ValidationState
    query = sa.select(state.package_id, state.resource_id, state.run_id).where(
        state.indexed.is_(False), which
    )
    rows = list(model.Session.execute(query.order_by(state.package_id).limit(_BATCH)))
    packages = {row.package_id for row in rows}
    try:
        for package_id in packages:
            _index_one(package_id)
        if packages:
            index_for(model.Package).commit()
    except SearchIndexError:
        log.warning("Verdicts are saved but not yet searchable; the clock makes them so", exc_info=True)
        return 0
    # only now, and not those that came meanwhile: a worker killed on the way leaves them to the clock
    run = sa.func.coalesce(state.run_id, "")
    seen = sa.tuple_(state.resource_id, run).in_([(row.resource_id, row.run_id or "") for row in rows])
    model.Session.execute(
        sa.update(state).where(seen).values(indexed=True).execution_options(synchronize_session=False)
    )
    model.Session.commit()
    return len(packages)


def _index_one(package_id: str) -> None:
    context: Any = {"ignore_auth": True, "user": "", "session": model.Session}
    try:
        logic.index_update_package(context, package_id, defer_commit=True)
    except tk.ObjectNotFound:
        log.info("Dataset %s is gone", package_id)
