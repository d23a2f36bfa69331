"""How often a server is asked: not faster than it bears, and not before it said."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Politeness:
    """Spaces the requests to each host, over all threads that share it.

    Args:
        pause: least number of seconds between the starts of two requests to one host.
        clock: seconds that only grow.
        sleep: how to wait.
    """

    def __init__(
        self,
        pause: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause = pause
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def turn(self, host: str, *, spared: bool = True, longest: float = float("inf")) -> float | None:
        """Wait for our turn with a host; at once when it need not be spared and did not ask to wait.

        Returns:
            Nothing when it is our turn; the seconds to wait when they are more than ``longest``.
        """
        with self._lock:
            now = self._clock()
            start = max(now, self._next.get(host, now))
            if start - now > longest:
                return start - now
            self._next[host] = start + (self._pause if spared else 0)
        if start > now:
            self._sleep(start - now)
        return None

    def hold(self, host: str, seconds: float) -> None:
        """Leave a host alone for some seconds, because it asked to."""
        with self._lock:
            self._next[host] = max(self._next.get(host, 0), self._clock() + seconds)
