"""Harvesters of ckanext-harvest and ckanext-dcat beside ours, over HTTP and the real queue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestObjectError

from ckanext.ess.tests.ckan.harvest_portal import clear_queues, context, drain, found, show
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, redirect, running
from ckanext.ess.tests.unit.registry_pages import SEARCH, Pages

PLUGINS = (
    "ess activity harvest ess_ckan ess_bulk_data dcat ess_dcat_rdf dcat_rdf_harvester"
    " scheming_datasets scheming_organizations"
)
pytestmark = [pytest.mark.usefixtures("shared_portal"), pytest.mark.ckan_config("ckan.plugins", PLUGINS)]

EUROPE = "http://publications.europa.eu/resource/authority"
REGISTRY = {
    "filetype": "activity",
    "iati_version": "2.03",
    "activity_count": "12",
    "country": "SN",
    "data_updated": "2026-02-03 10:00:00",
    "publisher_iati_id": "FR-RNA-W751234567",
    "sector_of_the_moon": "kept",
}
RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/"
 xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:foaf="http://xmlns.com/foaf/0.1/">
<dcat:Catalog rdf:about="https://ods.example/"><dcat:dataset>
<dcat:Dataset rdf:about="https://ods.example/{key}">
<dct:identifier>{key}</dct:identifier><dct:title>{title}</dct:title>
<dct:description>Puits &lt;script&gt;alert(1)&lt;/script&gt;</dct:description>
<dct:language rdf:resource="{europe}/language/FRA"/>
<dct:accrualPeriodicity rdf:resource="{europe}/frequency/ANNUAL"/>
<dct:issued>2026-01-02T10:00:00+01:00</dct:issued><dct:modified>2026-03-04</dct:modified>
<dct:spatial rdf:resource="http://id.insee.fr/geo/departement/75"/>
<dcat:distribution><dcat:Distribution rdf:about="https://ods.example/{key}/xml">
<dct:title>Fichier</dct:title><dct:format>IATI-XML</dct:format>
<dct:license rdf:resource="http://opendatacommons.org/licenses/odbl/1.0/"/>
<dcat:accessURL rdf:resource="https://ods.example/{key}.xml"/></dcat:Distribution></dcat:distribution>
</dcat:Dataset></dcat:dataset></dcat:Catalog></rdf:RDF>"""


@pytest.fixture
def remote(shared_portal: Any) -> Iterator[FakeUpstream]:
    """A server without pages, and empty queues."""
    clear_queues()
    with running(FakeUpstream()) as server:
        yield server


def package(key: str, **more: Any) -> dict[str, Any]:
    """A dataset as a CKAN shows it, with fields that ours does not know or knows otherwise."""
    extras = more.pop("extras", {})
    return {
        "id": f"0d6b6c0e-3c0e-5b7a-9a53-{hash(key) % 10**12:012d}",
        "name": key,
        "title": f"Jeu {key}",
        "type": "dataset",
        "owner_org": "somewhere-else",
        "license_id": "etalab-2.0",
        "metadata_modified": "2999-01-01T00:00:00",
        "tags": [{"name": "eau"}],
        "extras": [{"key": name, "value": value} for name, value in extras.items()],
        "resources": [{"url": f"https://ckan.example/{key}.xml", "format": "XML", "size": "about 3 MB"}],
    } | more


def source(url: str, kind: str) -> str:
    """A new harvest source; its identifier."""
    data = {"name": factories.Dataset.stub().name, "title": "Autre", "url": url, "source_type": kind}
    return tk.get_action("harvest_source_create")(context(), data)["id"]


def run(source_id: str) -> list[str]:
    """One run to its end; its errors."""
    tk.get_action("harvest_job_create")(context(), {"source_id": source_id, "run": True})
    drain()
    tk.get_action("harvest_jobs_run")(context(), {"source_id": source_id})
    job = (
        sa.select(HarvestJob.id).where(HarvestJob.source_id == source_id).order_by(HarvestJob.created.desc())
    )
    last = model.Session.scalars(job).first()
    of_objects = sa.select(HarvestObjectError.message).join(HarvestObject)
    of_gather = sa.select(HarvestGatherError.message).where(HarvestGatherError.harvest_job_id == last)
    return [
        *model.Session.scalars(of_gather),
        *model.Session.scalars(of_objects.where(HarvestObject.harvest_job_id == last)),
    ]


