"""Runs one command so that nothing of it outlives the portal. Standard library only: started by its path.

Between the supervisor and every process stands a guard. It

* waits for a marker file before it starts the command (``--when``);
* passes a request to stop on as the signal that the command understands (PostgreSQL: SIGINT), and after
  ``--grace`` seconds kills the command and all that it started, also what moved to another session;
* notices that the supervisor is gone, however it died: nobody writes to the named pipe ``--alive`` any more;
* starts the command again when it ends by itself and ``--restart`` is given;
* holds the file ``--lock``, as does the command and all that inherits it: it is free when these have ended;
* tells what it runs in ``--record`` (JSON), and on its output when the command ended unasked.

Should the guard itself be killed, the kernel ends its command (Linux: PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

TICK = 0.1
#: Starts a line of output that is a JSON message to the supervisor rather than a line of log.
MESSAGE = "\x1e"
LONGEST_PAUSE = 30.0
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def adopt_orphans() -> None:
    """Become the parent of what the command's children leave behind, so that it can be found."""
    if LIBC:
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def dying_with_parent(stop_signal: int) -> Callable[[], None]:
    """What a new child runs before its command: ask the kernel for that signal when its parent dies."""
    parent = os.getpid()

    def ask() -> None:
        if LIBC:
            LIBC.prctl(PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)
            if os.getppid() != parent:
                os.kill(os.getpid(), stop_signal)

    return ask


def children_of(pid: int) -> list[int]:
    """Process ids of the direct children (Linux; elsewhere none are known)."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def descendants_of(pid: int) -> list[int]:
    """Process ids below that process, parents first."""
    found = children_of(pid)
    for child in list(found):
        found += descendants_of(child)
    return found


class Guard:
    """One command under guard."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.stopping = False
        self.restarts = 0
        self.child: subprocess.Popen[bytes] | None = None
        self.alive = os.open(options.alive, os.O_RDONLY | os.O_NONBLOCK) if options.alive else None
        self.lock = held(options.lock) if options.lock else None

    def run(self) -> int:
        """Guard the command until it ends, or until we are asked to stop."""
        adopt_orphans()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        if not self._wait_for_marker():
            return 0
        pause = 1.0
        while True:
            started = time.monotonic()
            status = self._run_once()
            if self.stopping:
                return 0
            if not self.options.restart:
                told = {"event": "ended", "name": self.options.name, "status": status}
                print(MESSAGE + json.dumps(told), flush=True)
                return status or 1
            pause = 1.0 if time.monotonic() - started > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            print(f"ended with status {status}; starting again in {pause:.0f} s", flush=True)
            self.restarts += 1
            if not self._rest(pause):
                return 0

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _supervisor_is_gone(self) -> bool:
        if self.alive is None:
            return False
        try:
            return os.read(self.alive, 1) == b""
        except BlockingIOError:
            return False

    def _must_stop(self) -> bool:
        self.stopping = self.stopping or self._supervisor_is_gone()
        return self.stopping

    def _wait_for_marker(self) -> bool:
        while self.options.when and not self.options.when.exists():
            if self._must_stop():
                return False
            time.sleep(TICK / 2)
        return not self._must_stop()

    def _rest(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._must_stop():
                return False
            time.sleep(TICK)
        return True

    def _run_once(self) -> int:
        options = self.options
        self.child = subprocess.Popen(
            options.command,
            cwd=options.cwd,
            user=options.user,
            group=options.group,
            extra_groups=[] if options.user is not None else None,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[] if self.lock is None else [self.lock],
            preexec_fn=dying_with_parent(options.signal),  # noqa: PLW1509 (the guard has one thread)
        )
        self._record()
        while self.child.poll() is None:
            if self._must_stop():
                self._stop()
                break
            time.sleep(TICK)
        self._sweep()
        return self.child.returncode

    def _record(self) -> None:
        if self.options.record and self.child:
            facts = {
                "pid": self.child.pid,
                "guard": os.getpid(),
                "restarts": self.restarts,
                "since": time.time(),
            }
            self.options.record.write_text(json.dumps(facts))

    def _stop(self) -> None:
        child = self.child
        if not child:
            return
        child.send_signal(self.options.signal)
        try:
            child.wait(self.options.grace)
        except subprocess.TimeoutExpired:
            for pid in reversed(descendants_of(os.getpid())):
                kill(pid)
            kill_group(child.pid)
            child.wait()

    def _sweep(self) -> None:
        """End what the command left running (a job's work-horse, a server's workers)."""
        if self.child:
            kill_group(self.child.pid)
        until = time.monotonic() + 2
        while (left := descendants_of(os.getpid())) and time.monotonic() < until:
            for pid in reversed(left):
                kill(pid)
            reap()
            time.sleep(0.01)


def held(path: Path) -> int:
    """Hold a file together with the other guards; the descriptor is for the command to inherit."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def kill(pid: int) -> None:
    """Kill a process that may have ended already."""
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def kill_group(pid: int) -> None:
    """Kill what is left of the session that a command led."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def reap() -> None:
    """Collect every child that has ended."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        pass


def parse(arguments: list[str]) -> argparse.Namespace:
    """Options of the guard, then the command after ``--``."""
    parser = argparse.ArgumentParser(prog="guard", description="Run one command of a portal.")
    parser.add_argument("--name", default="", help="what the command is called in the log")
    parser.add_argument("--alive", help="named pipe that the supervisor holds open for writing")
    parser.add_argument("--lock", type=Path, help="hold this file while anything of the command runs")
    parser.add_argument("--when", type=Path, help="start once this file exists")
    parser.add_argument("--record", type=Path, help="write the process ids here")
    parser.add_argument("--cwd", help="folder to start in")
    parser.add_argument("--user", type=int, help="numeric user to run as (needs root)")
    parser.add_argument("--group", type=int, help="numeric group to run as (needs root)")
    parser.add_argument(
        "--signal", type=int, default=int(signal.SIGTERM), help="what asks the command to stop"
    )
    parser.add_argument("--grace", type=float, default=4.0, help="seconds to stop in before it is killed")
    parser.add_argument("--restart", action="store_true", help="start again when it ends")
    parser.add_argument("command", nargs="+")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(Guard(parse(sys.argv[1:])).run())
