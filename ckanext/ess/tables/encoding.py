"""The encoding of a text file, found by reading it once: a mark, UTF-8 where it holds, else Windows-1252."""

from __future__ import annotations

import codecs
from typing import BinaryIO, NamedTuple

from ckanext.ess.tables.limits import Clock

_CHUNK = 1024 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: Bytes in which every second one is NUL in UTF-16 text of Europe.
_HEAD = 1024
_SHARE = 0.3


class Encoding(NamedTuple):
    """How the text is written. ``line`` is that of the first byte that is no UTF-8, 0 where all is.

    ``wrong`` says that the text is in UTF-16 or Windows-1252, which many tools do not expect.
    """

    name: str
    line: int = 0

    @property
    def wrong(self) -> bool:
        """Whether the text is in another encoding than UTF-8."""
        return not self.name.startswith("utf-8")


def encoding_of(stream: BinaryIO, clock: Clock) -> Encoding:
    """Return the encoding of a stream, which is then at its beginning again.

    Raises:
        Stopped: the file is too large, or takes too long.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    stream.seek(0)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name)
    if len(head) > 1 and head[1::2].count(0) > _SHARE * len(head):
        return Encoding("utf-16-le")
    if len(head) > 1 and head[::2].count(0) > _SHARE * len(head):
        return Encoding("utf-16-be")
    line = _first_foreign_line(stream, clock)
    stream.seek(0)
    return Encoding("cp1252", line) if line else Encoding("utf-8")


def _first_foreign_line(stream: BinaryIO, clock: Clock) -> int:
    """Return the line of the first byte that cannot be UTF-8, 0 where there is none."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 1
    while True:
        chunk = stream.read(_CHUNK)
        clock.check()
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return lines + error.object[: error.start].count(b"\n")
        if not chunk:
            return 0
        lines += chunk.count(b"\n")
