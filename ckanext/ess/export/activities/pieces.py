"""Where an archive is written that is sent while it is made."""

from __future__ import annotations

import io


class Pieces(io.RawIOBase):
    """What is written is taken away piece by piece."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        """It can be written to, and to nothing else."""
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        """Keep a piece until it is taken."""
        self._written.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        """Everything written since it was last asked."""
        found = b"".join(self._written)
        self._written.clear()
        return found
