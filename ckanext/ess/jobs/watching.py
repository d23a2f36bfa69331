"""Notices resources that are made, changed or deleted, whoever does it, and asks for checks of their files.

The asking is part of the same transaction: what is rolled back asks for nothing. One statement does it for
all resources of a transaction, and one job is sent after its commit.
"""

from __future__ import annotations

import logging

import redis
from sqlalchemy import event, orm

from ckan import model

from ckanext.ess import config
from ckanext.ess.jobs import queue
from ckanext.ess.store import claims, verdicts

log = logging.getLogger(__name__)

_CHANGED, _GONE, _ASKED = "ess_changed_resources", "ess_gone_resources", "ess_checks_asked"


def resource_changed(resource: model.Resource, *, is_gone: bool) -> None:
    """Remember a resource until its transaction is about to be committed."""
    session = orm.object_session(resource) or model.Session()
    kind = _GONE if is_gone or resource.state != "active" else _CHANGED
    session.info.setdefault(kind, set()).add(resource.id)


@event.listens_for(model.Session, "before_commit")
def _ask(session: orm.Session) -> None:
    changed: set[str] = session.info.pop(_CHANGED, set())
    gone: set[str] = session.info.pop(_GONE, set())
    if not (changed or gone) or not verdicts.tables_exist():
        return
    if gone:
        verdicts.forget(gone)
    if changed - gone and config.validation_enabled():
        which = model.Resource.id.in_(changed - gone)
        asked = claims.ask(which, reason=claims.CHANGED, unless_known=True)
        session.info[_ASKED] = session.info.get(_ASKED, 0) + len(asked)


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
    for key in (_CHANGED, _GONE, _ASKED):
        session.info.pop(key, None)
