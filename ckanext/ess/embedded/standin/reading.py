"""Reads one IATI file, however large, for what a catalogue says of it: publisher, counts, hashes."""

from __future__ import annotations

import hashlib
import mmap
import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

_ROOTS = {"iati-activities": "activity", "iati-organisations": "organisation"}
_ITEMS = frozenset({"iati-activity", "iati-organisation"})
_GENERATED = re.compile(rb'generated-datetime="[^"]+"')
_XML_LANG = "xml:lang"
_PIECE = 256 * 1024


class NotIatiError(Exception):
    """The file is not one of the two kinds of IATI files."""


@dataclass
class Facts:
    """What the file says; the broken end of a file leaves what came before it."""

    kind: str = ""
    version: str = ""
    ref: str = ""
    name: str = ""
    organisation_type: str = ""
    secondary: bool = False
    count: int = 0
    countries: set[str] = field(default_factory=set[str])
    language: str = ""
    updated: str = ""
    broken: str = ""


def read_facts(path: Path) -> Facts:
    """Facts of a file.

    Raises:
        NotIatiError: its root is another one, or it is no XML at all.
    """
    reader = _Reader()
    with path.open("rb") as stream:
        try:
            while piece := stream.read(_PIECE):
                reader.parser.Parse(piece)
            reader.parser.Parse(b"", True)  # noqa: FBT003 (it takes no name)
        except expat.ExpatError as error:
            reader.facts.broken = str(error)
    if not reader.facts.kind:
        raise NotIatiError(reader.facts.broken or f"root element {reader.root or 'missing'}")
    return reader.facts


class _Reader:
    """Gathers facts while expat goes through the file."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.root = ""
        self._depth = 0
        self._text: list[str] | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self._root(tag, attributes)
        elif tag in _ITEMS:
            self._item(attributes)
        elif tag == "recipient-country" and (code := attributes.get("code", "").strip().upper()):
            self.facts.countries.add(code)
        elif tag == "reporting-org" and not self.facts.name:
            self._reporter(attributes)

    def _root(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = tag
        self.facts.kind = _ROOTS.get(tag, "")
        self.facts.version = attributes.get("version", "").strip()
        self.facts.updated = attributes.get("generated-datetime", "")
        self.facts.language = attributes.get(_XML_LANG, "")

    def _item(self, attributes: dict[str, str]) -> None:
        self.facts.count += 1
        self.facts.updated = max(self.facts.updated, attributes.get("last-updated-datetime", ""))
        self.facts.language = self.facts.language or attributes.get(_XML_LANG, "")

    def _reporter(self, attributes: dict[str, str]) -> None:
        self.facts.ref = self.facts.ref or attributes.get("ref", "").strip()
        self.facts.organisation_type = attributes.get("type", "").strip()
        self.facts.secondary = attributes.get("secondary-reporter", "") in ("1", "true")
        self._text = []

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if self._text is not None and tag in ("narrative", "reporting-org"):
            words = " ".join("".join(self._text).split())
            if words or tag == "reporting-org":
                self.facts.name = self.facts.name or words
                self._text = None


def hashes(path: Path) -> tuple[str, str]:
    """SHA-1 of a file, and SHA-1 without its ``generated-datetime`` attributes."""
    whole, rest = hashlib.sha1(usedforsecurity=False), hashlib.sha1(usedforsecurity=False)
    if path.stat().st_size == 0:
        return whole.hexdigest(), rest.hexdigest()
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as view:
        last = 0
        for match in _GENERATED.finditer(view):
            _feed(rest, view, last, match.start())
            last = match.end()
        _feed(rest, view, last, len(view))
        _feed(whole, view, 0, len(view))
    return whole.hexdigest(), rest.hexdigest()


def _feed(digest: hashlib._Hash, view: mmap.mmap, start: int, end: int) -> None:
    for position in range(start, end, _PIECE):
        digest.update(view[position : min(position + _PIECE, end)])
