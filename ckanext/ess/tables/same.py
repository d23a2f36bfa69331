"""Rows and values seen before, remembered by a short fingerprint, as many as the limit allows."""

from __future__ import annotations

import hashlib

_BYTES = 8


class Seen:
    """Remembers texts and the line where each was first."""

    def __init__(self, most: int) -> None:
        self._lines: dict[bytes, int] = {}
        self._most = most

    @property
    def full(self) -> bool:
        """Whether no more can be remembered: what comes later is no longer compared with all."""
        return len(self._lines) >= self._most

    def first(self, text: str, line: int) -> int:
        """Return the line where the same text was before, 0 where it was not."""
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()
        found = self._lines.get(key, 0)
        if not found and not self.full:
            self._lines[key] = line
        return found
