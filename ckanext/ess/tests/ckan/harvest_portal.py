"""For the harvest tests: an upstream whose datasets, publishers and faults a test changes, and runs over it.

Requests go over the loopback interface to the product's own stand-in, jobs through the real queue in Redis.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectError

from ckanext.ess.cli.consumers import Queues
from ckanext.ess.embedded.standin.holdings import Dataset, Holdings, Publisher
from ckanext.ess.embedded.standin.server import Standin
from ckanext.ess.embedded.standin.server import _Handler as Handler
from ckanext.ess.store.harvest import HarvestRun

H = TypeVar("H", bound="Harvest")
PATHS = {"iati-bulk": "bds", "iati-registry": "registry"}
XML = """<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03" generated-datetime="{generated}">{activities}</iati-activities>"""
ACTIVITY = """<iati-activity xml:lang="fr" last-updated-datetime="2026-03-0{number}T00:00:00Z">
<iati-identifier>{publisher}-{name}-{number}</iati-identifier>
<reporting-org ref="{publisher}" type="21"><narrative>{title}</narrative></reporting-org>
<title><narrative>Puits {number}</narrative></title>
<recipient-country code="{country}"/><sector vocabulary="1" code="{sector}"/></iati-activity>"""


@pytest.fixture(scope="module")
def migrated() -> set[str]:
    """Plugins whose tables were made for this module."""
    return set()


@pytest.fixture
def harvest_portal(
    with_plugins: Any, clean_db: Any, migrate_db_for: Any, migrated: set[str], clean_index: Any
) -> None:
    """An empty portal whose harvest queues are empty too."""
    for plugin in {"activity", "harvest", "ess"} - migrated:
        migrate_db_for(plugin)
        migrated.add(plugin)
    clear_queues()


@dataclass(frozen=True)
class Named(Publisher):
    """A publisher that keeps its identifier when its short name changes."""

    uid: str = ""

    @property
    def id(self) -> str:
        return self.uid or super().id


@dataclass(frozen=True)
class Entry(Dataset):
    """A dataset that keeps its identifier when its name changes."""

    uid: str = ""

    @property
    def id(self) -> str:
        return self.uid or super().id


@dataclass
class Upstream:
    """What the catalogue has, and which files it serves badly."""

    datasets: dict[str, Entry] = field(default_factory=dict)
    publishers: dict[str, Named] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    down: bool = False
    mismatch: bool = False
    stuck: threading.Event | None = None
    reads: list[str] = field(default_factory=list)
    base: str = ""
    _made: tuple[Any, Holdings] | None = None

    def holdings(self) -> Holdings:
        """What there is now; the same object as long as nothing changes."""
        mark = (tuple(self.datasets.values()), tuple(self.publishers.values()))
        if self._made is None or self._made[0] != mark:
            seconds = int(hashlib.sha1(repr(mark).encode()).hexdigest()[:7], 16)
            created = str(datetime.fromtimestamp(seconds, tz=timezone.utc))
            self._made = (mark, Holdings(mark[0], mark[1], created, seconds))
        return self._made[1]

    def publisher(self, name: str, **facts: Any) -> Named:
        """Add or change a publisher."""
        known = self.publishers.get(name)
        made = known or Named(
            short_name=name,
            title=f"Organisation {name}",
            identifier=f"XM-EXAMPLE-{name.upper()}",
            facts={"organisation_type": "21", "hq_country": "FR", "reporting_source_type": "primary-source"},
            uid=f"uid-{name}",
        )
        self.publishers[name] = replace(made, **facts)
        for key, dataset in self.datasets.items():
            if dataset.publisher.id == made.id:
                self.datasets[key] = replace(dataset, publisher=self.publishers[name])
        return self.publishers[name]

    def dataset(self, key: str, publisher: str = "alpha", *, name: str = "", **content: Any) -> Entry:
        """Add a dataset, or give one another file."""
        owner = self.publishers.get(publisher) or self.publisher(publisher)
        xml = file(owner, key, **content)
        plain = re.sub(rb'generated-datetime="[^"]+"', b"", xml)
        made = Entry(
            name=name or f"{publisher}-{key}",
            title=content.get("title", f"Projets d’eau potable {key}"),
            publisher=owner,
            kind="activity",
            version="2.03",
            path=f"{publisher}/{key}.xml",
            size=len(xml),
            sha1=hashlib.sha1(xml).hexdigest(),
            sha1_without_generated=hashlib.sha1(plain).hexdigest(),
            initial_contents=xml.decode()[:6000],
            modified="2026-03-01T00:00:00+00:00",
            read=partial(io.BytesIO, xml),
            activity_count=content.get("count", 2),
            uid=f"id-{publisher}-{key}",
        )
        self.datasets[key] = made
        return made

    def change(self, key: str, **values: Any) -> None:
        """Change what the catalogue says of a dataset, not its file."""
        self.datasets[key] = replace(self.datasets[key], **values)


def file(
    owner: Publisher,
    key: str,
    *,
    count: int = 2,
    country: str = "SN",
    sector: str = "14030",
    generated: str = "2026-03-01T00:00:00Z",
    title: str = "",
) -> bytes:
    """An IATI file."""
    activities = "".join(
        ACTIVITY.format(
            publisher=owner.identifier,
            title=owner.title,
            name=key,
            number=number + 1,
            country=country,
            sector=sector,
        )
        for number in range(count)
    )
    return XML.format(generated=generated, activities=activities).encode()


