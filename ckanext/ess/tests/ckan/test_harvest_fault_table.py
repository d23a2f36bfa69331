"""Faults of a udata and of a site: what the run reports, and that a clean run leaves no trace of them.

A row is one fault: of the exchange, of the content, of the moment. The state after the fault and a clean run
must be the state of a portal that never met it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.harvest.model import HarvestJob, HarvestObject

from ckanext.ess.tests.ckan.harvest_portal import (
    Harvest,
    context,
    datasets,
    found,
    harvest_portal,  # noqa: F401
    migrated,  # noqa: F401
)
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, Route, raw, redirect, running, status
from ckanext.ess.tests.unit.standins import ACTIVITIES
from ckanext.ess.tests.unit.udata_pages import FakeUdata, dataset, organization, resource
from ckanext.ess.tests.unit.url_site import iati, put, zipped

pytestmark = [pytest.mark.usefixtures("harvest_portal", "short_waits")]
CUT = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n<")
DEEP = b'{"data": ' + b"[" * 80 + b"]" * 80 + b"}"
NO_ROW = b'{"data": [], "next_page": "?page=2"}'


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come at once."""
    monkeypatch.setattr("ckanext.ess.sources.limits.random.uniform", lambda *_: 0.001)


class Row(NamedTuple):
    """One fault: at a path of the upstream, what it answers there, and a word of what the run reports.

    ``fails`` says that the run fails as a whole; else the datasets that can be read are written.
    """

    name: str
    path: str
    route: Route
    said: str
    fails: bool = True


LIST, OWNER = "/api/1/datasets/", f"/api/1/organizations/{organization(2)['id']}/"
IATI = "/iati.xml"
UDATA = [
    Row("server error", LIST, status(500, b"oops"), "500"),
    Row("bad gateway", LIST, status(502, b"<html><title>Passerelle</title></html>"), "Passerelle"),
    Row("busy for an hour", LIST, status(429, b"", Retry_After="3600"), "3600"),
    Row("not found", LIST, status(404, b"no"), "404"),
    Row("wants a key", LIST, status(401, b'{"message": "API key"}'), "API key"),
    Row("a page", LIST, status(200, b"<html><title>Accueil</title></html>"), "Accueil"),
    Row("half of an answer", LIST, CUT, "arr"),
    Row("no HTTP", LIST, raw(b"hello\r\n\r\n"), "HTTP"),
    Row("no JSON", LIST, status(200, b"{"), "JSON"),
    Row("nested", LIST, status(200, DEEP), "niveaux"),
    Row("another shape", LIST, status(200, b'{"results": []}'), "data"),
    Row("leads to the machine's secrets", LIST, redirect("http://169.254.169.254/latest/"), "169.254"),
    Row("leads to nowhere", LIST, redirect(LIST), "redirections"),
    Row(
        "pages without a row",
        LIST,
        status(200, b'{"data": [], "next_page": "?page=2"}'),
        "whole",
        fails=False,
    ),
    Row("suddenly empty", LIST, status(200, b'{"data": [], "total": 0, "next_page": null}'), "max_loss"),
    Row("an organisation away", OWNER, status(503), "503", fails=False),
    Row("the IATI file away", IATI, status(404, b"no"), "404", fails=False),
    Row("the IATI file cut", IATI, CUT, "arr", fails=False),
]
PAGE, FILE, ZIP = "/iati/", "/iati/eau.xml", "/iati/archives.zip"
SITE = [
    Row("server error", PAGE, status(500, b"oops"), "500"),
    Row("busy for an hour", PAGE, status(503, b"", Retry_After="3600"), "3600"),
    Row("not found", PAGE, status(404, b"no"), "404"),
    Row("forbidden", PAGE, status(403, b"no"), "403"),
    Row("half of an answer", PAGE, CUT, "arr"),
    Row("no HTTP", PAGE, raw(b"hello\r\n\r\n"), "HTTP"),
    Row("nothing on it", PAGE, status(200, b"<html>En travaux</html>"), "aucune adresse"),
    Row("leads to the machine's secrets", PAGE, redirect("http://169.254.169.254/latest/"), "169.254"),
    Row("leads in circles", PAGE, redirect(PAGE), "redirections"),
    Row("a file away", FILE, status(404, b"no"), "404", fails=False),
    Row("a file refused", FILE, status(403, b"no"), "403", fails=False),
    Row("a file cut", FILE, CUT, "arr", fails=False),
    Row("a file that is a page", FILE, status(200, b"<html>Connexion</html>"), "IATI", fails=False),
    Row("a file that is empty", FILE, status(200, b""), "IATI", fails=False),
    Row("a file that is other XML", FILE, status(200, b"<rss/>"), "IATI", fails=False),
    Row("a file that leads elsewhere", FILE, redirect("http://[::1]:9/a.xml"), "::1", fails=False),
    Row("a zip away", ZIP, status(500, b"oops"), "500", fails=False),
    Row("a zip cut", ZIP, status(200, b"PK\x03\x04 half"), "zip", fails=False),
    Row("a zip that is a page", ZIP, status(200, b"<html>Connexion</html>"), "IATI", fails=False),
]
#: Linked from a page, unknown, and not IATI: left alone without a word.
ALONE = {"a file that is empty", "a file that is other XML"}


