"""Check pieces in several processes, and give the results back in the file's order.

Texts go through memory that the processes share, so that nothing is copied through pipes and no process waits
for another to read; only what was found comes back through a pipe.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, cycle, islice
from mmap import mmap
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from ckanext.ess.iati.read import Piece
from ckanext.ess.iati.validate.engine import Checked, Engine, Named
from ckanext.ess.iati.validate.finding import Finding

#: Bytes of pieces handed over at once: large enough that the hand-over costs nothing, small enough to share
#: out.
_BATCH = 512 * 1024
#: Batches under way per process: one that it works on, and the next.
_AHEAD = 2
#: Bytes that the place and length of a piece may take, and the text that the shortest piece counts for.
_PLACE = 64
_LEAST = 64

Batch = list[Piece]


class _Message(NamedTuple):
    """Where in the shared memory a batch is."""

    start: int
    text: int
    places: int


def sensible(jobs: int) -> int:
    """Return how many processes to start where so many are asked for.

    More than two for each processor would take memory, a whole machine's in the end, and save no time.
    """
    return min(jobs, 2 * (os.cpu_count() or 1))


def checked_in_processes(engine: Engine, pieces: Iterable[Piece], jobs: int) -> Iterator[Checked]:
    """Yield what ``engine.check`` gives for each piece, in order, computed by ``jobs`` processes.

    A batch whose process is gone (killed for want of memory, say) is checked by this one, and so is a file
    that is too short to be shared out.
    """
    jobs = sensible(jobs)
    batches = _batches(pieces)
    first = list(islice(batches, jobs))
    if len(first) < jobs:
        for batch in first:
            yield from map(engine.check, batch)
        return
    workers: list[_Worker] = []
    try:
        for _ in range(jobs):
            workers.append(_Worker(engine, workers))
        yield from _shared_out(workers, chain(first, batches))
    finally:
        for worker in workers:
            worker.stop()


def _shared_out(workers: list[_Worker], batches: Iterable[Batch]) -> Iterator[Checked]:
    waiting: deque[_Worker] = deque()
    for batch, worker in zip(batches, cycle(workers)):
        if len(waiting) == len(workers) * _AHEAD:
            yield from waiting.popleft().results()
        worker.take(batch)
        waiting.append(worker)
    while waiting:
        yield from waiting.popleft().results()


class _Worker:
    """A process that checks batches, and the memory in which it finds them."""

    def __init__(self, engine: Engine, others: list[_Worker]) -> None:
        context = multiprocessing.get_context("fork")  # an engine is inherited, it cannot be sent
        self._engine = engine
        self._slot = _BATCH + engine.largest_piece + _PLACE * _BATCH // _LEAST
        self._shared = mmap(-1, self._slot * _AHEAD)
        self._given: deque[Batch] = deque()
        self._number = 0
        self.here, there = context.Pipe()
        ends = [self.here, *(other.here for other in others)]
        self._process = context.Process(
            target=_work, args=(engine, self._shared, there, ends), daemon=True, name="ess-validate"
        )
        self._process.start()
        there.close()

    def take(self, batch: Batch) -> None:
        """Hand a batch over; its results are asked for before a third one is."""
        self._given.append(batch)
        start = self._slot * (self._number % _AHEAD)
        self._number += 1
        text = b"".join(piece.raw for piece in batch)
        places = pickle.dumps([(p.number, len(p.raw), p.line, p.column, p.displaced) for p in batch], 5)
        end = start + len(text)
        self._shared[start:end] = text
        self._shared[end : end + len(places)] = places
        with suppress(OSError):  # a process that is gone is noticed when its results are due
            self.here.send(tuple(_Message(start, len(text), len(places))))

    def results(self) -> list[Checked]:
        """Return what was found in the oldest batch handed over."""
        batch = self._given.popleft()
        try:
            return [_unpacked(one) for one in pickle.loads(self.here.recv_bytes())]  # noqa: S301 - our own child
        except (EOFError, OSError):
            return [self._engine.check(piece) for piece in batch]

    def stop(self) -> None:
        """End the process, whatever it is doing, and let go of the memory."""
        self.here.close()
        self._process.terminate()
        self._process.join()
        self._shared.close()


def _work(engine: Engine, shared: mmap, there: Connection, ends: list[Connection]) -> None:
    """Check batches until there are no more; the main thread of a worker."""
    for end in ends:  # inherited; while one is open, nobody notices that the first process is gone
        end.close()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            batch = _read(shared, _Message(*there.recv()))
            there.send_bytes(pickle.dumps([_packed(engine.check(piece)) for piece in batch], 5))


def _read(shared: mmap, message: _Message) -> Iterator[Piece]:
    end = message.start + message.text
    places = pickle.loads(shared[end : end + message.places])  # noqa: S301 - our own parent
    start = message.start
    for number, length, line, column, displaced in places:
        yield Piece(number, shared[start : start + length], line, column, displaced)
        start += length


def _packed(checked: Checked) -> tuple[Any, ...]:
    """Plain tuples travel in a third of the time of named ones."""
    return (
        *checked[:3],
        [tuple(finding) for finding in checked.findings],
        checked.problems,
        [(tuple(named.finding), named.identifier) for named in checked.references],
        *checked[6:],
    )


def _unpacked(packed: tuple[Any, ...]) -> Checked:
    number, identifier, place, findings, problems, references, *rest = packed
    return Checked(
        number,
        identifier,
        place,
        tuple(map(Finding._make, findings)),
        problems,
        tuple(Named(Finding._make(finding), name) for finding, name in references),
        *rest,
    )


def _batches(pieces: Iterable[Piece]) -> Iterator[Batch]:
    batch: Batch = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += max(len(piece.raw), _LEAST)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
