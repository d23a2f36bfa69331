"""What a stand-in serves: publishers and datasets, wherever their files come from."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import BinaryIO

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://iati.standin.invalid/")
#: Characters of a file's beginning that the Bulk Data Service keeps in its full index.
INITIAL_CHARACTERS = 6_000
BULK, REGISTRY = "bulk", "registry"


@dataclass(frozen=True)
class Publisher:
    """A reporting organisation; ``facts`` has the further fields of the Bulk Data Service's index."""

    short_name: str
    title: str
    identifier: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    contact_email: str = ""
    former_names: tuple[str, ...] = ()
    catalogues: frozenset[str] = frozenset({BULK, REGISTRY})

    @property
    def id(self) -> str:
        """The same for the same short name, on every machine."""
        return stable_id(f"publisher/{self.short_name}")


@dataclass(frozen=True)
class Dataset:
    """One file with what catalogues say of it. Moments are ISO 8601 in UTC; ``kind`` is of the Registry."""

    name: str
    title: str
    publisher: Publisher
    kind: str
    version: str
    path: str
    size: int
    sha1: str
    sha1_without_generated: str
    initial_contents: str
    modified: str
    read: Callable[[], BinaryIO]
    activity_count: int = 0
    countries: tuple[str, ...] = ()
    language: str = ""
    data_updated: str = ""
    license_id: str = "cc-by"

    @property
    def id(self) -> str:
        """The same for the same publisher and name, on every machine."""
        return stable_id(f"{self.publisher.short_name}/{self.name}")

    @property
    def http_modified(self) -> str:
        """When the file changed, as HTTP writes it."""
        return format_datetime(datetime.fromisoformat(self.modified), usegmt=True)


@dataclass(frozen=True)
class Holdings:
    """Everything that is served, in order of names; ``created`` is when the newest file changed."""

    datasets: tuple[Dataset, ...]
    publishers: tuple[Publisher, ...]
    created: str
    created_seconds: int

    def of(self, catalogue: str) -> tuple[Dataset, ...]:
        """Datasets that a catalogue shows."""
        return tuple(dataset for dataset in self.datasets if catalogue in dataset.publisher.catalogues)


def stable_id(words: str) -> str:
    """A UUID that depends on these words only."""
    return str(uuid.uuid5(_NAMESPACE, words))


def slug(text: str, longest: int = 60) -> str:
    """Lower-case ASCII letters, digits and hyphens.

    >>> slug("Exemple Énergie (coopérative)")
    'exemple-energie-cooperative'
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:longest].rstrip("-")
