"""Tells the queue that a message is still being worked on.

``harvester run`` puts every message that was taken more than three minutes ago back into the queue, without
asking whether somebody still works on it; a batch of large files takes longer. ckanext-harvest judges by a
time that it keeps in Redis for each message taken: while the work lasts, that time is renewed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import redis

from ckan.plugins import toolkit as tk
from ckanext.harvest import queue

log = logging.getLogger(__name__)
SECONDS = 45


@contextmanager
def working_on(routing_key: str, message_id: str, *, seconds: float = SECONDS) -> Iterator[None]:
    """Renew the mark of a message for as long as the block lasts.

    Does nothing on another queue than Redis.
    """
    if tk.config.get("ckan.harvest.mq.type", queue.MQ_TYPE) != "redis":
        yield
        return
    over = threading.Event()
    key = f"{routing_key}:{message_id}"
    thread = threading.Thread(target=_beat, args=(queue.get_connection(), key, over, seconds), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=seconds)


def _beat(connection: redis.Redis, key: str, over: threading.Event, seconds: float) -> None:
    while not over.wait(seconds):
        try:
            # only where it stands: an in-process run takes no message; ckanext-harvest compares local times
            connection.set(key, str(datetime.now()), xx=True)  # noqa: DTZ005
        except redis.RedisError:  # noqa: PERF203
            log.warning("The queue could not be told that the work goes on", exc_info=True)
