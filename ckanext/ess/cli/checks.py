"""Which files a command checks, the processes that do it, and how far they are."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess import config
from ckanext.ess.index import verdicts as index
from ckanext.ess.jobs import draining, queue, schedule
from ckanext.ess.store import claims, pruning
from ckanext.ess.store.validation import STATUSES, ValidationState

_PAUSE = 0.5


class Chosen:
    """Files that somebody wants checked.

    Args:
        scope: ``all``, ``stale`` or ``due``.
        organization: name or id; then all files of it.
        dataset: name or id; then all files of it.

    Raises:
        ObjectNotFound: there is no such organisation or dataset.
    """

    def __init__(self, scope: str, organization: str, dataset: str) -> None:
        self._scope = scope
        self._which: list[sa.ColumnElement[bool]] = []
        for name, kind, column in (
            (organization, model.Group, model.Package.owner_org),
            (dataset, model.Package, model.Package.id),
        ):
            if not name:
                continue
            found = kind.get(name)
            if found is None:
                raise tk.ObjectNotFound(tk._("{name}: not found.").format(name=name))
            self._which.append(column == found.id)

    def ask(self) -> int:
        """Ask for the checks and commit; return how many files are to be checked."""
        if self._which or self._scope == "all":
            claims.ask(sa.and_(sa.true(), *self._which), reason=claims.ASKED)
        elif self._scope == "stale":
            schedule.ask_for_stale(most=10**6)
        else:
            schedule.ask_for_new()
            schedule.ask_for_stale()
        model.Session.commit()
        index.refresh_all()
        return self.left()

    def left(self) -> int:
        """How many of them are not checked yet."""
        waiting = sa.and_(ValidationState.wanted <= claims.NOW, *self._which)
        return model.Session.scalar(self._counted().where(waiting)) or 0

    def by_status(self) -> dict[str, int]:
        """How many of them there are of each status."""
        query = self._counted().add_columns(ValidationState.status).group_by(ValidationState.status)
        return {row[1]: row[0] for row in model.Session.execute(query.where(*self._which))}

    def _counted(self) -> sa.Select[tuple[int]]:
        return (
            sa.select(sa.func.count())
            .select_from(ValidationState)
            .join(model.Package, model.Package.id == ValidationState.package_id)
        )


class Waiting(Protocol):
    """Files that are waited for."""

    def left(self) -> int:
        """How many are not checked yet."""
        ...


def watch(chosen: Waiting, asked: int, processes: int) -> None:
    """Show how far the checks are until all are done; start processes that do them."""
    if not processes:
        queue.send(asked)
    with _working(processes) as working, click.progressbar(length=asked, label=tk._("Files")) as bar:
        done = 0
        while True:
            left = chosen.left()
            model.Session.rollback()
            bar.update(max(asked - left - done, 0))
            done = max(done, asked - left)
            if not left or (processes and not any(one.poll() is None for one in working)):
                break
            time.sleep(_PAUSE)


def counts(chosen: Chosen) -> dict[str, int]:
    """Files by status, worst first."""
    found = chosen.by_status()
    return {status: found.get(status, 0) for status in STATUSES}


def drain() -> int:
    """Do what is due until nothing is."""
    total = 0
    while done := draining.drain():
        total += done
    return total


def prune() -> int:
    """Delete what is not to be kept; return how many past checks went."""
    gone = pruning.prune(config.validation_history())
    model.Session.commit()
    return gone


@contextmanager
def _working(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    start = "from ckan.cli.cli import ckan; ckan(prog_name='ckan')"
    words = [sys.executable, "-c", start, "-c", tk.config["__file__"], "ess", "validation", "drain"]
    started: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            started.append(subprocess.Popen(words, stdin=subprocess.DEVNULL))  # noqa: S603, PERF401
        yield started
        for process in started:
            process.wait()
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()
