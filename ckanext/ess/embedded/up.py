"""``ess-portal up``."""

from __future__ import annotations

import os
import secrets
import shlex
import sys
import time
from pathlib import Path

from ckanext.ess.embedded import journal, ports, settings
from ckanext.ess.embedded.client import Background
from ckanext.ess.embedded.errors import Exit, PortalError, PortUsed
from ckanext.ess.embedded.folder import USUAL_FOLDER, Folder, is_held
from ckanext.ess.embedded.messages import sentence
from ckanext.ess.embedded.origin import SAMPLE, Origin, understood
from ckanext.ess.embedded.supervisor import PORTAL, SERVICES, supervise

DEFAULT_PORT = 5000
PROGRAM = "ess-portal"
LEFTOVER_SECONDS = 10.0
OUTCOMES = {"partial": Exit.HARVEST_PARTIAL, "failed": Exit.HARVEST_FAILED}


def up(folder: Folder, *, port: int | None, source: str | None, detach: bool) -> int:
    """Start the portal of that folder, in the foreground or behind.

    Raises:
        PortalError: in one of the ways that ``errors.py`` lists.
    """
    folder.create()
    if is_up(folder):
        return _already(folder)
    origin = chosen_origin(folder, source)
    settings.chosen(folder, chosen_port(folder, port), origin)
    password = "" if folder.remembered().get("prepared") else secrets.token_urlsafe(12)
    if detach:
        return _behind(folder, password)
    (folder.run / "client").unlink(missing_ok=True)
    if password:
        os.environ[journal.PASSWORD] = password
    return supervise(folder, PORTAL, terminal=sys.stdout)


def is_up(folder: Folder) -> bool:
    """True when a supervisor has the folder; what a killed one left is given time to end."""
    until = time.monotonic() + LEFTOVER_SECONDS
    while is_held(folder):
        pid = journal.state(folder).get("pid")
        if pid is None or _runs(pid) or time.monotonic() > until:
            return True
        time.sleep(0.1)
    return False


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _already(folder: Folder) -> int:
    state = journal.state(folder)
    if state.get("mode") == SERVICES:
        raise PortalError("up.already.services", folder=folder.root)
    if state.get("phase") == "up":
        print(sentence("up.already", url=state["url"]))
    else:
        print(sentence("up.already.starting"))
    return Exit.OK


def chosen_origin(folder: Folder, source: str | None) -> Origin:
    """The source asked for, else that of last time, else the sample."""
    known = folder.remembered()
    if source is None and "source" in known:
        return Origin.remembered(known["source"], known.get("source_type", ""))
    return understood(source or SAMPLE)


def chosen_port(folder: Folder, port: int | None) -> int:
    """The port asked for, else that of last time or 5000, or the next free one after it.

    Raises:
        PortUsed: the port asked for is not free.
    """
    if port == 0:
        return ports.any_free()
    if port is not None:
        if not ports.is_free(port):
            raise PortUsed("error.port", port=port)
        return port
    wanted = folder.remembered().get("ports", {}).get("web") or DEFAULT_PORT
    if ports.is_free(wanted):
        return wanted
    found = ports.first_free_from(wanted)
    print(sentence("up.port.next", wanted=wanted, port=found))
    return found


def _behind(folder: Folder, password: str) -> int:
    """Start a supervisor, show its progress, leave it running."""
    background = Background(folder, PORTAL, password)
    try:
        event = follow(background)
    except BaseException:
        background.stop()
        raise
    if event["event"] == "failed":
        background.stop()
        return Exit(event["status"])
    background.let_go()
    made = password if journal.state(folder).get("admin") else ""
    for line in journal.greeting(made, detached=True, stop=stop_command(folder)):
        print(line)
    return OUTCOMES.get(event["harvest"], Exit.OK)


def stop_command(folder: Folder) -> str:
    """What to type here to stop it: the program as it was called, the folder unless it is the usual one."""
    called = Path(sys.argv[0])
    program = sys.argv[0] if called.name == PROGRAM else PROGRAM
    data = [] if folder.root == Path(USUAL_FOLDER).resolve() else ["--data", str(folder.root)]
    return shlex.join([program, "down", *data])


def follow(background: Background) -> dict[str, object]:
    """Show what happens until the start has ended one way or the other; returns that last event."""
    last: dict[str, object] = {}
    for event in background.events():
        last = event
        for line in journal.describe(event):
            print(line, flush=True)
    return last
