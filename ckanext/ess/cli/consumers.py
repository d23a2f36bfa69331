"""Consumers of ckanext-harvest's queues that outlive what its own do not.

redis-py gives up a wait that lasts longer than the socket's timeout; ckanext-harvest's consumers wait
without end and die of it unless ``ckan.redis.url`` says ``?socket_timeout=`` large enough. This one waits a
few seconds at a time, and takes up again after Redis or the database were away.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

import redis
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.harvest import queue

log = logging.getLogger(__name__)

WAIT_SECONDS = 2
LONGEST_PAUSE = 30


class _Stop:
    """Set by a signal: end after the message at hand."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


def consume(*, drain: bool = False) -> int:
    """Consume both queues until a signal, or until they are empty.

    Returns:
        How many messages were worked on.
    """
    stop, done, pause, queues = _Stop(), 0, 1, Queues()
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not stop.asked:
            try:
                worked = queues.work(wait=0 if drain else WAIT_SECONDS)
            except (redis.RedisError, sa.exc.OperationalError, sa.exc.InterfaceError):
                log.warning("Redis or the database is away; another try in %d seconds", pause, exc_info=True)
                model.Session.remove()
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            pause = 1
            done += worked
            if drain and not worked:
                break
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return done


class Queues:
    """Both queues of ckanext-harvest, gathering first."""

    def __init__(self) -> None:
        self._gather, self._fetch = queue.get_gather_consumer(), queue.get_fetch_consumer()

    def work(self, *, wait: float = 0) -> bool:
        """Work on one message.

        Args:
            wait: seconds to wait for one; 0: not at all.

        Returns:
            Whether there was one.
        """
        found = self._next(wait)
        if found is None:
            return False
        key, message = found
        consumer, callback = self._fetch, queue.fetch_callback
        if key == self._gather.routing_key:
            consumer, callback = self._gather, queue.gather_callback
        # ckanext-harvest compares local times
        consumer.redis.set(consumer.persistance_key(message), str(datetime.now()))  # noqa: DTZ005
        try:
            callback(consumer, queue.FakeMethod(message), None, message)
        except (redis.RedisError, sa.exc.OperationalError, sa.exc.InterfaceError):
            raise
        except Exception:
            # the message keeps its mark: ckanext-harvest puts it back into the queue, five times at most
            log.exception("Message %s", message)
        finally:
            model.Session.remove()
        return True

    def _next(self, wait: float) -> tuple[str, str] | None:
        keys = [self._gather.routing_key, self._fetch.routing_key]
        if wait:
            found = self._gather.redis.blpop(keys, timeout=wait)
            return (found[0], found[1]) if found else None
        for key in keys:
            message = self._gather.redis.lpop(key)
            if message is not None:
                return key, message
        return None


@contextmanager
def running(count: int) -> Iterator[None]:
    """Consumers in processes of their own for the time of a block."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            started.append(subprocess.Popen(_command(), stdin=subprocess.DEVNULL))  # noqa: S603, PERF401
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


def _command() -> list[str]:
    start = "from ckan.cli.cli import ckan; ckan(prog_name='ckan')"
    return [sys.executable, "-c", start, "-c", tk.config["__file__"], "ess", "harvest", "consume"]
