"""A zip of IATI files, read where it lies: nothing is written to a disk, whatever its names say."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import BinaryIO

from ckanext.ess.iati.facts import FileFacts, read_facts
from ckanext.ess.sources.errors import SourceInvalid, SourceRefused

#: What the directory of a zip may take, and what a member may grow to before its ratio is judged.
MAX_DIRECTORY = 8 * 1024 * 1024
MAX_RATIO = 300
_JUDGED = 8 * 1024 * 1024
#: The end of the directory, with the longest comment that may follow it.
_TAIL = 22 + 65_535
_END = b"PK\x05\x06"
_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


class Zipped:
    """A zip.

    Args:
        stream: its bytes; may be sought in.
        url: how sentences name it.
        most: members that it may have.

    Raises:
        SourceInvalid: it is damaged.
        SourceRefused: it has too many members.
    """

    def __init__(self, stream: BinaryIO, url: str, most: int) -> None:
        self._url = url
        _check_directory(stream, url, most)
        try:
            self._archive = zipfile.ZipFile(stream)
        except _DAMAGE as error:
            raise _damaged(url, error) from error
        self._infos = {info.filename: info for info in self._archive.infolist() if _is_data(info)}

    def names(self) -> list[str]:
        """Its XML files, in the order of their names."""
        return sorted(self._infos)

    def facts(self, name: str) -> FileFacts:
        """What one of its files says.

        Raises:
            SourceInvalid: it is damaged or encrypted.
            SourceRefused: it grows like a bomb.
        """
        info, shown = self._infos[name], f"{self._url}#{name}"
        if info.file_size > max(_JUDGED, info.compress_size * MAX_RATIO):
            raise SourceRefused("http.bomb", url=shown, ratio=MAX_RATIO)
        try:
            with self._archive.open(info) as member:
                return read_facts(member)  # type: ignore[arg-type]
        except _DAMAGE as error:
            raise _damaged(shown, error) from error


def _is_data(info: zipfile.ZipInfo) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(info.filename).parts)
    return not info.is_dir() and not hidden and info.filename.lower().endswith(".xml")


def _check_directory(stream: BinaryIO, url: str, most: int) -> None:
    """Refuse a zip whose directory alone would fill the memory; its size stands at the very end."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    stream.seek(0)
    at = tail.rfind(_END)
    if at < 0 or at + 16 > len(tail):
        raise SourceInvalid("zip.damaged", url=url, said="no directory")
    count, length = struct.unpack_from("<HI", tail, at + 10)
    if count > most or length > MAX_DIRECTORY:
        raise SourceRefused("index.many", url=url, count=most)


def _damaged(url: str, error: Exception) -> SourceInvalid:
    return SourceInvalid("zip.damaged", url=url, said=str(error)[:200] or type(error).__name__)
