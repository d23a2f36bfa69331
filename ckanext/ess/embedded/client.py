"""The terminal's side of a portal that runs in the background: start it, follow its start, stop it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ckanext.ess.embedded import journal
from ckanext.ess.embedded.errors import PortalError
from ckanext.ess.embedded.folder import Folder, is_held
from ckanext.ess.embedded.settings import own_environment

TICK = 0.1
STOP_SECONDS = 40.0


class Background:
    """A supervisor that this command started, and that ends with this command until it is let go."""

    def __init__(self, folder: Folder, mode: str, password: str = "") -> None:
        self.folder = folder
        self._pipe = self._open_pipe()
        journal.events_file(folder).unlink(missing_ok=True)
        environment = own_environment()
        if password:
            environment[journal.PASSWORD] = password
        with (folder.log.parent / "supervisor.log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ckanext.ess.embedded.supervisor", str(folder.root), mode],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment,
            )

    def _open_pipe(self) -> int:
        """Hold the pipe by which the portal notices that we are gone."""
        path = self.folder.run / "client"
        path.unlink(missing_ok=True)
        os.mkfifo(path, 0o600)
        return os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def let_go(self) -> None:
        """From now on it lives without us."""
        os.write(self._pipe, b".")

    def events(self) -> Iterator[dict[str, Any]]:
        """Events of the start, the last one being ``settled`` or ``failed``.

        Raises:
            PortalError: it ended without a word.
        """
        path = journal.events_file(self.folder)
        while not path.exists():
            self._check()
            time.sleep(TICK / 2)
        with path.open(encoding="utf-8") as file:
            while True:
                ended = self.process.poll() is not None
                for line in iter(file.readline, ""):
                    event = json.loads(line)
                    yield event
                    if event["event"] in ("settled", "failed"):
                        return
                if ended:
                    raise self._died()
                time.sleep(TICK)

    def _check(self) -> None:
        if self.process.poll() is not None:
            sys.stderr.write((self.folder.log.parent / "supervisor.log").read_text())
            raise self._died()

    def _died(self) -> PortalError:
        return self.folder.because_full() or PortalError("error.died", log=self.folder.log)

    def stop(self) -> None:
        """Stop it and wait until everything has ended."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        wait_until_free(self.folder)


def stop(folder: Folder) -> bool:
    """Stop the portal of that folder, however it was started; False when none was up.

    Raises:
        PortalError: it does not end.
    """
    pid = journal.state(folder).get("pid") if is_held(folder) else None
    if not pid:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    if not wait_until_free(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)  # its guards see that and end the rest
        if not wait_until_free(folder):
            raise PortalError("error.stop", pid=pid)
    return True


def wait_until_free(folder: Folder, seconds: float = STOP_SECONDS) -> bool:
    """True once nobody has the folder and PostgreSQL has closed its files."""
    from ckanext.ess.embedded.postgres import Postgres

    until = time.monotonic() + seconds
    while is_held(folder) or Postgres(folder).pid() is not None:
        if time.monotonic() > until:
            return False
        time.sleep(TICK / 2)
    return True
