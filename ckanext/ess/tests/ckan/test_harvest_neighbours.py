"""Neighbours of what is harvested: names already taken, what people made and moved, other sources."""

from __future__ import annotations

import pytest

from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.tests.ckan.harvest_portal import (
    Harvest,
    Upstream,
    context,
    datasets,
    harvest_portal,  # noqa: F401
    migrated,  # noqa: F401
    show,
)

pytestmark = pytest.mark.usefixtures("harvest_portal")


def test_two_publishers_with_one_dataset_name(harvest: Harvest):
    """Both are kept, each under its publisher, for good."""
    harvest.upstream.dataset("x1", "alpha", name="projets")
    harvest.upstream.dataset("x2", "beta", name="projets", country="ML")

    harvest.run()

    there = datasets()
    same = {name: one for name, one in there.items() if "projets" in name}
    assert len(there) == 7
    assert {one["organization"]["name"] for one in same.values()} == {"alpha", "beta"}
    assert "projets" in same
    harvest.upstream.change("x2", license_id="odc-odbl")
    harvest.upstream.change("x1", license_id="odc-odbl")
    assert harvest.run().updated == 2
    assert set(datasets()) == set(there)


def test_a_foreign_dataset_of_the_same_name(harvest: Harvest):
    """It is left as it is, to the byte; ours takes another name."""
    mine = factories.Dataset(name="alpha-eau", title="À nous", owner_org=factories.Organization()["id"])
    before = show(mine["id"])

    run = harvest.run()

    assert run.added == 5
    assert show(mine["id"]) == before
    ours = {one["id"] for one in datasets().values() if one.get("ess_harvest_id") == "id-alpha-eau"}
    assert len(ours) == 1
    assert mine["id"] not in ours


def test_a_foreign_organisation_of_the_same_name(harvest: Harvest):
    """It does not receive other people's datasets."""
    theirs = factories.Organization(name="alpha", title="Un autre alpha")

    harvest.run()

    shown = tk.get_action("organization_show")({"ignore_auth": True}, {"id": theirs["id"]})
    assert shown["package_count"] == 0
    assert shown["title"] == "Un autre alpha"
    assert show("alpha-eau")["organization"]["title"] == "Organisation alpha"


def test_an_organisation_that_people_made_is_recognised(harvest: Harvest):
    """By its IATI identifier; what they wrote stays, only gaps are filled."""
    theirs = factories.Organization(
        name="alpha-france", title="Alpha, la vraie", ess_iati_identifier="XM-EXAMPLE-ALPHA"
    )

    run = harvest.run()

    assert run.publishers_added == 1
    shown = tk.get_action("organization_show")({"ignore_auth": True}, {"id": theirs["id"]})
    assert shown["title"] == "Alpha, la vraie"
    assert shown["ess_organisation_type"] == "21"
    assert show("alpha-eau")["owner_org"] == theirs["id"]


def test_a_catalogue_in_two_sources(upstream: Upstream):
    """The same datasets by two ways are not doubled."""
    bulk = Harvest(upstream, "iati-bulk").create("bulk")
    registry = Harvest(upstream, "iati-registry").create("registry")
    ids = {one["ess_harvest_id"] for one in datasets().values()}
    bulk.run()

    run = registry.run()

    assert ids == set()
    assert (run.added, run.filtered, run.failed) == (0, 5, 0)
    assert len(datasets()) == 5
    assert run.notes


def test_filters(upstream: Upstream):
    """Publisher, country and kind of file; what only the file tells is remembered, not read again."""
    upstream.dataset("eau", "alpha", country="ML")
    harvest = Harvest(upstream, "iati-bulk").create(publishers=["alpha"], countries=["ML"])

    run = harvest.run()

    assert set(datasets()) == {"alpha-eau"}
    assert (run.found, run.added, run.filtered) == (5, 1, 4)
    upstream.reads.clear()
    upstream.publisher("gamma")
    run = harvest.run()
    assert (run.found, run.unchanged, run.filtered) == (5, 1, 4)
    assert upstream.reads == []


def test_reharvest_of_one_dataset(harvest: Harvest):
    """``ckan harvester import -g GUID`` writes a dataset again from what was fetched."""
    harvest.run()
    tk.get_action("package_patch")(context(), {"id": "alpha-eau", "title": "Perdu"})
    tk.get_action("harvest_objects_import")(context(), {"guid": "id-alpha-eau"})
    assert show("alpha-eau")["title"] != "Perdu"
    tk.get_action("package_patch")(context(), {"id": "alpha-eau", "title": "Choisi ici"})
    harvest.upstream.change("eau", license_id="odc-odbl")
    harvest.run()
    assert show("alpha-eau")["title"] == "Choisi ici"  # forcing was for one call
    assert len(datasets()) == 5


def test_a_dataset_moved_here_stays_where_it_was_moved(harvest: Harvest):
    """Its owner is only changed again when the catalogue changes the publisher."""
    harvest.run()
    other = factories.Organization()
    tk.get_action("package_owner_org_update")(context(), {"id": "alpha-eau", "organization_id": other["id"]})
    harvest.upstream.change("eau", license_id="odc-odbl")

    harvest.run()

    assert show("alpha-eau")["owner_org"] == other["id"]
    assert show("alpha-eau")["license_id"] == "odc-odbl"


def test_fields_that_are_kept(upstream: Upstream):
    """Chosen by the source; once set here, they are left alone though the catalogue changes them."""
    harvest = Harvest(upstream, "iati-registry").create(keep=["title", "license_id"])
    harvest.run()
    tk.get_action("package_patch")(
        context(), {"id": "alpha-eau", "title": "Titre d’ici", "license_id": "lov2"}
    )
    upstream.change(
        "eau", title="Titre du catalogue", license_id="odc-odbl", modified="2026-04-01T00:00:00+00:00"
    )

    run = harvest.run()

    assert run.updated == 1
    shown = show("alpha-eau")
    assert (shown["title"], shown["license_id"]) == ("Titre d’ici", "lov2")
