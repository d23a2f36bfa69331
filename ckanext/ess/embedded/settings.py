"""Everything that one start of a portal decides: ports, addresses, CKAN's configuration, the environment."""

from __future__ import annotations

import os
import string
import sys
from dataclasses import dataclass
from pathlib import Path

from ckanext.ess.embedded import ports
from ckanext.ess.embedded.folder import Folder
from ckanext.ess.embedded.origin import NONE, Origin
from ckanext.ess.embedded.postgres import Postgres
from ckanext.ess.embedded.redis import Redis
from ckanext.ess.embedded.solr.server import ACTIVITIES, CKAN, Solr

TEMPLATE = Path(__file__).with_name("ckan.template.ini")
TITLE = "Données ouvertes de l'économie sociale et solidaire"
#: Names of the portal's own database and core, and of those that tests may empty.
REAL, SCRATCH = CKAN, "ckan_test"
#: Names of the cores of activities, in the same way.
REAL_ACTIVITIES, SCRATCH_ACTIVITIES = ACTIVITIES, "ess_activities_test"
#: Configuration set of each core.
CORES = {REAL: CKAN, SCRATCH: CKAN, REAL_ACTIVITIES: ACTIVITIES, SCRATCH_ACTIVITIES: ACTIVITIES}
REAL_QUEUE, SCRATCH_QUEUE = 0, 1
#: CKAN lets these override its file: a developer's shell must not lead the portal to another database.
FOREIGN = "CKAN_"


@dataclass(frozen=True)
class Settings:
    """The services of one start and the configuration that leads to them."""

    folder: Folder
    web_port: int
    redis_port: int
    solr_port: int
    standin_port: int
    origin: Origin

    @property
    def postgres(self) -> Postgres:
        """The database server."""
        return Postgres(self.folder)

    @property
    def redis(self) -> Redis:
        """The queue server."""
        return Redis(self.folder, self.redis_port)

    @property
    def solr(self) -> Solr:
        """The search server."""
        return Solr(self.folder, self.solr_port)

    @property
    def url(self) -> str:
        """Where a browser finds the portal."""
        return f"http://{ports.HOST}:{self.web_port}"

    def write_ini(self) -> None:
        """CKAN's configuration for this start, readable by its owner only (it holds secrets)."""
        values = {
            "secret_key": self.folder.secret("secret_key"),
            "site_url": self.url,
            "site_title": TITLE,
            "sqlalchemy_url": self.postgres.url(REAL),
            "redis_url": self.redis.url(REAL_QUEUE),
            "solr_url": self.solr.url(REAL),
            "activities_solr_url": self.solr.url(REAL_ACTIVITIES),
            "storage": self.folder.storage,
            "allow_private": str(self.origin.is_loopback).lower(),
        }
        escaped = {name: str(value).replace("%", "%%") for name, value in values.items()}
        text = string.Template(TEMPLATE.read_text("utf-8")).substitute(escaped)
        with os.fdopen(os.open(self.folder.ini, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)

    def addresses(self, *, scratch: bool) -> dict[str, str]:
        """CKAN's variables that lead to the portal's data, or to what tests may empty."""
        name, queue = (SCRATCH, SCRATCH_QUEUE) if scratch else (REAL, REAL_QUEUE)
        storage = self.folder.run / "test-storage" if scratch else self.folder.storage
        return {
            "CKAN_SQLALCHEMY_URL": self.postgres.url(name),
            "CKAN_REDIS_URL": self.redis.url(queue),
            "CKAN_SOLR_URL": self.solr.url(name),
            "CKAN_STORAGE_PATH": str(storage),
        }


def own_environment() -> dict[str, str]:
    """This process' environment without CKAN's variables, programs of our own virtual environment first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    programs = str(Path(sys.executable).parent)
    path = kept.get("PATH", os.defpath)
    kept["PATH"] = path if path.split(os.pathsep)[0] == programs else programs + os.pathsep + path
    kept["PYTHONUNBUFFERED"] = "1"
    return kept


def chosen(folder: Folder, web_port: int, origin: Origin | None = None) -> Settings:
    """Settings for a start: last time's ports where they are free, last time's source unless one is given."""
    known = folder.remembered().get("ports", {})
    picked = {name: ports.keep_or_choose(known.get(name)) for name in ("redis", "solr", "standin")}
    folder.remember(ports={**picked, "web": web_port})
    if origin:
        folder.remember(source=origin.spec, source_type=origin.type)
    return load(folder)


def load(folder: Folder) -> Settings:
    """The settings that the last start remembered."""
    known = folder.remembered()
    numbers = known["ports"]
    return Settings(
        folder=folder,
        web_port=numbers["web"],
        redis_port=numbers["redis"],
        solr_port=numbers["solr"],
        standin_port=numbers["standin"],
        origin=Origin.remembered(known.get("source", NONE), known.get("source_type", "")),
    )
