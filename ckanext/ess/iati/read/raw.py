"""The bytes of a source: opened, counted, timed, and taken out of a gzip or zip envelope."""

from __future__ import annotations

import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from ckanext.ess.iati.read.kinds import HEAD, Kind, sniff
from ckanext.ess.iati.read.limits import MIB, Limits
from ckanext.ess.iati.read.problems import Unreadable

CHUNK = 1 * MIB
#: One call of zlib gives no more than this, so that a bomb is noticed before it fills the memory.
_INFLATED = 4 * MIB

Source = BinaryIO | str | os.PathLike[str]
Observer = Callable[[bytes], object]


def _ignore(_: bytes) -> None:
    """Observe nothing."""


class RawFile:
    """The content of a source, out of its envelope.

    ``kind`` is what the content is, ``container`` what held it (``gzip``, ``zip`` or empty), ``size`` the
    bytes that came from the source so far.

    Raises:
        Unreadable: the envelope is broken, or a limit was passed, here or while iterating.
    """

    def __init__(self, source: Source, limits: Limits, observer: Observer = _ignore) -> None:
        self.limits = limits
        self.container = ""
        self.size = 0
        self._observer = observer
        self._deadline = time.monotonic() + limits.seconds
        self._owned, self._stream = _opened(source)
        head = self._read(HEAD)
        while 0 < len(head) < HEAD and (
            more := self._read(HEAD - len(head))
        ):  # a pipe gives little at a time
            head += more
        self.kind = sniff(head)
        self._head = head
        self._chunks = self._content()
        if self.kind in {Kind.GZIP, Kind.ZIP}:
            self._open_envelope()

    def close(self) -> None:
        """Let go of the file, where we opened it."""
        if self._owned:
            self._stream.close()

    def __iter__(self) -> Iterator[bytes]:
        """Yield the content in chunks of about a mebibyte."""
        return self._chunks

    def drain(self) -> None:
        """Read what is left of the source, for the observer's sake."""
        while self._read(CHUNK):
            pass

    def _read(self, size: int) -> bytes:
        try:
            chunk = self._stream.read(size)
        except (OSError, ValueError) as error:
            raise _refused(error) from error
        self.size += len(chunk)
        if self.size > self.limits.size:
            raise Unreadable("too-large", limit=str(self.limits.size))
        self.check_time()
        self._observer(chunk)
        return chunk

    def check_time(self) -> None:
        """Stop once the time is up."""
        if time.monotonic() > self._deadline:
            raise Unreadable("too-slow", limit=f"{self.limits.seconds:g}")

    def _content(self) -> Iterator[bytes]:
        if self._head:
            yield self._head
        while chunk := self._read(CHUNK):
            yield chunk

    def _open_envelope(self) -> None:
        self.container = self.kind.value
        chunks = self._gzip(self._content()) if self.kind is Kind.GZIP else self._zip()
        head = b""
        for chunk in chunks:
            head += chunk
            if len(head) >= HEAD:
                break
        self.kind = sniff(head[:HEAD]) if self.kind is not Kind.SPREADSHEET else self.kind
        if self.kind in {Kind.GZIP, Kind.ZIP, Kind.ARCHIVE}:
            raise Unreadable("archive-nested", outer=self.container, inner=self.kind.value)
        self._chunks = _chain(head, chunks)

    def _counted(self, chunks: Iterator[bytes], packed: Callable[[], int]) -> Iterator[bytes]:
        """Pass decompressed chunks on while size, ratio and time are within the limits."""
        out = 0
        for chunk in chunks:
            out += len(chunk)
            self.check_time()
            if out > self.limits.size:
                raise Unreadable("too-large", limit=str(self.limits.size))
            if out > self.limits.ratio_floor and out > self.limits.ratio * max(packed(), 1):
                raise Unreadable("decompression-ratio", limit=str(self.limits.ratio))
            yield chunk

    def _gzip(self, packed: Iterator[bytes]) -> Iterator[bytes]:
        return self._counted(_inflated(packed), lambda: self.size)

    def _zip(self) -> Iterator[bytes]:
        archive = _archive(self._spooled())
        names = archive.namelist()
        if "xl/workbook.xml" in names or ("mimetype" in names and "content.xml" in names):
            self.kind = Kind.SPREADSHEET
            return iter(())
        members = [
            info
            for info in archive.infolist()
            if not info.is_dir()
            and not info.filename.startswith("__MACOSX/")
            and Path(info.filename).name[:1] != "."
        ]
        xml = [info for info in members if info.filename.lower().endswith(".xml")] or members
        if len(xml) != 1:
            raise Unreadable("archive-without-xml", count=str(len(xml)))
        if xml[0].flag_bits & 1:
            raise Unreadable("archive-encrypted", name=xml[0].filename[:200])
        return self._counted(_member(archive, xml[0]), lambda: xml[0].compress_size)

    def _spooled(self) -> BinaryIO:
        """Copy the zip to a temporary file: its directory stands at its end, and a stream may not seek."""
        spool = tempfile.SpooledTemporaryFile(max_size=8 * MIB)  # noqa: SIM115 - lives as long as the archive
        for chunk in self._content():
            spool.write(chunk)
        spool.seek(0)
        return spool  # type: ignore[return-value]


def _opened(source: Source) -> tuple[bool, BinaryIO]:
    if not isinstance(source, (str, os.PathLike)):
        return False, source
    try:
        # A pipe or a device never ends, or blocks for ever before its first byte.
        if Path(source).exists() and not Path(source).is_file():
            raise Unreadable("unreadable", kind="special", reason="not a regular file")
        return True, Path(source).open("rb", buffering=0)
    except (OSError, ValueError) as error:
        raise _refused(error) from error


def _refused(error: Exception) -> Unreadable:
    """Return what the system said: the usual cases by kind, the others in its own words."""
    reason = (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
    kinds: dict[type[Exception], str] = {FileNotFoundError: "absent", PermissionError: "forbidden"}
    return Unreadable("unreadable", kind=kinds.get(type(error), ""), reason=reason)


def _chain(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from chunks


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress gzip members one after the other; zero bytes after the last are padding."""
    engine = zlib.decompressobj(wbits=31)
    try:
        for chunk in packed:
            rest = chunk
            while rest:
                if engine.eof:
                    rest = rest.lstrip(b"\x00")
                    if not rest:
                        break
                    engine = zlib.decompressobj(wbits=31)
                yield engine.decompress(rest, _INFLATED)
                rest = engine.unconsumed_tail or engine.unused_data
    except zlib.error as error:
        raise Unreadable("archive-broken", container="gzip") from error
    if not engine.eof:
        raise Unreadable("archive-broken", container="gzip")


def _archive(spool: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(spool)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable("archive-broken", container="zip") from error


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise Unreadable("archive-broken", container="zip") from error
