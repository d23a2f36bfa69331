"""What becomes of datasets that a catalogue no longer lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.harvesters import losses
from ckanext.ess.harvesters.memory import Seen
from ckanext.ess.harvesters.settings import Settings
from ckanext.ess.store.harvest import HarvestChange, HarvestedDataset
from ckanext.ess.store.harvest_orders import confirm_loss
from ckanext.ess.tests.ckan.harvest_portal import (
    Harvest,
    Upstream,
    context,
    datasets,
    found,
    harvest_portal,  # noqa: F401
    migrated,  # noqa: F401
    show,
)

pytestmark = pytest.mark.usefixtures("harvest_portal")
NOW = dt.datetime(2026, 11, 24)  # noqa: DTZ001 - as the tables keep it


def days_pass(days: int) -> None:
    """Let what is gone be gone for longer."""
    model.Session.execute(
        sa.update(HarvestedDataset)
        .where(HarvestedDataset.gone_since.is_not(None))
        .values(gone_since=HarvestedDataset.gone_since - dt.timedelta(days=days))
    )
    model.Session.commit()


def changes(run_id: str) -> dict[str, tuple[str, dict[str, Any]]]:
    rows = model.Session.scalars(sa.select(HarvestChange).where(HarvestChange.run_id == run_id))
    return {row.guid: (row.action, row.fields) for row in rows}


@pytest.fixture(params=["iati-bulk", "iati-registry"])
def source(request: pytest.FixtureRequest, upstream: Upstream) -> Harvest:
    return Harvest(upstream, request.param)


def test_nothing_happens_within_the_grace_period(source: Harvest):
    """The dataset is noted as gone, and stays."""
    source.create(grace_days=3).run()
    gone = source.upstream.datasets.pop("mil")

    run = source.run()
    days_pass(2)
    again = source.run()

    assert (run.gone, run.to_remove, run.deleted) == (1, 0, 0)
    assert (again.gone, again.deleted) == (1, 0)
    assert "beta-mil" in datasets()
    source.upstream.datasets["mil"] = gone
    assert source.run().gone == 0


def test_deleted_after_the_grace_period_and_restored_when_it_returns(source: Harvest):
    """With its identifier, its organisation and what people wrote; ckanext-harvest counts it too."""
    source.create(grace_days=3).run()
    tk.get_action("package_patch")(context(), {"id": "beta-mil", "maintainer": "Awa Diop"})
    before = show("beta-mil")
    gone = source.upstream.datasets.pop("mil")
    source.run()
    days_pass(4)

    run = source.run()

    assert (run.gone, run.to_remove, run.deleted, run.failed, run.undone()) == (1, 1, 1, 0, 0)
    assert "beta-mil" not in datasets()
    assert "beta-mil" not in found()
    assert changes(run.id) == {gone.id: ("delete", {})}
    job = tk.get_action("harvest_job_show")({"ignore_auth": True}, {"id": source.last_job().id})
    assert job["stats"]["deleted"] == 1
    assert (source.run().to_remove, show("beta-mil")["state"]) == (0, "deleted")

    source.upstream.datasets["mil"] = gone
    back = source.run()

    assert (back.updated, back.restored, back.gone) == (1, 1, 0)
    after = show("beta-mil")
    assert after["state"] == "active"
    assert "beta-mil" in found()
    assert {key: after[key] for key in ("id", "title", "maintainer", "owner_org", "notes")} == {
        key: before[key] for key in ("id", "title", "maintainer", "owner_org", "notes")
    }
    assert changes(back.id)[gone.id][0] == "restore"


def test_archived_says_so_and_stays(source: Harvest, app: Any):
    """Found, shown, and marked as no longer in its catalogue; unmarked when it returns."""
    source.create(grace_days=0, when_gone="archive").run()
    gone = source.upstream.datasets.pop("mil")

    run = source.run()

    assert (run.archived, run.deleted, run.undone()) == (1, 0, 0)
    assert dt.date.fromisoformat(show("beta-mil")["ess_archived"])
    assert "beta-mil" in found()
    assert "No longer in the original catalogue since" in app.get("/dataset/beta-mil").body
    assert source.run().to_remove == 0
    source.upstream.datasets["mil"] = gone
    assert source.run().restored == 1
    assert not show("beta-mil").get("ess_archived")


def test_kept_where_that_is_the_policy(source: Harvest):
    source.create(grace_days=0, when_gone="keep").run()
    del source.upstream.datasets["mil"]

    run = source.run()

    assert (run.gone, run.to_remove) == (1, 0)
    assert "beta-mil" in datasets()


def test_what_people_deleted_does_not_come_back(source: Harvest):
    """Neither when it is gone upstream meanwhile, nor when it returns there."""
    source.create(grace_days=0).run()
    tk.get_action("package_delete")(context(), {"id": "beta-mil"})
    gone = source.upstream.datasets.pop("mil")
    assert source.run().failed == 0
    source.upstream.datasets["mil"] = gone

    back = source.run()

    assert back.restored == 0
    assert show("beta-mil")["state"] == "deleted"


def test_a_catalogue_that_is_suddenly_empty_is_not_believed(source: Harvest):
    """The run stops, says what to do, and nothing has changed; the next good run is as if it had not been."""
    source.create(grace_days=0).run()
    before, kept = datasets(), dict(source.upstream.datasets)
    source.upstream.datasets.clear()

    run = source.run()

    assert (run.stopped, run.loss, run.gone, run.deleted) == ("loss", 5, 0, 0)
    assert "5 of 5" in run.error
    assert "--confirm-loss" in run.error
    assert datasets() == before
    assert source.run().stopped == "loss"
    source.upstream.datasets.update(kept)
    good = source.run()
    assert (good.stopped, good.unchanged, good.gone) == ("", 5, 0)


def test_a_confirmed_loss_is_believed_once(source: Harvest):
    source.create(grace_days=0).run()
    kept = dict(source.upstream.datasets)
    source.upstream.datasets.clear()
    assert confirm_loss(source.id) == 0
    source.run()

    assert confirm_loss(source.id) == 5
    run = source.run()

    assert (run.stopped, run.deleted) == ("", 5)
    assert datasets() == {}
    source.upstream.datasets.update(kept)
    assert source.run().restored == 5
    source.upstream.datasets.clear()
    assert source.run().stopped == "loss"


def test_a_larger_loss_than_the_confirmed_one_asks_again(source: Harvest):
    for number in range(25):
        source.upstream.dataset(f"n{number:02}", "gamma")
    source.create(grace_days=0).run()
    for number in range(12):
        del source.upstream.datasets[f"n{number:02}"]
    assert source.run().loss == 12
    confirm_loss(source.id)
    for number in range(12, 20):
        del source.upstream.datasets[f"n{number:02}"]

    run = source.run()

    assert (run.stopped, run.loss, run.deleted) == ("loss", 20, 0)


def test_lists_that_were_not_made_together_skip_the_run(upstream: Upstream):
    """Nothing is wrong and nothing is done: the next run finds the catalogue whole."""
    source = Harvest(upstream, "iati-bulk").create()
    source.run()
    before = datasets()
    upstream.mismatch = True

    run = source.run()

    assert (run.stopped, run.error, run.gone) == ("mismatch", "", 0)
    assert "pas été faites ensemble" in run.notes[0]
    assert datasets() == before
    assert (
        tk.get_action("harvest_job_show")({"ignore_auth": True}, {"id": source.last_job().id})["stats"][
            "errored"
        ]
        == 0
    )
    upstream.mismatch = False
    upstream.dataset("orge", "beta")
    assert source.run().added == 1


def test_a_removal_that_the_portal_refuses_is_an_error_and_is_tried_again(
    source: Harvest, monkeypatch: pytest.MonkeyPatch
):
    """The others are removed."""
    source.create(grace_days=0).run()
    for key in ("mil", "riz"):
        del source.upstream.datasets[key]
    from ckanext.ess.harvesters.packages import Packages

    original = Packages.delete

    def refuse(self: Packages, work: Any) -> None:
        if work.package_id == show("beta-mil")["id"]:
            raise RuntimeError("Solr is away")
        original(self, work)

    monkeypatch.setattr(Packages, "delete", refuse)
    run = source.run()
    assert (run.deleted, run.failed, run.undone()) == (1, 1, 0)
    assert source.errors() == ["Solr is away"]
    assert "beta-mil" in datasets()
    monkeypatch.setattr(Packages, "delete", original)

    assert source.run().deleted == 1
    assert not {"beta-mil", "beta-riz"} & set(datasets())


# ---- how much is believed


def seen(count: int, **known: Any) -> dict[str, Seen]:
    one = Seen("c", "f", "p", indexed=True, problem="", retry_after=None, gone_since=None, read=True)
    return {f"g{number}": one for number in range(count)} | known


@pytest.mark.parametrize(
    ("count", "lost", "listed", "share", "confirmed", "stops"),
    [
        (100, 20, 80, 20, 0, False),
        (100, 21, 79, 20, 0, True),
        (100, 21, 79, 20, 21, False),
        (100, 21, 79, 20, 20, True),
        (20, 9, 11, 20, 0, False),
        (20, 10, 10, 20, 0, True),
        (3, 3, 0, 20, 0, True),
        (3, 3, 7, 20, 0, False),
        (100, 100, 0, 100, 0, False),
        (100, 1, 99, 0, 0, False),
        (1000, 10, 990, 0, 0, True),
        (5, 0, 0, 0, 0, False),
    ],
)
def test_how_much_is_believed(count: int, lost: int, listed: int, share: int, confirmed: int, stops: bool):
    gone = [f"g{number}" for number in range(lost)]
    settings = Settings(max_loss=share)
    if stops:
        with pytest.raises(losses.TooManyLostError) as caught:
            losses.check(seen(count), gone, settings, confirmed, listed=listed)
        assert (caught.value.lost, caught.value.known) == (lost, count)
    else:
        losses.check(seen(count), gone, settings, confirmed, listed=listed)


def test_a_neighbour_of_the_same_name_is_not_touched(source: Harvest):
    """Somebody's own dataset is none of a source's."""
    made = factories.Dataset(name="beta-mil")
    source.create(grace_days=0).run()
    del source.upstream.datasets["mil"]

    run = source.run()

    assert run.deleted == 1
    assert show(made["id"])["state"] == "active"
