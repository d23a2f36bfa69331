"""Harvester of the IATI Bulk Data Service."""

from __future__ import annotations

from ckan import plugins as p
from ckanext.harvest.interfaces import IHarvester

from ckanext.ess.harvesters.base import N_, EssHarvester
from ckanext.ess.harvesters.settings import Settings
from ckanext.ess.sources.bulk_data import MAX_DATASETS, BulkData
from ckanext.ess.sources.http import Http


class BulkDataHarvester(EssHarvester):
    """IATI Bulk Data Service: a copy of every public IATI file."""

    p.implements(IHarvester)

    source_type = "iati-bulk"
    title = "IATI Bulk Data Service"
    description = N_("Copies of all public IATI files, with their publishers.")
    identity = "iati"

    def source(self, url: str, http: Http, settings: Settings) -> BulkData:
        """The service at an address, or at the address of one of its indices."""
        return BulkData(url, http, wanted=settings.wanted, max_datasets=settings.max_datasets or MAX_DATASETS)
