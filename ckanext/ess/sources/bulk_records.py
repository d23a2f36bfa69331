"""One record of the IATI Bulk Data Service's indices, in any of its three generations.

2024 calls things ``name``, ``publisher_id``, ``url_xml`` and writes ``""`` for nothing; early 2025 nests the
copy in ``last_known_good_dataset`` and writes null; 1.3.3 says ``licence_id`` and ``cached_dataset_xml_url``.
A field is looked for under all its names, so that a mixture is read as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.ess.sources.base import DatasetDraft, PublisherDraft
from ckanext.ess.sources.errors import SourceInvalid
from ckanext.ess.sources.messages import doubt
from ckanext.ess.sources.openings import read_opening
from ckanext.ess.sources.records import (
    KINDS,
    Record,
    address_of,
    as_record,
    clean,
    date_of,
    moment_of,
    number_of,
    source_type_of,
    text_of,
)

_KINDS = {**KINDS, "organisations": "organisations"}
_COPY_KEYS = (
    "cached_dataset_url_xml",
    "cached_dataset_xml_url",
    "content_length",
    "downloaded",
    "hash",
    "hash_excluding_generated_timestamp",
    "server_header_last_modified",
    "source_url",
)
_DATASET_KEYS = (
    "content_modified",
    "content_modified_excluding_generated_timestamp",
    "hash",
    "hash_excluding_generated_timestamp",
    "id",
    "last_successful_download",
    "license_id",
    "licence_id",
    "name",
    "publisher_id",
    "publisher_name",
    "reporting_org_id",
    "reporting_org_short_name",
    "server_header_last_modified",
    "short_name",
    "source_url",
    "title",
    "type",
    "url_xml",
)
_ORG_KEYS = (
    "default_licence_id",
    "default_license_id",
    "description",
    "exclusions_policy_url",
    "first_publication_date",
    "hq_country",
    "human_readable_name",
    "iati_identifier",
    "id",
    "name",
    "organisation_identifier",
    "organisation_type",
    "region",
    "reporting_source_type",
    "short_name",
    "title",
    "website",
)


def shortened_org(org: Record) -> dict[str, Any]:
    """The part of a reporting organisation's record that a draft is made of."""
    return {key: org[key] for key in _ORG_KEYS if key in org}


def shortened(dataset: Record) -> dict[str, Any]:
    """The part of a dataset's record that makes a draft; the file's first characters become two words."""
    kept: dict[str, Any] = {key: dataset[key] for key in _DATASET_KEYS if key in dataset}
    copy = as_record(dataset.get("last_known_good_dataset"))
    if copy is not None:
        kept["last_known_good_dataset"] = {key: copy[key] for key in _COPY_KEYS if key in copy}
        kept.update(read_opening(clean(copy.get("initial_contents")))._asdict())
    return kept


def dataset_draft(dataset: Record, publisher: PublisherDraft | None, place: str) -> DatasetDraft:
    """Draft of a record as :func:`shortened` leaves it.

    Args:
        dataset: the record.
        publisher: its reporting organisation; nothing where the service does not describe it.
        place: how a sentence names the record when it names itself badly.

    Raises:
        SourceInvalid: it has neither a name nor an identifier.
    """
    copy = as_record(dataset.get("last_known_good_dataset")) or {}
    identifier, name = text_of(dataset, "id"), text_of(dataset, "short_name", "name")
    if not identifier and not name:
        raise SourceInvalid("record.lacks", place=place, field="short_name")
    cached = text_of(copy, "cached_dataset_url_xml", "cached_dataset_xml_url") or text_of(dataset, "url_xml")
    source = text_of(dataset, "source_url") or text_of(copy, "source_url")
    return DatasetDraft(
        id=identifier or name,
        name=name or identifier,
        title=text_of(dataset, "title"),
        publisher=publisher or _unlisted_publisher(dataset),
        source_url=address_of(source),
        cached_url=address_of(cached),
        file_type=text_of(dataset, "file_type") or _KINDS.get(text_of(dataset, "type").lower(), ""),
        iati_version=text_of(dataset, "version"),
        content_hash=_first(copy, dataset, "hash_excluding_generated_timestamp", "hash"),
        file_hash=_first(copy, dataset, "hash"),
        size=number_of(text_of(copy, "content_length")),
        license_id=text_of(dataset, "licence_id", "license_id"),
        modified=_modified(dataset, copy),
        problems=tuple(_doubts(dataset, publisher, source, cached)),
    )


def publisher_draft(org: Record) -> PublisherDraft | None:
    """Draft of a reporting organisation's record; nothing when it names neither itself nor its identifier."""
    identifier, name = text_of(org, "id"), text_of(org, "short_name", "name")
    if not identifier and not name:
        return None
    return PublisherDraft(
        id=identifier or name,
        name=name or identifier,
        title=text_of(org, "human_readable_name", "title") or name or identifier,
        iati_identifier=text_of(org, "organisation_identifier", "iati_identifier"),
        organisation_type=text_of(org, "organisation_type"),
        country=text_of(org, "hq_country").upper(),
        region=text_of(org, "region"),
        source_type=source_type_of(text_of(org, "reporting_source_type")),
        description=text_of(org, "description"),
        website=address_of(text_of(org, "website")),
        exclusions_url=address_of(text_of(org, "exclusions_policy_url")),
        license_id=text_of(org, "default_licence_id", "default_license_id"),
        first_published=date_of(text_of(org, "first_publication_date")),
    )


def _unlisted_publisher(dataset: Record) -> PublisherDraft:
    """What a dataset's record alone says of its reporting organisation."""
    identifier = text_of(dataset, "reporting_org_id", "publisher_id")
    name = text_of(dataset, "reporting_org_short_name", "publisher_name")
    return PublisherDraft(id=identifier or name, name=name or identifier, title=name or identifier)


def _first(copy: Mapping[str, Any], dataset: Record, *keys: str) -> str:
    return text_of(copy, *keys) or text_of(dataset, *keys)


def _modified(dataset: Record, copy: Record) -> str:
    return moment_of(
        text_of(dataset, "content_modified_excluding_generated_timestamp", "content_modified")
        or text_of(copy, "downloaded", "server_header_last_modified")
        or text_of(dataset, "last_successful_download", "server_header_last_modified")
    )


def _doubts(dataset: Record, publisher: PublisherDraft | None, source: str, cached: str) -> Iterator[str]:
    for url in (source, cached):
        if url and not address_of(url):
            yield doubt("doubt.address", url)
    if not cached:
        yield doubt("doubt.copy", "")
    if publisher is None and not _is_2024(dataset):
        yield doubt("doubt.publisher", _unlisted_publisher(dataset).name)


def _is_2024(dataset: Record) -> bool:
    """Whether the record is of the generation that had no index of organisations."""
    return "publisher_id" in dataset
