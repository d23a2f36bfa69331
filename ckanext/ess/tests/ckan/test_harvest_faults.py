"""Killed consumers, a search index that is away, refused fields, other people's plugins: the end is right."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from ckan import model
from ckan import plugins as p
from ckan.common import config
from ckan.lib import search
from ckan.plugins import toolkit as tk
from ckanext.activity.model import Activity
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestObject

from ckanext.ess.cli import consumers, sources
from ckanext.ess.cli.consumers import Queues
from ckanext.ess.cli.leftovers import Leftovers
from ckanext.ess.harvesters.heartbeat import working_on
from ckanext.ess.harvesters.work import loaded
from ckanext.ess.mapping.datasets import to_package
from ckanext.ess.mapping.plain import as_draft
from ckanext.ess.schema.licences import from_harvested
from ckanext.ess.store.harvest import HarvestedDataset
from ckanext.ess.tests.ckan.harvest_portal import (
    Harvest,
    Upstream,
    age_marks,
    context,
    datasets,
    drain,
    found,
    harvest_portal,  # noqa: F401
    long_ago,
    migrated,  # noqa: F401
    serving,
    show,
    wait_until,
)

pytestmark = pytest.mark.usefixtures("harvest_portal")


class KilledError(BaseException):
    """Stands for kill -9 at a place of our choice: nothing catches it."""


class Witness(p.SingletonPlugin):
    """Somebody else's plugin: counts CKAN's hooks, and may misbehave."""

    p.implements(p.IPackageController, inherit=True)
    calls: ClassVar[dict[str, list[str]]] = {}
    kill_after: ClassVar[int] = 0
    refuse: ClassVar[set[str]] = set()

    def after_dataset_create(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        self.calls.setdefault("create", []).append(pkg_dict["name"])
        if Witness.kill_after and len(self.calls["create"]) == Witness.kill_after:
            raise KilledError
        if pkg_dict["name"] in Witness.refuse:
            raise RuntimeError("not in my portal")

    def after_dataset_update(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        self.calls.setdefault("update", []).append(pkg_dict["name"])

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        self.calls.setdefault("index", []).append(pkg_dict["name"])
        return pkg_dict

    def after_dataset_show(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        self.calls.setdefault("show", []).append(pkg_dict["name"])


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    made = Upstream()
    for number in range(12):
        made.dataset(f"d{number:02}", ("alpha", "beta")[number % 2])
    with serving(made):
        yield made


@pytest.fixture
def witness(provide_plugin: Any, ckan_config: Any) -> Iterator[Witness]:
    """The other plugin, loaded for one test."""
    provide_plugin("ess_test_witness", Witness)
    Witness.calls, Witness.kill_after, Witness.refuse = {}, 0, set()
    plugin = p.load("ess_test_witness")
    yield plugin
    p.unload("ess_test_witness")


def everything_is_right(harvest: Harvest) -> None:
    """Each dataset once, complete, searchable, remembered; nothing waits."""
    there = datasets()
    assert len(there) == len(harvest.upstream.datasets)
    assert {one["ess_harvest_id"] for one in there.values()} == {
        one.id for one in harvest.upstream.datasets.values()
    }
    assert all(one["ess_activity_count"] == 2 for one in there.values())
    assert found() == set(there)
    rows = model.Session.scalars(sa.select(HarvestedDataset)).all()
    assert all(one.indexed and one.package_id for one in rows)
    waiting = sa.select(sa.func.count(HarvestObject.id)).where(
        HarvestObject.state.not_in(("COMPLETE", "ERROR"))
    )
    assert model.Session.scalar(waiting) == 0
    current = sa.select(HarvestObject.package_id).where(HarvestObject.current)
    assert sorted(model.Session.scalars(current)) == sorted(one["id"] for one in there.values())


@pytest.mark.parametrize("place", [1, 4, 8, 12])
def test_killed_while_writing(harvest: Harvest, witness: Witness, place: int):
    """The batch at hand is rolled back whole; its message comes again and the end is the same."""
    Witness.kill_after = place
    job_id = harvest.start()
    with pytest.raises(KilledError):
        drain()
    model.Session.rollback()
    model.Session.remove()
    age_marks()

    assert Leftovers(job_id).send_again() == 1
    drain()

    assert harvest.finish().undone() == 0
    everything_is_right(harvest)


def test_killed_between_saving_and_indexing(harvest: Harvest, monkeypatch: pytest.MonkeyPatch):
    """Saved and not searchable is noticed, in the same job and in the next."""
    url = config["solr_url"]
    harvest.start()
    assert Queues().work()  # gathering
    monkeypatch.setitem(config, "solr_url", "http://127.0.0.1:9/solr/none")
    drain()
    monkeypatch.setitem(config, "solr_url", url)
    assert harvest.finish().notes
    assert len(datasets()) == 12
    assert found() == set()

    run = harvest.run()

    assert (run.added, run.updated, run.to_index) == (0, 0, 12)
    everything_is_right(harvest)


def test_a_consumer_killed_while_it_downloads(upstream: Upstream):
    """A real process, a real kill -9; the next run of the command takes the job up."""
    harvest = Harvest(upstream, "iati-bulk").create()
    upstream.stuck = threading.Event()
    job_id = harvest.start()
    model.Session.commit()
    consumer = subprocess.Popen(command("ess", "harvest", "consume"))
    try:
        wait_until(lambda: upstream.reads)
    finally:
        consumer.send_signal(signal.SIGKILL)
        consumer.wait()
    upstream.stuck.set()
    upstream.stuck = None
    model.Session.rollback()
    assert Leftovers(job_id).send_again() == 0  # its mark is fresh: somebody might still be at it
    age_marks()
    assert Leftovers(job_id).send_again() == 1

    drain()

    assert harvest.finish().undone() == 0
    everything_is_right(harvest)


def test_an_unforeseen_fault_costs_one_message(
    harvest: Harvest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """It is logged with its traceback, the consumer lives, and the message comes again."""
    monkeypatch.setattr(consumers.log, "disabled", False)  # migrations silence what was imported before them
    job_id = harvest.start()
    assert Queues().work()  # gathering
    with monkeypatch.context() as broken:
        broken.setattr(queue, "fetch_callback", unforeseen)
        assert Queues().work()
    told = [record for record in caplog.records if record.name == consumers.__name__]
    assert [str(record.exc_info[1]) for record in told if record.exc_info] == ["nobody thought of this"]

    drain()
    age_marks()
    assert Leftovers(job_id).send_again() == 1
    drain()

    assert harvest.finish().undone() == 0
    everything_is_right(harvest)


def unforeseen(*_: Any) -> None:
    raise LookupError("nobody thought of this")


def test_a_message_that_comes_twice(harvest: Harvest):
    """Redis forgot, ``harvester run`` sent again: the second time there is nothing left to do."""
    harvest.start()
    drain()
    for entry in model.Session.scalars(sa.select(HarvestObject.id)).all():
        queue.get_fetch_publisher().send({"harvest_object_id": entry})
    before = datasets()

    drain()

    run = harvest.finish()
    assert (run.added, run.updated, run.failed) == (12, 0, 0)
    assert datasets() == before
    everything_is_right(harvest)


def test_the_mark_of_a_message_is_renewed(harvest: Harvest):
    """As long as the work lasts ckanext-harvest does not take it for abandoned."""
    key = f"{queue.get_fetch_routing_key()}:some-object"
    connection = queue.get_connection()
    old = long_ago()
    connection.set(key, old)
    with working_on(queue.get_fetch_routing_key(), "some-object", seconds=0.05):
        wait_until(lambda: connection.get(key) != old)
    connection.delete(key)


def test_one_bad_dataset_does_not_spoil_its_neighbours(harvest: Harvest, witness: Witness):
    """The other plugin refuses one: it is reported with its words, the rest is there, and it comes later."""
    Witness.refuse = {"alpha-d04"}

    run = harvest.run()

    assert (run.added, run.failed) == (11, 1)
    assert harvest.errors() == ["not in my portal"]
    assert "alpha-d04" not in datasets()
    assert found() == set(datasets())
    job = tk.get_action("harvest_job_show")({"ignore_auth": True}, {"id": harvest.last_job().id})
    assert (job["stats"]["added"], job["stats"]["errored"]) == (11, 1)

    Witness.refuse = set()
    run = harvest.run()
    assert (run.added, run.unchanged) == (1, 11)
    everything_is_right(harvest)


def test_a_refused_field_costs_only_itself(upstream: Upstream):
    """A field that CKAN refuses is left out and named; the dataset is written."""
    upstream.publisher("alpha", contact_email="pas une adresse")
    harvest = Harvest(upstream, "iati-registry").create()

    run = harvest.run()

    assert (run.added, run.failed) == (12, 0)
    said = harvest.errors()
    assert len(said) == 6
    assert all("author_email" in one for one in said)
    assert show("alpha-d00")["author_email"] is None
    assert any("ess_contact_email" in note for note in run.notes)


def test_hooks_and_activities_as_ever(harvest: Harvest, witness: Witness):
    """Every dataset passes every hook of other plugins once, and the activity stream tells of it."""
    harvest.run()

    names = sorted(datasets())
    assert sorted(Witness.calls["create"]) == names
    assert sorted(set(Witness.calls["index"]) - {"source"}) == names
    assert all(Witness.calls["index"].count(name) == 1 for name in names)
    of_datasets = Activity.object_id.in_(sa.select(model.Package.id).where(model.Package.type == "dataset"))
    told = model.Session.scalars(sa.select(Activity).where(of_datasets)).all()
    assert [one.activity_type for one in told] == ["new package"] * 12
    assert all(one.data["package"]["ess_activity_count"] == 2 for one in told)

    harvest.upstream.change("d00", license_id="odc-odbl")
    harvest.run()
    assert Witness.calls["update"] == ["alpha-d00"]
    kinds = model.Session.scalars(sa.select(Activity.activity_type).where(of_datasets)).all()
    assert kinds.count("changed package") == 1


def test_a_batch_writes_what_package_create_writes(harvest: Harvest):
    """The same dictionary by CKAN's own way gives the same dataset and the same index document."""
    harvest.run()
    entry = model.Session.scalars(
        sa.select(HarvestObject).where(HarvestObject.guid == "id-alpha-d00")
    ).first()
    (work,) = loaded(entry.content)
    plain = to_package(
        as_draft(work.dataset), work.file_facts(), package_id=work.package_id, licence=from_harvested
    )
    plain = {key: value for key, value in plain.items() if value not in ("", [])}
    plain["resources"] = [
        {key: value for key, value in one.items() if value != "" and key != "id"}
        for one in plain["resources"]
    ]
    plain |= {"name": "by-hand", "owner_org": work.organization_id, "type": "dataset"}
    tk.get_action("package_create")(context(), plain)

    ours, theirs = show("alpha-d00"), show("by-hand")
    own = {"id", "name", "metadata_created", "metadata_modified", "resources"}
    assert {k: v for k, v in ours.items() if k not in own} == {
        k: v for k, v in theirs.items() if k not in own
    }
    apart = {"id", "package_id", "created", "metadata_modified"}
    (mine,), (other,) = ours["resources"], theirs["resources"]
    assert {k: v for k, v in mine.items() if k not in apart} == {
        k: v for k, v in other.items() if k not in apart
    }
    mine, other = (search.show(name) for name in ("alpha-d00", "by-hand"))
    loose = own | {"index_id", "indexed_ts", "data_dict", "validated_data_dict", "_version_", "name_ngram"}
    harvested = {"harvest_object_id", "harvest_source_id", "harvest_source_title"}
    assert {k: v for k, v in mine.items() if k not in loose | harvested} == {
        k: v for k, v in other.items() if k not in loose
    }


