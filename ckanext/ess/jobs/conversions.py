"""Conversions of visitors' sheets: queued beside the checks of files, on the same queue."""

from __future__ import annotations

from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.jobs import queue
from ckanext.ess.store import conversions, converting

#: Seconds that all of it may take; less than a conversion's lease.
_SECONDS = 270


def send(token: str) -> None:
    """Have a sheet converted; its row must be saved already."""
    tk.enqueue_job(
        convert,
        [token],
        title="ess: make an IATI file of a visitor's sheet",
        queue=queue.NAME,
        rq_kwargs={"timeout": _SECONDS},
    )


def convert(token: str) -> None:
    """Convert a sheet, unless another worker does or has done it."""
    taken = conversions.take(token)
    if taken is None:
        return
    number = taken.round
    values = converting.converted(taken.name, taken.content, taken.choices, config.check_bytes())
    conversions.finish(token, number, values)
