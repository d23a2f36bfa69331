"""Harvester of the IATI Registry."""

from __future__ import annotations

from ckan import plugins as p
from ckanext.harvest.interfaces import IHarvester

from ckanext.ess.harvesters.base import N_, EssHarvester
from ckanext.ess.harvesters.settings import Settings
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.iati_registry import MAX_DATASETS, IatiRegistry


class IatiRegistryHarvester(EssHarvester):
    """IATI Registry: a CKAN with one dataset per IATI file."""

    p.implements(IHarvester)

    source_type = "iati-registry"
    title = "IATI Registry"
    description = N_("A CKAN catalogue with one dataset per IATI file.")
    identity = "iati"

    def source(self, url: str, http: Http, settings: Settings) -> IatiRegistry:
        """The registry at the address of its site or of its API."""
        return IatiRegistry(
            url, http, wanted=settings.wanted, max_datasets=settings.max_datasets or MAX_DATASETS
        )
