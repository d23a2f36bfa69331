"""Workers and Solr are killed while they index: what differs afterwards is found, and repaired."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from ckan import model

from ckanext.ess import config
from ckanext.ess.embedded.folder import Folder
from ckanext.ess.embedded.ports import keep_or_choose
from ckanext.ess.embedded.solr import jars
from ckanext.ess.embedded.solr.server import ACTIVITIES, Solr
from ckanext.ess.index.activities.client import Core
from ckanext.ess.jobs import activities, draining
from ckanext.ess.store.activities import WRITING, WRITTEN, ActivityFile
from ckanext.ess.tests.ckan import activity_files
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running

pytestmark = pytest.mark.usefixtures("validation_portal", "clean_queues")

FILES, LIMIT = 12, 240


class OwnSolr:
    """A Solr that a test may kill."""

    def __init__(self, place: Path) -> None:
        folder = Folder(place)
        folder.create()
        self._solr = Solr(folder, keep_or_choose(None))
        self._solr.prepare(jars.fetch(), {ACTIVITIES: ACTIVITIES})
        self.core = Core(self._solr.url(ACTIVITIES))
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(
            self._solr.command(), cwd=self._solr.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        limit = time.monotonic() + LIMIT
        while not self._solr.answers(ACTIVITIES):
            assert time.monotonic() < limit
            time.sleep(0.2)

    def kill(self) -> None:
        """As a power failure does."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def lose_what_was_not_committed(self) -> None:
        """As a disk does that had told Solr more than it had written."""
        shutil.rmtree(self._solr.home / ACTIVITIES / "data" / "tlog")


@pytest.fixture
def solr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnSolr]:
    """A Solr of the test's own, which the portal is configured with."""
    made = OwnSolr(tmp_path / "solr")
    monkeypatch.setenv(config.ACTIVITIES_SOLR_VARIABLE, made.core.url)
    yield made
    made.kill()


def statuses() -> list[str]:
    """Status of each file in the index."""
    model.Session.rollback()
    return list(model.Session.scalars(sa.select(ActivityFile.status)))


def wait_for(status: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a process has brought a file to a status, with others still to come."""
    limit = time.monotonic() + LIMIT
    while status not in statuses():
        assert process.poll() is None, "it was done before it could be killed"
        assert time.monotonic() < limit
        time.sleep(0.002)


def test_everything_is_found_and_repaired(solr: OwnSolr):
    """A worker killed while it writes, Solr while another writes, the last seconds lost on its disk."""
    with running(FakeUpstream()) as site:
        for number in range(FILES):
            site.serve(f"/{number}.xml", activity_files.numbered(1, 60, 1000))
        files = activity_files.datasets([site.url(f"/{number}.xml") for number in range(FILES)])
        draining.drain()
        assert len(activity_files.seen(solr.core)) == FILES
        for number in range(FILES):
            site.serve(f"/{number}.xml", activity_files.numbered(31, 120, 2000))
        activity_files.ask_again(files)

        worker = activity_files.drainer()
        wait_for(WRITING, worker)
        worker.kill()
        worker.wait()
        activity_files.let_leases_run_out()
        worker = activity_files.drainer()
        wait_for(WRITTEN, worker)
        wait_for(WRITING, worker)
        solr.kill()
        solr.lose_what_was_not_committed()
        worker.kill()
        worker.wait()
        solr.start()

        found = activities.differences(solr.core)
        assert found
        activity_files.let_leases_run_out()
        for _ in range(2):  # the second time for what the first could only begin with
            activities.ask(activities.repair(solr.core))
            draining.drain()
            activities.settle_now()
        assert activities.differences(solr.core) == []
        counts = {file: sorted(each.values()) for file, each in activity_files.seen(solr.core).items()}
        assert counts == {key: [90, 90] for key in files}
        total = solr.core.ask({"query": "kind:activity", "limit": 0, "facet": {"budget": "sum(budget_eur)"}})
        assert total["facets"]["budget"] == FILES * 90 * 2000
