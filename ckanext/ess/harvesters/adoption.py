"""Datasets that are here already, harvested in another way: taken over with their identifier, not doubled.

Two kinds of proof are accepted. The same catalogue: another extension's harvester brought the dataset under
the same identifier from the same host; that is believed always. The same file: the dataset was harvested, or
has the extras of an IATI Registry, and holds a file at the very address that the catalogue names; anybody
could write that into a catalogue, so it is believed where the source says ``"adopt": "same-file"``. A name is
no proof. What a source of ours brings already is never taken from it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from ckan import model
from ckanext.harvest.model import HarvestObject, HarvestSource

from ckanext.ess.harvesters import memory
from ckanext.ess.harvesters.settings import Settings
from ckanext.ess.harvesters.work import Work
from ckanext.ess.mapping.foreign import REGISTRY
from ckanext.ess.store.harvest import HarvestedDataset

SAME_FILE = "same-file"


def adopt(source: HarvestSource, settings: Settings, works: list[Work]) -> list[Work]:
    """Turn new datasets that are here already into changes of these.

    Args:
        source: the harvest source.
        settings: its own.
        works: of a plan; those adopted are changed in place.

    Returns:
        The works that were adopted.
    """
    new = {work.guid: work for work in works if work.action == "add"}
    if not new:
        return []
    found = dict(_by_identifier(source, list(new)))
    if settings.adopt == SAME_FILE:
        rest = {guid: work.draft().source_url for guid, work in new.items() if guid not in found}
        found |= {guid: package_id for guid, package_id in _by_file(rest) if guid not in found}
    taken: set[str] = set()
    adopted: list[Work] = []
    for guid, package_id in found.items():
        if package_id in taken or not _is_uuid(package_id):
            continue
        taken.add(package_id)
        work = new[guid]
        work.action, work.package_id, work.adopted = "update", package_id, True
        adopted.append(work)
    return adopted


def _by_identifier(source: HarvestSource, guids: list[str]) -> Iterator[tuple[str, str]]:
    """Datasets that another harvester brought from the same host under the same identifier."""
    host = urlsplit(source.url).hostname
    for part in memory.chunks(guids):
        query = (
            sa.select(HarvestObject.guid, model.Package.id, HarvestSource.url)
            .join(model.Package, model.Package.id == HarvestObject.package_id)
            .join(HarvestSource, HarvestSource.id == HarvestObject.harvest_source_id)
            .where(HarvestObject.guid.in_(part), HarvestObject.current, HarvestSource.id != source.id)
            .where(*_free())
        )
        for guid, package_id, url in model.Session.execute(query):
            if host and urlsplit(url).hostname == host:
                yield guid, package_id


def _by_file(addresses: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Harvested datasets, or of an IATI Registry, that hold a file at one of the addresses.

    Args:
        addresses: of files, by upstream identifier.
    """
    guids = {_without_scheme(address): guid for guid, address in addresses.items() if address}
    harvested = sa.select(HarvestObject.id).where(
        HarvestObject.package_id == model.Package.id, HarvestObject.current
    )
    address = sa.func.regexp_replace(model.Resource.url, "^https?://", "")
    for part in memory.chunks(list(guids)):
        query = (
            sa.select(address, model.Package.id)
            .join(model.Package, model.Package.id == model.Resource.package_id)
            .where(address.in_(part), model.Resource.state == "active", *_free())
            .where(sa.or_(harvested.exists(), model.Package.extras.has_any(sa.cast(_MARKS, _TEXTS))))
            .order_by(model.Package.metadata_created)
        )
        for url, package_id in model.Session.execute(query):
            yield guids[url], package_id


_TEXTS = ARRAY(sa.Text)
#: Extras that no dataset has by accident.
_MARKS = [name for name in REGISTRY if name not in ("country", "activity_count")]


def _free() -> tuple[sa.ColumnElement[bool], ...]:
    """Datasets that stand here and that no source of ours brings."""
    ours = sa.select(HarvestedDataset.guid).where(HarvestedDataset.package_id == model.Package.id)
    return (model.Package.state == "active", model.Package.type == "dataset", ~ours.exists())


def _without_scheme(url: str) -> str:
    return url.partition("://")[2]


def _is_uuid(text: str) -> bool:
    """Identifiers of files are derived from such identifiers only."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
