"""Background work."""

from __future__ import annotations

import logging

from pysolr import SolrError
from sqlalchemy import event

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.index import organizations

log = logging.getLogger(__name__)

_REINDEX_SECONDS = 3600


def organization_changed(organization_id: str) -> None:
    """Have an organisation's datasets indexed again, once the change is saved, if it concerns them.

    Most changes do not: one small question to the search index spares the job.
    """
    if not _concerns_datasets(organization_id):
        return

    def enqueue(_session: object) -> None:
        tk.enqueue_job(
            reindex_organization,
            [organization_id],
            title=f"ess: index the datasets of {organization_id} again",
            rq_kwargs={"timeout": _REINDEX_SECONDS},
        )

    event.listen(model.Session(), "after_commit", enqueue, once=True)


def _concerns_datasets(organization_id: str) -> bool:
    try:
        return organizations.is_outdated(organization_id)
    except SolrError:
        # The change must be saved all the same; the job asks again.
        log.warning("The search index did not say whether %s has outdated datasets", organization_id)
        return True


def reindex_organization(organization_id: str) -> None:
    """Index again the datasets that carry outdated facts of their organisation."""
    number = organizations.reindex(organization_id)
    log.info("Indexed %d datasets of %s again", number, organization_id)
