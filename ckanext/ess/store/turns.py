"""Counts what strangers ask for, so that nobody takes more than their share: counters in CKAN's Redis.

A window is a fixed length of time; a counter lives as long as its window. Nothing is kept in a process.
"""

from __future__ import annotations

import hashlib
import time
from typing import NamedTuple

from ckan.lib.redis import connect_to_redis

_PREFIX = "ess:turns"


class Share(NamedTuple):
    """How many turns there are in how many seconds: for one client, and for all of them."""

    each: int
    everybody: int
    seconds: int


def wait(what: str, client: str, share: Share) -> int:
    """Take a turn and return 0, or return the seconds until there is one again.

    Args:
        what: the thing that is limited.
        client: who asks; only its hash is kept, and only for the window.
        share: the limits.

    Raises:
        redis.RedisError: the counters cannot be reached.
    """
    now = time.time()
    window = int(now // share.seconds)
    who = hashlib.sha256(client.encode()).hexdigest()[:32]
    names = [f"{_PREFIX}:{what}:{window}:{name}" for name in (who, "everybody")]
    counters = connect_to_redis().pipeline()
    for name in names:
        counters.incr(name)
        counters.expire(name, share.seconds)
    mine, _, everybodys, _ = counters.execute()
    if mine <= share.each and everybodys <= share.everybody:
        return 0
    # A refused request takes no turn of the others.
    connect_to_redis().decr(names[1])
    return max(1, round((window + 1) * share.seconds - now))
