"""Killed processes, a database and a queue that restart, a search index that is away: each kind of catalogue.

A first run meets the fault; what sends lost messages again and one clean run later, the portal has what it
would have without the fault. Processes are real ones, forked from the test's own, and die by ``kill -9``.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.common import config
from ckan.plugins import toolkit as tk

from ckanext.ess.cli import consumers
from ckanext.ess.cli.leftovers import Leftovers
from ckanext.ess.harvesters import memory
from ckanext.ess.tests.ckan.catalogues import SERVED, TYPES, Catalogue, Portal, differences, state
from ckanext.ess.tests.ckan.harvest_portal import age_marks, clear_queues, context, drain, wait_until
from ckanext.ess.tests.unit.fake_upstream import Handler

pytestmark = pytest.mark.usefixtures("one_portal")


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, Catalogue]]:
    """One catalogue of each kind, for the whole module."""
    with ExitStack() as stack:
        yield {kind: stack.enter_context(SERVED[kind]()) for kind in TYPES}


@pytest.fixture(scope="module")
def portal() -> Portal:
    return Portal()


@pytest.fixture(params=TYPES)
def catalogue(
    request: pytest.FixtureRequest, served: dict[str, Catalogue], portal: Portal
) -> Iterator[Catalogue]:
    """A catalogue of which the portal has nothing; afterwards it must have what it had before."""
    made = served[request.param]
    before = portal.harvested(made)
    made.purge()
    yield made
    made.retry_now()
    run = made.run()
    assert (run.error, run.failed, run.unreadable, run.undone()) == ("", 0, 0, 0), made.said()
    assert differences(before, state(made)) == {}


@contextmanager
def forked(work: Callable[[], Any]) -> Iterator[int]:
    """A process that does some work on connections of its own; killed at the end of the block."""
    model.Session.commit()
    model.Session.remove()
    pid = os.fork()
    if pid == 0:
        try:
            model.meta.engine.dispose(close=False)  # they are the other process's
            work()
        finally:
            os._exit(0)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL


@contextmanager
def stuck(catalogue: Catalogue, *paths: str) -> Iterator[threading.Event]:
    """Paths that take a question and do not answer it within the block; set when one was asked."""
    asked, over = threading.Event(), threading.Event()

    def wait(handler: Handler) -> None:
        asked.set()
        over.wait(60)
        handler.close_connection = True

    mend = catalogue.spoil(paths, wait)
    try:
        yield asked
    finally:
        mend()
        over.set()


def taken_up(catalogue: Catalogue, job_id: str) -> None:
    """What the command and the clock do about a job that somebody left."""
    age_marks()
    assert Leftovers(job_id).send_again() >= 1
    drain()
    assert catalogue.finish().undone() == 0


def test_killed_while_it_lists(catalogue: Catalogue):
    job_id = catalogue.start()
    with stuck(catalogue, catalogue.listing) as asked, forked(drain):
        assert asked.wait(60)
    taken_up(catalogue, job_id)


def test_killed_while_it_reads_a_file(catalogue: Catalogue):
    job_id = catalogue.start()
    with stuck(catalogue, *catalogue.files) as asked, forked(drain):
        assert asked.wait(60)
    taken_up(catalogue, job_id)


def test_killed_while_it_writes(catalogue: Catalogue):
    """In the middle of its transaction, which waits for a table that somebody holds."""
    job_id = catalogue.start()
    consumers.Queues().work()  # gathering
    with held("activity"), forked(drain):
        wait_until(waits_for_a_lock)
    taken_up(catalogue, job_id)


def test_the_clock_is_killed(catalogue: Catalogue):
    """While it closes a finished run; the next minute closes it."""
    catalogue.start()
    drain()
    source = {"source_id": catalogue.id}
    with held("harvest_job"), forked(lambda: tk.get_action("harvest_jobs_run")(context(), source)):
        wait_until(waits_for_a_lock)
    assert catalogue.finish().undone() == 0
    assert catalogue.last_job().status == "Finished"


def test_the_database_restarts(catalogue: Catalogue):
    """Every connection ends while files are read; the consumer lives and takes the message up again."""
    job_id = catalogue.start()
    with forked(consumers.consume):
        with stuck(catalogue, *catalogue.files) as asked:
            assert asked.wait(60)
            end_connections()
        wait_until(lambda: is_over(job_id))
    assert catalogue.finish().undone() == 0


def is_over(job_id: str) -> bool:
    """Whether a job is done; what it lost is sent again first, as the clock would minutes later."""
    age_marks()
    Leftovers(job_id).send_again()
    model.Session.rollback()
    run = memory.run_of(job_id)
    time.sleep(1)
    return run is not None and run.finished is not None and not run.undone()


@pytest.mark.parametrize("gathered", [False, True], ids=["before", "after"])
def test_the_queue_forgets(gathered: bool, catalogue: Catalogue):
    """Before and after gathering."""
    job_id = catalogue.start()
    if gathered:
        consumers.Queues().work()
    clear_queues()
    taken_up(catalogue, job_id)


def test_the_search_index_is_away(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch):
    """What is saved meanwhile becomes searchable by the next run, which reads no file again."""
    url = config["solr_url"]
    catalogue.start()
    consumers.Queues().work()  # gathering
    monkeypatch.setitem(config, "solr_url", "http://127.0.0.1:9/solr/none")
    drain()
    monkeypatch.setitem(config, "solr_url", url)
    assert catalogue.finish().notes


@contextmanager
def held(table: str) -> Iterator[None]:
    """A table that nobody else can write to within the block."""
    engine = sa.create_engine(config["sqlalchemy.url"], poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(f'LOCK TABLE "{table}" IN EXCLUSIVE MODE'))
        yield


def waits_for_a_lock() -> bool:
    """Whether some connection to the database does."""
    engine = sa.create_engine(config["sqlalchemy.url"], poolclass=sa.NullPool)
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with engine.connect() as connection:
        return bool(connection.scalar(sa.text(query)))


def end_connections() -> None:
    """As a restart of the database does: every connection but this one ends."""
    model.Session.remove()
    model.meta.engine.dispose()
    engine = sa.create_engine(config["sqlalchemy.url"], poolclass=sa.NullPool)
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with engine.connect() as connection:
        connection.execute(sa.text(query))
    time.sleep(0.2)
