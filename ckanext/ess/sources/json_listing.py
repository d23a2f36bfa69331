"""Reads a catalogue's big JSON index record by record, so that memory does not grow with the catalogue.

An index is one JSON object with a few scalars and one long list, or object, of records. Only one record is in
memory at a time, and its size and depth are limited.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO, NoReturn, cast

from ckanext.ess.sources.errors import SourceInvalid, SourceRefused

CHUNK_BYTES = 256 * 1024
MAX_RECORD_CHARS = 4 * 1024 * 1024
MAX_DEPTH = 30
_BLANKS = " \t\r\n"
_ENDS = frozenset(_BLANKS + ",:]}")


class JsonListing:
    """An index as a stream of records.

    Args:
        stream: the bytes, UTF-8, at their beginning.
        field: name of the member that holds the records.
        url: how sentences name the index, without credentials.

    Attributes:
        scalars: the other members met so far; all of them once :meth:`records` has ended.
    """

    def __init__(self, stream: BinaryIO, field: str, url: str) -> None:
        self.scalars: dict[str, object] = {}
        self._text = _Window(stream, url)
        self._field = field
        self._url = url

    def records(self) -> Iterator[tuple[str, object]]:
        """Yield key (empty in a list) and value of each record.

        Raises:
            SourceInvalid: not JSON, or without that list.
            SourceRefused: a record is too large or too deep.
        """
        found = False
        self._text.expect("{")
        for key in self._keys():
            if key == self._field and self._text.peek() in "[{":
                found = True
                yield from self._members()
            else:
                self.scalars[key] = self._text.value()
        if not found:
            raise SourceInvalid("index.shape", url=self._url, field=self._field)
        self._text.expect_end()

    def _members(self) -> Iterator[tuple[str, object]]:
        if self._text.peek() == "{":
            self._text.expect("{")
            for key in self._keys():
                yield key, self._text.value()
            return
        self._text.expect("[")
        while not self._text.took("]"):
            yield "", self._text.value()
            if not self._text.took(","):
                self._text.expect("]")
                return

    def _keys(self) -> Iterator[str]:
        """Yield the keys of the object that was entered; the caller reads each value."""
        while not self._text.took("}"):
            key = self._text.value()
            if not isinstance(key, str):
                self._text.fail("a member has no name")
            self._text.expect(":")
            yield key
            if not self._text.took(","):
                self._text.expect("}")
                return


class _Window:
    """The part of the text that is being read."""

    def __init__(self, stream: BinaryIO, url: str) -> None:
        self._stream = stream
        self._url = url
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(parse_constant=_no_constant)
        self._buffer = ""
        self._at = 0
        self._over = False

    def peek(self) -> str:
        """The next character that is not blank, or nothing at the end."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _BLANKS:
                    return self._buffer[self._at]
                self._at += 1
            if not self._more():
                return ""

    def took(self, sign: str) -> bool:
        """Whether the next character is this one; it is then behind us."""
        if self.peek() != sign:
            return False
        self._at += 1
        return True

    def expect(self, sign: str) -> None:
        """Pass this character or fail."""
        if not self.took(sign):
            self.fail(f"“{sign}” expected, found “{self.peek()}”" if self.peek() else "it ends too early")

    def expect_end(self) -> None:
        """Fail when anything but blanks follows."""
        if self.peek():
            self.fail(f"“{self.peek()}” after the end")

    def value(self) -> object:
        """The next JSON value, whole."""
        self.peek()
        while True:
            try:
                found, end = self._json.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                if not self._more():
                    self.fail(error.msg)
                continue
            except RecursionError:
                raise SourceRefused("json.deep", url=self._url, depth=MAX_DEPTH) from None
            except ValueError as error:  # a constant or a number that JSON does not have
                self.fail(str(error))
            # a number may go on in the next piece: only a sign that ends values tells that it does not
            length = end - self._at
            if self._buffer[end : end + 1] in _ENDS or not self._more():
                self._at += length
                check_depth(found, self._url)
                return found

    def _more(self) -> bool:
        if self._over:
            return False
        self._buffer, self._at = self._buffer[self._at :], 0
        if len(self._buffer) > MAX_RECORD_CHARS:
            raise SourceRefused("json.item", url=self._url, megabytes=MAX_RECORD_CHARS // 1024**2)
        piece = self._stream.read(CHUNK_BYTES)
        self._over = not piece
        try:
            self._buffer += self._decode.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            self.fail(f"not UTF-8: {error.reason}")
        return bool(piece)

    def fail(self, said: str) -> NoReturn:
        raise SourceInvalid("json.syntax", url=self._url, said=said)


def check_depth(value: object, url: str, limit: int = MAX_DEPTH) -> None:
    """Refuse a JSON value that is nested deeper than any catalogue does.

    Raises:
        SourceRefused: deeper than ``limit`` levels.
    """
    level = [value]
    for _ in range(limit):
        inner: list[object] = []
        for member in level:
            if isinstance(member, dict):
                inner.extend(cast("dict[str, object]", member).values())
            elif isinstance(member, list):
                inner.extend(cast("list[object]", member))
        level = [member for member in inner if type(member) in (dict, list)]
        if not level:
            return
    raise SourceRefused("json.deep", url=url, depth=limit)


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")
