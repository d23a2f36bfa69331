"""However a portal ends, no process stays behind."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator

import pytest

from ckanext.ess.embedded.errors import Exit
from ckanext.ess.tests.portal.portals import Portal


@pytest.fixture
def portal(folder: Portal) -> Portal:
    """A portal that is not up."""
    folder.call("down")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Whatever a test does to the portal in it, the next one can start it again."""
    made = Portal(tmp_path_factory.mktemp("ends") / "portal")
    yield made
    made.call("reset", "--yes")


def eventually(check: Callable[[], bool], seconds: float = 120) -> bool:
    """True as soon as it holds."""
    until = time.monotonic() + seconds
    while not check():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def test_supervisor_killed(portal: Portal):
    """kill -9: nobody can tell the others; they notice."""
    portal.up()
    known = portal.processes()
    assert len(known) > 15
    pid = portal.status()["pid"]
    next(one for one in known if one.pid == pid).kill()
    assert portal.leaves_nothing(known) == []
    # and it comes up again on the same data
    assert portal.call("up", "--detach").returncode == Exit.OK
    assert portal.status()["phase"] == "up"


def test_ctrl_c_in_the_foreground(portal: Portal):
    """Prefixed lines while it runs; the status of an interrupted command."""
    portal.up()  # the account is made
    portal.call("down")
    running = portal.spawn("up", "--source", "none", "--port", "0")
    assert eventually(lambda: portal.status()["phase"] == "up")
    known = portal.processes()
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == Exit.INTERRUPTED
    assert portal.leaves_nothing(known) == []
    assert " portal   | The portal answers at http://127.0.0.1:" in said
    assert "Ctrl-C" in said
    assert "password" not in said  # shown once, when the account was made
    assert " postgres | " in said


def test_killed_while_starting(portal: Portal):
    """The command that waits for a start in the background takes it along."""
    starting = portal.spawn("up", "--detach", "--source", "none", "--port", "0")
    assert eventually(lambda: "postgres" in portal.status().get("processes", {}))
    known = portal.processes()
    starting.kill()
    starting.communicate()
    assert portal.leaves_nothing(known) == []


def test_a_killed_run(portal: Portal):
    """Neither the command nor the services stay."""
    running = portal.spawn("run", "--", "sleep", "1000")
    assert eventually(lambda: portal.runs("sleep"))
    known = portal.processes()
    running.kill()
    running.communicate()
    assert portal.leaves_nothing(known) == []


def test_a_service_that_dies_ends_the_portal(portal: Portal):
    """Rather than a portal that half works; the next ``up`` repairs it."""
    portal.up()
    known = portal.processes()
    facts = portal.status()["processes"]["redis"]
    next(one for one in known if one.pid == facts["pid"]).kill()
    assert portal.leaves_nothing(known) == []
    assert portal.call("status").returncode == Exit.NOT_UP


def test_a_worker_that_dies_comes_back(portal: Portal):
    """The portal stays up meanwhile."""
    portal.up()
    pid = portal.status()["processes"]["worker"]["pid"]
    next(one for one in portal.processes() if one.pid == pid).kill()
    assert eventually(lambda: portal.status()["processes"]["worker"]["restarts"] == 1, 30)
    assert portal.status()["phase"] == "up"
