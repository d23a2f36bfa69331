"""What every remote catalogue is to the rest of the extension: references, drafts, errors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ckanext.ess.iati.facts import FileFacts
from ckanext.ess.sources.errors import (
    SourceDenied,
    SourceError,
    SourceInvalid,
    SourceMissing,
    SourceRefused,
    SourceUnavailable,
)

__all__ = [
    "DatasetDraft",
    "FileDraft",
    "Known",
    "PublisherDraft",
    "Ref",
    "ReuseDraft",
    "Source",
    "SourceDenied",
    "SourceError",
    "SourceInvalid",
    "SourceMissing",
    "SourceRefused",
    "SourceUnavailable",
]


@dataclass(frozen=True)
class PublisherDraft:
    """A publisher as a catalogue describes it; empty string or tuple where it says nothing.

    ``siret`` is 14 digits, ``siren`` 9, both checked; ``family`` is one of our ESS families.
    """

    id: str
    name: str
    title: str
    iati_identifier: str = ""
    former_identifiers: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    organisation_type: str = ""
    country: str = ""
    region: str = ""
    source_type: str = ""
    description: str = ""
    website: str = ""
    contact_email: str = ""
    exclusions_url: str = ""
    license_id: str = ""
    first_published: str = ""
    siren: str = ""
    siret: str = ""
    family: str = ""


@dataclass(frozen=True)
class FileDraft:
    """One file of a dataset in a catalogue of all kinds of data.

    ``size`` is bytes; ``checksum_type`` is ``sha1``, ``sha256``, ``sha512``, ``md5`` or empty; ``schema`` the
    name or address of a schema.
    """

    id: str
    url: str
    title: str = ""
    description: str = ""
    format: str = ""
    media_type: str = ""
    size: int | None = None
    checksum: str = ""
    checksum_type: str = ""
    schema: str = ""
    modified: str = ""


@dataclass(frozen=True)
class ReuseDraft:
    """Something that was made with a dataset: an application, an article, a map."""

    id: str
    title: str
    url: str
    kind: str = ""


@dataclass(frozen=True)
class DatasetDraft:
    """One dataset of a catalogue, neutral: no field of it is CKAN's.

    Dates are ISO 8601 text, ``size`` is bytes, ``content_hash`` is the SHA-1 of the file without its
    ``generated-datetime`` where the catalogue gives it, else of the file. ``file_type`` is ``activities``,
    ``organisations`` or empty.

    A catalogue of IATI files leaves ``files`` empty: a dataset is the file at ``source_url``. One of all
    kinds of data fills it; ``source_url`` is then the address of the file that seems to be IATI, if any, and
    ``surely_iati`` says whether it must be. ``territories`` are levels and codes of INSEE
    (``departement:75``), ``frequency`` a code of the European list, ``kind`` one of our kinds of data.
    """

    id: str
    name: str
    title: str
    publisher: PublisherDraft
    source_url: str = ""
    cached_url: str = ""
    file_type: str = ""
    iati_version: str = ""
    activity_count: int | None = None
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    sdgs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    humanitarian: bool | None = None
    data_date: str = ""
    secondary_publisher: str = ""
    content_hash: str = ""
    file_hash: str = ""
    size: int | None = None
    license_id: str = ""
    description: str = ""
    author_email: str = ""
    tags: tuple[str, ...] = ()
    created: str = ""
    modified: str = ""
    problems: tuple[str, ...] = ()
    files: tuple[FileDraft, ...] = ()
    surely_iati: bool = True
    kind: str = ""
    territories: tuple[str, ...] = ()
    frequency: str = ""
    temporal_start: str = ""
    temporal_end: str = ""
    author: str = ""
    contact_name: str = ""
    contact_email: str = ""
    page_url: str = ""
    reuses: tuple[ReuseDraft, ...] = ()

    @property
    def is_general(self) -> bool:
        """Whether it comes from a catalogue of all kinds of data, whose words are kept as they are."""
        return bool(self.files)


@dataclass(frozen=True)
class Ref:
    """What a listing says of one dataset, enough to know whether it changed.

    ``content`` changes when the file does, ``fingerprint`` when anything that we keep of its description
    does. ``record`` is the catalogue's own JSON, from which :meth:`Source.draft` builds the draft later, in
    another process. ``mark`` is what the file's server says of it, kept for the next run.
    """

    id: str
    name: str
    content: str
    fingerprint: str
    record: Mapping[str, Any] = field(default_factory=dict[str, Any])
    mark: str = ""


@dataclass(frozen=True)
class Known:
    """What is remembered of one dataset for sources that compare by themselves."""

    content: str
    mark: str = ""
    publisher: str = ""
    publisher_name: str = ""


class Source(ABC):
    """A catalogue: lists what it has, and turns one record into a draft.

    Attributes:
        complete: after :meth:`refs` has been read to its end: whether the listing is known to be whole. Only
            then may an absent dataset be taken for a deleted one.
        total: how many datasets the catalogue says it has, once the listing has begun; ``None`` before.
        remembers: whether it wants to know what was seen last time.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    complete: bool = False
    total: int | None = None
    remembers: ClassVar[bool] = False

    @abstractmethod
    def refs(self) -> Iterator[Ref]:
        """Yield one reference per dataset of the catalogue, the broken ones too (their draft then fails).

        Raises:
            SourceError: the listing itself cannot be read.
        """

    @abstractmethod
    def draft(self, ref: Ref) -> DatasetDraft:
        """Build the draft of one dataset from its reference, without network.

        Raises:
            SourceInvalid: the record lacks what a dataset needs; the sentence names the field.
            SourceUnavailable: something that the record refers to could not be read when it was listed.
        """

    def state(self) -> str:
        """A short text that changes when the listing does; empty where the catalogue cannot tell cheaply.

        Raises:
            SourceError: the catalogue cannot be reached.
        """
        return ""

    def recall(self, known: Mapping[str, Known]) -> None:  # noqa: B027 - most sources need no memory
        """Learn what was seen last time, by identifier; only asked of a source that ``remembers``."""

    def facts(self, ref: Ref) -> FileFacts | None:  # noqa: ARG002 - for those who override it
        """What the file says, where listing it already meant reading it; nothing elsewhere."""
        return None

    def find(self, identifier: str) -> Ref | None:
        """The reference of one dataset; nothing when the catalogue does not list it.

        Raises:
            SourceError: the catalogue cannot be read.
        """
        return next((ref for ref in self.refs() if ref.id == identifier), None)
