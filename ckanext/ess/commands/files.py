"""The files that a command is given, and their examination, in several processes where asked for."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

from ckanext.ess.commands.progress import Bar
from ckanext.ess.iati.validate import Options
from ckanext.ess.iati.validate.processes import sensible
from ckanext.ess.iati.validate.run import Outcome, examine

#: A larger file is shared out among the processes; of smaller ones, each process takes one at a time.
_LARGE = 8 * 1024 * 1024


def named(names: Iterable[str]) -> Iterator[str]:
    """Yield the files named, and those in the folders named.

    A folder is entered once, links to folders never.
    """
    for name in names:
        if name != "-" and Path(name).is_dir():
            for folder, folders, files in os.walk(name, followlinks=False):
                folders.sort()
                yield from (str(Path(folder) / file) for file in sorted(files) if not file.startswith("."))
        else:
            yield name


def examined(paths: list[str], options: Options) -> list[Outcome]:
    """Examine files and return the outcomes in their order; ``options.jobs`` processes share the work."""
    small = [path for path in paths if path != "-" and _size(path) < _LARGE]
    if options.jobs == 1 or len(small) < 2:  # noqa: PLR2004 - one file, one process
        return [_examined(path, options) for path in paths]
    outcomes = dict(zip(small, _shared_out(small, options), strict=True))
    return [outcomes.get(path) or _examined(path, options) for path in paths]


def _shared_out(paths: list[str], options: Options) -> Iterator[Outcome]:
    """Yield the outcomes of small files, each examined by one of several processes."""
    alone = replace(options, jobs=1)
    context = multiprocessing.get_context("fork")
    jobs = sensible(options.jobs)
    with Bar("", len(paths)) as bar, ProcessPoolExecutor(jobs, mp_context=context) as pool:
        futures: list[Future[Outcome]] = [pool.submit(_quietly, path, alone) for path in paths]
        for done, (path, future) in enumerate(zip(paths, futures, strict=True)):
            bar.show(done)
            try:
                yield future.result()
            except BrokenProcessPool:  # a process was killed: this one goes on alone
                yield _examined(path, alone)


def _quietly(path: str, options: Options) -> Outcome:
    return examine(path, options, name=_told(path))


def _examined(path: str, options: Options) -> Outcome:
    if path == "-":
        return examine(sys.stdin.buffer, options, name="-")
    with Bar(_told(path), _size(path)) as bar:
        return examine(path, options, name=_told(path), progress=bar.show)


def _told(path: str) -> str:
    """Return a name as text: one in no known encoding would keep every reader from reading the report."""
    return os.fsencode(path).decode("utf-8", "replace")


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return 0