def test_a_registry_read_by_the_ckan_harvester(remote: FakeUpstream):
    """Extras of the IATI Registry become fields; other extras stay; the form can be saved afterwards."""
    remote.routes[SEARCH] = Pages([package("projets", extras=REGISTRY)])

    errors = run(source(remote.url(), "ckan"))

    assert errors == []
    shown = show("projets")
    assert (shown["ess_kind"], shown["ess_file_type"]) == ("iati-activities", "activities")
    assert (shown["ess_iati_version"], shown["ess_activity_count"]) == ("2.03", 12)
    assert (shown["ess_country"], shown["ess_data_date"]) == (["SN"], "2026-02-03")
    assert (shown["ess_publisher_id"], shown["license_id"]) == ("FR-RNA-W751234567", "lov2")
    assert "sector_of_the_moon" in {extra["key"] for extra in shown["extras"]}
    assert "country" not in {extra["key"] for extra in shown["extras"]}
    assert "projets" in found("ess_country:SN")
    tk.get_action("package_patch")(context(), {"id": "projets", "title": "Autre titre"})


def test_a_ckan_of_another_schema(remote: FakeUpstream):
    """What its fields say in other words is ours; what no list of ours has is dropped, not refused."""
    other = package(
        "budget",
        language=[f"{EUROPE}/language/FRA", "tlh"],
        frequency="R/P1Y",
        issued="2026-01-02T03:04:05",
        modified="hier",
        author_email="nobody at all",
        ess_country=["SN", "XX"],
        ess_kind="poetry",
        extras={"temporal_start": "2020", "contact_email": "mailto:a@example.org"},
    )
    remote.routes[SEARCH] = Pages([other])
    source_id = source(remote.url(), "ckan")

    assert run(source_id) == []

    shown = show("budget")
    assert (shown["language"], shown["frequency"], shown["issued"]) == (["fr"], "ANNUAL", "2026-01-02")
    assert (shown["ess_country"], shown["ess_kind"]) == (["SN"], "other")
    assert (shown["temporal_start"], shown["maintainer_email"]) == ("2020", "a@example.org")
    assert not shown.get("modified")
    assert "size" not in shown["resources"][0] or not shown["resources"][0]["size"]
    remote.routes[SEARCH] = Pages(
        [other | {"title": "Budget 2027", "metadata_modified": "2999-02-01T00:00:00"}]
    )
    assert run(source_id) == []
    assert show("budget")["title"] == "Budget 2027"


def test_a_portal_of_ours_read_by_another(remote: FakeUpstream):
    """Fields and their mirror in the extras arrive once."""
    mine = factories.Dataset(ess_country=["ML"], ess_kind="grants", ess_sdg=["6"])
    told = tk.get_action("package_show")(context(), {"id": mine["id"]})
    told = json.loads(json.dumps(told)) | {"id": package("miroir")["id"], "name": "miroir"}
    told["metadata_modified"] = "2999-01-01T00:00:00"
    remote.routes[SEARCH] = Pages([told])

    assert run(source(remote.url(), "ckan")) == []

    shown = show("miroir")
    assert (shown["ess_country"], shown["ess_kind"], shown["ess_sdg"]) == (["ML"], "grants", ["6"])


def test_an_identifier_of_somebody_elses_dataset(remote: FakeUpstream):
    """A catalogue cannot have a dataset overwritten by claiming its identifier."""
    mine = factories.Dataset(title="À nous")
    before = show(mine["id"])
    remote.routes[SEARCH] = Pages([package("vol", id=mine["id"])])

    (error,) = run(source(remote.url(), "ckan"))

    assert mine["name"] in error
    assert show(mine["id"]) == before


@pytest.mark.ckan_config("ckanext.ess.http.allow_private", False)
def test_a_private_address_is_refused_to_other_harvesters(remote: FakeUpstream):
    remote.routes[SEARCH] = Pages([package("prive")])
    remote.serve("/catalog.rdf", rdf("prive"), Content_Type="application/rdf+xml")

    for url, kind in ((remote.url(), "ckan"), (remote.url("/catalog.rdf"), "dcat_rdf")):
        errors = run(source(url, kind))
        assert errors
        assert remote.requests == []


def rdf(key: str, title: str = "Puits du Sénégal") -> bytes:
    return RDF.format(key=key, title=title, europe=EUROPE).encode()


def test_a_catalogue_in_rdf(remote: FakeUpstream):
    """Addresses of vocabularies become our codes; a second run changes the dataset, a third deletes it."""
    remote.serve("/catalog.rdf", rdf("puits"), Content_Type="application/rdf+xml")
    source_id = source(remote.url("/catalog.rdf"), "dcat_rdf")

    assert run(source_id) == []

    shown = show("puits-du-senegal")
    assert (shown["language"], shown["frequency"]) == (["fr"], "ANNUAL")
    assert (shown["issued"], shown["modified"]) == ("2026-01-02", "2026-03-04")
    assert (shown["ess_kind"], shown["ess_territory"]) == ("iati-activities", ["departement:75"])
    assert (shown["license_id"], shown["ess_harvest_id"]) == ("odc-odbl", "https://ods.example/puits")
    remote.serve("/catalog.rdf", rdf("puits", "Forages"), Content_Type="application/rdf+xml")
    assert run(source_id) == []
    assert show(shown["id"])["title"] == "Forages"
    remote.serve("/catalog.rdf", rdf("autre", "Autre"), Content_Type="application/rdf+xml")
    assert run(source_id) == []
    assert show(shown["id"])["state"] == "deleted"


