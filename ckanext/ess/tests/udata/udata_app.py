"""A udata in memory: no MongoDB, mongomock stands in for it. For udata's own virtual environment."""

from __future__ import annotations

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


def made(server_name: str) -> Any:
    """A udata that forgets, may read this machine's addresses, and calls itself ``server_name``."""

    class Memory(settings.Testing):
        SERVER_NAME = server_name
        MONGODB_HOST = MONGODB_HOST_TEST = "mongodb://localhost:27017/udata_test"
        URLS_ALLOW_LOCAL = URLS_ALLOW_PRIVATE = True
        URLS_RESOLVE_HOSTNAME = False
        HARVESTER_BACKENDS = ("dcat", "ckan")
        DEFAULT_LANGUAGE = "fr"

    app = create_app(settings.Defaults, override=Memory)
    api.init_app(app)
    frontend.init_app(app)
    return app


def make_licences() -> None:
    """Licences, which datasets then refer to."""
    from udata.core.dataset.factories import LicenseFactory

    for identity, title, address in LICENCES:
        LicenseFactory(id=identity, title=title, url=address)
