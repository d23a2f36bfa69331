"""Nothing outlives its guard, and the guard does not outlive the supervisor; with real processes."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from ckanext.ess.embedded import guard
from ckanext.ess.embedded.plan import GUARD

SOON = 10.0

#: A command that starts a child in a session of its own, as a job's work-horse is, and tells both ids.
PARENT_OF_A_RUNAWAY = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
path = pathlib.Path(sys.argv[1])
path.with_suffix(".tmp").write_text(f"{os.getpid()} {child.pid}")
path.with_suffix(".tmp").replace(path)
time.sleep(600)
"""
#: A command that does not want to stop.
STUBBORN = """
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()}")
time.sleep(600)
"""


def eventually(check: Callable[[], bool]) -> bool:
    """True as soon as it holds."""
    until = time.monotonic() + SOON
    while not check():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def lives(pid: int) -> bool:
    """True while the process runs; a zombie has ended."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Guarded:
    """A guard around one of the commands above."""

    def __init__(self, folder: Path, program: str, *options: str) -> None:
        self.pipe = folder / "alive"
        os.mkfifo(self.pipe)
        self.holder = os.open(self.pipe, os.O_RDWR)
        self.told = folder / "pids"
        self.record = folder / "record"
        command = [sys.executable, "-c", program, str(self.told)]
        guarded = [sys.executable, "-I", str(GUARD), "--alive", str(self.pipe), "--record", str(self.record)]
        self.process = subprocess.Popen(
            [*guarded, "--name", "it", "--grace", "0.5", *options, "--", *command],
            stdout=subprocess.PIPE,
            text=True,
        )

    def pids(self) -> list[int]:
        """Processes below the guard."""
        assert eventually(self.told.exists)
        assert eventually(lambda: self.told.read_text() != "")
        return [int(word) for word in self.told.read_text().split()]

    def end(self) -> None:
        """Whatever a failed test left."""
        self.process.kill()
        for pid in self.told.read_text().split() if self.told.exists() else []:
            guard.kill(int(pid))


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Callable[..., Guarded]]:
    """Start commands under guard; ended after the test."""
    started: list[Guarded] = []

    def start(program: str, *options: str) -> Guarded:
        started.append(Guarded(tmp_path, program, *options))
        return started[-1]

    yield start
    for one in started:
        one.end()


def test_stops_all_that_the_command_started(guarded):
    """Also what moved to another session, where no signal to a group reaches it."""
    one = guarded(PARENT_OF_A_RUNAWAY)
    pids = one.pids()
    assert all(map(lives, pids))
    one.process.terminate()
    assert one.process.wait(SOON) == 0
    assert not any(map(lives, pids))


def test_ends_when_the_supervisor_is_gone(guarded):
    """The kernel closes a dead process' files: that is all the news there is of a killed supervisor."""
    one = guarded(PARENT_OF_A_RUNAWAY)
    pids = one.pids()
    os.close(one.holder)
    assert one.process.wait(SOON) == 0
    assert not any(map(lives, pids))


@pytest.mark.skipif(
    sys.platform != "linux", reason="the kernel tells a child of its parent's end on Linux only"
)
def test_a_killed_guard_takes_its_command_along(guarded):
    """Nobody is left to stop it: the kernel does."""
    one = guarded(PARENT_OF_A_RUNAWAY)
    command, _ = one.pids()
    one.process.kill()
    assert eventually(lambda: not lives(command))


def test_kills_what_does_not_stop(guarded):
    """After the grace."""
    one = guarded(STUBBORN)
    (pid,) = one.pids()
    asked = time.monotonic()
    one.process.terminate()
    assert one.process.wait(SOON) == 0
    assert 0.4 < time.monotonic() - asked < SOON
    assert not lives(pid)


def test_waits_for_its_stage(guarded, tmp_path: Path):
    """The command starts when the marker is there."""
    marker = tmp_path / "stage"
    one = guarded("import sys, pathlib; pathlib.Path(sys.argv[1]).write_text('1')", "--when", str(marker))
    time.sleep(0.5)
    assert not one.told.exists()
    assert one.process.poll() is None
    marker.touch()
    assert eventually(one.told.exists)


def test_stops_while_waiting(guarded, tmp_path: Path):
    """A portal that fails before the stage must not leave guards that wait for it."""
    one = guarded("raise SystemExit(1)", "--when", str(tmp_path / "never"))
    os.close(one.holder)
    assert one.process.wait(SOON) == 0


def test_tells_of_an_unasked_end(guarded):
    """The supervisor shows the person the last lines of a process that ended while starting."""
    one = guarded("print('why'); raise SystemExit(7)")
    said, _ = one.process.communicate(timeout=SOON)
    assert one.process.returncode == 7
    lines = said.split("\n")
    assert lines[0] == "why"
    assert lines[1].startswith(guard.MESSAGE)
    assert json.loads(lines[1].removeprefix(guard.MESSAGE)) == {"event": "ended", "name": "it", "status": 7}


def test_a_good_end_unasked_is_no_good_end(guarded):
    """A server that ends with 0 has ended all the same."""
    one = guarded("pass")
    assert one.process.wait(SOON) == 1


def test_starts_again(guarded):
    """A worker that crashes comes back, and the record counts it."""
    one = guarded("import sys; open(sys.argv[1], 'a').write('1 ')", "--restart")
    assert eventually(lambda: one.told.exists() and one.told.read_text() == "1 1 ")
    assert eventually(lambda: json.loads(one.record.read_text())["restarts"] == 1)
    one.told.unlink()  # these were no process ids
    one.process.send_signal(signal.SIGTERM)
    assert one.process.wait(SOON) == 0


def test_the_lock_tells_whether_anything_runs(guarded, tmp_path: Path):
    """Held while guard and command run, free when they and what inherited it have ended."""
    lock = tmp_path / "guards"
    one = guarded(PARENT_OF_A_RUNAWAY, "--lock", str(lock))
    _, runaway = one.pids()
    assert not is_free(lock)
    one.process.kill()
    one.process.wait(SOON)
    guard.kill(runaway)
    assert eventually(lambda: is_free(lock))


def is_free(lock: Path) -> bool:
    """True when nobody holds the file."""
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
