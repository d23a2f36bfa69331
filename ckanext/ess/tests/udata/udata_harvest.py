"""Run udata's own harvester on a portal, in memory: ``udata_harvest.py {ckan|dcat} URL`` prints what it made.

For udata's own virtual environment (``make test-udata`` makes it); no MongoDB, mongomock stands in for it.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import mongoengine
import mongoengine.connection
import mongomock

_connect = mongoengine.connect


def _connect_in_memory(*args: Any, **options: Any) -> Any:
    return _connect(*args, mongo_client_class=mongomock.MongoClient, **options)


# udata connects while it is imported, and has no setting for the client's class.
mongoengine.connect = mongoengine.connection.connect = _connect_in_memory

from udata import api, frontend, settings  # noqa: E402
from udata.app import create_app  # noqa: E402

#: Licences as data.gouv.fr knows them: identifier, title, address.
LICENCES = (
    (
        "lov2",
        "Licence Ouverte / Open Licence version 2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    ),
    (
        "odc-odbl",
        "Open Data Commons Open Database License (ODbL)",
        "http://opendatacommons.org/licenses/odbl/summary/",
    ),
    ("cc-by", "Creative Commons Attribution", "http://www.opendefinition.org/licenses/cc-by"),
    ("notspecified", "License Not Specified", None),
)


class Memory(settings.Testing):
    """Settings of a udata that forgets, and may read this machine's addresses."""

    SERVER_NAME = "udata.test"
    MONGODB_HOST = MONGODB_HOST_TEST = "mongodb://localhost:27017/udata_test"
    URLS_ALLOW_LOCAL = URLS_ALLOW_PRIVATE = True
    URLS_RESOLVE_HOSTNAME = False
    HARVESTER_BACKENDS = ("dcat", "ckan")
    DEFAULT_LANGUAGE = "fr"


def harvest(backend: str, url: str) -> dict[str, Any]:
    """Harvest a portal with one of udata's backends; what happened to each item, and the datasets."""
    from udata.core.dataset.factories import LicenseFactory
    from udata.core.organization.factories import OrganizationFactory
    from udata.harvest.backends import get_backend
    from udata.harvest.tests.factories import HarvestSourceFactory
    from udata.models import Dataset

    for identity, title, address in LICENCES:
        LicenseFactory(id=identity, title=title, url=address)
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
    app = create_app(settings.Defaults, override=Memory)
    api.init_app(app)
    frontend.init_app(app)
    with app.app_context():
        sys.stdout.write(json.dumps(harvest(*sys.argv[1:]), default=str) + "\n")
