"""Harvest sources and jobs, as the commands need them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.harvest.model import HarvestJob, HarvestSource

from ckanext.ess import config as options
from ckanext.ess.store import harvest_orders
from ckanext.ess.store.harvest import HarvestRun

#: Owns the sources that nobody else owns, where CKAN wants an owner for each.
OWNER = "ess-harvest-sources"


def save(
    name: str, url: str, source_type: str, title: str, frequency: str, config: str, organization: str = ""
) -> bool:
    """Add a source or change the one of that name.

    Args:
        name: last part of its address.
        url: of the catalogue.
        source_type: kind of catalogue.
        title: what people call it.
        frequency: as ckanext-harvest names it.
        config: its settings, JSON.
        organization: name or identifier of the organisation that owns it; empty: as it was, or one made for
            such sources where the portal wants an owner.

    Returns:
        Whether it is new.

    Raises:
        ValidationError: the address or the settings are refused.
    """
    data = {
        "name": name,
        "url": url,
        "source_type": source_type,
        "title": title,
        "frequency": frequency,
        "config": config,
    }
    package = model.Package.get(name)
    if package is not None and package.type != "harvest":
        raise tk.ValidationError({"name": [f"{name} is the name of a dataset."]})
    if organization:
        data["owner_org"] = organization
    if package is None:
        tk.get_action("harvest_source_create")(_context(), {"owner_org": _owner(), **data})
    else:
        tk.get_action("harvest_source_update")(_context(), {**data, "id": package.id, "state": "active"})
    return package is None


def _owner() -> str:
    """Identifier of an organisation for a source without one; empty where the portal wants none."""
    if not options.datasets_need_owner():
        return ""
    known = model.Group.get(OWNER)
    if known is not None and known.state == "active":
        return known.id
    data = {"name": OWNER, "title": tk._("Harvested catalogues"), "state": "active"}
    if known is not None:
        return tk.get_action("organization_patch")(_context(), {**data, "id": known.id})["id"]
    return tk.get_action("organization_create")(_context(), data)["id"]


def find(name: str) -> HarvestSource:
    """The source of a name or identifier; an error message when there is none."""
    package = model.Package.get(name)
    source = model.Session.get(HarvestSource, package.id) if package else None
    if source is None:
        raise click.ClickException(f"{name}: no such harvest source. See: ckan ess harvest list")
    return source


def every() -> Iterator[HarvestSource]:
    """Active sources."""
    query = sa.select(HarvestSource).where(HarvestSource.active)
    yield from model.Session.execute(query.order_by(HarvestSource.created)).scalars()


def start(source: HarvestSource) -> tuple[str, bool]:
    """Put a job into the queue, or find the one that is there.

    Returns:
        Its identifier, and whether it is new.
    """
    query = sa.select(HarvestJob.id).where(
        HarvestJob.source_id == source.id, HarvestJob.status.in_(("New", "Running"))
    )
    under_way = model.Session.scalars(query.order_by(HarvestJob.created.desc())).first()
    if under_way:
        return under_way, False
    if not source.active:
        raise click.ClickException(f"{source.title}: this source is not active.")
    job = tk.get_action("harvest_job_create")(_context(), {"source_id": source.id, "run": True})
    return job["id"], True


def again(dataset: str) -> dict[str, str]:
    """Put a run for one dataset into the queue.

    Returns:
        ``job_id`` and ``source_id``.

    Raises:
        ObjectNotFound: there is no such dataset.
        ValidationError: it was not harvested, or its source is being harvested.
    """
    return tk.get_action("ess_harvest_dataset")(_context(), {"id": dataset})


def confirm_loss(source: HarvestSource) -> str:
    """Believe what the last run did not; the sentence that says so.

    Raises:
        ClickException: there is nothing to believe.
    """
    count = harvest_orders.confirm_loss(source.id)
    if not count:
        said = tk._("{source}: the last run was not stopped for a loss; there is nothing to confirm.")
        raise click.ClickException(said.format(source=source.title))
    return tk._("{count} datasets may now disappear.").format(count=count)


def last_run(source: HarvestSource) -> HarvestRun | None:
    """The youngest run of a source."""
    return harvest_orders.last_run(source.id)


def close(source_id: str) -> None:
    """Have ckanext-harvest mark finished jobs of a source as such, and send its mails."""
    tk.get_action("harvest_jobs_run")(_context(), {"source_id": source_id})


def sentences(error: tk.ValidationError) -> list[str]:
    """What a refusal says, field by field."""
    return [f"{field}: {_flat(said)}" for field, said in error.error_dict.items()]


def _flat(said: Any) -> str:
    if isinstance(said, Mapping):
        return ", ".join(f"{key}: {_flat(value)}" for key, value in said.items())
    return ", ".join(map(_flat, said)) if isinstance(said, list) else str(said)


def _context() -> Any:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {"user": user, "ignore_auth": True, "model": model, "session": model.Session}
