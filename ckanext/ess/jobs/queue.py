"""The queue of checks: one job drains all that is due, since the claim on each check is its database row."""

from __future__ import annotations

import logging

from ckan.plugins import toolkit as tk

from ckanext.ess.jobs import draining
from ckanext.ess.store import claims

log = logging.getLogger(__name__)

#: Its own queue, so that a slow file delays nothing else.
NAME = "ess"
#: Jobs that wait at once: as many workers as may find something to do.
_MOST_WAITING = 8


def send(checks: int = 1) -> None:
    """Have workers do what is due: a job for every few checks, unless enough jobs wait already.

    Args:
        checks: how many were asked for.
    """
    wanted = min(-(-checks // draining.BATCH), _MOST_WAITING)
    # For nobody: who asks would be looked up in the database, which is closed while a commit ends.
    nobody = {"ignore_auth": True, "user": ""}
    waiting = len(tk.get_action("job_list")(nobody, {"queues": [NAME], "limit": _MOST_WAITING}))
    for _ in range(max(wanted - waiting, 0)):
        tk.enqueue_job(
            work, title="ess: check files", queue=NAME, rq_kwargs={"timeout": draining.job_seconds()}
        )


def work() -> None:
    """The job: do what is due, and send another job for what is left."""
    done = draining.drain()
    log.info("%d files checked", done)
    if left := claims.due():
        send(left)
