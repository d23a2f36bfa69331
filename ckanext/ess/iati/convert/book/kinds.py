"""Tell what a file is by its first bytes, and say so when it is no table that we read."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from ckanext.ess.iati.convert.book.limits import Limits
from ckanext.ess.iati.convert.problem import Unreadable

XLSX, ODS, CSV = "xlsx", "ods", "csv"
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: How a directory of an OLE file spells the stream of an encrypted workbook.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_MARKUP = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(!doctype|html|table|head|body|\?xml|!--|iati-)", re.IGNORECASE
)
_HEAD = 4096
#: Files inside an archive that give other office formats away, with the code of their sentence.
_OTHERS = {"xl/workbook.bin": "is-xlsb", "word/document.xml": "is-word", "ppt/presentation.xml": "is-slides",
           "Index/Document.iwa": "is-numbers"}  # fmt: skip


def kind_of(path: Path, limits: Limits) -> str:
    """Return ``xlsx``, ``ods`` or ``csv``; raises ``Unreadable`` for anything else."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except FileNotFoundError as error:
        raise Unreadable("absent", reason=str(path)) from error
    except OSError as error:
        raise Unreadable("unreadable", reason=error.strerror or str(error)) from error
    if not size:
        raise Unreadable("empty-file")
    if size > limits.size:
        raise Unreadable("too-large", limit=str(limits.size // (1024 * 1024)))
    if head.startswith(b"PK"):
        return _archive(path)
    if head.startswith(_OLE):
        raise Unreadable("encrypted" if _mentions(path, _ENCRYPTED) else "is-xls")
    return _text(head)


def _mentions(path: Path, word: bytes) -> bool:
    return word in path.read_bytes()  # bounded: the size was checked


def _archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            declared = _declared(archive) if "mimetype" in names else b""
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise Unreadable("encrypted")
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        raise Unreadable("damaged", reason=str(error)) from error
    if declared.strip().startswith(_ODS_TYPE):
        return ODS
    for name, code in _OTHERS.items():
        if name in names:
            raise Unreadable(code)
    if any(name.startswith("xl/") for name in names):
        return XLSX
    raise Unreadable("is-archive")


def _declared(archive: zipfile.ZipFile) -> bytes:
    """What an OpenDocument file says it is; never more than a line."""
    with archive.open("mimetype") as stream:
        return stream.read(len(_ODS_TYPE) + 40)


def _text(head: bytes) -> str:
    if head.startswith(b"%PDF"):
        raise Unreadable("is-pdf")
    if head.startswith(_PICTURES):
        raise Unreadable("is-picture")
    if found := _MARKUP.match(head):
        iati = found[1] == b"iati-" or b"<iati-" in head
        raise Unreadable("is-iati" if iati else "is-markup")
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[1:2] + head[:1]
    if b"\0" in head and not wide:
        raise Unreadable("is-binary")
    return CSV