class _Faulty(Handler):
    """The stand-in, but for the files that a test spoils."""

    def _answer(self, path: str, options: Any) -> None:
        upstream: Upstream = self.server._provider  # type: ignore[attr-defined, assignment]
        key = path.rpartition("/")[2].removesuffix(".xml")
        name = next((k for k, one in upstream.datasets.items() if key in (k, one.name)), "")
        if path.endswith(".xml"):
            upstream.reads.append(name)
            if upstream.stuck is not None:
                upstream.stuck.wait(60)
        if upstream.mismatch and path.endswith("/reporting-orgs"):
            orgs = {"index_created_unix_timestamp": 1, "reporting_orgs": []}
            self._send(200, json.dumps(orgs).encode(), kind="application/json")
        elif upstream.down:
            self._send(503, b"Down for a while", kind="text/plain")
        elif name in upstream.missing and path.endswith(".xml"):
            self._send(404, b"No such file", kind="text/plain")
        elif name in upstream.pages and path.endswith(".xml"):
            self._send(200, b"<!DOCTYPE html><html><body>Sign in</body></html>", kind="text/html")
        else:
            super()._answer(path, options)


@contextmanager
def serving(upstream: Upstream) -> Iterator[Upstream]:
    """The upstream at a free port."""
    server = Standin(upstream)
    server.RequestHandlerClass = _Faulty
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    upstream.base = server.base
    try:
        yield upstream
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Harvest:
    """A harvest source over an upstream, and its runs."""

    upstream: Upstream
    type: str
    id: str = ""

    @property
    def url(self) -> str:
        """Address of the catalogue."""
        return f"{self.upstream.base}/{PATHS[self.type]}"

    def create(self: H, name: str = "source", **settings: Any) -> H:
        """Add the source."""
        data = {
            "name": name,
            "title": name,
            "url": self.url,
            "source_type": self.type,
            "config": json.dumps(settings) if settings else "",
        }
        self.id = tk.get_action("harvest_source_create")(context(), data)["id"]
        return self

    def run(self) -> HarvestRun:
        """One run to its end."""
        self.start()
        drain()
        return self.finish()

    def start(self) -> str:
        """Put a job into the queue."""
        return tk.get_action("harvest_job_create")(context(), {"source_id": self.id, "run": True})["id"]

    def finish(self) -> HarvestRun:
        """Close the last job and return its run, fresh from the database."""
        tk.get_action("harvest_jobs_run")(context(), {"source_id": self.id})
        model.Session.expire_all()
        query = sa.select(HarvestRun).where(HarvestRun.source_id == self.id)
        return model.Session.execute(query.order_by(HarvestRun.started.desc())).scalars().first()

    def errors(self) -> list[str]:
        """Errors of the last job, one per sentence."""
        query = (
            sa.select(HarvestObjectError.message)
            .join(HarvestObject)
            .where(HarvestObject.harvest_job_id == self.last_job().id)
        )
        return list(model.Session.scalars(query))

    def last_job(self) -> HarvestJob:
        """The youngest job."""
        query = sa.select(HarvestJob).where(HarvestJob.source_id == self.id)
        return model.Session.execute(query.order_by(HarvestJob.created.desc())).scalars().first()


def drain() -> int:
    """Consume both queues until they are empty; how many messages there were."""
    queues, done = Queues(), 0
    while queues.work():
        done += 1
    return done


def clear_queues() -> None:
    """Forget every message and mark in Redis."""
    connection = queue.get_connection()
    for key in (queue.get_gather_routing_key(), queue.get_fetch_routing_key()):
        connection.delete(key, *connection.keys(f"{key}:*"))


def datasets() -> dict[str, dict[str, Any]]:
    """Active datasets as the database has them, by name."""
    names = model.Session.scalars(
        sa.select(model.Package.name).where(model.Package.type == "dataset", model.Package.state == "active")
    )
    return {name: show(name) for name in names}


def show(name: str) -> dict[str, Any]:
    """One dataset, not from the index."""
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": name})


def found(query: str = "*:*") -> set[str]:
    """Names of datasets that a search finds."""
    answer = tk.get_action("package_search")({"ignore_auth": True}, {"q": query, "rows": 1000})
    return {one["name"] for one in answer["results"]}


def context() -> Any:
    """Of the site's own user."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {"user": user, "ignore_auth": True, "model": model, "session": model.Session}


def long_ago() -> str:
    """A time as ckanext-harvest marks a taken message, ten minutes old."""
    return str(datetime.now() - timedelta(minutes=10))  # noqa: DTZ005


def age_marks() -> None:
    """Make every mark of a taken message look old."""
    connection = queue.get_connection()
    for routing_key in (queue.get_gather_routing_key(), queue.get_fetch_routing_key()):
        for key in connection.keys(f"{routing_key}:*"):
            connection.set(key, long_ago())


def wait_until(condition: Any, seconds: float = 60) -> None:
    """Wait for something to be true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
