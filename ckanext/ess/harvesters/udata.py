"""Harvester of a udata, the software of data.gouv.fr."""

from __future__ import annotations

from urllib.parse import urlsplit

from ckan import plugins as p
from ckanext.harvest.interfaces import IHarvester

from ckanext.ess import config
from ckanext.ess.harvesters.base import N_, EssHarvester
from ckanext.ess.harvesters.settings import Settings
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.udata import MAX_DATASETS, Choice, Udata


class UdataHarvester(EssHarvester):
    """udata: data.gouv.fr and the other portals that run its software."""

    p.implements(IHarvester)

    source_type = "udata"
    title = "udata (data.gouv.fr)"
    description = N_("data.gouv.fr, or another portal that runs its software.")
    identity = "udata"
    key_header = "X-API-KEY"

    def source(self, url: str, http: Http, settings: Settings) -> Udata:
        """The portal at an address."""
        choice = Choice(organizations=settings.publishers, **settings.own(self.source_type))
        return Udata(
            url,
            http,
            choice=choice,
            own_host=urlsplit(config.site_url()).netloc,
            lang=settings.language,
            max_datasets=settings.max_datasets or MAX_DATASETS,
        )
