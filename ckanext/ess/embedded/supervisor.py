"""Runs a portal's processes with honcho, and sees to it that they end with it.

Foreground ``up`` calls ``supervise``; ``up --detach`` and ``run`` start it as
``python -m ckanext.ess.embedded.supervisor FOLDER MODE`` in a session of its own.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from honcho.manager import Manager

from ckanext.ess.embedded import settings as settings_module
from ckanext.ess.embedded.errors import Exit, PortalError
from ckanext.ess.embedded.folder import Folder, Lock
from ckanext.ess.embedded.guard import dying_with_parent
from ckanext.ess.embedded.journal import PASSWORD, Journal, state_file
from ckanext.ess.embedded.plan import CONDUCTOR, Process, ckan, services
from ckanext.ess.embedded.settings import Settings, own_environment

PORTAL, SERVICES = "portal", "services"
STOPPED_BY_SIGNAL = {128 + signal.SIGTERM: Exit.OK, 128 + signal.SIGINT: Exit.INTERRUPTED}


def supervise(folder: Folder, mode: str, *, terminal: TextIO | None = None) -> int:
    """Run the portal, or its services only, until it is stopped.

    The administrator's password, if one is to be set, comes in the environment (see ``inside/prepare.py``)
    and is taken out of it: only the process that sets it receives it.

    Returns:
        An exit status; 0 when it was stopped by ``down``.

    Raises:
        PortalError: another supervisor has this folder.
    """
    lock = Lock(folder)
    if not lock.take():
        raise PortalError("up.already.starting")
    settings = settings_module.load(folder)
    clear(folder.run)
    facts = {"pid": os.getpid(), "mode": mode, "url": settings.url, "folder": str(folder.root)}
    password = os.environ.pop(PASSWORD, "")
    journal = Journal(folder, terminal, facts | {"source": settings.origin.spec}, password)
    hold_alive(folder.run / "alive")
    manager = Manager(journal)
    for process in processes(settings, mode, password):
        environment = {**own_environment(), **process.environment}
        manager.add_process(process.name, process.guarded(folder.run), env=environment, cwd=str(folder.root))
    # honcho leaves this signal to us; a closed terminal must end the portal as Ctrl-C does
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        manager.loop()
    except BaseException:  # noqa: BLE001 (the edge of the process)
        # at a normal end Python would wait for honcho's processes; without us their guards end everything
        traceback.print_exc()
        os._exit(journal.status)
    state_file(folder).unlink(missing_ok=True)
    return STOPPED_BY_SIGNAL.get(manager.returncode, journal.status)


def processes(settings: Settings, mode: str, password: str) -> Iterator[Process]:
    """The conductor, then what it conducts."""
    command = [sys.executable, "-m", "ckanext.ess.embedded.conductor", str(settings.folder.root), mode]
    yield Process(CONDUCTOR, command, environment={PASSWORD: password} if password else {})
    yield from services(settings)
    if mode == PORTAL:
        yield from ckan(settings)


def clear(run: Path) -> None:
    """Forget the last run: stages reached, processes recorded."""
    for name in ("stages", "processes"):
        (run / name).mkdir(exist_ok=True)
        for path in (run / name).iterdir():
            path.unlink()


def hold_alive(pipe: Path) -> None:
    """Be the one writer of the named pipe that every guard reads: it ends when we do, however we do."""
    if not pipe.exists():
        os.mkfifo(pipe, 0o600)
    die_with_us = dying_with_parent(signal.SIGKILL)
    held = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    # honcho forks a process per command, which must not hold the pipe when we are gone, nor stay itself
    os.register_at_fork(after_in_child=lambda: (_close_quietly(held), die_with_us()))


def _close_quietly(descriptor: int) -> None:
    try:
        os.close(descriptor)
    except OSError:
        return


def main(root: str, mode: str) -> int:
    """A supervisor without a terminal; what goes wrong before it has a journal goes to standard error."""
    folder = Folder(Path(root))
    try:
        return supervise(folder, mode)
    except PortalError as error:
        sys.stderr.write(f"{error}\n")
        return error.status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
