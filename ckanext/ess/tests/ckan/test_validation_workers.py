"""Real workers, killed in the middle of their work: one verdict for each file, none twice, none lost."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import psutil
import pytest
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.jobs import queue
from ckanext.ess.store import claims
from ckanext.ess.store.validation import ValidationRun, ValidationState
from ckanext.ess.tests.ckan.validation_portal import iati
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running

pytestmark = pytest.mark.usefixtures("validation_portal", "clean_queues")

FILES, KILLS, LIMIT = 200, 3, 240
CKAN = [sys.executable, "-c", "from ckan.cli.cli import ckan; ckan(prog_name='ckan')"]


@pytest.fixture
def upstream() -> Iterator[FakeUpstream]:
    """A server of files, every tenth of them bad."""
    with running(FakeUpstream()) as server:
        for number in range(FILES):
            server.serve(f"/{number}.xml", iati("<what-is-this/>" if number % 10 == 0 else "", ""))
        yield server


class Worker:
    """CKAN's own worker on our queue, in a process of its own."""

    def __init__(self) -> None:
        words = ["-c", tk.config["__file__"], "jobs", "worker", "ess"]
        self.process = subprocess.Popen([*CKAN, *words], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)

    def family(self) -> list[psutil.Process]:
        """The worker and the process in which it does its job."""
        found = psutil.Process(self.process.pid)
        return [found, *found.children(recursive=True)]

    def claimed(self) -> int:
        """How many files it has claimed and not finished."""
        names = [f"{socket.gethostname()}:{one.pid}" for one in self.family()]
        held = sa.and_(ValidationState.lease_until.is_not(None), ValidationState.worker.in_(names))
        number = model.Session.scalar(sa.select(sa.func.count()).where(held))
        model.Session.rollback()
        return number or 0

    def kill(self) -> None:
        """As a power failure does: at once, and all of it."""
        for one in self.family():
            os.kill(one.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def workers() -> Iterator[list[Worker]]:
    """Two workers, and those that replace them."""
    started = [Worker(), Worker()]
    yield started
    for one in started:
        if one.process.poll() is None:
            one.kill()


def done() -> int:
    """How many files have a verdict."""
    number = model.Session.scalar(sa.select(sa.func.count()).where(ValidationState.run_id.is_not(None)))
    model.Session.rollback()
    return number or 0


def until(number: int) -> None:
    """Wait until so many files have a verdict, with the clock going on."""
    limit = time.monotonic() + LIMIT
    while done() < number:
        assert time.monotonic() < limit, f"{done()} of {number}"
        if claims.due():
            queue.send(claims.due())
        model.Session.rollback()
        time.sleep(0.2)


def test_killed_workers_lose_nothing_and_do_nothing_twice(upstream: FakeUpstream, workers: list[Worker]):
    """Three times, in the middle of two hundred checks."""
    files = [{"url": upstream.url(f"/{number}.xml"), "format": "XML"} for number in range(FILES)]
    for start in range(0, FILES, 20):
        factories.Dataset(resources=files[start : start + 20])
    in_hand: list[int] = []
    for kill in range(1, KILLS + 1):
        until(kill * FILES // (KILLS + 1))
        # one that has claims: a worker killed between two batches proves nothing
        limit = time.monotonic() + LIMIT
        while not (busy := [n for n, one in enumerate(workers) if one.claimed()]):
            assert time.monotonic() < limit
            time.sleep(0.01)
        victim = random.choice(busy)
        in_hand.append(workers[victim].claimed())
        workers[victim].kill()
        workers[victim] = Worker()
        _let_leases_run_out()
    until(FILES)
    assert sum(in_hand)
    runs = Counter(model.Session.scalars(sa.select(ValidationRun.resource_id)))
    assert (len(runs), set(runs.values())) == (FILES, {1})
    statuses = Counter(model.Session.scalars(sa.select(ValidationState.status)))
    assert statuses == {"valid": FILES * 9 // 10, "invalid": FILES // 10}
    left = sa.or_(ValidationState.wanted.is_not(None), ValidationState.lease_until.is_not(None))
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(ValidationState).where(left)) == 0


def _let_leases_run_out() -> None:
    """A minute passes, for the dead as for the living: those renew theirs."""
    model.Session.execute(
        sa.update(ValidationState)
        .where(ValidationState.lease_until.is_not(None))
        .values(lease_until=ValidationState.lease_until - timedelta(seconds=46))
    )
    model.Session.commit()


def test_a_command_checks_everything():
    """With processes of its own, and without any worker."""
    with running(FakeUpstream()) as server:
        for number in range(6):
            server.serve(f"/{number}.xml", iati(""))
        files = [{"url": server.url(f"/{number}.xml"), "format": "XML"} for number in range(6)]
        factories.Dataset(name="some", resources=files[:4])
        factories.Dataset(name="others", resources=files[4:])
        answer = subprocess.run(
            [*CKAN, "-c", tk.config["__file__"], "ess", "validate", "--all", "--jobs", "2"],
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
        )
    assert answer.returncode == 0, answer.stderr[-2000:]
    assert "valid  6" in answer.stdout
    assert done() == 6
