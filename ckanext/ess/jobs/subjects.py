"""What is known of the resources of a batch of claims: one query for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.ess import config
from ckanext.ess.index.activities.origin import Origin, origin_of
from ckanext.ess.jobs import indexing
from ckanext.ess.jobs.checking import Subject, standard
from ckanext.ess.jobs.files import REMOTE
from ckanext.ess.store import activity_state
from ckanext.ess.store.claims import RETRY, STALE, Claim
from ckanext.ess.store.harvest import utcnow
from ckanext.ess.store.validation import ValidationRun, ValidationState

#: So many times the greatest age of a verdict the remote's word that the file is the same is enough.
_UNCHANGED = 4


def subjects(claims: Sequence[Claim]) -> dict[str, Subject]:
    """Return the subject of each claim whose resource still exists."""
    query = (
        sa.select(
            model.Resource,
            model.Package.extras["ess_kind"].as_string(),
            model.Package.owner_org,
            ValidationRun,
        )
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .join(ValidationState, ValidationState.resource_id == model.Resource.id)
        .outerjoin(ValidationRun, ValidationRun.id == ValidationState.run_id)
        .where(model.Resource.id.in_([one.resource_id for one in claims]), model.Resource.state == "active")
        .execution_options(populate_existing=True)
    )
    by_id = {one.resource_id: one for one in claims}
    rows = model.Session.execute(query).tuples().all()
    origins = {one.id: origin_of(one.id, one.package_id, owner) for one, _, owner, _ in rows}
    outdated = _outdated(origins) if indexing.is_on() else set[str]()
    found = {}
    for resource, kind, _, run in rows:
        known = ("", "") if _is_wanted(run, outdated) else _known(by_id[resource.id], run)
        failures = by_id[resource.id].failures
        found[resource.id] = Subject(_plain(resource), kind or "", origins[resource.id], failures, *known)
    return found


def _outdated(origins: Mapping[str, Origin]) -> set[str]:
    """Files of which the index of activities does not hold what our code would make of them now."""
    return set(origins) - activity_state.current(origins, {one.engine for one in origins.values()})


def _is_wanted(run: ValidationRun | None, outdated: set[str]) -> bool:
    """Whether a file must be read again for its activities, be it the same as before."""
    return run is not None and run.file_type == indexing.ACTIVITIES and run.resource_id in outdated


def _plain(resource: model.Resource) -> dict[str, Any]:
    names = ("id", "package_id", "url", "url_type", "name", "format", "mimetype", "hash", "size")
    return {**(resource.extras or {}), **{name: getattr(resource, name) for name in names}}


def _known(claimed: Claim, run: ValidationRun | None) -> tuple[str, str]:
    """ETag and hash of the file that the last run read, where the same file would get the same verdict.

    Some rules ask for the day: now and then a file is checked again although it is the same.
    """
    if run is None or run.source != REMOTE or claimed.reason not in (STALE, RETRY):
        return "", ""
    oldest = utcnow() - timedelta(days=_UNCHANGED * config.validation_max_age_days())
    if (run.engine, run.standard) != (config.release(), standard()) or run.finished < oldest:
        return "", ""
    return run.etag, run.content_hash
