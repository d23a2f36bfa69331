"""Datasets that harvesters of others bring, completed with our fields.

ckanext-harvest's CKAN harvester and ckanext-dcat's RDF harvester hand over what the remote says, in its
words. Here it becomes ours: extras of the IATI Registry, extras in which a portal of ours mirrors its fields,
addresses of European and INSEE vocabularies. A value that no list of ours knows is dropped, not refused: the
dataset comes in without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ckanext.ess.mapping import foreign_words as read
from ckanext.ess.mapping.datasets import to_package
from ckanext.ess.mapping.foreign_words import Known
from ckanext.ess.sources.base import PublisherDraft
from ckanext.ess.sources.errors import SourceError
from ckanext.ess.sources.records import clean
from ckanext.ess.sources.registry_records import dataset_draft, extras_of, shortened
from ckanext.ess.sources.udata_words import kind_of, schema_of

#: Fields of several values, and their lists.
LISTS = {
    "ess_theme": "theme",
    "ess_country": "Country",
    "ess_region": "Region",
    "ess_sector": "Sector",
    "ess_sector_group": "SectorCategory",
    "ess_sdg": "UNSDG-Goals",
}
#: Fields of one value, and their lists.
CHOICES = {
    "ess_kind": "kind",
    "ess_file_type": "file_type",
    "ess_iati_version": "Version",
    "ess_humanitarian": "boolean",
}
DAYS = ("temporal_start", "temporal_end", "issued", "modified", "ess_data_date")
TEXTS = ("ess_license_harvested", "ess_publisher_id", "ess_secondary_publisher", "ess_content_hash")
ADDRESSES = ("url", "ess_source_url", "ess_cached_url")
#: What is said of the remote's own holdings and not of ours.
NOT_OURS = ("ess_archived",)
#: Extras that say what a field of ours says, by field, the best first.
OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "maintainer": ("contact_name",),
    "maintainer_email": ("contact_email",),
    "author": ("publisher_name",),
    "author_email": ("publisher_email",),
    "ess_territory": ("spatial_uri",),
    "frequency": ("accrual_periodicity", "update_frequency"),
    "ess_publisher_id": ("publisher_iati_id",),
    "ess_harvest_id": ("guid", "uri", "identifier"),
}
#: Extras of the IATI Registry that our fields replace.
REGISTRY = ("filetype", "iati_version", "activity_count", "country", "data_updated", "secondary_publisher")
#: Fields of a registry's dataset that are taken from its extras.
_FROM_REGISTRY = (*CHOICES, *LISTS, "ess_activity_count", "ess_publisher_id", "ess_secondary_publisher")
_EMPTY: tuple[Any, ...] = (None, "", [])


def complete(package: dict[str, Any], *, licence: Callable[[str], str], known: Known) -> None:
    """Give a dataset our fields, in place.

    Args:
        package: as a harvester is about to save it: its own fields, ``extras``, ``resources``.
        licence: gives the portal's licence id for a catalogue's.
        known: those of some values that a list has, by the list's name.
    """
    registry = _of_registry(package)
    said = _said(package)
    fields = {
        **registry,
        **{name: value for name, value in _clean(said, known).items() if value not in _EMPTY},
    }
    fields["ess_kind"] = fields.get("ess_kind") or _kind(package, fields) or "other"
    fields |= _licence(package, said, licence)
    for resource in package.get("resources") or []:
        _complete_resource(resource, fields, known)
    drop = {*_READ, *LISTS, *CHOICES, *DAYS, *TEXTS, *ADDRESSES, *NOT_OURS, "ess_harvest_id"}
    for name in drop:
        package.pop(name, None)
    package.update({name: value for name, value in fields.items() if value not in _EMPTY})
    if package.get("extras"):
        gone = drop | (set(REGISTRY) if registry else set())
        package["extras"] = [one for one in package["extras"] if one.get("key") not in gone]


def _said(package: Mapping[str, Any]) -> dict[str, Any]:
    """What the remote says of each field: the field itself, the extra of its name, one of another name."""
    extras = {one.get("key"): one.get("value") for one in package.get("extras") or []}
    names = {*LISTS, *CHOICES, *DAYS, *TEXTS, *ADDRESSES, *_READ, *OTHER_NAMES}
    found: dict[str, Any] = {}
    for name in names:
        values = [package.get(name), *(extras.get(one) for one in (name, *OTHER_NAMES.get(name, ())))]
        found[name] = next((value for value in values if value not in _EMPTY), "")
    return found


_READ: Mapping[str, Callable[[Any], Any]] = {
    "frequency": read.rhythm,
    "language": read.languages,
    "ess_territory": lambda value: read.places(value)[0],
    "ess_activity_count": read.count,
    "maintainer": clean,
    "maintainer_email": read.email,
    "author": clean,
    "author_email": read.email,
}


def _clean(said: Mapping[str, Any], known: Known) -> dict[str, Any]:
    fields = {name: read_as(said[name]) for name, read_as in _READ.items()}
    fields |= {name: known(kind, read.words(said[name])) for name, kind in LISTS.items()}
    fields |= {name: next(iter(known(kind, [clean(said[name])])), "") for name, kind in CHOICES.items()}
    fields |= {name: read.day(said[name]) for name in DAYS}
    fields |= {name: clean(said[name]) for name in (*TEXTS, "ess_harvest_id")}
    fields |= {name: read.address(said[name]) for name in ADDRESSES}
    countries = [*fields["ess_country"], *read.places(said["ess_territory"])[1]]
    return fields | {
        "ess_country": known("Country", countries),
        "language": known("Language", fields["language"]),
        "frequency": next(iter(known("frequency", [fields["frequency"]])), ""),
    }


def _of_registry(package: Mapping[str, Any]) -> dict[str, Any]:
    """What the extras of an IATI Registry say; nothing of another dataset."""
    extras = extras_of(package)
    if not (extras.get("filetype") or extras.get("iati_version")):
        return {}
    publisher = PublisherDraft("-", "-", "-", iati_identifier=extras.get("publisher_iati_id", ""))
    try:
        draft = dataset_draft(shortened(package), publisher, clean(package.get("name")))
    except SourceError:
        return {}
    made = to_package(draft, None, package_id=_ANY, licence=str)
    fields = {name: made[name] for name in _FROM_REGISTRY if made.get(name) not in _EMPTY}
    return fields | {"ess_data_date": draft.data_date[:10], "ess_source_url": draft.source_url}


#: The resources that it would serve for are not taken.
_ANY = "00000000-0000-0000-0000-000000000000"


def _kind(package: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    resources = [one for one in package.get("resources") or [] if isinstance(one, Mapping)]
    if any(_is_iati(one) for one in resources):
        of_organisation = fields.get("ess_file_type") == "organisations"
        return "iati-organisation" if of_organisation else "iati-activities"
    return kind_of(_schema_of(one) for one in resources)


def _is_iati(resource: Mapping[str, Any]) -> bool:
    form = re.sub("[^a-z]", "", clean(resource.get("format")).lower())
    return form in ("iati", "iatixml") or _schema_of(resource).startswith("iati-")


def _schema_of(resource: Mapping[str, Any]) -> str:
    named = (
        resource.get("ess_schema")
        or resource.get("schema")
        or next(iter(read.words(resource.get("conforms_to"))), "")
    )
    text = clean(named)
    return schema_of("", "", text) if text.startswith("http") else text


def _licence(
    package: Mapping[str, Any], said: Mapping[str, Any], licence: Callable[[str], str]
) -> dict[str, str]:
    resources = [one for one in package.get("resources") or [] if isinstance(one, Mapping)]
    words = [package.get("license_id"), package.get("license_url"), package.get("license_title")]
    words += [one.get("license") for one in resources]
    harvested = next((text for one in words if (text := clean(one))), "")
    if not harvested:
        return {}
    return {
        "license_id": licence(harvested),
        "ess_license_harvested": clean(said["ess_license_harvested"]) or harvested,
    }


def _complete_resource(resource: dict[str, Any], fields: Mapping[str, Any], known: Known) -> None:
    schema = _schema_of(resource)
    kind, version = fields.get("ess_file_type"), fields.get("ess_iati_version")
    if not schema and _is_iati(resource) and kind and version:
        schema = f"iati-{kind}-{version}"
    size = read.count(resource.get("size"))
    algorithm = re.split("[/#_]", clean(resource.get("hash_algorithm")).lower())[-1].replace("-", "")
    for name, value in {
        "ess_schema": schema,
        "size": size,
        "hash_algorithm": next(iter(known("hash_algorithm", [algorithm])), ""),
        "ess_cached_url": read.address(resource.get("ess_cached_url")),
    }.items():
        resource.pop(name, None)
        if value not in _EMPTY:
            resource[name] = value
