"""The file behind a resource: from the portal's storage, its own address, or the catalogue's copy of it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from file_keeper import FileData, Storage
from file_keeper.core.exceptions import FilesError

from ckan.lib import uploader

from ckanext.ess.iati.read.raw import CHUNK
from ckanext.ess.sources.errors import SourceError, SourceUnavailable
from ckanext.ess.sources.file_download import Remote, download
from ckanext.ess.sources.file_problems import problem_of
from ckanext.ess.sources.http import Http
from ckanext.ess.sources.limits import Limits

log = logging.getLogger(__name__)

UPLOAD, REMOTE, CACHED = "upload", "remote", "cached"


class NotReadError(Exception):
    """The file could not be had.

    Attributes:
        problem: why, to keep.
        is_temporary: whether another try later makes sense.
    """

    def __init__(self, problem: dict[str, Any], *, is_temporary: bool = False) -> None:
        super().__init__(str(problem["code"]))
        self.problem = problem
        self.is_temporary = is_temporary


class Hashed:
    """A binary stream that is read once, from its start; counts and hashes what is read."""

    def __init__(self, stream: BinaryIO | Iterator[bytes]) -> None:
        self._chunks = iter(stream) if not hasattr(stream, "read") else None
        self._stream = cast("BinaryIO", stream)
        self._rest = b""
        self._digest = hashlib.sha1(usedforsecurity=False)
        self.size = 0

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at the end."""
        chunk = self._stream.read(size) if self._chunks is None else self._from_chunks(size)
        self._digest.update(chunk)
        self.size += len(chunk)
        return chunk

    def seekable(self) -> bool:
        """Never: who wants to go back makes a copy."""
        return False

    def _from_chunks(self, size: int) -> bytes:
        while not self._rest and (piece := next(self._chunks or iter(()), None)) is not None:
            self._rest = bytes(piece)
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def drain(self) -> str:
        """Read what is left; return the SHA-1 of everything."""
        while self.read(CHUNK):
            pass
        return self._digest.hexdigest()


@dataclass
class Opened:
    """A file ready to be read once.

    ``sha1`` is known of a download; of an upload ``stream.drain()`` tells it. ``problem`` says why it is not
    the file at its own address. ``is_same`` tells of an upload, at the end, that nobody changed it meanwhile.
    """

    stream: Hashed
    source: str
    url: str = ""
    etag: str = ""
    sha1: str = ""
    whole: bool = True
    not_modified: bool = False
    problem: dict[str, Any] | None = None
    close: Callable[[], object] = field(default=lambda: None)
    is_same: Callable[[], bool] = field(default=lambda: True)


def open_upload(resource: dict[str, Any], max_bytes: int) -> Opened:
    """Open an uploaded file, wherever CKAN or an extension keeps it.

    Raises:
        NotReadError: it is not there, or too large.
    """
    try:
        keeper = uploader.get_resource_uploader(dict(resource))
        place = keeper.get_path(resource["id"])
        storage = getattr(keeper, "storage", None)
        if isinstance(storage, Storage):
            return _stored(storage, place, max_bytes)
        return _on_disk(Path(place), max_bytes)
    except (FilesError, OSError, TypeError, ValueError) as error:
        log.info("Upload of resource %s: %s", resource["id"], error)
        said = (isinstance(error, OSError) and error.strerror) or type(error).__name__
        raise NotReadError({"code": "upload.missing", "params": {"said": said}}) from error


def _stored(storage: Storage, place: Any, max_bytes: int) -> Opened:
    before = storage.analyze(place)
    _within(before.size, max_bytes, str(place))

    def is_same() -> bool:
        now = storage.analyze(place)
        return (now.size, now.hash) == (before.size, before.hash)

    stream = storage.stream(FileData(place, size=before.size))
    close = getattr(stream, "close", lambda: None)
    return Opened(Hashed(cast("BinaryIO", stream)), UPLOAD, close=close, is_same=is_same)


def _on_disk(path: Path, max_bytes: int) -> Opened:
    before = path.stat()
    _within(before.st_size, max_bytes, path.name)
    stream = path.open("rb", buffering=0)

    def is_same() -> bool:
        now = path.stat()
        return (now.st_size, now.st_mtime_ns, now.st_ino) == (
            before.st_size,
            before.st_mtime_ns,
            before.st_ino,
        )

    return Opened(Hashed(cast("BinaryIO", stream)), UPLOAD, close=stream.close, is_same=is_same)


def _within(size: int, max_bytes: int, name: str) -> None:
    if size > max_bytes:
        params = {"url": name, "megabytes": f"{max_bytes / 1024**2:.3g}"}
        raise NotReadError({"code": "http.large", "params": params})


def open_remote(
    http: Http, url: str, cached_url: str, limits: Limits, is_wanted: Callable[[bytes], bool], etag: str
) -> Opened:
    """Open the file at an address, or the catalogue's copy of it where the address fails.

    Raises:
        NotReadError: neither can be read.
    """
    try:
        return _opened(download(http, url, limits, is_wanted, etag=etag), REMOTE)
    except SourceError as error:
        why = problem_of(error)
        is_temporary = isinstance(error, SourceUnavailable)
        if cached_url and cached_url != url:
            try:
                opened = _opened(download(http, cached_url, limits, is_wanted), CACHED)
            except SourceError as second:
                log.info("The catalogue's copy failed too: %s", second)
            else:
                opened.problem = {"code": "cached", "params": {}, "cause": why}
                return opened
        raise NotReadError(why, is_temporary=is_temporary) from error


def _opened(remote: Remote, source: str) -> Opened:
    return Opened(
        Hashed(remote.stream),
        source,
        remote.url,
        remote.etag,
        remote.sha1,
        whole=remote.whole,
        not_modified=remote.not_modified,
        close=remote.stream.close,
    )
