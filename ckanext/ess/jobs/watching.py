"""Notices resources that are made, changed or deleted, whoever does it, and asks for checks of their files.

The asking is part of the same transaction: what is rolled back asks for nothing. One statement does it for
all resources of a transaction, and one job is sent after its commit.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

import redis
from sqlalchemy import event, orm

from ckan import model

from ckanext.ess import config
from ckanext.ess.jobs import queue
from ckanext.ess.store import activity_state, activity_visibility, claims, verdicts

log = logging.getLogger(__name__)

_CHANGED, _GONE, _ASKED = "ess_changed_resources", "ess_gone_resources", "ess_checks_asked"
_DATASETS = "ess_changed_datasets"


def resource_changed(resource: model.Resource, *, is_gone: bool) -> None:
    """Remember a resource until its transaction is about to be committed."""
    session = orm.object_session(resource) or model.Session()
    kind = _GONE if is_gone or resource.state != "active" else _CHANGED
    session.info.setdefault(kind, set()).add(resource.id)


def dataset_changed(dataset: model.Package, *, is_gone: bool) -> None:
    """Remember a dataset until its transaction is about to be committed: others may see it now, or nobody."""
    session = orm.object_session(dataset) or model.Session()
    datasets: dict[str, model.Package | None] = session.info.setdefault(_DATASETS, {})
    datasets[dataset.id] = None if is_gone else dataset


@event.listens_for(model.Session, "before_commit")
def _ask(session: orm.Session) -> None:
    changed: set[str] = session.info.pop(_CHANGED, set())
    gone: set[str] = session.info.pop(_GONE, set())
    datasets: dict[str, model.Package | None] = session.info.pop(_DATASETS, {})
    if not (changed or gone or datasets) or not verdicts.tables_exist():
        return
    session.info[_ASKED] = session.info.get(_ASKED, 0) + _out_of_the_index(gone, datasets)
    if gone:
        verdicts.forget(gone)
    if changed - gone and config.validation_enabled():
        which = model.Resource.id.in_(changed - gone)
        asked = claims.ask(which, reason=claims.CHANGED, unless_known=True)
        session.info[_ASKED] = session.info.get(_ASKED, 0) + len(asked)


def _out_of_the_index(gone: set[str], datasets: Mapping[str, model.Package | None]) -> int:
    """Say who may see changed datasets now; return whether something is to leave the index, as 0 or 1."""
    if not activity_state.tables_exist():
        return 0
    activity_visibility.relabel(one for one in datasets.values() if one)
    deleted = [key for key, one in datasets.items() if one is None or one.state == "deleted"]
    return int(activity_state.leave(gone) + activity_state.leave_datasets(deleted) > 0)


@event.listens_for(model.Session, "after_commit")
def _send(session: orm.Session) -> None:
    # the end of a savepoint is no commit yet
    if session.in_nested_transaction() or not (asked := session.info.pop(_ASKED, 0)):
        return
    try:
        queue.send(asked)
    except redis.RedisError:
        # the change is saved; the clock finds what is due
        log.warning("Redis is away: files that changed are checked later", exc_info=True)


@event.listens_for(model.Session, "after_rollback")
def _forget(session: orm.Session) -> None:
    for key in (_CHANGED, _GONE, _ASKED, _DATASETS):
        session.info.pop(key, None)
