"""Does the checks that are due: claims some, checks them, writes the verdicts, makes them searchable."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Collection, Iterable
from functools import partial

import sqlalchemy as sa
from rq.timeouts import BaseTimeoutException

from ckan import model

from ckanext.ess import config
from ckanext.ess.index import verdicts as index
from ckanext.ess.jobs import activities
from ckanext.ess.jobs.beating import Beating
from ckanext.ess.jobs.checking import UNREADABLE, Subject, Unchanged, check
from ckanext.ess.jobs.indexing import Indexing, is_on
from ckanext.ess.jobs.subjects import subjects
from ckanext.ess.sources.http import Http
from ckanext.ess.store import claims, verdicts
from ckanext.ess.store.claims import Claim
from ckanext.ess.store.verdicts import Verdict

log = logging.getLogger(__name__)

#: Claims taken at once: their datasets are indexed together, and a busy neighbour finds something left.
BATCH = 8
#: Datasets, and seconds, after which verdicts are made searchable.
_MOST_HIDDEN, _LONGEST_HIDDEN = 50, 10.0
#: A job ends after so long even if more is due; what is left is the next one's.
DRAIN_SECONDS = 600


def drain(seconds: float = DRAIN_SECONDS, only: Collection[str] | None = None) -> int:
    """Do what is due until nothing is, or until the time is up.

    Args:
        seconds: after which no further check is begun.
        only: identifiers of the resources to look at; all without.

    Returns:
        How many checks were done.
    """
    until = time.monotonic() + seconds
    worker = f"{socket.gethostname()}:{os.getpid()}"
    http = Http(allow_private=config.http_allow_private())
    done, shown = 0, _Shown()
    with Beating() as beating:
        while time.monotonic() < until and (batch := claims.claim(BATCH, worker, only)):
            beating.hold(batch)
            try:
                finished = _batch(batch, http, beating, until)
            finally:
                claims.release(beating.in_hand())
                for one in beating.in_hand():
                    beating.drop(one)
            done += len(finished)
            shown.add(finished)
    shown.now()
    http.close()
    return done


class _Shown:
    """Makes verdicts searchable, many at a time: a commit costs the search index more than a verdict."""

    def __init__(self) -> None:
        self._packages: set[str] = set()
        self._last = time.monotonic()

    def add(self, finished: Iterable[Claim]) -> None:
        """Take verdicts, and make those so far searchable now and then."""
        self._packages.update(one.package_id for one in finished)
        if len(self._packages) >= _MOST_HIDDEN or time.monotonic() - self._last > _LONGEST_HIDDEN:
            self.now()

    def now(self) -> None:
        """Make all verdicts so far searchable."""
        index.refresh(self._packages)
        activities.settle()
        self._packages.clear()
        self._last = time.monotonic()


def _batch(batch: list[Claim], http: Http, beating: Beating, until: float) -> list[Claim]:
    """Check a batch. A verdict is committed together with the beginning of the next check."""
    known = subjects(batch)
    model.Session.commit()  # no transaction is kept open while others' servers are waited for
    done: list[Claim] = []
    for claimed in batch:
        if time.monotonic() > until:
            break
        if claimed.resource_id not in known:
            verdicts.forget([claimed.resource_id])
            model.Session.commit()
        elif _one(claimed, known[claimed.resource_id], http):
            done.append(claimed)
        beating.drop(claimed)
    model.Session.commit()
    return done


def _one(claimed: Claim, subject: Subject, http: Http) -> bool:
    """Check one resource; return whether its verdict was ours to give."""
    if claimed.attempts >= claims.MOST_ATTEMPTS:
        model.Session.commit()
        return _write(claimed, _failed("gave-up", count=str(claimed.attempts)))
    if not claims.begin(claimed):
        return False
    indexing = Indexing(subject.origin, partial(claims.holds, claimed)) if is_on() else None
    try:
        found = check(subject, http, indexing)
    except Unchanged:
        return verdicts.confirm(claimed)
    except BaseTimeoutException:
        # the job's time is up: if it is this file's fault, it counts as one of its attempts
        log.warning("The check of resource %s was stopped by its job's time limit", claimed.resource_id)
        raise
    except Exception as error:
        log.exception("Check of resource %s", claimed.resource_id)
        found = _failed("fault", said=type(error).__name__)
    finally:
        if indexing:
            indexing.close()
    return _write(claimed, found)


def _write(claimed: Claim, found: Verdict) -> bool:
    try:
        return verdicts.write(claimed, found, history=config.validation_history(), commit=False)
    except sa.exc.IntegrityError:
        # the resource was purged meanwhile
        model.Session.rollback()
        return False


def _failed(code: str, **params: str) -> Verdict:
    return Verdict(UNREADABLE, {"problem": {"code": code, "params": params}, "started": claims.NOW})


def job_seconds() -> int:
    """After so long a job is stopped, whatever it does: the last file begun may take its whole time."""
    return int(DRAIN_SECONDS + 3 * config.validation_max_seconds() + 60)
