"""Check pieces in several processes, and give the results back in the file's order."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from ckanext.ess.iati.read import Piece
from ckanext.ess.iati.validate.engine import Checked, Engine

#: Bytes of pieces handed over at once: large enough that the hand-over costs nothing, small enough to share
#: out.
_BATCH = 1024 * 1024
#: Batches under way per process.
_AHEAD = 2

_engine: Engine | None = None


def checked_in_processes(engine: Engine, pieces: Iterable[Piece], jobs: int) -> Iterator[Checked]:
    """Yield what ``engine.check`` gives for each piece, in order, computed by ``jobs`` processes."""
    global _engine  # noqa: PLW0603 - processes inherit it when they are forked; an engine cannot be pickled
    _engine = engine
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting: deque[Future[list[Checked]]] = deque()
        for batch in _batches(pieces):
            waiting.append(pool.submit(_check, batch))
            if len(waiting) > jobs * _AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _check(pieces: list[Piece]) -> list[Checked]:
    assert _engine is not None  # noqa: S101 - set before the processes start
    return [_engine.check(piece) for piece in pieces]


def _batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    batch: list[Piece] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece.raw)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
