"""What one call to a remote may cost, and when it is tried again."""

from __future__ import annotations

import random
from dataclasses import dataclass

from ckanext.ess.sources.errors import SourceUnavailable

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one call may cost.

    ``seconds`` is for the whole call: redirections, retries and waits included. ``silence`` is the longest
    time without a byte. ``tries`` counts attempts, ``first_wait`` is the pause before the second one (then
    doubled), ``longest_wait`` the longest that a server may ask us to wait.
    """

    max_bytes: int = 1024 * _MEGABYTE
    seconds: float = 1800
    connect: float = 10
    silence: float = 30
    redirects: int = 5
    tries: int = 3
    first_wait: float = 1
    longest_wait: float = 60


FILE_LIMITS = Limits()
JSON_LIMITS = Limits(max_bytes=64 * _MEGABYTE, seconds=180)
HEAD_LIMITS = Limits(seconds=60)


def wait_before_retry(error: SourceUnavailable, attempt: int, limits: Limits) -> float | None:
    """Seconds before the next try, or nothing when there is none."""
    if attempt >= limits.tries:
        return None
    if error.retry_after is not None:
        return error.retry_after if error.retry_after <= limits.longest_wait else None
    doubled = limits.first_wait * 2 ** (attempt - 1)
    return min(doubled * random.uniform(0.75, 1.25), limits.longest_wait)  # noqa: S311 (not a secret)
