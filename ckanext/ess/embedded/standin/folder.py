"""Serves a folder of IATI files; a change in the folder is seen at the next question."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ckanext.ess.embedded.standin.holdings import (
    BULK,
    INITIAL_CHARACTERS,
    REGISTRY,
    Dataset,
    Holdings,
    Publisher,
    slug,
)
from ckanext.ess.embedded.standin.reading import Facts, NotIatiError, hashes, read_facts

PUBLISHERS_FILE = "publishers.json"
#: Seconds during which the folder is not looked at again.
_PATIENCE = 1.0
_LONGEST_NAME = 100
_ORG_FACTS = (
    "organisation_type",
    "hq_country",
    "region",
    "reporting_source_type",
    "default_licence_id",
    "website",
    "data_portal_url",
    "exclusions_policy_url",
    "description",
    "created_date",
    "first_publication_date",
)


class _Stamp(NamedTuple):
    path: Path
    size: int
    changed: int


class _Read(NamedTuple):
    facts: Facts
    sha1: str
    sha1_without_generated: str
    initial_contents: str


class Folder:
    """The IATI files below a folder.

    ``publishers.json`` in it, where there is one, describes publishers and titles: ``{"publishers":
    [{"short_name", "human_readable_name", "organisation_identifier", …}], "datasets": {"<path>": {"title",
    "licence_id"}}}``. A publisher's ``catalogues`` (``bulk``, ``registry``) say which of the two shows it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._lock = threading.Lock()
        self._read: dict[_Stamp, _Read | None] = {}
        self._stamps: list[_Stamp] = []
        self._looked = 0.0
        self._holdings: Holdings | None = None

    def holdings(self) -> Holdings:
        """What the folder holds now."""
        with self._lock:
            if self._holdings is None or time.monotonic() - self._looked > _PATIENCE:
                stamps = sorted(self._files())
                self._looked = time.monotonic()
                if self._holdings is None or stamps != self._stamps:
                    self._stamps = stamps
                    self._holdings = self._gathered(stamps)
            return self._holdings

    def _files(self) -> Iterator[_Stamp]:
        for path in self._root.rglob("*"):
            hidden = any(part.startswith(".") for part in path.relative_to(self._root).parts)
            if not hidden and path.is_file():
                stat = path.stat()
                yield _Stamp(path, stat.st_size, stat.st_mtime_ns)

    def _gathered(self, stamps: list[_Stamp]) -> Holdings:
        described = _described(self._root / PUBLISHERS_FILE)
        publishers = _Publishers(described)
        names: set[str] = set()
        datasets: list[Dataset] = []
        for stamp in stamps:
            read = self._reading(stamp)
            if read is not None:
                datasets.append(self._dataset(stamp, read, publishers, described, names))
        created = max((stamp.changed for stamp in stamps), default=0) // 10**9
        return Holdings(
            datasets=tuple(sorted(datasets, key=lambda dataset: dataset.name)),
            publishers=tuple(publishers.used()),
            created=_moment(created),
            created_seconds=created,
        )

    def _reading(self, stamp: _Stamp) -> _Read | None:
        """The file's content as far as a catalogue needs it; nothing when it is no IATI file."""
        if stamp not in self._read:
            self._read[stamp] = self._fresh_reading(stamp.path)
        return self._read[stamp]

    def _fresh_reading(self, path: Path) -> _Read | None:
        if path.suffix.lower() != ".xml":
            if path.name != PUBLISHERS_FILE and not path.name.upper().startswith("README"):
                _say(f"{path.relative_to(self._root)}: passed over, not an XML file")
            return None
        try:
            facts = read_facts(path)
        except NotIatiError as error:
            _say(f"{path.relative_to(self._root)}: passed over, not an IATI file ({error})")
            return None
        if facts.broken:
            _say(f"{path.relative_to(self._root)}: broken ({facts.broken}), served as it is")
        with path.open("rb") as stream:
            start = stream.read(4 * INITIAL_CHARACTERS).decode("utf-8", "replace")[:INITIAL_CHARACTERS]
        return _Read(facts, *hashes(path), start)

    def _dataset(
        self,
        stamp: _Stamp,
        read: _Read,
        publishers: _Publishers,
        described: Mapping[str, Any],
        names: set[str],
    ) -> Dataset:
        path = stamp.path.relative_to(self._root).as_posix()
        publisher = publishers.of(read.facts, stamp.path.parent.name)
        name = _free_name(publisher.short_name, stamp.path.stem, names)
        about: Mapping[str, str] = described.get("datasets", {}).get(path, {})
        return Dataset(
            name=name,
            title=about.get("title", stamp.path.stem),
            publisher=publisher,
            kind=read.facts.kind,
            version=read.facts.version,
            path=path,
            size=stamp.size,
            sha1=read.sha1,
            sha1_without_generated=read.sha1_without_generated,
            initial_contents=read.initial_contents,
            modified=_moment(stamp.changed // 10**9),
            read=partial(_opened, stamp.path),
            activity_count=read.facts.count,
            countries=tuple(sorted(read.facts.countries)),
            language=read.facts.language[:2].lower(),
            data_updated=read.facts.updated[:19].replace("T", " "),
            license_id=about.get("licence_id") or publisher.facts.get("default_licence_id", "cc-by"),
        )


class _Publishers:
    """Publishers by identifier: those that are described, then those that files name."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        self._by_key: dict[str, Publisher] = {}
        self._used: dict[str, Publisher] = {}
        for record in described.get("publishers", []):
            publisher = Publisher(
                short_name=record["short_name"],
                title=record["human_readable_name"],
                identifier=record["organisation_identifier"],
                facts={key: str(record[key]) for key in _ORG_FACTS if record.get(key)},
                contact_email=record.get("contact_email", ""),
                former_names=tuple(record.get("historical_short_names", ())),
                catalogues=frozenset(record.get("catalogues", (BULK, REGISTRY))),
            )
            self._by_key[publisher.identifier.casefold()] = publisher

    def of(self, facts: Facts, folder: str) -> Publisher:
        key = (facts.ref or facts.name or folder).casefold()
        if key not in self._by_key:
            title = facts.name or facts.ref or folder
            source = "secondary-source" if facts.secondary else "primary-source"
            self._by_key[key] = Publisher(
                short_name=self._free(slug(title) or slug(facts.ref) or "publisher"),
                title=title,
                identifier=facts.ref,
                facts={"organisation_type": facts.organisation_type, "reporting_source_type": source},
            )
        publisher = self._by_key[key]
        self._used[publisher.short_name] = publisher
        return publisher

    def used(self) -> list[Publisher]:
        return [self._used[name] for name in sorted(self._used)]

    def _free(self, short_name: str) -> str:
        taken = {publisher.short_name for publisher in self._by_key.values()}
        return next(name for name in _numbered(short_name) if name not in taken)


def _described(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    return json.loads(path.read_text(encoding="utf-8"))


def _free_name(publisher: str, stem: str, taken: set[str]) -> str:
    """A dataset name as the Registry has them: publisher, hyphen, file; each only once."""
    rest = slug(stem)
    name = rest if rest.startswith(publisher) else f"{publisher}-{rest}"
    free = next(found for found in _numbered(name[: _LONGEST_NAME - 4]) if found not in taken)
    taken.add(free)
    return free


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in range(2, sys.maxsize))


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, tz=timezone.utc).isoformat(sep=" ")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
