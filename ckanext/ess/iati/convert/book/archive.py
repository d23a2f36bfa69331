"""The parts of an office file, unpacked within limits."""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from lxml import etree

from ckanext.ess.iati.convert.book.limits import Limits
from ckanext.ess.iati.convert.problem import Unreadable

_PROLOG = 2048
_LONG = 10


class Archive:
    """An office file. Not safe for threads: counts what it unpacks."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._packed = path.stat().st_size
        self._sizes: dict[str, int] = {}
        self._until = time.monotonic() + limits.seconds
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise Unreadable("damaged", reason=str(error)) from error
        self.names = frozenset(self._zip.namelist())
        if len(self.names) > limits.members:
            raise Unreadable("too-many-parts", limit=str(limits.members))

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def count(self, name: str, size: int) -> None:
        """Take note of the bytes of a part, once however often it is read; raises past the limits."""
        self._sizes[name] = max(size, self._sizes.get(name, 0))
        unpacked = sum(self._sizes.values())
        limits = self._limits
        allowed = max(limits.ratio_floor, self._packed * limits.ratio)
        if unpacked > min(limits.unpacked, allowed):
            raise Unreadable("bomb", limit=str(limits.unpacked // (1024 * 1024)))
        if time.monotonic() > self._until:
            raise Unreadable("too-slow", limit=f"{limits.seconds:g}")

    def open(self, name: str) -> IO[bytes]:
        """Open a part; raises ``Unreadable`` when there is none."""
        try:
            return io.BufferedReader(_Counted(self._zip.open(name), name, self), 1 << 16)
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise Unreadable("damaged", reason=str(error).strip("\"'")) from error

    def elements(self, name: str, *tags: str, starts: bool = False) -> Iterator[tuple[str, Any]]:
        """Yield (event, element) of a part for some tags of any namespace, and forget what was yielded."""
        with self.open(name) as stream:
            _no_doctype(stream)
            events = ("start", "end") if starts else ("end",)
            try:
                walk = etree.iterparse(
                    stream,
                    events=events,
                    tag=[f"{{*}}{tag}" for tag in tags],
                    resolve_entities=False,
                    no_network=True,
                    huge_tree=False,
                    remove_comments=True,
                    remove_pis=True,
                )
                for event, element in cast("Iterator[tuple[str, Any]]", walk):
                    yield event, element
                    if event == "end":
                        _forget(element)
            except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise Unreadable("damaged", reason=str(error)) from error


def _forget(element: Any) -> None:
    element.clear(keep_tail=False)
    while element.getprevious() is not None:
        del element.getparent()[0]


def _no_doctype(stream: IO[bytes]) -> None:
    """Office programs write none; a file that has one is up to something."""
    if b"<!DOCTYPE" in cast("io.BufferedReader", stream).peek(_PROLOG)[:_PROLOG].upper():
        raise Unreadable("doctype")


class _Counted(io.RawIOBase):
    """A part being unpacked, with its bytes counted."""

    def __init__(self, stream: IO[bytes], name: str, archive: Archive) -> None:
        self._stream, self._name, self._archive = stream, name, archive
        self._size = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read at most as much as the buffer holds."""
        try:
            data = self._stream.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Unreadable("damaged", reason=str(error)) from error
        self._size += len(data)
        self._archive.count(self._name, self._size)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the part."""
        self._stream.close()
        super().close()


def whole(text: str | None, default: int) -> int:
    """Return a whole number that markup gives; the default where it gives none.

    >>> whole("12", 1), whole("x", 1), whole(None, 0), whole("-4", 1)
    (12, 1, 0, 1)
    """
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < _LONG else default
