"""Upkeep of the index of activities: what leaves it, what is made visible, what is to be written again."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.ess.index.activities import committer, inspection, writer
from ckanext.ess.index.activities.client import Core
from ckanext.ess.index.activities.committer import Committed
from ckanext.ess.index.activities.errors import ActivityIndexError
from ckanext.ess.index.activities.inspection import Difference
from ckanext.ess.index.activities.origin import origin_of
from ckanext.ess.jobs.indexing import is_on
from ckanext.ess.store import activity_state, activity_visibility, claims
from ckanext.ess.store.validation import ValidationState

log = logging.getLogger(__name__)


def settle() -> Committed:
    """Take out what is to leave, make visible what is written, have written again what was left half done.

    Where Solr is away, it is done the next time.
    """
    if not is_on():
        return Committed()
    try:
        return settle_now()
    except ActivityIndexError as error:
        model.Session.rollback()
        log.warning("The index of activities is left as it is for now: %s", error)
        return Committed()


def settle_now() -> Committed:
    """Do as :func:`settle`.

    Raises:
        ActivityIndexError: Solr does not do it.
    """
    for resource_id in activity_state.leaving():
        writer.take_out(resource_id)
    model.Session.commit()  # the committer looks from a connection of its own
    done = committer.commit()
    if done.held_by:
        ask(done.held_by)
    return done


def ask(resource_ids: Collection[str], *, urgent: bool = True) -> int:
    """Have files read again for their activities, unless that is asked for already; commits."""
    waiting = sa.exists().where(
        ValidationState.resource_id == model.Resource.id, ValidationState.wanted <= claims.NOW
    )
    which = sa.and_(model.Resource.id.in_(list(resource_ids)), ~waiting)
    asked = claims.ask(which, reason=claims.ASKED, urgent=urgent)
    model.Session.commit()
    return len(asked)


def wanting(most: int | None = None) -> Iterator[str]:
    """Files of activities that the index does not hold as their last verdict and our code have it.

    Args:
        most: how many at most.
    """
    found = 0
    engines: dict[str | None, str] = {}
    for row in model.Session.execute(activity_state.wanting()).tuples():
        if most is not None and found >= most:
            return
        resource_id, dataset_id, organization_id, content_hash, file = row
        if organization_id not in engines:
            engines[organization_id] = origin_of(resource_id, dataset_id, organization_id).engine
        if not _is_held(file, content_hash, engines[organization_id]):
            found += 1
            yield resource_id


def _is_held(file: Any, content_hash: str, engine: str) -> bool:
    """Whether the index holds a file; of a content without a hash, the last one read counts."""
    return file is not None and activity_state.holds(file, content_hash or file.content_hash, engine)


def differences(solr: Core) -> list[Difference]:
    """Files of which the index does not hold what it should, once what waits is settled.

    Raises:
        ActivityIndexError: Solr does not do it.
    """
    settle_now()
    found = list(inspection.differences(solr))
    known = {one.resource_id for one in found}
    missing = [one for one in wanting() if one not in known]
    return [*found, *(Difference(inspection.OUTDATED, one) for one in missing)]


def repair(solr: Core) -> list[str]:
    """Note what has to be done so that the index holds what it should, and return the files to read again.

    Raises:
        ActivityIndexError: Solr does not do it.
    """
    activity_visibility.relabel_all()
    activity_state.leave_gone()
    model.Session.commit()
    found = differences(solr)
    for one in found:
        if one.kind == inspection.STRAY:
            activity_state.expel(one.resource_id, one.dataset_id)
    damaged = (inspection.LOST, inspection.HALF, inspection.FAILED)
    activity_state.outdate([one.resource_id for one in found if one.kind in damaged])
    model.Session.commit()
    settle_now()
    return list(wanting())
