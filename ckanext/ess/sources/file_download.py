"""Downloads a file to be checked; what turns out to be none of ours is not downloaded whole."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, cast

from ckanext.ess.sources.addresses import public_form
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.limits import Limits

#: A file of this size is still kept in memory, a larger one on disk.
IN_MEMORY = 8 * 1024 * 1024
#: Bytes by which a file is judged.
HEAD = 8192


@dataclass
class Remote:
    """A downloaded file: ``stream`` at its beginning, to be closed by who asked for it.

    ``whole`` is false where its first bytes were enough; ``sha1`` and ``etag`` are empty then.
    """

    stream: BinaryIO
    url: str
    size: int = 0
    sha1: str = ""
    etag: str = ""
    whole: bool = True
    not_modified: bool = False


class _EnoughError(Exception):
    """The first bytes said it all."""


class _Judged:
    """A file that stops the download once its first bytes are not wanted."""

    def __init__(self, stream: BinaryIO, is_wanted: Callable[[bytes], bool]) -> None:
        self._stream = stream
        self._is_wanted = is_wanted
        self._head: bytearray | None = bytearray()

    def seek(self, place: int) -> int:
        """A new try begins."""
        self._head = bytearray()
        return self._stream.seek(place)

    def truncate(self) -> int:
        """Forget what a try before this one wrote."""
        return self._stream.truncate()

    def write(self, piece: bytes) -> int:
        """Write, and judge as soon as there is enough."""
        written = self._stream.write(piece)
        if self._head is not None:
            self._head += piece
            if len(self._head) >= HEAD:
                wanted = self._is_wanted(bytes(self._head))
                self._head = None
                if not wanted:
                    raise _EnoughError
        return written


def download(
    http: Http, url: str, limits: Limits, is_wanted: Callable[[bytes], bool], *, etag: str = ""
) -> Remote:
    """Download a file.

    Args:
        http: how to read remote files.
        url: where it is.
        limits: what it may cost.
        is_wanted: judges it by its first bytes.
        etag: of the copy that was checked before; the same again is not sent.

    Raises:
        SourceError: it could not be read.
    """
    stream = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - given away
    try:
        done = http.download(url, cast("BinaryIO", _Judged(stream, is_wanted)), etag=etag, limits=limits)
    except _EnoughError:
        size = stream.tell()
        stream.seek(0)
        return Remote(stream, public_form(url), size, whole=False)
    except BaseException:
        stream.close()
        raise
    stream.seek(0)
    return Remote(
        stream, public_form(done.url), done.size, done.sha1, done.etag, not_modified=done.not_modified
    )
