"""One dataset, organisation or reuse of a udata as a draft; also what of its JSON is worth asking for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ckanext.ess.identifiers import siren, siret
from ckanext.ess.sources.base import DatasetDraft, FileDraft, PublisherDraft, ReuseDraft
from ckanext.ess.sources.errors import SourceInvalid
from ckanext.ess.sources.messages import doubt
from ckanext.ess.sources.records import (
    Record,
    address_of,
    as_list,
    as_record,
    date_of,
    moment_of,
    number_of,
    text_of,
)
from ckanext.ess.sources.records import clean as cleaned
from ckanext.ess.sources.udata_words import (
    FREQUENCIES,
    checksum_of,
    family,
    kind_of,
    places,
    schema_of,
)

#: udata's field masks: what is asked for, and all that is kept of an answer.
ORGANIZATION_MASK = "id,slug,name,acronym,description,url,business_number_id,badges{kind},deleted"
FILE_MASK = (
    "id,title,description,type,format,mime,url,filesize,checksum{type,value},schema{name,version,url},"
    "last_modified"
)
LIGHT_MASK = (
    "id,slug,title,description,tags,license,frequency,temporal_coverage{start,end},spatial{zones},"
    "organization{id,slug,name,badges{kind}},owner{id,first_name,last_name},"
    "contact_points{name,email,role},harvest{domain,remote_url,source_url,uri},schema{name,version,url},"
    "created_at,last_update,archived,deleted,private,page,metrics"
)
DATASET_MASK = f"{LIGHT_MASK},resources{{{FILE_MASK}}}"
REUSE_MASK = "id,title,url,type,page,datasets{id}"

#: A portal shows no more files of one dataset; the rest is named by a doubt.
MAX_FILES = 1_000
_KEYS = tuple(re.findall(r"(\w+)(?=[,{]|$)", re.sub(r"\{[^{}]*\}", "", LIGHT_MASK)))
_PEOPLE = {"fr": "Contributeurs de {host}", "en": "Contributors to {host}"}


def shortened(dataset: Record) -> dict[str, Any]:
    """The part of a dataset's record that makes a draft, also where the server ignores masks."""
    kept = {key: dataset[key] for key in _KEYS if key in dataset and key != "metrics"}
    kept["resources"] = [
        {key: file[key] for key in _names(FILE_MASK) if key in file}
        for file in map(as_record, as_list(dataset.get("resources"))[:MAX_FILES])
        if file is not None
    ]
    kept["file_count"] = len(as_list(dataset.get("resources")))
    return kept


def shortened_org(organization: Record) -> dict[str, Any]:
    """The part of an organisation's record that makes a draft."""
    return {key: organization[key] for key in _names(ORGANIZATION_MASK) if key in organization}


def shortened_reuse(reuse: Record) -> dict[str, Any]:
    """The part of a reuse's record that is kept."""
    return {key: reuse[key] for key in ("id", "title", "url", "type", "page") if key in reuse}


def is_shown(dataset: Record) -> bool:
    """Whether the catalogue shows a dataset to everybody; what it archives or deletes, it does not."""
    return not any(dataset.get(key) for key in ("archived", "deleted", "private"))


def came_from(dataset: Record, host: str) -> bool:
    """Whether the catalogue itself harvested a dataset from a host: taking it back would be a loop."""
    harvest = as_record(dataset.get("harvest")) or {}
    hosts = {text_of(harvest, "domain").lower()}
    hosts |= {_host(text_of(harvest, key)) for key in ("remote_url", "source_url", "uri")}
    return bool(host) and host.lower() in hosts


def dataset_draft(
    dataset: Record,
    organization: Record | None,
    reuses: Sequence[object] = (),
    *,
    place: str,
    host: str,
    lang: str = "fr",
) -> DatasetDraft:
    """Draft of a dataset's record.

    Args:
        dataset: the record.
        organization: the organisation as its own page describes it; nothing where it does not.
        reuses: records of what was made with it.
        place: how a sentence names the record when it names itself badly.
        host: name of the catalogue.
        lang: of the title of the organisation that stands for people without one.

    Raises:
        SourceInvalid: it has no identifier, no title or no file.
    """
    identifier = text_of(dataset, "id")
    title = text_of(dataset, "title")
    for field, value in (("id", identifier), ("title", title)):
        if not value:
            raise SourceInvalid("record.lacks", place=place, field=field)
    files, file_doubts = _files(dataset)
    iati = _iati_file(files, dataset)
    found = places(_zones(dataset))
    contact = _contact(dataset)
    coverage = as_record(dataset.get("temporal_coverage")) or {}
    schema = _schema(as_record(dataset.get("schema")))
    return DatasetDraft(
        id=identifier,
        name=text_of(dataset, "slug") or identifier,
        title=title,
        publisher=publisher_draft(dataset, organization, host, lang),
        source_url=iati.url if iati else "",
        surely_iati=iati is not None and "iati" in iati.schema.lower(),
        files=files,
        kind=kind_of([schema, *(file.schema for file in files)]),
        territories=found.territories,
        countries=found.countries,
        frequency=FREQUENCIES.get(text_of(dataset, "frequency"), ""),
        temporal_start=date_of(text_of(coverage, "start")),
        temporal_end=date_of(text_of(coverage, "end")),
        author=_person(dataset),
        contact_name=text_of(contact, "name"),
        contact_email=text_of(contact, "email"),
        license_id=text_of(dataset, "license"),
        description=text_of(dataset, "description"),
        tags=tuple(dict.fromkeys(filter(None, map(cleaned, as_list(dataset.get("tags"))[:200])))),
        created=moment_of(text_of(dataset, "created_at")),
        modified=moment_of(text_of(dataset, "last_update")),
        page_url=address_of(text_of(dataset, "page")),
        reuses=tuple(_reuses(reuses)),
        problems=(*found.doubts, *file_doubts, *_doubts(dataset)),
    )


