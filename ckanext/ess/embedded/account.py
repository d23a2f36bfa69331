"""The system account PostgreSQL runs as when the portal is started by root, which it refuses to be."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "ess-portal"
#: There is no tool to add accounts in some small systems; this account is in all of them.
LAST_RESORT = "nobody"


@dataclass(frozen=True)
class Account:
    """A system user to become."""

    name: str
    user: int
    group: int


def postgres_account() -> Account | None:
    """Whom PostgreSQL must run as: nobody else, unless we are root.

    The account is made when it is not there (``useradd --system``).
    """
    if os.geteuid() != 0:
        return None
    entry = _known(ACCOUNT) or _made(ACCOUNT) or pwd.getpwnam(LAST_RESORT)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _made(name: str) -> pwd.struct_passwd | None:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return _known(name)


def open_way(account: Account, path: Path) -> list[Path]:
    """Let the account pass through (not list) every folder that leads to ``path``.

    Returns the folders whose permissions had to change, so that the person can be told.
    """
    changed: list[Path] = []
    for folder in path.resolve().parents:
        mode = folder.stat()
        if mode.st_uid != account.user and not mode.st_mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode.st_mode) | stat.S_IXOTH)
            changed.append(folder)
    return changed


def open_programs(programs: Path) -> None:
    """Let everyone run the programs below that folder (a strict umask at installation forbids it)."""
    for path in (programs, *programs.rglob("*")):
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)


def give(account: Account | None, folder: Path) -> None:
    """Make a folder for that account alone (for ourselves when there is none)."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.user, account.group)