def test_a_run_is_not_started_twice(harvest: Harvest):
    """ckanext-harvest refuses a second job while one waits; ours follows the first."""
    first, new = sources.start(sources.find("source"))
    again = sources.start(sources.find("source"))

    assert new
    assert again == (first, False)


def command(*words: str) -> list[str]:
    """A command of CKAN's in a process of its own, on the configuration of these tests."""
    start = "from ckan.cli.cli import ckan; ckan(prog_name='ckan')"
    return [sys.executable, "-c", start, "-c", str(Path(config["__file__"]).resolve()), *words]


def test_missing_tables_are_named(harvest: Harvest):
    """Without the migration the job fails with what to do, and the consumer lives."""
    model.Session.execute(sa.text("ALTER TABLE ess_harvest_dataset RENAME TO ess_harvest_dataset_away"))
    model.Session.commit()
    try:
        harvest.start()
        drain()
        job = tk.get_action("harvest_job_show")({"ignore_auth": True}, {"id": harvest.last_job().id})
    finally:
        model.Session.rollback()
        model.Session.execute(sa.text("ALTER TABLE ess_harvest_dataset_away RENAME TO ess_harvest_dataset"))
        model.Session.commit()
    assert "ckan db upgrade -p ess" in job["gather_error_summary"][0]["message"]
