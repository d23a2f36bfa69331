"""What people ask of a harvest: what it would do, one dataset again, what it changed, its errors."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.store import harvest_changes
from ckanext.ess.store import harvest_reports as reports
from ckanext.ess.store.harvest import HarvestedDataset, HarvestRun
from ckanext.ess.tests.ckan.harvest_portal import (
    Harvest,
    context,
    datasets,
    drain,
    harvest_portal,  # noqa: F401
    migrated,  # noqa: F401
    show,
)

pytestmark = pytest.mark.usefixtures("harvest_portal")


@pytest.fixture
def ckan(cli: Any) -> Any:
    """Runs a command; gives its result."""
    from ckan.cli.cli import ckan as command

    return lambda *words: cli.invoke(command, ["ess", "harvest", *words])


@pytest.fixture
def writes() -> Iterator[list[str]]:
    """Every statement that writes."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            seen.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


def everything() -> list[Any]:
    """Rows of the tables that a harvest writes, in numbers."""
    tables = ("package", "group", "harvest_object", "harvest_job", "ess_harvest_run", "ess_harvest_dataset")
    return [model.Session.scalar(sa.text(f'SELECT count(*) FROM "{table}"')) for table in tables]


# ---- dry run


def test_a_dry_run_says_what_would_change_and_writes_nothing(harvest: Harvest, ckan: Any, writes: list[str]):
    """New, changed with its fields, gone, refused; then the real run does just that."""
    harvest.run()
    harvest.upstream.dataset("orge", "gamma")
    harvest.upstream.dataset("eau", "alpha", country="ML")
    harvest.upstream.dataset("riz", "beta", count=3)
    del harvest.upstream.datasets["mil"]
    before, counted = datasets(), everything()
    writes.clear()

    said = json.loads(ckan("run", "source", "--dry-run", "--json").stdout)

    assert writes == []
    assert (datasets(), everything()) == (before, counted)
    found = {entry["dataset"]: entry for entry in said["entries"]}
    assert {name: entry["action"] for name, entry in found.items()} == {
        "gamma-orge": "add",
        "alpha-eau": "update",
        "beta-riz": "update",
    }
    assert found["alpha-eau"]["fields"]["ess_country"] == [["SN"], ["ML"]]
    assert found["beta-riz"]["fields"]["ess_activity_count"] == [2, 3]
    assert (said["found"], said["unchanged"], said["gone"], said["stopped"]) == (5, 2, 1, "")

    run = harvest.run()
    assert (run.added, run.updated, run.gone) == (1, 2, 1)


def test_a_dry_run_for_people(harvest: Harvest, ckan: Any):
    """Before anything was harvested, everything is new; nothing is afterwards."""
    shown = ckan("run", "source", "--dry-run", "--look", "2")

    assert shown.exit_code == 0, shown.output
    assert "nothing was written" in shown.output
    assert "new 5" in shown.output
    assert shown.output.count("  + ") == 2
    assert "and 3 more" in shown.output
    assert datasets() == {}


def test_a_dry_run_says_when_the_run_would_stop(harvest: Harvest, ckan: Any):
    harvest.run()
    harvest.upstream.datasets.clear()

    shown = ckan("run", "source", "--dry-run")

    assert "5 of 5" in shown.output
    assert len(datasets()) == 5


def test_a_dry_run_of_a_catalogue_that_is_down(harvest: Harvest, ckan: Any):
    harvest.upstream.down = True
    shown = ckan("run", "source", "--dry-run")
    assert shown.exit_code == 1
    assert "503" in shown.output


def test_a_dry_run_of_somebody_elses_harvester(ckan: Any):
    data = {"name": "other", "title": "other", "url": "http://127.0.0.1:9/", "source_type": "ckan"}
    tk.get_action("harvest_source_create")(context(), data)
    shown = ckan("run", "other", "--dry-run")
    assert shown.exit_code == 1
    assert "ckan" in shown.output


# ---- one dataset again


