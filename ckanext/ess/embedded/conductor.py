"""Brings a portal up, stage by stage; the supervisor runs it beside the processes that it conducts.

A stage is reached by making its marker file, for which the guards of some processes wait. The conductor
stays until the portal is stopped; if it cannot bring the portal up it says why and ends, and the portal
ends with it.

Run as ``python -m ckanext.ess.embedded.conductor FOLDER portal|services``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

from ckanext.ess.embedded import account, harvesting, loopback, settings
from ckanext.ess.embedded.errors import Exit, PortalError, StepFailed
from ckanext.ess.embedded.folder import Folder, refusal
from ckanext.ess.embedded.journal import PASSWORD, emit
from ckanext.ess.embedded.messages import sentence
from ckanext.ess.embedded.plan import stage
from ckanext.ess.embedded.settings import CORES, REAL, SCRATCH, Settings
from ckanext.ess.embedded.solr import jars

PATIENCE = 90.0
TICK = 0.05
QUIET_SECONDS = 2.0
#: Steps that are told only when they take time.
SILENT = {"packages"}
#: Our tables.
MIGRATIONS = Path(__file__).parents[1] / "migration" / "ess" / "versions"


@contextmanager
def step(name: str) -> Iterator[None]:
    """Tell when a step is done, and how long it took."""
    started = time.monotonic()
    yield
    took = time.monotonic() - started
    if took > QUIET_SECONDS or name not in SILENT:
        emit("done", step=name, seconds=round(took, 1))


def reach(folder: Folder, name: str) -> None:
    """Let the processes that wait for this stage start."""
    stage(folder.run, name).touch()


class Conductor:
    """The stages of one portal."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.settings: Settings = settings.load(folder)
        self.started = time.monotonic()
        self._gave_up = threading.Event()

    def wait_for(self, process: str, check: Callable[[], bool]) -> None:
        """Wait until a process answers.

        Raises:
            StepFailed: it does not, for a long time. (One that ends meanwhile ends the portal, and us.)
        """
        until = time.monotonic() + PATIENCE
        while not check():
            if time.monotonic() > until or self._gave_up.is_set() or self.folder.because_full():
                raise self.failed(process)
            time.sleep(TICK)

    def failed(self, process: str) -> PortalError:
        """The refusal to go on without that process."""
        return self.folder.because_full() or StepFailed(process, sentence(f"step.{process}"), self.folder.log)

    def start_services(self) -> None:
        """PostgreSQL, Redis and Solr, at the same time."""
        self.settings.write_ini()
        with ThreadPoolExecutor(3) as pool:
            parts = [pool.submit(part) for part in (self._postgres, self._redis, self._solr)]
            done, _ = wait(parts, return_when=FIRST_EXCEPTION)
            error = next((part.exception() for part in done if part.exception()), None)
            if error:
                self._gave_up.set()
                raise error

    def _postgres(self) -> None:
        postgres = self.settings.postgres
        with step("postgres"):
            opened = postgres.prepare()
            reach(self.folder, "postgres")
            self.wait_for("postgres", postgres.answers)
            for name in (REAL, SCRATCH):
                postgres.ensure_database(name)
        owner = account.postgres_account()
        if opened and owner:
            emit("say", key="up.traverse", params={"user": owner.name, "path": ", ".join(map(str, opened))})

    def _redis(self) -> None:
        with step("redis"):
            self.settings.redis.prepare()
            reach(self.folder, "redis")
            self.wait_for("redis", self.settings.redis.answers)

    def _solr(self) -> None:
        solr = self.settings.solr
        with step("packages"):
            paths = jars.fetch(Counter("packages"))
        with step("solr"):
            solr.prepare(paths, CORES)
            reach(self.folder, "solr")
            self.wait_for("solr", lambda: all(map(solr.answers, CORES)))

    def prepare_ckan(self) -> None:
        """Tables and administrator; skipped when nothing that makes tables has changed since."""
        versions = ckan_versions()
        if self.folder.remembered().get("prepared") == versions:
            return
        with step("database"):
            command = [sys.executable, "-m", "ckanext.ess.embedded.inside.prepare", str(self.folder.ini)]
            done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL)
            if done.returncode:
                raise self.failed("portal")
        if os.environ.get(PASSWORD):
            emit("admin")
        self.folder.remember(prepared=versions)

    def start_web(self) -> None:
        """CKAN's pages; the first one compiles the style sheets, so that nobody has to wait for it."""
        with step("web"):
            reach(self.folder, "web")
            api = f"{self.settings.url}/api/3/action/status_show"
            self.wait_for("web", lambda: loopback.answers(api, seconds=20))
            reach(self.folder, "workers")
            if not loopback.answers(self.settings.url, seconds=PATIENCE):
                raise self.failed("web")

    def conduct(self, mode: str) -> None:
        """Everything up to the moment the portal is as asked for."""
        self.start_services()
        outcome = harvesting.NONE
        if mode == "portal":
            self.prepare_ckan()
            self.start_web()
            outcome = harvesting.harvest(self.settings)
            reach(self.folder, "clock")
        took = round(time.monotonic() - self.started, 1)
        emit("settled", mode=mode, url=self.settings.url, harvest=outcome, took=took)


class Counter:
    """Progress of a step in whole tenths, silent when it takes no time."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._said = time.monotonic()

    def __call__(self, ready: int, total: int) -> None:
        """``ready`` of ``total`` are done."""
        now = time.monotonic()
        if now - self._said > QUIET_SECONDS:
            self._said = now
            emit("progress", step=self._name, text=f"{ready}/{total}")


def ckan_versions() -> dict[str, str]:
    """Versions of CKAN and of every extension installed, and our last migration.

    Who follows the sources gets new tables without a new version.
    """
    found = {one.metadata["Name"]: one.version for one in distributions()}
    versions = {name: version for name, version in found.items() if name and name.startswith("ckan")}
    return {**versions, "migration": max(path.stem for path in MIGRATIONS.glob("*.py"))}


def watch(client: Path) -> None:
    """End the portal when the command that started it is gone before its time (see ``client.py``)."""
    reader = os.open(client, os.O_RDONLY | os.O_NONBLOCK)
    while True:
        try:
            told = os.read(reader, 1)
        except BlockingIOError:
            time.sleep(QUIET_SECONDS / 10)
            continue
        if not told:
            os._exit(Exit.INTERRUPTED)
        return  # a byte: the portal may live on its own


def give_up(error: PortalError) -> int:
    """Say why the portal cannot come up."""
    process = getattr(error, "process", "")
    emit("failed", key=error.key, params=error.params, status=int(error.status), process=process)
    return error.status


def main(root: str, mode: str) -> int:
    """Conduct, then stay."""
    folder = Folder(Path(root))
    client = folder.run / "client"
    if client.exists():
        threading.Thread(target=watch, args=(client,), daemon=True).start()
    try:
        Conductor(folder).conduct(mode)
    except PortalError as error:
        return give_up(error)
    except OSError as error:
        return give_up(refusal(error, folder.root))
    threading.Event().wait()
    return Exit.OK


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
