"""Which processes a portal is made of, in which order they may start, and how each is asked to stop."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ckanext.ess.embedded import account
from ckanext.ess.embedded.folder import GUARDS
from ckanext.ess.embedded.settings import Settings

GUARD = Path(__file__).with_name("guard.py")
CONDUCTOR = "portal"
CONSUMERS = 2
#: How much the checks of files give way to the pages.
NICENESS = 10
WEB_WORKERS = 2
WEB_THREADS = 4


@dataclass(frozen=True)
class Process:
    """One process of the portal.

    Attributes:
        name: prefix of its lines in the log.
        command: what to run.
        after: the stage that must be reached before it starts ("" for at once).
        stop: the signal that asks it to stop.
        grace: seconds it may take to stop.
        restart: whether it is started again should it end by itself; otherwise the portal ends with it.
        account: another system user to run as.
    niceness: how much it gives way to others, 0 to 19.
        cwd: the folder to start in.
    """

    name: str
    command: list[str]
    after: str = ""
    stop: signal.Signals = signal.SIGTERM
    grace: float = 4.0
    restart: bool = False
    account: account.Account | None = None
    cwd: Path | None = None
    niceness: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def guarded(self, run: Path) -> str:
        """The shell command that runs it under guard."""
        options = ["--alive", str(run / "alive"), "--lock", str(run / GUARDS)]
        options += ["--name", self.name, "--record", str(run / "processes" / self.name)]
        options += ["--signal", str(int(self.stop)), "--grace", str(self.grace)]
        if self.after:
            options += ["--when", str(stage(run, self.after))]
        if self.cwd:
            options += ["--cwd", str(self.cwd)]
        if self.account:
            options += ["--user", str(self.account.user), "--group", str(self.account.group)]
        if self.restart:
            options.append("--restart")
        nice = ["nice", "-n", str(self.niceness)] if self.niceness else []
        return "exec " + shlex.join([*nice, sys.executable, "-I", str(GUARD), *options, "--", *self.command])


def stage(run: Path, name: str) -> Path:
    """The marker file that says a stage is reached."""
    return run / "stages" / name


def services(settings: Settings) -> Iterator[Process]:
    """PostgreSQL, Redis and Solr, each as soon as the conductor has prepared it."""
    postgres = settings.postgres
    yield Process(
        "postgres",
        postgres.command(),
        after="postgres",
        stop=signal.SIGINT,  # its "fast" shutdown; SIGTERM waits for every client to leave
        grace=30,
        account=account.postgres_account(),
        cwd=settings.folder.postgres,
    )
    yield Process("redis", settings.redis.command(), after="redis", cwd=settings.folder.redis)
    yield Process("solr", settings.solr.command(), after="solr", cwd=settings.folder.solr)


def ckan(settings: Settings) -> Iterator[Process]:
    """The web server, then what works behind it."""
    yield Process(
        "web", web_command(settings), after="web", environment={"CKAN_INI": str(settings.folder.ini)}
    )
    if settings.origin.folder:
        yield Process("standin", standin_command(settings), after="postgres")
    command = ckan_command(settings)
    background = {
        "worker": [*command, "jobs", "worker", "default"],
        "checks": [*command, "jobs", "worker", "ess"],
        **{f"harvest{number}": [*command, "ess", "harvest", "consume"] for number in range(1, CONSUMERS + 1)},
    }
    for name, words in background.items():
        niceness = NICENESS if name == "checks" else 0
        yield Process(name, words, after="workers", restart=True, niceness=niceness)
    clock = [sys.executable, "-m", "ckanext.ess.embedded.inside.clock", str(settings.folder.ini)]
    yield Process("clock", clock, after="clock", restart=True)


def ckan_command(settings: Settings, *words: str) -> list[str]:
    """A command of CKAN's, on the portal's configuration."""
    start = "from ckan.cli.cli import ckan; ckan(prog_name='ckan')"
    return [sys.executable, "-c", start, "-c", str(settings.folder.ini), *words]


def web_command(settings: Settings) -> list[str]:
    """CKAN under gunicorn, on the loopback address."""
    options = {
        "bind": f"{settings.url.removeprefix('http://')}",
        "workers": WEB_WORKERS,
        "threads": WEB_THREADS,
        "timeout": 120,
        "graceful-timeout": 3,
        "log-level": "warning",
        "access-logfile": "-",
        "access-logformat": "%(m)s %(U)s%(q)s %(s)s %(M)sms",
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--no-control-socket",
        *words,
        "ckanext.ess.embedded.inside.wsgi:application",
    ]


def standin_command(settings: Settings) -> list[str]:
    """The local server of IATI files."""
    folder, port = settings.origin.folder, settings.standin_port
    return [sys.executable, "-m", "ckanext.ess.embedded.standin", str(folder), "--port", str(port)]
