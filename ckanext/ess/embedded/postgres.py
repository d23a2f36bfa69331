"""PostgreSQL of a portal: a cluster in the data folder, behind a socket that only its owner can open."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from ckanext.ess.embedded import account, binaries
from ckanext.ess.embedded.errors import PackageMissing, PortalError
from ckanext.ess.embedded.folder import Folder

#: A socket's whole path may have 107 bytes on Linux, 103 on macOS.
LONGEST_SOCKET = 100
SUPERUSER = "postgres"
#: The first version that brings locales of its own.
OWN_LOCALES = 17
#: A commit answers before it reaches the disk: a power cut may lose the last instant, and corrupts nothing.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "max_connections": "120",
    "synchronous_commit": "off",
    # a statement that fails is told to its client; here it would fill the log of a first start
    "log_min_messages": "log",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True)
class Postgres:
    """Where the cluster is and how to reach it."""

    folder: Folder

    @property
    def programs(self) -> Path:
        """The program folder of the version that wrote the data, the newest one for new data.

        Raises:
            PackageMissing: that version is not installed.
        """
        found = binaries.postgres_folders()
        newest = max(found)
        try:
            data = int((self.folder.postgres / "PG_VERSION").read_text())
        except FileNotFoundError:
            data = newest
        if data not in found:
            raise PackageMissing("error.postgres.version", data=data, found=newest)
        return found[data]

    @property
    def socket_folder(self) -> Path:
        """Beside the data, or in the temporary folder when that path is too long for a socket."""
        inside = self.folder.root / "pg-socket"
        if len(os.fsencode(inside)) + len("/.s.PGSQL.5432") <= LONGEST_SOCKET:
            return inside
        name = hashlib.sha256(os.fsencode(self.folder.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"ess-portal-{name}"

    def url(self, database: str) -> str:
        """SQLAlchemy's address of a database."""
        return f"postgresql://{SUPERUSER}:@/{database}?host={self.socket_folder}"

    def command(self) -> list[str]:
        """The server, in the foreground."""
        settings = {**SETTINGS, "unix_socket_directories": str(self.socket_folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.folder.postgres), *options]

    def prepare(self) -> list[Path]:
        """Make the cluster if there is none; end a server that a crash left on it.

        Returns the folders that PostgreSQL's account was given way through (as root only).
        """
        owner = account.postgres_account()
        opened: list[Path] = []
        if owner:
            account.open_programs(self.programs.parent)
            opened = account.open_way(owner, self.programs) + account.open_way(owner, self.folder.postgres)
        account.give(owner, self.folder.postgres)
        account.give(owner, self.socket_folder)
        if not (self.folder.postgres / "PG_VERSION").exists():
            self._initialise(owner)
        self._end_leftover()
        self._forget_crash()
        return opened

    def _initialise(self, owner: account.Account | None) -> None:
        # sorting and case do not depend on the machine's locales: a folder can move to another one
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command = [str(self.programs / "initdb"), "-D", str(self.folder.postgres), "-U", SUPERUSER]
        command += [
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
            *(locale if self._version >= OWN_LOCALES else []),
        ]
        become = {"user": owner.user, "group": owner.group, "extra_groups": []} if owner else {}
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder.postgres,
            env={"LC_ALL": "C"},
            **become,
        )
        if done.returncode:
            raise PortalError("error.os", path="initdb", reason=done.stderr.strip().splitlines()[-1:])

    @property
    def _version(self) -> int:
        return next(version for version, path in binaries.postgres_folders().items() if path == self.programs)

    def _end_leftover(self) -> None:
        """Stop a server whose portal died in a way that nothing could follow (a killed guard on macOS)."""
        pid = self.pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        until = time.monotonic() + 20
        while self.pid() is not None and time.monotonic() < until:
            time.sleep(0.1)

    def _forget_crash(self) -> None:
        """PostgreSQL does not start while the number it left behind is any other server's of its account."""
        if self.pid() is None:
            self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self.folder.postgres / "postmaster.pid"

    def pid(self) -> int | None:
        """The server's process id while it runs on this cluster.

        After a crash the file stays and its number may be another process' by now: ours works in the cluster.
        """
        try:
            process = psutil.Process(int(self._pid_file.read_text().split("\n", 1)[0]))
            is_ours = process.name() == "postgres" and Path(process.cwd()) == self.folder.postgres
        except (OSError, ValueError, psutil.Error):
            return None
        return process.pid if is_ours else None

    def query(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement (its own transaction) and return its rows, if any."""
        import psycopg2

        connection = psycopg2.connect(dbname=database, user=SUPERUSER, host=str(self.socket_folder))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def answers(self) -> bool:
        """True once statements are accepted."""
        import psycopg2

        try:
            return self.query("select 1") == [(1,)]
        except psycopg2.OperationalError:
            return False

    def ensure_database(self, name: str) -> None:
        """Make a database of that name (ours: never a person's input) if there is none."""
        if not self.query(f"select 1 from pg_database where datname = '{name}'"):  # noqa: S608
            self.query(f'create database "{name}"')