def publisher_draft(dataset: Record, organization: Record | None, host: str, lang: str) -> PublisherDraft:
    """The organisation that publishes; people without one share an organisation of the catalogue's."""
    short = as_record(dataset.get("organization")) or {}
    record = {**short, **{key: value for key, value in (organization or {}).items() if value is not None}}
    identifier = text_of(record, "id")
    if not identifier:
        title = _PEOPLE.get(lang, _PEOPLE["en"]).format(host=host)
        return PublisherDraft(id=f"{host}:people", name=f"{host} people", title=title)
    both = [*as_list(short.get("badges")), *as_list(record.get("badges"))]
    badges = (as_record(value) or {} for value in both)
    number = text_of(record, "business_number_id").replace(" ", "")
    establishment = number if siret.is_valid(number) else ""
    company = establishment[: siren.LENGTH] or (number if siren.is_valid(number) else "")
    name = text_of(record, "slug") or identifier
    return PublisherDraft(
        id=identifier,
        name=name,
        title=text_of(record, "name") or name,
        description=text_of(record, "description"),
        website=address_of(text_of(record, "url")),
        siret=establishment,
        siren=company,
        family=family(text_of(badge, "kind") for badge in badges),
    )


def content_of(draft: DatasetDraft) -> str:
    """What changes when a file of the dataset does; the order of files changes nothing."""
    return "\n".join(sorted(f"{file.id} {file.checksum or file.modified} {file.url}" for file in draft.files))


def _files(dataset: Record) -> tuple[tuple[FileDraft, ...], list[str]]:
    """Files that have an address, and doubts about the others."""
    files: dict[str, FileDraft] = {}
    doubts: list[str] = []
    for value in as_list(dataset.get("resources")):
        record = as_record(value) or {}
        url = text_of(record, "url")
        if not address_of(url):
            doubts.append(doubt("doubt.address", url))
            continue
        identifier = text_of(record, "id") or url
        files.setdefault(identifier, _file(record, identifier, address_of(url)))
    count = dataset.get("file_count")
    if isinstance(count, int) and count > MAX_FILES:
        doubts.append(doubt("doubt.files", str(count)))
    return tuple(files.values()), doubts


def _file(record: Record, identifier: str, url: str) -> FileDraft:
    mark = as_record(record.get("checksum")) or {}
    checksum, kind = checksum_of(text_of(mark, "type"), text_of(mark, "value"))
    return FileDraft(
        id=identifier,
        url=url,
        title=text_of(record, "title"),
        description=text_of(record, "description"),
        format=text_of(record, "format"),
        media_type=text_of(record, "mime"),
        size=number_of(text_of(record, "filesize")),
        checksum=checksum,
        checksum_type=kind,
        schema=_schema(as_record(record.get("schema"))),
        modified=moment_of(text_of(record, "last_modified")),
    )


def _iati_file(files: Sequence[FileDraft], dataset: Record) -> FileDraft | None:
    """The file that is IATI by its schema, else the first XML file where something says "iati"."""
    named = next((file for file in files if "iati" in file.schema.lower()), None)
    if named is not None:
        return named
    words = " ".join([text_of(dataset, "title"), *map(cleaned, as_list(dataset.get("tags")))]).lower()
    spoken = re.search(r"\biati\b", words) is not None
    for file in files:
        is_xml = file.format.lower() == "xml" or urlsplit(file.url).path.lower().endswith(".xml")
        if is_xml and (spoken or re.search(r"(?<![a-z])iati(?![a-z])", f"{file.title} {file.url}".lower())):
            return file
    return None


def _schema(record: Record | None) -> str:
    return schema_of(*(text_of(record or {}, key) for key in ("name", "version", "url")))


def _zones(dataset: Record) -> Iterator[str]:
    """Identifiers of zones, which some versions write as objects."""
    spatial = as_record(dataset.get("spatial")) or {}
    for value in as_list(spatial.get("zones"))[:500]:
        if zone := text_of(as_record(value) or {"id": value}, "id"):
            yield zone


def _contact(dataset: Record) -> Record:
    """Whom to ask: who is named for that, else the first."""
    people = [as_record(value) or {} for value in as_list(dataset.get("contact_points"))]
    return next((one for one in people if text_of(one, "role") == "contact"), people[0] if people else {})


def _person(dataset: Record) -> str:
    owner = as_record(dataset.get("owner")) or {}
    return " ".join(filter(None, (text_of(owner, "first_name"), text_of(owner, "last_name"))))


def _reuses(values: Sequence[object]) -> Iterator[ReuseDraft]:
    for record in (as_record(value) or {} for value in values):
        url = address_of(text_of(record, "url")) or address_of(text_of(record, "page"))
        identifier, title = text_of(record, "id"), text_of(record, "title")
        if identifier and title and url:
            yield ReuseDraft(identifier, title, url, text_of(record, "type"))


def _doubts(dataset: Record) -> Iterator[str]:
    frequency = text_of(dataset, "frequency")
    if frequency and frequency not in FREQUENCIES:
        yield doubt("doubt.frequency", frequency)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).netloc or "").rpartition("@")[2].lower()
    except ValueError:
        return ""


def _names(mask: str) -> Sequence[str]:
    return re.findall(r"(\w+)(?=[,{]|$)", re.sub(r"\{[^{}]*\}", "", mask))


def reuse_targets(reuse: Mapping[str, Any]) -> list[str]:
    """Identifiers of the datasets that a reuse was made with."""
    rows = (as_record(value) or {} for value in as_list(reuse.get("datasets")))
    return [identifier for row in rows if (identifier := text_of(row, "id"))]
