"""Checks of visitors' files: queued beside the portal's own, on the same queue."""

from __future__ import annotations

import io
import tempfile
from typing import BinaryIO

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.iati.validate.rollup import rolled_up
from ckanext.ess.jobs import queue
from ckanext.ess.jobs.tables import table_report
from ckanext.ess.sources.errors import SourceError
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.limits import Limits
from ckanext.ess.store import checking, checks
from ckanext.ess.tables import TableLimits, TableOptions

#: Seconds that the fetching of a visitor's file may take, and all of it.
_FETCH_SECONDS, _CHECK_SECONDS = 60, 300
_IN_MEMORY = 4 * 1024 * 1024


def send(token: str) -> None:
    """Have a visitor's file checked; its row must be saved already."""
    tk.enqueue_job(
        check,
        [token],
        title="ess: check a visitor's file",
        queue=queue.NAME,
        rq_kwargs={"timeout": _CHECK_SECONDS},
    )


def check(token: str) -> None:
    """Check a visitor's file, unless another worker does or has done it."""
    taken = checks.take(token)
    if taken is None:
        return
    try:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as stream:
            _look(taken, _opened(taken, stream))  # type: ignore[arg-type]
    except SourceError as error:
        checking.fail(taken, error)
    model.Session.commit()


def _look(taken: checks.Check, stream: BinaryIO) -> None:
    most = config.check_bytes()
    if not taken.table_schema:
        checking.look(taken, stream, most)
        return
    limits = TableLimits(size=most, unpacked=10 * most, seconds=checking.SECONDS)
    options = TableOptions(limits, checking.MOST_FINDINGS)
    report = table_report(stream, taken.name or taken.url, taken.table_schema, options)
    checking.note(taken, report, rolled_up(report))


def _opened(check: checks.Check, stream: BinaryIO) -> BinaryIO:
    """The file at its start: what was uploaded, or what is at the address."""
    if check.content is not None:
        return io.BytesIO(check.content)
    http = Http(allow_private=config.http_allow_private(), pause=0)
    try:
        limits = Limits(max_bytes=config.check_bytes(), seconds=_FETCH_SECONDS, tries=1)
        http.download(check.url, stream, limits=limits)
    finally:
        http.close()
    stream.seek(0)
    return stream
