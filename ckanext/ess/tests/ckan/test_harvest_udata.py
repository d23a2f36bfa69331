"""Runs of the udata harvester over a catalogue that pages, through the real queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.tests.ckan import catalogues
from ckanext.ess.tests.ckan.catalogues import Catalogue
from ckanext.ess.tests.ckan.harvest_portal import (
    context,
    datasets,
    found,
    harvest_portal,  # noqa: F401
    migrated,  # noqa: F401
    show,
)
from ckanext.ess.tests.unit.udata_pages import SIRET, identifier, resource

pytestmark = pytest.mark.usefixtures("harvest_portal")


@pytest.fixture
def udata() -> Iterator[Catalogue]:
    with catalogues.udata() as made:
        yield made


def names() -> set[str]:
    return set(datasets())


def test_first_run_brings_everything(udata: Catalogue):
    """Datasets with all their files, their organisations with their numbers, saved and searchable."""
    run = udata.create().run()

    assert (run.found, run.added, run.failed, run.unreadable) == (3, 3, 0, 0), udata.errors()
    assert names() == found() == {"subventions-1", "subventions-2", "subventions-3"}
    one = show("subventions-1")
    assert one["title"] == "Subventions 1"
    assert one["notes"] == "Ce que nous avons donné."
    assert one["ess_kind"] == "grants"
    assert one["license_id"] == "lov2"
    assert one["frequency"] == "ANNUAL"
    assert (one["temporal_start"], one["temporal_end"]) == ("2025-01-01", "2025-12-31")
    assert one["ess_territory"] == ["departement:75"]
    assert one["issued"] == "2024-05-06"
    assert one["modified"] == "2026-01-02"
    assert one["url"] == "https://udata.example/datasets/subventions-1/"
    assert one["ess_harvest_id"] == identifier(1)
    (file,) = one["resources"]
    assert (file["format"], file["size"], file["hash"], file["hash_algorithm"]) == (
        "CSV",
        120,
        "a" * 40,
        "sha1",
    )
    assert file["ess_schema"] == "scdl/subventions"
    owner = tk.get_action("organization_show")({"ignore_auth": True}, {"id": "exemple-1"})
    assert (owner["ess_siret"], owner["ess_siren"]) == (SIRET, SIRET[:9])
    assert owner["ess_family"] == "association"
    assert owner["ess_website"] == "https://exemple.example"


def test_facts_come_from_the_file_only_where_it_is_iati(udata: Catalogue):
    udata.create().run()

    read = [path for path in udata.server.paths() if not path.startswith("/api/")]
    assert read == ["/iati.xml"]
    three = show("subventions-3")
    assert three["ess_kind"] == "iati-activities"
    assert three["ess_country"] == ["SN"]
    assert three["ess_iati_version"] == "2.03"
    csv, xml = three["resources"]
    assert csv["hash"] == "a" * 40
    assert xml["ess_schema"] == "iati-activities-2.03"
    assert len(xml["hash"]) == 40
    assert xml["hash"] != csv["hash"]
    assert "ess_country" not in show("subventions-1") or not show("subventions-1")["ess_country"]


def test_an_xml_file_that_only_seemed_to_be_iati_is_no_error(udata: Catalogue):
    udata.server.serve("/iati.xml", b"<codelist/>")

    run = udata.create().run()

    assert (run.added, run.unreadable, udata.errors()) == (3, 0, [])
    assert show("subventions-3")["ess_kind"] == "grants"


def test_an_iati_file_that_is_away_is_said_and_tried_again(udata: Catalogue):
    del udata.server.routes["/iati.xml"]

    run = udata.create().run()

    assert (run.added, run.unreadable) == (3, 1)
    assert "404" in udata.errors()[0]


def test_second_run_changes_nothing(udata: Catalogue):
    udata.create().run()
    before = datasets()

    run = udata.run()

    assert (run.found, run.unchanged, run.added, run.updated) == (3, 3, 0, 0)
    assert datasets() == before


def test_changes_are_followed(udata: Catalogue):
    """A file that comes, one that goes, one that is renamed; a file that somebody added here stays."""
    udata.create().run()
    kept = factories.Resource(package_id=show("subventions-1")["id"], url="https://ici.example/a.pdf")
    ids = [one["id"] for one in show("subventions-3")["resources"]]
    udata.fake.datasets[0]["resources"] = [resource(1, title="Subventions versées"), resource(9)]
    udata.fake.datasets[2]["resources"] = udata.fake.datasets[2]["resources"][1:]

    run = udata.run()

    assert (run.updated, run.unchanged) == (2, 1)
    one = show("subventions-1")
    assert [file["name"] for file in one["resources"][:2]] == ["Subventions versées", "subventions.csv"]
    assert one["resources"][2]["id"] == kept["id"]
    assert [file["id"] for file in show("subventions-3")["resources"]] == ids[1:]


def test_what_people_edit_here_stays(udata: Catalogue):
    udata.create().run()
    tk.get_action("package_patch")(context(), {"id": "subventions-1", "frequency": "DAILY"})
    udata.fake.datasets[0]["title"] = "Subventions de 2025"

    udata.run()

    one = show("subventions-1")
    assert (one["title"], one["frequency"]) == ("Subventions de 2025", "DAILY")


def test_an_organisation_with_the_same_siren_is_adopted_and_a_branch_is_not(udata: Catalogue):
    """People made the first; the second establishment of the same company is another organisation."""
    made = factories.Organization(name="notre-fiche", title="Notre fiche", ess_siren=SIRET[:9])
    udata.fake.organizations[1]["business_number_id"] = "12345678200028"

    udata.create().run()

    owner = tk.get_action("organization_show")({"ignore_auth": True}, {"id": made["id"]})
    assert owner["title"] == "Notre fiche"
    assert owner["ess_family"] == "association"
    assert show("subventions-1")["organization"]["name"] == "notre-fiche"
    assert show("subventions-2")["organization"]["name"] == "exemple-2"


def test_what_the_udata_harvested_from_us_does_not_come_back(udata: Catalogue):
    udata.fake.datasets[0]["harvest"] = {"remote_url": "http://test.ckan.net/dataset/x"}

    run = udata.create().run()

    assert (run.found, run.filtered, run.added) == (3, 1, 2)
    assert "subventions-1" not in names()


def test_filters_are_settings_of_this_type_only(udata: Catalogue):
    run = udata.create(publishers=["exemple-2"], tags=["subventions"]).run()
    assert names() == {"subventions-2"}
    assert run.found == 1
    with pytest.raises(tk.ValidationError, match="organization_badge"):
        tk.get_action("harvest_source_create")(
            context(),
            {
                "name": "other",
                "title": "other",
                "url": udata.server.url("/bds"),
                "source_type": "iati-bulk",
                "config": '{"organization_badge": "association"}',
            },
        )


def test_texts_that_would_be_code_are_shown_as_text(udata: Catalogue, app: Any):
    """A title with markup, a description with a script: escaped where they are shown."""
    udata.fake.datasets[0] |= {
        "title": "<img src=x onerror=alert(1)>",
        "description": "<script>alert(2)</script> **gras**",
    }
    udata.create().run()

    page = app.get("/dataset/subventions-1").body

    assert "<img src=x" not in page
    assert "<script>alert(2)" not in page
    assert "<strong>gras</strong>" in page
