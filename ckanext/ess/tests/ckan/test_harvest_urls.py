"""Runs over a site that publishes IATI files by itself, through the real queue."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.store.harvest import HarvestedDataset
from ckanext.ess.tests.ckan import catalogues
from ckanext.ess.tests.ckan.catalogues import Catalogue
from ckanext.ess.tests.ckan.harvest_portal import (
    context,
    datasets,
    drain,
    found,
    harvest_portal,  # noqa: F401
    migrated,  # noqa: F401
    show,
)
from ckanext.ess.tests.unit.fake_upstream import status
from ckanext.ess.tests.unit.url_site import PUBLISHER, iati, put, zipped

pytestmark = pytest.mark.usefixtures("harvest_portal")


@pytest.fixture
def site() -> Iterator[Catalogue]:
    with catalogues.urls() as made:
        yield made


def test_first_run_brings_everything(site: Catalogue):
    """Facts and publishers come from the files, each read once; what is in a zip is a dataset of its own."""
    run = site.create().run()

    assert (run.found, run.added, run.failed, run.unreadable) == (4, 4, 0, 0), site.errors()
    there = datasets()
    assert len(there) == len(found()) == 4
    eau = there["eau"]
    assert eau["ess_country"] == ["SN"]
    assert eau["ess_iati_version"] == "2.03"
    assert eau["ess_kind"] == "iati-activities"
    assert eau["ess_publisher_id"] == PUBLISHER
    assert eau["ess_data_date"] == "2026-02-03"
    assert eau["organization"]["title"] == "Exemple"
    assert "Exemple" in eau["title"]
    organisation = tk.get_action("organization_show")({"ignore_auth": True}, {"id": "exemple"})
    assert (organisation["ess_iati_identifier"], organisation["ess_siren"]) == (PUBLISHER, "123456782")
    assert there["riz"]["organization"]["title"] == "Greniers du Sahel"
    inside = there["2024"]["resources"][0]
    assert inside["url"] == site.server.url("/iati/archives.zip#2024.xml")
    assert inside["ess_schema"] == "iati-activities-2.03"
    read = [path for method, path, _ in site.server.requests if method == "GET"]
    assert sorted(read) == ["/iati/", "/iati/archives.zip", "/iati/eau.xml", "/iati/riz.xml"]


def test_second_run_reads_no_file(site: Catalogue):
    site.create().run()
    before = datasets()
    site.server.requests.clear()

    run = site.run()

    assert (run.found, run.unchanged, run.added, run.updated, run.gone) == (4, 4, 0, 0, 0)
    assert [path for method, path, _ in site.server.requests if method == "GET"] == ["/iati/"]
    assert datasets() == before


def test_another_mark_without_a_change_is_remembered(site: Catalogue):
    """A file that was only made again is read once more, and not after that."""
    site.create().run()
    put(site.server, "/iati/eau.xml", iati(1).replace(b"2026-01-02T03", b"2026-01-09T03"))
    assert site.run().unchanged == 4
    site.server.requests.clear()

    assert site.run().unchanged == 4

    assert [path for method, path, _ in site.server.requests if method == "GET"] == ["/iati/"]


def test_changes_are_followed(site: Catalogue):
    """One file that changes, one in a zip, one that is new."""
    site.create().run()
    put(site.server, "/iati/eau.xml", iati(1).replace(b'"SN"', b'"ML"'))
    put(site.server, "/iati/archives.zip", zipped({"2023.xml": iati(3), "2024.xml": iati(9)}))
    put(site.server, "/iati/mil.xml", iati(7))
    site.page("eau.xml", "riz.xml", "archives.zip", "mil.xml")

    run = site.run()

    assert (run.found, run.added, run.updated, run.unchanged) == (5, 1, 2, 2), site.errors()
    assert show("eau")["ess_country"] == ["ML"]


def test_what_is_no_longer_linked_goes_and_returns(site: Catalogue):
    site.create(grace_days=0).run()
    site.page("eau.xml", "archives.zip")
    assert site.run().deleted == 1
    assert "riz" not in datasets()
    site.page("eau.xml", "riz.xml", "archives.zip")

    run = site.run()

    assert (run.restored, run.unchanged) == (1, 3)
    assert "riz" in datasets()


def test_a_file_that_is_away_is_reported_and_kept(site: Catalogue):
    """And so is a zip: nothing in it is taken for gone."""
    site.create(grace_days=0).run()
    before = datasets()
    site.server.routes["/iati/eau.xml"] = status(500, b"Panne")
    site.server.routes["/iati/archives.zip"] = status(404, b"Absent")

    run = site.run()

    assert (run.gone, run.deleted, run.failed) == (0, 0, 2)
    assert datasets() == before
    assert all(any(word in said for said in site.errors()) for word in ("500", "404"))
    put(site.server, "/iati/eau.xml", iati(1))
    put(site.server, "/iati/archives.zip", zipped({"2023.xml": iati(3), "2024.xml": iati(4)}))
    good = site.run()
    assert (good.unchanged, good.failed, good.gone) == (4, 0, 0)
    assert datasets() == before


def test_an_organisation_that_is_here_already_is_not_made_twice(site: Catalogue):
    """People made it, with its IATI identifier."""
    made = factories.Organization(name="notre-ong", ess_iati_identifier=PUBLISHER)

    site.create().run()

    assert show("eau")["owner_org"] == made["id"]


def test_further_addresses_are_a_setting(site: Catalogue):
    second = site.server.url("/iati/riz.xml")
    site.path = "/iati/eau.xml"
    run = site.create(addresses=[second]).run()
    assert (run.found, run.added) == (2, 2)


@pytest.mark.parametrize(("name", "path"), [("eau", "/iati/eau.xml"), ("2024", "/iati/archives.zip")])
def test_one_file_again(name: str, path: str, site: Catalogue):
    """By its dataset, whatever its server says of it."""
    site.create().run()
    row = model.Session.scalars(
        sa.select(HarvestedDataset).where(HarvestedDataset.package_id == show(name)["id"])
    ).one()
    assert row.mark
    site.server.requests.clear()

    tk.get_action("ess_harvest_dataset")(context(), {"id": name})
    drain()
    run = site.finish()

    assert (run.found, run.updated, run.unreadable) == (1, 1, 0), site.errors()
    assert path in [asked for method, asked, _ in site.server.requests if method == "GET"]
