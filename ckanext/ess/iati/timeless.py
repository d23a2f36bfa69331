"""A hash of a file's content that does not change when only its ``generated-datetime`` does."""

from __future__ import annotations

import hashlib
import re

_STAMP = re.compile(rb"generated-datetime=\"[^\"]{1,200}\"")
_OPENING = b"generated-datetime="
#: Long enough for a whole attribute; a longer one is no date and is hashed as it stands.
_TAIL = 256


class TimelessHash:
    """SHA-1 of the bytes given, each ``generated-datetime="…"`` left out, wherever chunks are cut.

    >>> first, second = TimelessHash(), TimelessHash()
    >>> first.update(b'<a generated-datetime="2024-01-01T00:00:00Z"/>')
    >>> second.update(b'<a generated-date'); second.update(b'time="2025-06-30T12:00:00Z"/>')
    >>> first.hexdigest() == second.hexdigest()
    True
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha1(usedforsecurity=False)
        self._pending = b""

    def update(self, chunk: bytes) -> None:
        """Add bytes."""
        text = _STAMP.sub(b"", self._pending + chunk)
        keep = self._open_end(text)
        self._hash.update(text[:keep])
        self._pending = text[keep:]

    def hexdigest(self) -> str:
        """Return the hash of all bytes so far."""
        digest = self._hash.copy()
        digest.update(self._pending)
        return digest.hexdigest()

    @staticmethod
    def _open_end(text: bytes) -> int:
        """Return where an attribute may begin that the next chunk completes."""
        start = text.rfind(_OPENING[0:1], max(len(text) - _TAIL, 0))
        while start >= 0:
            rest = text[start : start + len(_OPENING)]
            if _OPENING.startswith(rest) and text.count(b'"', start) < 2:  # noqa: PLR2004 - both quotes seen: complete
                earlier = text.rfind(_OPENING, max(len(text) - _TAIL, 0), start)
                return earlier if earlier >= 0 and text.count(b'"', earlier) < 2 else start  # noqa: PLR2004
            start = text.rfind(_OPENING[0:1], max(len(text) - _TAIL, 0), start)
        return len(text)
