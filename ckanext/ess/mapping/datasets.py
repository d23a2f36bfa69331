"""A dataset of a catalogue, and what its file says, as a package dictionary."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from typing import Any

from ckanext.ess.iati.facts import FileFacts
from ckanext.ess.iati.standard.codelists import codelist
from ckanext.ess.mapping.files import resources
from ckanext.ess.mapping.sentences import describe
from ckanext.ess.sources.base import DatasetDraft
from ckanext.ess.sources.titles import readable_title

#: Raise it when the same draft and facts would give other fields: the next run then writes every dataset
#: again.
VERSION = 2

KINDS = {"activities": "iati-activities", "organisations": "iati-organisation"}
MAX_TAG = 100
_NOT_IN_TAGS = re.compile(r"[^\w \-.]+")


def enriched(draft: DatasetDraft, facts: FileFacts | None) -> DatasetDraft:
    """The draft with everything that its file says better than the catalogue."""
    if facts is None:
        return draft
    return dataclasses.replace(
        draft,
        file_type=facts.file_type or draft.file_type,
        iati_version=facts.version or draft.iati_version,
        activity_count=facts.activity_count,
        countries=facts.countries or draft.countries,
        regions=facts.regions or draft.regions,
        sectors=facts.sectors or draft.sectors,
        sdgs=facts.sdgs or draft.sdgs,
        languages=facts.languages or draft.languages,
        humanitarian=facts.humanitarian,
        data_date=facts.data_date or draft.data_date,
        secondary_publisher=draft.secondary_publisher or _secondary(facts),
        content_hash=facts.content_hash,
        file_hash=facts.file_hash,
        size=facts.size,
    )


def to_package(
    draft: DatasetDraft,
    facts: FileFacts | None,
    *,
    package_id: str,
    licence: Callable[[str], str],
    lang: str = "fr",
) -> dict[str, Any]:
    """Every field that we take from a catalogue; ``""`` or ``[]`` where neither it nor the file speaks.

    Args:
        draft: what the catalogue says.
        facts: what the file says, or nothing when it was not read.
        package_id: identifier of the dataset here; the resource's is derived from it, so that it never
            changes.
        licence: gives the portal's licence id for a catalogue's.
        lang: language of made titles and descriptions, ``fr`` or ``en``.

    Returns:
        A package dictionary without ``id``, ``name`` and ``owner_org``, which depend on what the portal has.
    """
    full = enriched(draft, facts)
    return {
        "title": full.title if full.is_general else readable_title(full, lang),
        "notes": draft.description or describe(full, lang),
        "license_id": licence(draft.license_id),
        "ess_license_harvested": draft.license_id,
        "author": draft.author or draft.publisher.title,
        "author_email": draft.author_email or draft.publisher.contact_email,
        "tags": [{"name": name} for name in tag_names(draft.tags)],
        "issued": draft.created[:10],
        "modified": (draft.modified or full.data_date)[:10],
        "resources": resources(full, package_id, lang),
        **_iati(full, facts),
        **(_general(full) if full.is_general else {}),
    }


def tag_names(words: Iterable[str]) -> list[str]:
    """Words as CKAN takes them for tags: no punctuation, 2 to 100 characters, each once.

    >>> tag_names(["Santé, eau", "x", "santé eau", "Santé, eau"])
    ['Santé eau', 'santé eau']
    """
    names = (" ".join(_NOT_IN_TAGS.sub(" ", word).split())[:MAX_TAG].strip() for word in words)
    return list(dict.fromkeys(name for name in names if len(name) > 1))


def _iati(full: DatasetDraft, facts: FileFacts | None) -> dict[str, Any]:
    sectors = _known(full.sectors, "Sector")
    groups = {*(facts.sector_groups if facts else ()), *(code[:3] for code in sectors)}
    return {
        "ess_kind": KINDS.get(full.file_type) or full.kind or "other",
        "ess_file_type": full.file_type,
        "ess_iati_version": _one(full.iati_version, "Version"),
        "ess_activity_count": "" if full.activity_count is None else full.activity_count,
        "ess_publisher_id": full.publisher.iati_identifier or (facts.publisher_ref if facts else ""),
        "ess_secondary_publisher": full.secondary_publisher,
        "ess_country": _known(full.countries, "Country"),
        "ess_region": _known(full.regions, "Region"),
        "ess_sector": sectors,
        "ess_sector_group": _known(sorted(groups), "SectorCategory"),
        "ess_sdg": _known(full.sdgs, "UNSDG-Goals"),
        "ess_humanitarian": {True: "true", False: "false", None: ""}[full.humanitarian],
        "language": _known(full.languages, "Language"),
        "ess_data_date": full.data_date[:10],
        "ess_source_url": full.source_url,
        "ess_cached_url": full.cached_url,
        "ess_content_hash": full.content_hash,
        "ess_harvest_id": full.id,
    }


def _general(full: DatasetDraft) -> dict[str, Any]:
    """What only catalogues of all kinds of data say; others leave these fields to people."""
    return {
        "ess_territory": list(full.territories),
        "frequency": full.frequency,
        "temporal_start": full.temporal_start,
        "temporal_end": full.temporal_end,
        "maintainer": full.contact_name,
        "maintainer_email": full.contact_email,
        "url": full.page_url,
    }


def _known(codes: Iterable[str], list_name: str) -> list[str]:
    """Those codes that the list has: a facet of codes that nobody can name helps nobody."""
    codes_there = codelist(list_name).codes
    return [code for code in dict.fromkeys(codes) if code in codes_there]


def _one(code: str, list_name: str) -> str:
    return code if code in codelist(list_name).codes else ""


def _secondary(facts: FileFacts) -> str:
    return (facts.publisher_name or facts.publisher_ref) if facts.secondary_reporter else ""
