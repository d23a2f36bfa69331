"""What kind of table a file is, by its content, and its rows."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO, cast

from ckanext.ess.iati.read.kinds import HEAD, Kind, sniff
from ckanext.ess.tables import archive, delimited, opendocument, workbook
from ckanext.ess.tables.cells import Sheet
from ckanext.ess.tables.limits import MIB, Clock, TableLimits
from ckanext.ess.tables.stopped import NotApplicable, Stopped

_IN_MEMORY = 8 * MIB
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Text with one column has no separator, so that nothing tells it from other text.
_TEXTS = frozenset({Kind.CSV, Kind.TEXT})
#: Bytes by which spreadsheets of tables start.
_ZIP = b"PK\x03\x04"
_PARTS = frozenset({"xl/workbook.xml", "content.xml"})


def is_table(stream: BinaryIO) -> bool:
    r"""Whether a file is a table by its content: CSV of any encoding, XLSX, ODS, the old XLS.

    Args:
        stream: seekable; at its beginning afterwards.

    >>> import io
    >>> is_table(io.BytesIO(b"nom;montant\n")), is_table(io.BytesIO(b"<iati-activities/>"))
    (True, False)
    """
    stream.seek(0)
    head = stream.read(HEAD)
    try:
        return _is_spreadsheet(stream) if head.startswith(_ZIP) else _is_table(head)
    finally:
        stream.seek(0)


def _is_table(head: bytes) -> bool:
    return head.startswith(_OLD_EXCEL) or sniff(_readable(head)) in _TEXTS


def _is_spreadsheet(stream: BinaryIO) -> bool:
    """Whether a zip holds a workbook: it may hold XML files too."""
    try:
        if not archive.is_small(stream, TableLimits().members):
            return False
        return bool(_PARTS & set(zipfile.ZipFile(stream).namelist()))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _readable(head: bytes) -> bytes:
    """Return UTF-16 as the text it is, for NUL bytes are taken for something else than text."""
    return head.replace(b"\x00", b"") if b"\x00" in head[:16] else head


def seekable(stream: BinaryIO, clock: Clock) -> AbstractContextManager[BinaryIO]:
    """Return the stream, or a temporary copy where it cannot go back.

    Raises:
        Stopped: it is larger than the limit.
    """
    if stream.seekable():
        return nullcontext(stream)
    copy = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by its user
    size = 0
    while chunk := stream.read(MIB):
        size += len(chunk)
        clock.within("size", size)
        clock.check()
        copy.write(chunk)
    copy.seek(0)
    return cast("AbstractContextManager[BinaryIO]", copy)


def opened(stream: BinaryIO, names: Collection[str], clock: Clock) -> tuple[Sheet, int]:
    """Return the rows of a table, and its size in bytes.

    Args:
        stream: seekable.
        names: of the columns that the schema expects.
        clock: limits of the run.

    Raises:
        Stopped: it is no table, or cannot be read.
    """
    size = stream.seek(0, 2)
    clock.within("size", size)
    stream.seek(0)
    head = stream.read(HEAD)
    if not head.strip():
        raise Stopped("table.empty")
    if head.startswith(_OLD_EXCEL):
        raise NotApplicable("table.old-format")
    if head.startswith(_ZIP):
        return _zipped(stream, names, clock), size
    if not _is_table(head):
        raise Stopped("table.unreadable", kind="other", value=sniff(head).value)
    return delimited.read(stream, names, clock), size


def _zipped(stream: BinaryIO, names: Collection[str], clock: Clock) -> Sheet:
    parts = archive.opened(stream, clock)
    inside = set(parts.namelist())
    if "xl/workbook.xml" in inside:
        return workbook.read(stream, parts, names, clock)
    if "content.xml" in inside:
        return opendocument.read(parts, names, clock)
    raise Stopped("table.unreadable", kind="other", value="zip")
