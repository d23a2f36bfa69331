"""What every remote catalogue is to the rest of the extension: references, drafts, and the errors they meet."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


class SourceError(Exception):
    """A remote catalogue could not be read; the item is reported, the run goes on."""


class SourceUnavailable(SourceError):
    """Temporary: timeout, 429, 5xx. Worth another try later."""


class SourceRefused(SourceError):
    """Our own limits refuse it: private address, too large, too slow, too deep. Another try changes nothing."""


class SourceInvalid(SourceError):
    """The remote answered something that is not what its contract says. The sentence names the place."""


@dataclass(frozen=True)
class PublisherDraft:
    """A publisher as a catalogue describes it; empty string or tuple where it says nothing."""

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


@dataclass(frozen=True)
class DatasetDraft:
    """One dataset of a catalogue, neutral: no field of it is CKAN's.

    Dates are ISO 8601 text, ``size`` is bytes, ``content_hash`` is the SHA-1 of the file without its
    ``generated-datetime`` where the catalogue gives it, else of the file. ``file_type`` is ``activities``,
    ``organisations`` or empty.
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


@dataclass(frozen=True)
class Ref:
    """What a listing says of one dataset, enough to know whether it changed.

    ``content`` changes when the file does, ``fingerprint`` when anything that we keep of its description does.
    ``record`` is the catalogue's own JSON, from which :meth:`Source.draft` builds the draft later, in another process.
    """

    id: str
    name: str
    content: str
    fingerprint: str
    record: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Source(ABC):
    """A catalogue: lists what it has, and turns one record into a draft."""

    name: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def refs(self) -> Iterator[Ref]:
        """Yield one reference per dataset of the catalogue.

        Raises:
            SourceError: the listing itself cannot be read.
        """

    @abstractmethod
    def draft(self, ref: Ref) -> DatasetDraft:
        """Build the draft of one dataset from its reference, without network.

        Raises:
            SourceInvalid: the record lacks what a dataset needs; the sentence names the field.
        """
