"""One dataset or publisher of the IATI Registry, a CKAN: its own fields, then extras, always text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from babel import Locale

from ckanext.ess.sources.base import DatasetDraft, PublisherDraft
from ckanext.ess.sources.errors import SourceInvalid
from ckanext.ess.sources.messages import doubt
from ckanext.ess.sources.records import (
    KINDS,
    Record,
    address_of,
    as_list,
    as_record,
    clean,
    date_of,
    moment_of,
    number_of,
    source_type_of,
    text_of,
)

_DATASET_KEYS = (
    "author_email",
    "id",
    "license_id",
    "metadata_created",
    "metadata_modified",
    "name",
    "notes",
    "owner_org",
    "title",
)
_RESOURCE_KEYS = ("hash", "size", "url")
_ORG_KEYS = ("description", "id", "license_id", "name", "title")
_COUNTRIES = frozenset(
    code for code in cast("Mapping[str, str]", Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)
)
_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def shortened(package: Record) -> dict[str, Any]:
    """The part of a dataset's record that makes a draft, in the shape of the catalogue."""
    kept: dict[str, Any] = {key: package[key] for key in _DATASET_KEYS if key in package}
    kept["organization"] = shortened_org(as_record(package.get("organization")) or {})
    kept["extras"] = [{"key": key, "value": value} for key, value in extras_of(package).items()]
    kept["tags"] = [{"name": name} for name in _tags(package)]
    kept["resources"] = [
        {key: resource[key] for key in _RESOURCE_KEYS if key in resource}
        for resource in map(as_record, as_list(package.get("resources"))[:1])
        if resource is not None
    ]
    return kept


def shortened_org(organization: Record) -> dict[str, Any]:
    """The part of a publisher's record that makes a draft; no list of its users or datasets."""
    kept = {key: organization[key] for key in _ORG_KEYS if key in organization}
    kept |= {key: value for key, value in extras_of(organization).items() if key.startswith("publisher_")}
    kept |= {key: clean(value) for key, value in organization.items() if key.startswith("publisher_")}
    if former := _former_names(organization):
        kept["historical_publisher_names"] = [{"old_name": name} for name in former]
    return kept


def extras_of(record: Record) -> dict[str, str]:
    """Extras by key; those that say nothing are left out, the first of a repeated key stands."""
    found: dict[str, str] = {}
    for value in as_list(record.get("extras"))[:500]:
        extra = as_record(value) or {}
        if (key := text_of(extra, "key")) and (text := text_of(extra, "value")):
            found.setdefault(key, text)
    return found


def publisher_draft(organization: Record) -> PublisherDraft | None:
    """Draft of a publisher's record; nothing when it names neither itself nor its identifier."""
    identifier, name = text_of(organization, "id"), text_of(organization, "name")
    if not identifier and not name:
        return None
    return PublisherDraft(
        id=identifier or name,
        name=name or identifier,
        title=text_of(organization, "title") or name or identifier,
        iati_identifier=text_of(organization, "publisher_iati_id"),
        former_names=tuple(_former_names(organization)),
        organisation_type=text_of(organization, "publisher_organization_type"),
        country=text_of(organization, "publisher_country").upper(),
        source_type=source_type_of(text_of(organization, "publisher_source_type")),
        description=text_of(organization, "publisher_description", "description"),
        website=address_of(text_of(organization, "publisher_url")),
        contact_email=text_of(organization, "publisher_contact_email"),
        exclusions_url=_exclusions(organization),
        license_id=text_of(organization, "license_id"),
        first_published=_first_day(text_of(organization, "publisher_first_publish_date")),
    )