def test_one_dataset_again(harvest: Harvest):
    """Its file is read and it is written, although nothing changed; the others are not looked at."""
    harvest.run()
    tk.get_action("package_patch")(context(), {"id": "alpha-eau", "ess_country": []})
    row = model.Session.scalars(
        sa.select(HarvestedDataset).where(HarvestedDataset.package_id == show("alpha-eau")["id"])
    ).one()
    row.harvested = {**row.harvested, "ess_country": []}
    model.Session.commit()
    harvest.upstream.reads.clear()

    answer = tk.get_action("ess_harvest_dataset")(context(), {"id": "alpha-eau"})
    drain()
    run = harvest.finish()

    assert run.job_id == answer["job_id"]
    assert (run.found, run.updated, run.gone, run.failed) == (1, 1, 0, 0)
    assert harvest.upstream.reads == ["eau"]
    assert show("alpha-eau")["ess_country"] == ["SN"]
    whole = harvest.run()
    assert (whole.found, whole.unchanged, whole.gone) == (5, 5, 0)


def test_one_dataset_that_the_catalogue_no_longer_lists(harvest: Harvest):
    harvest.run()
    del harvest.upstream.datasets["mil"]

    tk.get_action("ess_harvest_dataset")(context(), {"id": "beta-mil"})
    drain()
    run = harvest.finish()

    assert (run.found, run.gone, run.deleted, run.undone()) == (0, 0, 0, 0)
    assert "does not list" in run.notes[0]
    assert "beta-mil" in datasets()


def test_what_cannot_be_harvested_again(harvest: Harvest):
    harvest.run()
    own = factories.Dataset()
    with pytest.raises(tk.ValidationError, match="not harvested"):
        tk.get_action("ess_harvest_dataset")(context(), {"id": own["id"]})
    with pytest.raises(tk.ObjectNotFound):
        tk.get_action("ess_harvest_dataset")(context(), {"id": "nothing"})
    harvest.start()
    with pytest.raises(tk.ValidationError, match="at this moment"):
        tk.get_action("ess_harvest_dataset")(context(), {"id": "alpha-eau"})


def test_who_may_ask(harvest: Harvest):
    """Editors of the dataset's organisation for the dataset, those of the source for the loss."""
    harvest.run()
    stranger, editor = factories.User(), factories.User()
    owner = show("alpha-eau")["owner_org"]
    tk.get_action("organization_member_create")(
        context(), {"id": owner, "username": editor["name"], "role": "editor"}
    )
    for who in (stranger["name"], ""):
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("ess_harvest_dataset")({"user": who}, {"id": "alpha-eau"})
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("ess_harvest_confirm_loss")({"user": ""}, {"id": "source"})
    assert tk.get_action("ess_harvest_confirm_loss")(context(), {"id": "source"}) == {"confirmed": 0}
    assert tk.get_action("ess_harvest_dataset")({"user": editor["name"]}, {"id": "alpha-eau"})["job_id"]
    drain()


def test_one_dataset_by_the_command(harvest: Harvest, ckan: Any):
    harvest.run()

    ended = ckan("dataset", "alpha-eau", "--with-consumers", "1")

    assert ended.exit_code == 0, ended.output
    assert "1/1" in ended.output
    assert ckan("dataset", "nothing").exit_code == 1


# ---- a loss, by the command


def test_a_loss_is_confirmed_by_the_command(harvest: Harvest, ckan: Any):
    harvest.run()
    assert ckan("run", "source", "--confirm-loss").exit_code == 1
    harvest.upstream.datasets.clear()
    ckan("run", "source", "--no-wait")
    drain()
    stopped = ckan("run", "source")
    assert stopped.exit_code == 2, stopped.output
    assert "--confirm-loss" in stopped.output
    assert "somebody has to look" in ckan("report", "source").output

    confirmed = ckan("run", "source", "--confirm-loss", "--with-consumers", "1")

    assert confirmed.exit_code == 0, confirmed.output
    assert "5 datasets may now disappear" in confirmed.output
    assert json.loads(ckan("report", "source", "--json").stdout)["gone"] == 5


