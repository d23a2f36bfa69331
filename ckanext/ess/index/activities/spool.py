"""Documents of one file, set aside on disk until the file is read to its end."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Final

Json = dict[str, Any]

_IN_MEMORY: Final = 4 * 1024 * 1024
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


class Spool:
    """JSON texts of documents, a line each; in memory while they are few."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed by close)
        self.count = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, document: Json) -> None:
        """Set a document aside.

        Raises:
            OSError: the disk is full.
        """
        self._file.write(encoded(document))
        self._file.write(b"\n")
        self.count += 1

    def lines(self, correct: Callable[[int, bytes], bytes] | None = None) -> Iterator[bytes]:
        """Yield the documents in their order; ``correct`` may change one, given its number from 0."""
        self._file.seek(0)
        for number, line in enumerate(self._file):
            yield correct(number, line) if correct else line

    def close(self) -> None:
        """Let go of the disk's space."""
        self._file.close()


def encoded(document: Json) -> bytes:
    """Return a document as Solr takes it.

    >>> encoded({"id": "é"}).decode()
    '{"id":"é"}'
    """
    return _ENCODER.encode(document).encode("utf-8", "replace")
