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

#: Datasets indexed between two commits of the index.
_BATCH = 100


def of_dataset(package_id: str) -> list[str]:
    """Return the facet's values of a dataset: its worst file's status, or nothing."""
    if not config.validation_enabled():
        return []
    found = verdicts.of_packages([package_id])
    return [found[package_id]] if package_id in found else []


def refresh(package_ids: Collection[str]) -> int:
    """Index those of some datasets again whose verdicts the index does not have yet; return how many."""
    state = ValidationState
    query = sa.select(state.package_id).distinct().where(state.indexed.is_(False))
    waiting = list(model.Session.scalars(query.where(state.package_id.in_(list(package_ids)))))
    return _index(waiting)


def refresh_all() -> int:
    """Index every dataset whose verdicts the index does not have yet, such as a killed worker's."""
    state = ValidationState
    waiting = list(
        model.Session.scalars(sa.select(state.package_id).distinct().where(state.indexed.is_(False)))
    )
    return sum(_index(waiting[start : start + _BATCH]) for start in range(0, len(waiting), _BATCH))


def _index(package_ids: list[str]) -> int:
    if not package_ids:
        return 0
    # before it is done: a verdict that comes meanwhile marks its dataset again
    _mark(package_ids, indexed=True)
    try:
        for package_id in package_ids:
            _index_one(package_id)
        index_for(model.Package).commit()
    except SearchIndexError:
        log.warning("Verdicts are saved but not yet searchable; the next check makes them so", exc_info=True)
        _mark(package_ids, indexed=False)
        return 0
    return len(package_ids)


def _index_one(package_id: str) -> None:
    context: Any = {"ignore_auth": True, "user": "", "session": model.Session}
    try:
        logic.index_update_package(context, package_id, defer_commit=True)
    except tk.ObjectNotFound:
        log.info("Dataset %s is gone", package_id)


def _mark(package_ids: list[str], *, indexed: bool) -> None:
    model.Session.execute(
        sa.update(ValidationState)
        .where(ValidationState.package_id.in_(package_ids))
        .values(indexed=indexed)
        .execution_options(synchronize_session=False)
    )
    model.Session.commit()
