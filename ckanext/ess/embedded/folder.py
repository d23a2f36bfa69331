"""The one folder that holds everything of a portal, and what it remembers between two starts."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.ess.embedded.errors import DiskFull, FolderError, PortalError

#: Raised when what is stored in ``portal.json`` changes meaning.
FORMAT = 1
#: Where a portal is when nobody says where.
USUAL_FOLDER = ".portal"
#: Room a portal wants at its start, in megabytes (an empty one takes about 120).
NEEDED_MEGABYTES = 300
#: With less than this nothing that keeps data can go on.
LAST_MEGABYTES = 20


@dataclass(frozen=True)
class Folder:
    """Paths inside the data folder; nothing is created by naming them."""

    root: Path

    @property
    def settings(self) -> Path:
        """What the portal remembers: ports, source, versions."""
        return self.root / "portal.json"

    @property
    def secrets(self) -> Path:
        """Session key and Redis password, readable by their owner only."""
        return self.root / "secrets.json"

    @property
    def ini(self) -> Path:
        """CKAN's configuration, written anew at each start."""
        return self.root / "ckan.ini"

    @property
    def log(self) -> Path:
        """Every line of every process, each prefixed with its name."""
        return self.root / "logs" / "portal.log"

    @property
    def run(self) -> Path:
        """What is only true while the portal is up."""
        return self.root / "run"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's cluster."""
        return self.root / "postgres"

    @property
    def redis(self) -> Path:
        """Redis' append-only file and configuration."""
        return self.root / "redis"

    @property
    def solr(self) -> Path:
        """Solr's home and web application."""
        return self.root / "solr"

    @property
    def storage(self) -> Path:
        """Files uploaded to CKAN, and its compiled assets."""
        return self.root / "storage"

    def exists(self) -> bool:
        """True when a portal was made here."""
        return self.settings.is_file()

    def create(self) -> None:
        """Make the folder and its parts, or say in one sentence why not.

        Raises:
            FolderError: not ours, or not writable.
            DiskFull: not enough room.
        """
        self._refuse_foreign()
        try:
            for path in (self.root, self.log.parent, self.run, self.redis, self.solr, self.storage):
                path.mkdir(parents=True, exist_ok=True)
            # root hands PostgreSQL's part to another user, who must pass through here but see nothing
            self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
            self.run.chmod(0o700)
            if not self.settings.exists():
                self.remember(format=FORMAT)
        except OSError as error:
            raise refusal(error, self.root) from error
        self.check_room()

    def check_room(self) -> None:
        """Refuse to start on a full disk, where PostgreSQL would stop half-way.

        Raises:
            DiskFull: fewer than ``NEEDED_MEGABYTES`` are free.
        """
        if free_megabytes(self.root) < NEEDED_MEGABYTES:
            raise full(self.root)

    def because_full(self) -> DiskFull | None:
        """Why something failed, when it is that the disk has filled up meanwhile."""
        return full(self.root) if free_megabytes(self.root) < LAST_MEGABYTES else None

    def _refuse_foreign(self) -> None:
        if self.exists():
            if self.remembered().get("format", 0) > FORMAT:
                raise FolderError("error.folder.version", folder=self.root)
        elif self.root.exists() and (not self.root.is_dir() or any(self.root.iterdir())):
            raise FolderError("error.folder.foreign", folder=self.root)

    def remembered(self) -> dict[str, Any]:
        """What the last start left in ``portal.json``."""
        return read_json(self.settings)

    def remember(self, **changes: object) -> None:
        """Keep these values for the next start."""
        write_json(self.settings, {**self.remembered(), **changes})

    def secret(self, name: str) -> str:
        """A random value made once for this portal and kept."""
        known = read_json(self.secrets)
        if name not in known:
            known[name] = secrets.token_urlsafe(32)
            write_json(self.secrets, known, mode=0o600)
        return known[name]


def refusal(error: OSError, path: Path) -> PortalError:
    """The sentence for what the system does not let us do, mostly with the folder."""
    if is_full(error):
        return full(path)
    if (
        isinstance(error, PermissionError | NotADirectoryError | FileExistsError)
        or error.errno == errno.EROFS
    ):
        return FolderError("error.folder.write", folder=path, reason=error.strerror or error)
    return PortalError("error.os", path=error.filename or path, reason=error.strerror or error)


def is_full(error: OSError) -> bool:
    """True when a write failed for want of room."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def full(path: Path) -> DiskFull:
    """The sentence for a full disk."""
    return DiskFull("error.disk", path=path, free=free_megabytes(path), needed=NEEDED_MEGABYTES)


def free_megabytes(path: Path) -> int:
    """Room on the disk that holds a path."""
    return shutil.disk_usage(path).free // 1_000_000


def read_json(path: Path) -> dict[str, Any]:
    """The object in that file, empty when there is none."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def write_json(path: Path, value: Mapping[str, object], *, mode: int = 0o644) -> None:
    """Write the object so that a reader sees the old or the new file, never a half."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8"
    ) as file:
        json.dump(value, file, indent=1, sort_keys=True)
    draft.replace(path)


#: Names of the lock files: of the one supervisor, and of all the processes that it guards.
SUPERVISOR, GUARDS = "lock", "guards"
#: Others look whether a lock is free by taking it for an instant.
INSTANT = 0.5


class Lock:
    """A file of the folder that a process has for itself; the system lets it go when the process ends."""

    def __init__(self, folder: Folder, name: str = SUPERVISOR) -> None:
        self._file = (folder.run / name).open("a")

    def take(self, *, patience: float = INSTANT) -> bool:
        """Take it if nobody has it for longer than that."""
        until = time.monotonic() + patience
        while not self._taken():
            if time.monotonic() >= until:
                return False
            time.sleep(INSTANT / 10)
        return True

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Let go."""
        self._file.close()


def is_held(folder: Folder) -> bool:
    """True when a supervisor has this folder, or anything that one started still runs."""
    return folder.run.is_dir() and any(_is_taken(Lock(folder, name)) for name in (SUPERVISOR, GUARDS))


def _is_taken(lock: Lock) -> bool:
    try:
        return not lock.take(patience=0)
    finally:
        lock.close()