def dataset_draft(package: Record, publisher: PublisherDraft | None, place: str) -> DatasetDraft:
    """Draft of a dataset's record.

    Args:
        package: the record.
        publisher: the publisher as ``organization_show`` describes it; nothing where it does not.
        place: how a sentence names the record when it names itself badly.

    Raises:
        SourceInvalid: it has neither a name nor an identifier, or belongs to nobody.
    """
    identifier, name = text_of(package, "id"), text_of(package, "name")
    if not identifier and not name:
        raise SourceInvalid("record.lacks", place=place, field="name")
    extras = extras_of(package)
    known = publisher or _publisher_by_dataset(package, extras)
    if known is None:
        raise SourceInvalid("record.lacks", place=name or identifier, field="organization")
    resource = _resource(package)
    countries, regions, strange = _places(extras.get("country", ""))
    digest = text_of(resource, "hash")
    return DatasetDraft(
        id=identifier or name,
        name=name or identifier,
        title=text_of(package, "title"),
        publisher=known,
        source_url=address_of(text_of(resource, "url")),
        file_type=KINDS.get(extras.get("filetype", "").lower(), ""),
        iati_version=extras.get("iati_version", ""),
        activity_count=number_of(extras.get("activity_count", "")),
        countries=countries,
        regions=regions,
        languages=_languages(extras.get("language", "")),
        data_date=date_of(extras.get("data_updated", "")),
        secondary_publisher=extras.get("secondary_publisher", ""),
        content_hash=digest,
        file_hash=digest,
        size=number_of(text_of(resource, "size")),
        license_id=text_of(package, "license_id"),
        description=text_of(package, "notes"),
        author_email=text_of(package, "author_email"),
        tags=tuple(_tags(package)),
        created=moment_of(text_of(package, "metadata_created")),
        modified=moment_of(text_of(package, "metadata_modified")),
        problems=tuple(_doubts(extras, resource, strange, known if publisher is None else None)),
    )


def _publisher_by_dataset(package: Record, extras: Mapping[str, str]) -> PublisherDraft | None:
    """What a dataset's record alone says of its publisher."""
    organization = as_record(package.get("organization")) or {"id": package.get("owner_org")}
    return publisher_draft({**extras, **organization})


def _resource(package: Record) -> Record:
    """The first resource: a dataset of the Registry has exactly one."""
    resources = as_list(package.get("resources"))
    return (as_record(resources[0]) if resources else None) or {}


def _former_names(organization: Record) -> list[str]:
    rows = (as_record(value) or {} for value in as_list(organization.get("historical_publisher_names"))[:100])
    return [name for row in rows if (name := text_of(row, "old_name"))]


def _tags(package: Record) -> list[str]:
    rows = (as_record(value) or {} for value in as_list(package.get("tags"))[:200])
    return [name for row in rows if (name := text_of(row, "name"))]


def _exclusions(organization: Record) -> str:
    """The page of the exclusions policy, where the field is an address and not a text."""
    texts = (text_of(organization, key) for key in ("publisher_constraints", "publisher_record_exclusions"))
    return next((address for text in texts if (address := address_of(text)) and " " not in text), "")


def _first_day(text: str) -> str:
    """A publication date, also as ``01.04.2015`` or ``1/4/2015``, day first."""
    match = re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text)
    return date_of(f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}") if match else date_of(text)


def _languages(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r"\b[a-z]{2}\b", text.lower())))


def _places(text: str) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
    """Countries, DAC regions, and what is neither."""
    words = list(dict.fromkeys(word.upper() for word in re.split(r"[\s,;|/]+", text) if word))
    countries = tuple(word for word in words if word in _COUNTRIES and word not in _NO_COUNTRY)
    regions = tuple(word for word in words if re.fullmatch("[0-9]{2,3}", word))
    return countries, regions, [word for word in words if word not in countries and word not in regions]


def _doubts(
    extras: Mapping[str, str], resource: Record, strange: list[str], unlisted: PublisherDraft | None
) -> Iterator[str]:
    date, count = extras.get("data_updated", ""), extras.get("activity_count", "")
    url = text_of(resource, "url")
    if date and not date_of(date):
        yield doubt("doubt.date", date)
    if count and number_of(count) is None:
        yield doubt("doubt.number", count)
    if url and not address_of(url):
        yield doubt("doubt.address", url)
    yield from (doubt("doubt.country", word) for word in strange)
    if unlisted is not None:
        yield doubt("doubt.publisher", unlisted.name)
    if issue := extras.get("issue_message"):
        yield doubt("doubt.issue", issue)