def test_a_skipped_run_by_the_command(upstream: Any, ckan: Any):
    Harvest(upstream, "iati-bulk").create()
    upstream.mismatch = True
    ckan("run", "source", "--no-wait")
    drain()

    ended = ckan("run", "source")

    assert ended.exit_code == 1, ended.output
    assert "skipped" in ended.output
    assert json.loads(ckan("report", "source", "--json").stdout)["outcome"] == "skipped"


# ---- what a run changed


def test_what_a_run_changed(harvest: Harvest, ckan: Any):
    """The first run made everything; the second changed two fields of one dataset."""
    harvest.run()
    first = json.loads(ckan("changes", "source", "--json").stdout)
    assert [entry["action"] for entry in first] == ["add"] * 5
    harvest.upstream.dataset("eau", "alpha", country="ML")
    harvest.run()

    (changed,) = json.loads(ckan("changes", "source", "--json").stdout)

    assert (changed["dataset"], changed["action"]) == ("alpha-eau", "update")
    assert changed["fields"]["ess_country"] == [["SN"], ["ML"]]
    assert "license_id" not in changed["fields"]
    shown = ckan("changes", "source").output
    assert "~ alpha-eau" in shown
    assert "ess_country: SN → ML" in shown
    harvest.run()
    assert "changed nothing" in ckan("changes", "source").output


def test_old_changes_are_forgotten(harvest: Harvest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ckanext.ess.harvesters.changes.RUNS", 2)
    first = harvest.run()
    for country in ("ML", "NE", "TD"):
        harvest.upstream.dataset("eau", "alpha", country=country)
        last = harvest.run()
    assert harvest_changes.of_run(first) == []
    assert len(harvest_changes.of_run(last)) == 1


# ---- errors as a table


def test_errors_as_a_table(harvest: Harvest, ckan: Any):
    """All of them, once each, for a spreadsheet; what looks like a formula is text."""
    harvest.upstream.pages.update({"eau", "riz"})
    run = harvest.run()
    assert run.unreadable == 2

    text = ckan("report", "source", "--csv").stdout

    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {row["dataset"] for row in rows} == {"alpha-eau", "beta-riz"}
    assert len(rows) == 2
    assert all("HTML" in row["message"] for row in rows)


def test_a_table_of_a_run_that_failed():
    table = reports.as_csv(
        {
            "error": "=cmd|' /C calc'!A0",
            "errors": [{"guid": "g", "dataset": "d", "stage": "Import", "message": "@x"}],
            "unreadable_files": [{"guid": "g", "dataset": "d", "message": "@x"}],
        }
    )
    rows = list(csv.reader(io.StringIO(table.removeprefix("\ufeff"))))
    assert rows == [
        ["dataset", "guid", "stage", "message"],
        ["", "", "Gather", "'=cmd|' /C calc'!A0"],
        ["d", "g", "Import", "'@x"],
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": "x"}, {"a": "x", "b": ""}, {}),
        ({"a": "x"}, {"a": "y"}, {"a": ["x", "y"]}),
        ({"a": ["2", "1"]}, {"a": ["1", "2"]}, {}),
        ({}, {"a": "x" * 900}, {"a": [[], "x" * 500]}),
        ({"tags": [{"name": "b", "id": 1}]}, {"tags": [{"name": "b"}]}, {}),
        (
            {"resources": [{"url": "u", "id": 1}]},
            {"resources": [{"url": "v"}]},
            {"resources": [["u"], ["v"]]},
        ),
        ({"n": None}, {"n": 0}, {"n": [[], 0]}),
    ],
)
def test_differences(before: dict[str, Any], after: dict[str, Any], expected: dict[str, Any]):
    from ckanext.ess.harvesters.changes import difference

    assert difference(before, after) == expected


def test_runs_of_the_command_are_runs_like_others(harvest: Harvest):
    """A run for one dataset leaves the listing's state alone: the next whole run still ends at once."""
    harvest.run()
    tk.get_action("ess_harvest_dataset")(context(), {"id": "alpha-eau"})
    drain()
    harvest.finish()
    runs = model.Session.scalars(sa.select(HarvestRun).order_by(HarvestRun.started)).all()
    assert [(run.complete, run.only == []) for run in runs] == [(True, True), (False, False)]
