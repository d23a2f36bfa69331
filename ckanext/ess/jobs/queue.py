"""The queue of checks: one job drains all that is due, since the claim on each check is its database row."""

from __future__ import annotations

from ckan.plugins import toolkit as tk

from ckanext.ess.jobs import draining

#: Its own queue, so that a slow file delays nothing else.
NAME = "ess"


def send() -> None:
    """Have a worker do what is due."""
    tk.enqueue_job(
        draining.drain,
        title="ess: check files",
        queue=NAME,
        rq_kwargs={"timeout": draining.JOB_SECONDS},
    )