class Faulty(Harvest):
    """A harvest source on a server of which one route can be spoilt."""

    def __init__(self, server: FakeUpstream, source_type: str, path: str) -> None:
        super().__init__(None, source_type)  # type: ignore[arg-type]
        self.server, self.path = server, path

    def create(self, name: str = "source", **settings: Any) -> Faulty:
        data = {
            "name": name,
            "title": name,
            "url": self.server.url(self.path),
            "source_type": self.type,
            "config": json.dumps({"grace_days": 0, **settings}),
        }
        self.id = tk.get_action("harvest_source_create")(context(), data)["id"]
        return self

    def spoil(self, row: Row) -> Callable[[], None]:
        """Put a fault in its place; calling the answer mends it."""
        before = self.server.routes.get(row.path)
        self.server.routes[row.path] = row.route

        def mend() -> None:
            if before is None:
                del self.server.routes[row.path]
            else:
                self.server.routes[row.path] = before

        return mend

    def said(self) -> str:
        """Everything that the last run reports."""
        run = self.finish()
        job = tk.get_action("harvest_job_show")({"ignore_auth": True}, {"id": self.last_job().id})
        gathered = [one["message"] for one in job["gather_error_summary"]]
        return "\n".join([run.error, *run.notes, *self.errors(), *gathered])


@pytest.fixture
def udata() -> Iterator[Faulty]:
    """Three datasets of two organisations; one has an IATI file."""
    rows = [dataset(1), dataset(2, organization=organization(2)), dataset(3, tags=["iati"])]
    with running(FakeUpstream()) as server:
        xml = resource(4, format="xml", title="iati.xml", url=server.url("/iati.xml"), schema=None)
        rows[2]["resources"] = [resource(3), xml]
        server.serve("/iati.xml", ACTIVITIES.format(ref="FR-RCS-123456782", name="Exemple").encode())
        FakeUdata(rows, [organization(1), organization(2)]).serve(server)
        yield Faulty(server, "udata", "")


@pytest.fixture
def site() -> Iterator[Faulty]:
    """A page with two files and a zip of two."""
    with running(FakeUpstream()) as server:
        put(server, FILE, iati(1))
        put(server, "/iati/riz.xml", iati(2, "XM-EXAMPLE-2", "Greniers"))
        put(server, ZIP, zipped({"2023.xml": iati(3), "2024.xml": iati(4)}))
        links = "".join(f'<a href="{name}">x</a>' for name in ("eau.xml", "riz.xml", "archives.zip"))
        put(server, PAGE, f"<html>{links}</html>")
        yield Faulty(server, "urls", PAGE)


def state() -> tuple[Any, ...]:
    """What a portal has: datasets without the moments of their writing, what is found, nothing stuck."""
    kept = {
        name: {key: value for key, value in one.items() if key not in _MOMENTS}
        | {"organization": one["organization"]["name"]}
        | {"resources": [{k: v for k, v in r.items() if k not in _MOMENTS} for r in one["resources"]]}
        for name, one in datasets().items()
    }
    open_jobs = sa.select(sa.func.count(HarvestJob.id)).where(HarvestJob.status != "Finished")
    stuck = sa.select(sa.func.count(HarvestObject.id)).where(
        HarvestObject.state.not_in(("COMPLETE", "ERROR"))
    )
    return kept, found(), model.Session.scalar(open_jobs), model.Session.scalar(stuck)


_MOMENTS = {"metadata_modified", "metadata_created", "created", "owner_org", "organization", "resources"}


def check(source: Faulty, row: Row, *, first: bool) -> None:
    """A fault at the first run, or after a clean one; then a clean run."""
    if not first:
        source.create().run()
        before = state()
    else:
        source.create()
    mend = source.spoil(row)
    run = source.run()
    assert row.said in source.said(), source.said()
    assert bool(run.error) is row.fails
    assert (run.gone, run.deleted) == (0, 0)
    if not first and row.fails:
        assert state() == before
    mend()
    model.Session.execute(sa.text("UPDATE ess_harvest_dataset SET retry_after = NULL"))
    model.Session.commit()
    clean = source.run()
    assert (clean.error, clean.failed, clean.unreadable, clean.undone()) == ("", 0, 0, 0), source.said()
    after = state()
    if not first:
        assert after == before
    assert len(after[0]) == (3 if source.type == "udata" else 4)


@pytest.mark.parametrize("row", [row for row in UDATA if row.path != IATI], ids=lambda row: row.name)
def test_a_fault_of_a_udata_after_a_clean_run(row: Row, udata: Faulty):
    """A file that did not change is not asked for: only a first run can meet its faults."""
    check(udata, row, first=False)


@pytest.mark.parametrize("row", SITE, ids=lambda row: row.name)
def test_a_fault_of_a_site_after_a_clean_run(row: Row, site: Faulty):
    check(site, row, first=False)


@pytest.mark.parametrize("row", [row for row in UDATA if not row.fails], ids=lambda row: row.name)
def test_a_fault_of_a_udata_at_the_first_run(row: Row, udata: Faulty):
    check(udata, row, first=True)


@pytest.mark.parametrize(
    "row", [row for row in SITE if not row.fails and row.name not in ALONE], ids=lambda row: row.name
)
def test_a_fault_of_a_site_at_the_first_run(row: Row, site: Faulty):
    check(site, row, first=True)
