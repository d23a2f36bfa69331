"""What a clock that ticks every few seconds does only once a minute."""

from __future__ import annotations

import time

#: Seconds between two times.
PAUSE = 60.0


class Pace:
    """When this process did something last."""

    def __init__(self) -> None:
        self._last = -PAUSE

    def is_long_ago(self) -> bool:
        """Whether it is time again; it is done then."""
        now = time.monotonic()
        if now - self._last < PAUSE:
            return False
        self._last = now
        return True
