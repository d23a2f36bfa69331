"""A progress bar on standard error, shown on a terminal only and once the work takes a while."""

from __future__ import annotations

import sys
import time

_WIDTH = 30
_PATIENCE = 1.0
_EVERY = 0.2


class Bar:
    """Shows how much of ``size`` bytes was read. A context: the line is wiped at its end."""

    def __init__(self, label: str, size: int) -> None:
        self._label = label[-40:]
        self._size = size
        self._next = time.monotonic() + _PATIENCE
        self._shown = False

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def show(self, done: int) -> None:
        """Draw the bar anew, now and then."""
        now = time.monotonic()
        if now < self._next or not sys.stderr.isatty() or not self._size:
            return
        self._next, self._shown = now + _EVERY, True
        share = min(done / self._size, 1.0)
        bar = "█" * int(share * _WIDTH)
        sys.stderr.write(f"\r{self._label} {bar:░<{_WIDTH}} {share:4.0%}")
        sys.stderr.flush()
