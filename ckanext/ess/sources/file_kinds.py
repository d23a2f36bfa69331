"""What kind of file a catalogue entry announces: enough to leave alone what nobody checks, unread.

What an announced kind turns out to be is decided by its content.
"""

from __future__ import annotations

import enum
import posixpath
import re
from urllib.parse import unquote, urlsplit


class Announced(enum.Enum):
    """What is announced."""

    IATI = "iati"
    XML = "xml"
    TABLE = "table"
    OTHER = "other"
    UNKNOWN = "unknown"


_WORDS: dict[str, Announced] = {
    **dict.fromkeys(("iati", "iati-xml", "xml-iati", "iati xml"), Announced.IATI),
    **dict.fromkeys(("xml", "application/xml", "text/xml"), Announced.XML),
    **dict.fromkeys(
        ("csv", "tsv", "xlsx", "ods", "xls", "text/csv", "excel", "application/vnd.ms-excel", "tab"),
        Announced.TABLE,
    ),
    # an envelope says nothing of what is inside
    **dict.fromkeys(("zip", "gz", "gzip", "application/zip", "application/gzip"), Announced.UNKNOWN),
}
_SPREADSHEETS = (
    "application/vnd.openxmlformats-officedocument.spreadsheet",
    "application/vnd.oasis.opendocument.sp",
)
_OTHERS = (
    ".pdf .doc .docx .odt .ppt .pptx .png .jpg .jpeg .gif .svg .tif .tiff .mp3 .mp4 .avi .json .geojson .shp "
    ".kml .kmz .gpkg .gpx .html .htm .txt .rdf .ttl .parquet .7z .rar"
)
_ENDINGS = {
    **dict.fromkeys((".xml", ".iati"), Announced.XML),
    **dict.fromkeys((".csv", ".tsv", ".xlsx", ".ods", ".xls"), Announced.TABLE),
    **dict.fromkeys(_OTHERS.split(), Announced.OTHER),
}


def announced(*, schema: str = "", form: str = "", mimetype: str = "", address: str = "") -> Announced:
    """Say what a file is announced to be.

    Args:
        schema: name or address of its schema; IATI's begin with ``iati-``.
        form: its format, as people write it.
        mimetype: its media type.
        address: its address or name.

    >>> announced(form="XML"), announced(form="PDF"), announced(address="https://a.example/x.csv?y=1")
    (<Announced.XML: 'xml'>, <Announced.OTHER: 'other'>, <Announced.TABLE: 'table'>)
    """
    if schema.strip().lower().startswith("iati-"):
        return Announced.IATI
    named = re.sub(r"\s+", " ", form.strip().lower().removeprefix("."))
    if named:
        return _by_word(named)
    kind = _by_word(mimetype.partition(";")[0].strip().lower()) if mimetype else Announced.UNKNOWN
    if kind is not Announced.UNKNOWN and not mimetype.startswith("application/octet"):
        return kind
    return _by_ending(address)


def _by_word(word: str) -> Announced:
    if "iati" in word:
        return Announced.IATI
    if word.startswith(_SPREADSHEETS):
        return Announced.TABLE
    if word in {"application/octet-stream", "binary", "data", "file", "fichier"}:
        return Announced.UNKNOWN
    return _WORDS.get(word, Announced.OTHER)


def _by_ending(address: str) -> Announced:
    try:
        name = unquote(posixpath.basename(urlsplit(address).path)).lower()
    except ValueError:
        return Announced.UNKNOWN
    stem, ending = posixpath.splitext(name)
    if ending in {".gz", ".zip"} and "." in stem:
        ending = posixpath.splitext(stem)[1]
    return _ENDINGS.get(ending, Announced.UNKNOWN)
