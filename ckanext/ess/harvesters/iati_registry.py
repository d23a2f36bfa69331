"""Harvester of the IATI Registry."""

from __future__ import annotations

from ckan import plugins as p

from ckanext.harvest.harvesters import HarvesterBase


class IatiRegistryHarvester(HarvesterBase):
    """IATI Registry."""

    p.implements(p.IConfigurer)

    def update_config(self, config: object) -> None:
        """Nothing yet."""
