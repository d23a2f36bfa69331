"""Harvester of plain addresses: a site that publishes its IATI files by itself."""

from __future__ import annotations

from dataclasses import replace

from ckan import plugins as p
from ckanext.harvest.interfaces import IHarvester

from ckanext.ess.harvesters.base import N_, EssHarvester
from ckanext.ess.harvesters.download import MEGABYTE
from ckanext.ess.harvesters.settings import Settings
from ckanext.ess.sources.http import FILE_LIMITS, Http
from ckanext.ess.sources.urls import MAX_DATASETS, Urls


class UrlsHarvester(EssHarvester):
    """IATI files on an organisation's own site."""

    p.implements(IHarvester)

    source_type = "urls"
    title = "IATI files on a site"
    description = N_("IATI files on an organisation’s own site: a list, a page, a sitemap or a zip.")
    identity = "urls"

    def source(self, url: str, http: Http, settings: Settings) -> Urls:
        """The files that an address leads to."""
        size = settings.max_megabytes * MEGABYTE or FILE_LIMITS.max_bytes
        return Urls(
            url,
            http,
            addresses=settings.addresses,
            max_datasets=settings.max_datasets or MAX_DATASETS,
            limits=replace(FILE_LIMITS, max_bytes=size, tries=2),
        )
