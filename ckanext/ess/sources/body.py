"""The body of an answer, decompressed piece by piece within limits: a small bomb must not fill the disk."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from ckanext.ess.sources.errors import SourceInvalid, SourceRefused, SourceUnavailable

PIECE_BYTES = 64 * 1024
#: XML compresses 10 to 60 times; deflate can reach 1,032. Small answers are not judged.
MAX_RATIO = 300
_JUDGED_BYTES = 8 * 1024 * 1024
_GZIP, _ZLIB, _RAW = 31, 15, -15


def bounded(pieces: Iterator[bytes], encoding: str, max_bytes: int, url: str) -> Iterator[bytes]:
    """Yield the decompressed pieces of a body.

    Args:
        pieces: the body as it comes.
        encoding: its Content-Encoding.
        max_bytes: limit of the decompressed size.
        url: how sentences name it.

    Raises:
        SourceRefused: larger than the limit, or growing like a bomb.
        SourceInvalid: another compression, or a damaged one.
        SourceUnavailable: it ends too early.
    """
    inner = _inflated(pieces, encoding, url) if encoding not in ("", "identity") else pieces
    size = 0
    for piece in inner:
        size += len(piece)
        if size > max_bytes:
            raise too_large(max_bytes, url)
        yield piece


def too_large(max_bytes: int, url: str) -> SourceRefused:
    """The error of an answer above the limit."""
    megabytes = max_bytes / 1024**2
    return SourceRefused("http.large", url=url, megabytes=f"{megabytes:.3g}")


def _inflated(pieces: Iterator[bytes], encoding: str, url: str) -> Iterator[bytes]:
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise SourceInvalid("http.encoding", url=url, said=encoding[:40])
    inflater = _Inflater(_ZLIB if encoding == "deflate" else _GZIP)
    for piece in pieces:
        try:
            yield from inflater.inflate(piece)
        except zlib.error as error:
            raise SourceInvalid("http.compression", url=url, said=error) from error
        if inflater.made > max(_JUDGED_BYTES, inflater.taken * MAX_RATIO):
            raise SourceRefused("http.bomb", url=url, ratio=MAX_RATIO)
    if inflater.is_unfinished():
        raise SourceUnavailable("http.cut", url=url, said="gzip")


class _Inflater:
    """Decompresses in pieces of limited size."""

    def __init__(self, window: int) -> None:
        self.taken = self.made = 0
        self._window = window
        self._stream = zlib.decompressobj(window)

    def inflate(self, piece: bytes) -> Iterator[bytes]:
        rest, full = piece, False
        while rest or full:
            before = len(rest)
            made, rest = self._step(rest)
            self.taken += before - len(rest)
            self.made += len(made)
            full = len(made) == PIECE_BYTES  # there may be more, although nothing is left to read
            if made:
                yield made
            if self.made > max(_JUDGED_BYTES, (self.taken + before) * MAX_RATIO):
                return  # the caller refuses it

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        if self._stream.eof and data:  # gzip may hold several streams one after the other
            self._stream = zlib.decompressobj(self._window)
        try:
            made = self._stream.decompress(data, PIECE_BYTES)
        except zlib.error:
            if self._window != _ZLIB or self.taken:
                raise
            self._window = _RAW  # some servers send deflate without its envelope
            self._stream = zlib.decompressobj(_RAW)
            made = self._stream.decompress(data, PIECE_BYTES)
        return made, self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail

    def is_unfinished(self) -> bool:
        return self.taken > 0 and not self._stream.eof
