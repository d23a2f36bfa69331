"""``ess-portal up --source URL``: from a catalogue's address to its datasets on the portal, end to end."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ckanext.ess.embedded.errors import Exit
from ckanext.ess.embedded.standin.server import Standin
from ckanext.ess.tests.ckan.harvest_portal import Upstream
from ckanext.ess.tests.portal.portals import Portal
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running
from ckanext.ess.tests.unit.url_site import iati, put, zipped


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """A folder for a portal, thrown away at the end."""
    made = Portal(tmp_path / "portal")
    yield made
    made.call("reset", "--yes")


def names(portal: Portal) -> set[str]:
    """Datasets that a visitor finds."""
    url = f"{portal.status()['url']}/api/3/action/package_search?rows=100"
    with urllib.request.urlopen(url, timeout=60) as answer:
        return {one["name"] for one in json.load(answer)["result"]["results"]}


def test_a_bulk_data_service(portal: Portal):
    """Recognised, added, harvested; the bar's last line comes once."""
    upstream = Upstream()
    for key in ("eau", "riz", "mil"):
        upstream.dataset(key, "alpha")
    server = Standin(upstream)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        done = portal.call("up", "--detach", "--port", "0", "--source", f"{server.base}/bds")
    finally:
        server.shutdown()
        server.server_close()

    assert done.returncode == 0, done.stdout + done.stderr
    assert names(portal) == {"alpha-eau", "alpha-riz", "alpha-mil"}
    assert done.stdout.count("3/3") == 1


def test_a_zip_on_a_site(portal: Portal):
    with running(FakeUpstream()) as site:
        address = put(site, "/iati.zip", zipped({"eau.xml": iati(1), "riz.xml": iati(2)}))
        done = portal.call("up", "--detach", "--port", "0", "--source", address)

    assert done.returncode == 0, done.stdout + done.stderr
    assert names(portal) == {"eau", "riz"}


def test_an_address_that_is_no_catalogue(portal: Portal):
    """Said before anything is started."""
    with running(FakeUpstream()) as site:
        done = portal.call("up", "--detach", "--port", "0", "--source", site.url("/nothing"))

    assert done.returncode in (Exit.FAILED, Exit.USAGE)
    assert "/nothing" in done.stdout + done.stderr
    assert not portal.runs("postgres")
