"""Messages of a job that were lost or left behind by a killed consumer, and sending them again.

A consumer of ours renews the mark of the message it works on (see ``harvesters/heartbeat.py``). A message
that is neither in the queue nor freshly marked has no one working on it.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject

#: Older marks than this belong to the dead: they are renewed every 45 seconds.
STALE = timedelta(seconds=150)


class Leftovers:
    """The messages of one job, on a Redis queue.

    Args:
        job_id: the job.
    """

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        self._is_redis = tk.config.get("ckan.harvest.mq.type", queue.MQ_TYPE) == "redis"
        self._redis = queue.get_connection() if self._is_redis else None

    def waiting(self) -> int:
        """How many of the job's messages lie in the queues."""
        queued = self._queued()
        return len(queued & ({self._job_id} | set(self._pending())))

    def in_hand(self) -> bool:
        """Whether a message of the job is freshly marked as being worked on."""
        if self._redis is None:
            return True
        keys = [f"{queue.get_gather_routing_key()}:{self._job_id}"]
        keys += [f"{queue.get_fetch_routing_key()}:{one}" for one in self._pending()]
        return any(_is_fresh(mark) for mark in self._redis.mget(keys))

    def send_again(self) -> int:
        """Put lost messages back into the queue.

        Returns:
            How many.
        """
        if self._redis is None:
            return 0
        job = model.Session.get(HarvestJob, self._job_id)
        if job is None or job.status != "Running":
            return 0
        queued = self._queued()
        if job.gather_finished is None:
            return self._send({self._job_id} - queued, queue.get_gather_routing_key(), "harvest_job_id")
        lost = set(self._pending()) - queued
        return self._send(lost, queue.get_fetch_routing_key(), "harvest_object_id")

    def _send(self, lost: set[str], routing_key: str, word: str) -> int:
        sent = 0
        for one in sorted(lost):
            mark = f"{routing_key}:{one}"
            if not _is_fresh(self._redis.get(mark)):
                self._redis.delete(mark)
                self._redis.rpush(routing_key, json.dumps({word: one}))
                sent += 1
        return sent

    def _queued(self) -> set[str]:
        if self._redis is None:
            return set()
        found: set[str] = set()
        for routing_key in (queue.get_gather_routing_key(), queue.get_fetch_routing_key()):
            for message in self._redis.lrange(routing_key, 0, -1):
                found.update(json.loads(message).values())
        return found

    def _pending(self) -> list[str]:
        query = sa.select(HarvestObject.id).where(
            HarvestObject.harvest_job_id == self._job_id, HarvestObject.state.not_in(("COMPLETE", "ERROR"))
        )
        return list(model.Session.scalars(query))


def _is_fresh(mark: str | None) -> bool:
    if not mark:
        return False
    try:
        taken = datetime.strptime(mark, "%Y-%m-%d %H:%M:%S.%f")  # noqa: DTZ007 - as ckanext-harvest writes it
    except ValueError:
        return True
    return datetime.now() - taken < STALE  # noqa: DTZ005
