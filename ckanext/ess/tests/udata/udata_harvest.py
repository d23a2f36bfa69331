"""Run udata's own harvester on a portal, in memory: ``udata_harvest.py {ckan|dcat} URL`` prints what it made.

For udata's own virtual environment; ``make test-udata`` makes it.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import udata_app


def harvest(backend: str, url: str) -> dict[str, Any]:
    """Harvest a portal with one of udata's backends; what happened to each item, and the datasets."""
    from udata.core.organization.factories import OrganizationFactory
    from udata.harvest.backends import get_backend
    from udata.harvest.tests.factories import HarvestSourceFactory
    from udata.models import Dataset

    udata_app.make_licences()
    source = HarvestSourceFactory(backend=backend, url=url, organization=OrganizationFactory())
    job = get_backend(backend)(source).harvest()
    return {
        "status": job.status,
        "errors": [error.message for error in job.errors],
        "items": [{"status": item.status, "errors": [e.message for e in item.errors]} for item in job.items],
        "datasets": [_dataset(dataset) for dataset in Dataset.objects],
    }


def _dataset(dataset: Any) -> dict[str, Any]:
    return {
        "title": dataset.title,
        "tags": dataset.tags,
        "license": dataset.license.id if dataset.license else None,
        "frequency": str(dataset.frequency),
        "remote_id": dataset.harvest.remote_id,
        "extras": dict(dataset.extras),
        "contacts": [contact.name for contact in dataset.contact_points],
        "resources": [
            {
                "url": resource.url,
                "format": resource.format,
                "checksum": resource.checksum and [resource.checksum.type, resource.checksum.value],
                "schema": resource.schema.url if resource.schema else None,
            }
            for resource in dataset.resources
        ],
    }


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    app = udata_app.made("udata.test")
    with app.app_context():
        sys.stdout.write(json.dumps(harvest(*sys.argv[1:]), default=str) + "\n")
