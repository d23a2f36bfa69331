"""Harvester of the IATI Bulk Data Service."""

from __future__ import annotations

from ckan import plugins as p

from ckanext.harvest.harvesters import HarvesterBase


class BulkDataHarvester(HarvesterBase):
    """IATI Bulk Data Service."""

    p.implements(p.IConfigurer)

    def update_config(self, config: object) -> None:
        """Nothing yet."""
