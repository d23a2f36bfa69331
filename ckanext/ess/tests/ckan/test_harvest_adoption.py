"""Datasets that were here before our source: taken over, never doubled, never taken from others."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckanext.harvest.model import HarvestSource
from ckanext.harvest.queue import get_harvester

from ckanext.ess.tests.ckan.harvest_portal import (
    Harvest,
    Upstream,
    clear_queues,
    context,
    datasets,
    drain,
    show,
)

pytestmark = pytest.mark.usefixtures("shared_portal")
TYPE = "iati-registry"
COUNTER = itertools.count()


@pytest.fixture(autouse=True)
def fresh(shared_portal: Any) -> None:
    """No dataset of an earlier test, and empty queues."""
    clear_queues()
    for name in datasets():
        tk.get_action("dataset_purge")(context(), {"id": name})
    for source in model.Session.query(HarvestSource).filter(HarvestSource.active).all():
        tk.get_action("harvest_source_clear")(context(), {"id": source.id})
        tk.get_action("package_delete")(context(), {"id": source.id})


def older(upstream: Upstream) -> dict[str, str]:
    """Harvest with ckanext-harvest's own CKAN harvester; identifiers of the datasets by name."""
    data = {"name": factories.Dataset.stub().name, "title": "Avant", "source_type": "ckan"}
    data["url"] = f"{upstream.base}/registry"
    source = tk.get_action("harvest_source_create")(context(), data)
    tk.get_action("harvest_job_create")(context(), {"source_id": source["id"], "run": True})
    drain()
    tk.get_action("harvest_jobs_run")(context(), {"source_id": source["id"]})
    return {name: one["id"] for name, one in datasets().items()}


def new(upstream: Upstream, **settings: Any) -> Harvest:
    # ckanext-harvest refuses a second source with the same address and configuration
    settings["max_datasets"] = 1000 + next(COUNTER)
    return Harvest(upstream, TYPE).create(factories.Dataset.stub().name, **settings)


def preview(harvest: Harvest) -> dict[str, list[str]]:
    """What a dry run says: names by action."""
    source = model.Session.get(HarvestSource, harvest.id)
    found = get_harvester(TYPE).preview(source, 5)
    actions: dict[str, list[str]] = {}
    for entry in found.entries:
        actions.setdefault(entry["action"], []).append(entry["dataset"])
    return {action: sorted(names) for action, names in actions.items()}


def by_registry(upstream: Upstream, key: str, **more: Any) -> dict[str, Any]:
    """A dataset as a portal that was an IATI Registry has it, under an identifier of its own."""
    entry = upstream.datasets[key]
    address = f"{upstream.base}/bds/files/{entry.path}"
    extras = {"filetype": "activity", "iati_version": "2.03", "data_updated": "2024-01-01 10:00:00"}
    data = {
        "title": "Écrit à la main",
        "extras": [{"key": name, "value": value} for name, value in extras.items()],
        "resources": [{"url": address, "format": "IATI-XML"}, {"url": "https://ong.example/notice.pdf"}],
    }
    return factories.Dataset(**data | more)


def address_of(upstream: Upstream, key: str) -> str:
    """Where the catalogue says that the file of a dataset is."""
    harvest = new(upstream)
    source = model.Session.get(HarvestSource, harvest.id)
    harvester = get_harvester(TYPE)
    catalogue = harvester.source(source.url, harvester.http(), harvester_settings())
    ref = next(ref for ref in catalogue.refs() if ref.id == upstream.datasets[key].id)
    return catalogue.draft(ref).source_url


def harvester_settings() -> Any:
    from ckanext.ess.harvesters.settings import Settings

    return Settings()


def test_datasets_of_the_ckan_harvester(upstream: Upstream):
    """From the same host under the same identifier: the dry run says so, the run takes them over."""
    for key, entry in list(upstream.datasets.items()):
        upstream.change(key, uid=f"0d6b6c0e-3c0e-5b7a-9a53-{abs(hash(entry.id)) % 10**12:012d}")
    before = older(upstream)
    assert len(before) == 5
    harvest = new(upstream)

    assert preview(harvest) == {"adopt": sorted(before)}
    assert {name: one["id"] for name, one in datasets().items()} == before
    run = harvest.run()

    after = datasets()
    assert {name: one["id"] for name, one in after.items()} == before
    assert (run.added, run.updated, run.failed) == (0, 5, 0)
    assert any("5" in note for note in run.notes)
    assert {one["ess_kind"] for one in after.values()} == {"iati-activities"}
    assert {len(one["resources"]) for one in after.values()} == {1}
    again = harvest.run()
    assert (again.unchanged, again.updated) == (5, 0)


def test_datasets_of_a_registry_with_the_same_file(upstream: Upstream):
    """Where the source says so; what people added stays, extras become fields."""
    mine = by_registry(upstream, "eau", name="puits-de-mali")
    address = address_of(upstream, "eau").replace("http://", "https://")
    files = [{**mine["resources"][0], "url": address}, mine["resources"][1]]
    tk.get_action("package_patch")(context(), {"id": mine["id"], "resources": files, "author": "Nous"})

    assert "adopt" not in preview(new(upstream))
    harvest = new(upstream, adopt="same-file")
    assert preview(harvest)["adopt"] == ["puits-de-mali"]
    run = harvest.run()

    assert (run.added, run.updated) == (4, 1)
    after = show(mine["id"])
    assert (after["name"], after["ess_iati_version"]) == ("puits-de-mali", "2.03")
    assert [one["url"] for one in after["resources"]][1:] == ["https://ong.example/notice.pdf"]
    assert not {"filetype", "data_updated"} & {one["key"] for one in after.get("extras", [])}
    assert len(datasets()) == 5


def test_a_dataset_of_the_same_name_or_file_that_nobody_harvested(upstream: Upstream):
    """It is left as it is, to the byte."""
    theirs = factories.Dataset(
        name="alpha-eau", title="À nous", resources=[{"url": address_of(upstream, "eau")}]
    )
    before = show(theirs["id"])

    run = new(upstream, adopt="same-file").run()

    assert run.added == 5
    assert show(theirs["id"]) == before


def test_what_another_source_of_ours_brings_stays_its_own(upstream: Upstream):
    first = new(upstream)
    first.run()
    before = {name: json.dumps(one["ess_harvest_id"]) for name, one in datasets().items()}

    other = Harvest(upstream, "urls")
    data = {"name": "liste", "title": "Liste", "source_type": "urls", "url": f"{upstream.base}/"}
    data["config"] = json.dumps({"adopt": "same-file", "addresses": [address_of(upstream, "eau")]})
    other.id = tk.get_action("harvest_source_create")(context(), data)["id"]
    other.run()

    assert {name: json.dumps(show(name)["ess_harvest_id"]) for name in before} == before


def test_a_catalogue_on_another_host_claims_an_identifier(upstream: Upstream):
    """Not believed: it gets a dataset of its own."""
    for key, entry in list(upstream.datasets.items()):
        upstream.change(key, uid=f"0d6b6c0e-3c0e-5b7a-9a53-{abs(hash(entry.id)) % 10**12:012d}")
    before = older(upstream)
    upstream.base = upstream.base.replace("127.0.0.1", "localhost")

    run = new(upstream).run()

    assert (run.added, run.updated) == (5, 0)
    assert {show(name)["id"] for name in before} == set(before.values())
