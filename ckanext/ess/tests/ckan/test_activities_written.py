"""Files become searchable activities: written in the reading that checks them, gone when they go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.lib.plugins import get_permission_labels
from ckan.tests import factories, helpers

from ckanext.ess import config
from ckanext.ess.index.activities import writer
from ckanext.ess.index.activities.client import Core
from ckanext.ess.index.activities.documents import unpacked
from ckanext.ess.jobs import activities, draining, schedule
from ckanext.ess.store import activity_state
from ckanext.ess.store.activities import ActivityFile
from ckanext.ess.store.activity_visibility import visibility
from ckanext.ess.store.validation import ValidationState
from ckanext.ess.tests.ckan.validation_portal import iati
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running

pytestmark = pytest.mark.usefixtures("validation_portal", "clean_queues")

MONEY = """
<budget><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/>
<value value-date="2024-01-01">1000</value></budget>
<transaction><transaction-type code="3"/><transaction-date iso-date="2024-05-01"/>
<value currency="XOF" value-date="2024-05-01">655957</value></transaction>"""


@pytest.fixture
def site() -> Iterator[FakeUpstream]:
    """A server of files."""
    with running(FakeUpstream()) as server:
        yield server


def drained() -> None:
    """Do the checks that are due, as a worker does."""
    draining.drain()
    model.Session.rollback()


def found(core: Core, query: str = "kind:activity") -> list[dict[str, Any]]:
    """Documents that searchers see."""
    return core.select(q=query, rows=100, sort="id asc", fl="*")["response"]["docs"]


def count(core: Core, query: str = "kind:activity") -> int:
    """How many documents searchers see."""
    return core.select(q=query, rows=0)["response"]["numFound"]


def row(resource_id: str) -> ActivityFile | None:
    """What is known of a file."""
    model.Session.rollback()
    return activity_state.known(resource_id)


def test_from_a_file_to_an_activity(activity_core: Core, site: FakeUpstream):
    """Its texts, places, money in two currencies, its own XML, its findings."""
    site.serve("/a.xml", iati(MONEY, ""))
    organization = factories.Organization(title="Des puits", ess_family="association")
    dataset = factories.Dataset(
        owner_org=organization["id"], resources=[{"url": site.url("/a.xml"), "format": "XML"}]
    )
    drained()
    first, second = found(activity_core)
    assert first["id"].startswith(dataset["resources"][0]["id"] + "/")
    assert {first["iati_identifier"], second["iati_identifier"]} == {
        "FR-RCS-732829320-1",
        "FR-RCS-732829320-2",
    }
    (one,) = found(activity_core, 'iati_identifier:"FR-RCS-732829320-1" AND kind:activity')
    assert (one["country"], one["sector"], one["sector_group"]) == (["SN"], ["14030"], ["140"])
    assert (one["budget_eur"], one["disbursements_eur"], one["budget_band"]) == (1000.0, 1000.0, "1")
    assert one["budget_usd"] != one["budget_eur"]
    card = json.loads(one["card"])
    assert card["titles"] == {"fr": "Puits 1"}
    assert card["publisher"]["title"] == "Des puits"
    assert card["money"] == {"budget": {"2024": 1000.0}, "disbursements": {"2024": 1000.0}}
    assert json.loads(unpacked(one["detail"]))["identifier"] == "FR-RCS-732829320-1"
    assert b"<iati-identifier>FR-RCS-732829320-1</iati-identifier>" in unpacked(one["xml"])
    money = found(activity_core, "kind:money")
    assert {(each["type"], each["currency"][0], each["amount"]) for each in money} == {
        ("budget", "EUR", 1000.0),
        ("3", "XOF", 655957.0),
    }
    assert {each["share_country_SN"] for each in money} == {1.0}
    file = row(dataset["resources"][0]["id"])
    assert file is not None
    assert (file.status, file.activities, file.money) == ("visible", 2, 2)


WORDS = {
    "title_fr:puit": 2,
    "title_any:puits": 2,
    "description_fr:village": 2,
    "description_any:(les villages du fleuve)": 2,
    "labels_en:senegal": 2,
    "labels_fr:sénégalais": 0,
    "labels_fr:Sénégal": 2,
    "identifier:fr-rcs-732829320-1": 1,
    "identifier:fr-rcs-732829320*": 2,
}


def test_words(activity_core: Core, site: FakeUpstream):
    """Plurals in French, accents or none, stop words, identifiers exact or by prefix."""
    site.serve("/a.xml", iati("", ""))
    factories.Dataset(resources=[{"url": site.url("/a.xml"), "format": "XML"}])
    drained()
    assert {question: count(activity_core, question) for question in WORDS} == WORDS


def test_a_new_version_replaces_the_old_one(activity_core: Core, site: FakeUpstream):
    """Activities come, change and go with the file; an unchanged file is not written again."""
    site.serve("/a.xml", iati("", "", ""))
    dataset = factories.Dataset(resources=[{"url": site.url("/a.xml"), "format": "XML"}])
    resource_id = dataset["resources"][0]["id"]
    drained()
    before = row(resource_id)
    assert before is not None
    run, generation = before.run, activity_state.generation()
    activities.ask([resource_id])
    drained()
    assert (row(resource_id).run, activity_state.generation()) == (run, generation)  # type: ignore[union-attr]
    site.serve("/a.xml", iati(MONEY))
    activities.ask([resource_id])
    drained()
    assert (count(activity_core), count(activity_core, "kind:money")) == (1, 2)
    assert row(resource_id).run != run  # type: ignore[union-attr]
    assert activity_state.generation() != generation


def test_what_goes_is_gone(activity_core: Core, site: FakeUpstream):
    """A resource, a dataset; nobody is shown a deleted dataset while Solr still has it."""
    site.serve("/a.xml", iati(""))
    kept, dropped = (
        factories.Dataset(resources=[{"url": site.url("/a.xml"), "format": "XML"}] * 2) for _ in range(2)
    )
    drained()
    assert count(activity_core) == 4
    who = {"user": factories.Sysadmin()["name"]}
    helpers.call_action("package_delete", who, id=dropped["id"])
    assert visibility(None).excluded == (dropped["id"],)
    helpers.call_action("resource_delete", who, id=kept["resources"][0]["id"])
    activities.settle_now()
    assert {one["dataset_id"] for one in found(activity_core)} == {kept["id"]}
    assert count(activity_core) == 1
    helpers.call_action("dataset_purge", who, id=kept["id"])
    schedule.look_after_activities()
    assert count(activity_core, "*:*") == 0
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(ActivityFile)) == 0


def test_who_may_see_what(activity_core: Core, site: FakeUpstream):
    """A dataset that becomes private is hidden before the answer to the change, and shown to its own."""
    site.serve("/a.xml", iati(""))
    user = factories.User()
    organization = factories.Organization(users=[{"name": user["name"], "capacity": "editor"}])
    dataset = factories.Dataset(
        owner_org=organization["id"], resources=[{"url": site.url("/a.xml"), "format": "XML"}]
    )
    drained()
    member = get_permission_labels().get_user_dataset_labels(model.User.get(user["id"]))
    nobody = ["public"]
    assert (visibility(nobody).excluded, visibility(member).excluded) == ((), ())
    before = visibility(nobody).token
    helpers.call_action("package_patch", {"user": user["name"]}, id=dataset["id"], private=True)
    assert visibility(nobody).included == ()
    assert visibility(nobody).token != before
    assert (visibility(member).excluded, visibility(None).excluded) == ((), ())


def test_a_bad_document_costs_only_itself(activity_core: Core):
    """Solr refuses a batch for one of its documents; the others are written."""
    dataset = model.Package.get(factories.Dataset()["id"])
    assert dataset
    shared = {"kind": "activity", "dataset_id": dataset.id, "resource_id": "file", "run": "run"}
    days = ["2024-05-01T00:00:00Z", "20223-05-01", "2024-05-03T00:00:00Z"]
    documents = [{"id": f"file/{number}", "start": day, **shared} for number, day in enumerate(days)]
    writing = writer.Writing(
        run="run",
        resource_id="file",
        dataset=dataset,
        content_hash="hash",
        engine="engine",
        activities=3,
        money=0,
        problems=0,
    )
    assert writer.write(writing, [json.dumps(one).encode() for one in documents]) == 1
    activities.settle_now()
    assert [one["id"] for one in found(activity_core)] == ["file/0", "file/2"]
    file = row("file")
    assert file is not None
    assert (file.status, file.activities, file.problems) == ("visible", 2, 1)


def test_another_name_of_the_publisher_is_written_again(activity_core: Core, site: FakeUpstream):
    """By the clock: what documents take from the organisation is part of what they are made of."""
    site.serve("/a.xml", iati(""))
    organization = factories.Organization(title="Before")
    factories.Dataset(owner_org=organization["id"], resources=[{"url": site.url("/a.xml"), "format": "XML"}])
    drained()
    who = {"user": factories.Sysadmin()["name"]}
    helpers.call_action("organization_patch", who, id=organization["id"], title="After")
    schedule.look_after_activities()
    drained()
    (one,) = found(activity_core)
    assert json.loads(one["card"])["publisher"]["title"] == "After"


def test_without_an_index_files_are_checked(
    activity_core: Core, site: FakeUpstream, monkeypatch: pytest.MonkeyPatch
):
    """And with one that is down, which is told, and made up for when it is back."""
    site.serve("/a.xml", iati(""))
    monkeypatch.delenv(config.ACTIVITIES_SOLR_VARIABLE)
    resource = factories.Dataset(resources=[{"url": site.url("/a.xml"), "format": "XML"}])["resources"][0]
    drained()
    assert (row(resource["id"]), count(activity_core)) == (None, 0)
    monkeypatch.setenv(config.ACTIVITIES_SOLR_VARIABLE, "http://127.0.0.1:9/solr/none")
    schedule.look_after_activities()
    drained()
    file = row(resource["id"])
    assert file is not None
    assert file.failure is not None
    assert (file.status, file.failure["code"]) == ("nothing", "unavailable")
    status = sa.select(ValidationState.status).where(ValidationState.resource_id == resource["id"])
    assert model.Session.scalar(status) == "valid"
    monkeypatch.setenv(config.ACTIVITIES_SOLR_VARIABLE, activity_core.url)
    schedule.look_after_activities()
    drained()
    assert count(activity_core) == 0
    model.Session.execute(sa.update(ActivityFile).values(changed=ActivityFile.changed - activity_state.AGAIN))
    schedule.look_after_activities()
    drained()
    file = row(resource["id"])
    assert file is not None
    assert (file.status, file.failure, count(activity_core)) == ("visible", None, 1)
