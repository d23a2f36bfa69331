"""A spreadsheet's envelope: a zip whose parts are small enough, not encrypted, and declare no entities."""

from __future__ import annotations

import zipfile
import zlib
from typing import BinaryIO

from ckanext.ess.tables.limits import Clock
from ckanext.ess.tables.stopped import Stopped

_CHUNK = 256 * 1024
_XML = (".xml", ".rels", ".vml")
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
#: Longest of the marks above, less one: they may stand across two chunks.
_OVERLAP = 8
_BROKEN = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError,
    KeyError,
)  # fmt: skip


#: The record at the end of a zip, with its comment; the mark of the record for very large ones before it.
_END, _LARGE, _TAIL = b"PK\x05\x06", b"PK\x06\x07", 22 + 65535
_LARGE_LENGTH, _SIZE = 20, slice(12, 16)
#: Bytes that the entry of a part takes in the directory, with its name, at most on average.
_ENTRY = 512


def is_small(stream: BinaryIO, members: int) -> bool:
    """Whether a zip's directory is small enough to be read: each of its entries becomes an object in memory.

    Args:
        stream: seekable.
        members: parts that the archive may have.
    """
    end = stream.seek(0, 2)
    start = max(0, end - _TAIL - _LARGE_LENGTH)
    stream.seek(start)
    tail = stream.read()
    place = tail.rfind(_END)
    if place < 0 or tail[max(0, place - _LARGE_LENGTH) :].startswith(_LARGE):
        return False
    return int.from_bytes(tail[place:][_SIZE], "little") <= members * _ENTRY


def opened(stream: BinaryIO, clock: Clock) -> zipfile.ZipFile:
    """Return the archive once all its parts were looked at.

    ``zipfile`` never gives more of a part than its declared size, so the declared sizes bound what comes out.

    Raises:
        Stopped: it is broken, encrypted, a bomb, or holds a document type.
    """
    if not is_small(stream, clock.limits.members):
        raise Stopped("table.unreadable", kind="spreadsheet")
    stream.seek(0)
    try:
        archive = zipfile.ZipFile(stream)
        members = archive.infolist()
        clock.within("members", len(members))
        clock.within("unpacked", sum(member.file_size for member in members))
        for member in members:
            if member.flag_bits & 1:
                raise Stopped("table.unreadable", kind="encrypted")
            if member.filename.lower().endswith(_XML):
                _look(archive, member, clock)
    except _BROKEN as error:
        raise Stopped("table.unreadable", kind="spreadsheet") from error
    return archive


def _look(archive: zipfile.ZipFile, member: zipfile.ZipInfo, clock: Clock) -> None:
    """Raise where a part declares a document type, in whatever encoding; entities come from nowhere else."""
    rest = b""
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            clock.check()
            window = (rest + chunk).replace(b"\x00", b"")
            if any(mark in window for mark in _FORBIDDEN):
                raise Stopped("table.unreadable", kind="doctype")
            rest = window[-_OVERLAP:]
