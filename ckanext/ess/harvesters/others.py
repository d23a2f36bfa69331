"""Datasets that other extensions harvest: completed with our fields, nobody else's overwritten."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.harvest.model import HarvestObject

from ckanext.ess.mapping import foreign
from ckanext.ess.schema import choices
from ckanext.ess.schema.licences import from_harvested


def complete(package: dict[str, Any]) -> None:
    """Give a dataset that is about to be saved our fields, in place."""
    foreign.complete(
        package, licence=from_harvested, known=lambda name, values: choices.known(name, values)[0]
    )


def stranger(package_id: str, source_id: str) -> str:
    """Why a source may not write a dataset: it exists and came another way; empty when it may.

    Args:
        package_id: the dataset.
        source_id: the harvest source.
    """
    package = model.Package.get(package_id)
    if package is None:
        return ""
    query = sa.select(HarvestObject.id).where(
        HarvestObject.package_id == package.id, HarvestObject.harvest_source_id == source_id
    )
    if model.Session.execute(query.limit(1)).first():
        return ""
    said = tk._(
        "The identifier of this dataset belongs to the dataset {name}, which did not come from this source. "
        "Nothing was changed."
    )
    return said.format(name=package.name)


def give_back(harvest_object: HarvestObject, package_id: str) -> None:
    """Undo that an object that is refused was taken for the current one of its dataset.

    Args:
        harvest_object: the object of the source that may not write the dataset.
        package_id: the dataset.
    """
    harvest_object.current = False
    query = sa.select(HarvestObject).where(
        HarvestObject.package_id == package_id, HarvestObject.id != harvest_object.id
    )
    rightful = model.Session.scalars(query.order_by(HarvestObject.gathered.desc()).limit(1)).first()
    if rightful is not None:
        rightful.current = True
