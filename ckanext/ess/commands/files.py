"""The files that a command is given, and their examination, in several processes where asked for."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
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
        if name != "-" and os.path.isdir(name):  # noqa: PTH112 - Path raises for a name that is too long
            closed: list[OSError] = []
            for folder, folders, files in os.walk(name, onerror=closed.append, followlinks=False):
                folders.sort()
                yield from (str(Path(folder) / file) for file in sorted(files) if not file.startswith("."))
            # A folder that may not be read is no folder without files: it is told as unreadable.
            yield from sorted(str(error.filename) for error in closed)
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
    with Bar("", len(paths)) as bar, _pool(min(sensible(options.jobs), len(paths))) as pool:
        futures: list[Future[Outcome]] = [pool.submit(_quietly, path, alone) for path in paths]
        for done, (path, future) in enumerate(zip(paths, futures, strict=True)):
            bar.show(done)
            try:
                yield future.result()
            except BrokenProcessPool:  # a process was killed: this one goes on alone
                yield _examined(path, alone)


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that do not go on when this one is stopped or gone."""
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_follow)
    try:
        yield pool
    except (KeyboardInterrupt, GeneratorExit):
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _follow() -> None:
    """Leave Ctrl-C to the first process, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if first := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(first.join,), daemon=True).start()


def _end_with(gone: Callable[[], None]) -> None:
    gone()
    os._exit(1)


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