def test_two_catalogues_with_one_address_for_a_dataset(remote: FakeUpstream):
    """The first keeps its dataset, and its next run still knows it."""
    remote.serve("/a.rdf", rdf("meme", "Le premier"), Content_Type="application/rdf+xml")
    remote.serve("/b.rdf", rdf("meme", "Le voleur"), Content_Type="application/rdf+xml")
    first = source(remote.url("/a.rdf"), "dcat_rdf")
    assert run(first) == []

    (error,) = run(source(remote.url("/b.rdf"), "dcat_rdf"))

    assert "le-premier" in error
    assert show("le-premier")["title"] == "Le premier"
    remote.serve("/a.rdf", rdf("meme", "Le premier, suite"), Content_Type="application/rdf+xml")
    assert run(first) == []
    assert show("le-premier")["title"] == "Le premier, suite"


def test_files_of_this_machine_are_no_catalogue(remote: FakeUpstream):
    """ckanext-dcat would open a path; here a sentence says what is read."""
    source_id = source(remote.url("/moved.rdf"), "dcat_rdf")
    model.Session.execute(sa.text("UPDATE harvest_source SET url = '/etc/hostname'"))
    model.Session.commit()
    (error,) = run(source_id)
    assert "https://" in error
    remote.routes["/moved.rdf"] = redirect("http://169.254.169.254/latest/meta-data/")
    (error,) = run(source(remote.url("/moved.rdf"), "dcat_rdf"))
    assert "169.254.169.254" in error


@pytest.mark.parametrize("kind", ["iati-bulk", "ckan"])
def test_a_key_is_not_stored_with_a_source(kind: str):
    data = {"name": "cle", "title": "Clé", "url": "https://example.org/", "source_type": kind}
    with pytest.raises(tk.ValidationError) as refused:
        tk.get_action("harvest_source_create")(context(), {**data, "config": '{"api_key": "s3cr3t"}'})
    assert "keys_folder" in str(refused.value)


def test_keys_of_other_types_are_shown_to_those_who_may_change_the_source():
    """They were stored before; neither a password in the address nor a key is anybody else's business."""
    data = {"name": "vieille", "title": "Vieille", "source_type": "dcat_rdf"}
    config = '{"api_key": "s3cr3t", "nested": {"token": "s3cr3t"}, "keywords": "eau"}'
    data |= {"config": config, "url": "https://me:s3cr3t@example.org/a?token=s3cr3t"}
    made = tk.get_action("harvest_source_create")(context(), data)
    stranger = {"user": "", "auth_user_obj": None}

    for action in ("package_show", "harvest_source_show"):
        shown = tk.get_action(action)(dict(stranger), {"id": made["id"]})
        assert "s3cr3t" not in json.dumps(shown)
        assert "eau" in shown["config"]
    results = tk.get_action("package_search")(dict(stranger), {"fq": "dataset_type:harvest", "rows": 100})
    assert made["id"] in {one["id"] for one in results["results"]}
    assert "s3cr3t" not in json.dumps(results)
    assert "s3cr3t" in tk.get_action("harvest_source_show")(context(), {"id": made["id"]})["config"]


def test_a_password_in_the_address_of_a_source(remote: FakeUpstream):
    """Refused before anything is asked."""
    address = remote.url().replace("//", "//me:s3cr3t@")
    (error,) = run(source(address, "iati-bulk"))
    assert "s3cr3t" not in error
    assert "keys_folder" in error
    assert remote.requests == []


def test_the_portals_key_reaches_its_catalogue_and_nothing_else(
    remote: FakeUpstream, tmp_path: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
):
    """Not the database, not an answer, not an error."""
    (tmp_path / "127.0.0.1").write_text("k3y-of-the-portal")
    monkeypatch.setitem(ckan_config, "ckanext.ess.harvest.keys_folder", str(tmp_path))
    remote.routes[SEARCH] = Pages([package("cle"), package("cle2", type="no such type")])
    source_id = source(remote.url(), "ckan")

    errors = run(source_id)

    assert {headers["Authorization"] for *_, headers in remote.requests} == {"k3y-of-the-portal"}
    rows = [
        str(row)
        for table in ("package", "harvest_source", "harvest_object", "harvest_object_error", "resource")
        for row in model.Session.execute(sa.text(f"SELECT * FROM {table}"))
    ]
    assert rows
    assert "k3y-of-the-portal" not in " ".join([*rows, *errors])
