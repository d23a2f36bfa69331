"""Redis of a portal: queues and sessions, on a loopback port, behind a password made for this portal."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from ckanext.ess.embedded import binaries
from ckanext.ess.embedded.folder import Folder
from ckanext.ess.embedded.ports import HOST

#: redis-py drops a consumer that waits longer than this for work; the queues may stay empty for hours.
SOCKET_TIMEOUT = 86400

SETTINGS = """\
bind {host}
port {port}
requirepass {password}
dir {folder}
appendonly yes
save ""
databases 16
loglevel warning
"""


@dataclass(frozen=True)
class Redis:
    """Where the server keeps its file and listens."""

    folder: Folder
    port: int

    @property
    def settings(self) -> Path:
        """Its configuration file; the password is there rather than in the list of processes."""
        return self.folder.redis / "redis.conf"

    def url(self, database: int) -> str:
        """redis-py's address of a numbered database."""
        password = self.folder.secret("redis_password")
        return f"redis://:{password}@{HOST}:{self.port}/{database}?socket_timeout={SOCKET_TIMEOUT}"

    def prepare(self) -> None:
        """Write the configuration file for this start's port."""
        text = SETTINGS.format(
            host=HOST,
            port=self.port,
            password=self.folder.secret("redis_password"),
            folder=quoted(self.folder.redis),
        )
        with os.fdopen(os.open(self.settings, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)

    def command(self) -> list[str]:
        """The server, in the foreground."""
        return [str(binaries.redis_server()), str(self.settings)]

    def answers(self) -> bool:
        """True once it has loaded its file and takes commands."""
        password = self.folder.secret("redis_password")
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                return b"+OK" in (first := connection.recv(64)) and (
                    b"+PONG" in first or b"+PONG" in connection.recv(64)
                )
        except OSError:
            return False


def quoted(path: Path) -> str:
    """A path as Redis reads it in its configuration."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
