"""Runs of both harvesters over the stand-in, through the real queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.model import meta
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckanext.harvest.model import HarvestObject

from ckanext.ess.store.harvest import HarvestedDataset
from ckanext.ess.tests.ckan.harvest_portal import (
    Harvest,
    Upstream,
    datasets,
    found,
    harvest_portal,  # noqa: F401
    migrated,  # noqa: F401
    show,
)

pytestmark = pytest.mark.usefixtures("harvest_portal")


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement sent to the database, for counting."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(meta.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(meta.engine, "before_cursor_execute", note)


def test_first_run_brings_everything(harvest: Harvest):
    """Datasets, what their files say, and their publishers, saved and searchable."""
    run = harvest.run()

    assert (run.found, run.added, run.updated, run.failed, run.unreadable, run.unchanged) == (
        5,
        5,
        0,
        0,
        0,
        0,
    )
    there = datasets()
    assert set(there) == {"alpha-eau", "alpha-sante", "alpha-ecole", "beta-riz", "beta-mil"} == found()
    eau = there["alpha-eau"]
    assert eau["title"] == "Projets d’eau potable eau" or eau["title"].startswith("Organisation alpha")
    assert eau["ess_country"] == ["SN"]
    assert eau["ess_sector"] == ["14030"]
    assert eau["ess_sector_group"] == ["140"]
    assert eau["ess_activity_count"] == 2
    assert eau["ess_iati_version"] == "2.03"
    assert eau["ess_kind"] == "iati-activities"
    assert eau["ess_data_date"] == "2026-03-02"
    assert eau["language"] == ["fr"]
    assert eau["license_id"] == "cc-by"
    assert eau["organization"]["title"] == "Organisation alpha"
    (resource,) = eau["resources"]
    assert resource["hash"] == harvest.upstream.datasets["eau"].sha1
    assert resource["ess_schema"] == "iati-activities-2.03"
    organisation = tk.get_action("organization_show")({"ignore_auth": True}, {"id": "alpha"})
    assert organisation["ess_iati_identifier"] == "XM-EXAMPLE-ALPHA"
    assert organisation["ess_publisher_uid"] == "uid-alpha"
    assert organisation["ess_organisation_type"] == "21"
    assert organisation["ess_family"] == "ong-internationale"


def test_each_dataset_has_its_harvest_object(harvest: Harvest):
    """What ckanext-harvest shows of a run is complete: one current object per dataset."""
    harvest.run()

    entries = model.Session.scalars(sa.select(HarvestObject)).all()
    assert {one.guid for one in entries} == {one.id for one in harvest.upstream.datasets.values()}
    assert all(one.current and one.state == "COMPLETE" and one.report_status == "added" for one in entries)
    job = tk.get_action("harvest_job_show")({"ignore_auth": True}, {"id": harvest.last_job().id})
    assert job["status"] == "Finished"
    assert job["stats"]["added"] == 5
    answer = tk.get_action("package_search")({"ignore_auth": True}, {"q": "name:beta-riz"})
    extras = {one["key"]: one["value"] for one in answer["results"][0]["extras"]}
    assert extras["harvest_source_id"] == harvest.id


def test_an_unchanged_run_writes_nothing(harvest: Harvest, statements: list[str]):
    """No dataset, no harvest object, no file read; only the job and the run are noted."""
    harvest.run()
    before = datasets()
    objects = model.Session.scalar(sa.select(sa.func.count(HarvestObject.id)))
    harvest.upstream.reads.clear()
    statements.clear()

    run = harvest.run()

    assert (run.found, run.unchanged, run.added, run.updated, run.failed) == (5, 5, 0, 0, 0)
    assert run.finished is not None
    assert harvest.upstream.reads == []
    assert datasets() == before
    assert model.Session.scalar(sa.select(sa.func.count(HarvestObject.id))) == objects
    written = [one for one in statements if one.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    touched = {one.split()[1 if one.lstrip().startswith("UPDATE") else 2].strip('"') for one in written}
    assert touched <= {"harvest_job", "ess_harvest_run"}


def test_a_listing_that_moved_without_changing_anything(harvest: Harvest):
    """Another time of making, the same datasets: compared one by one, still nothing to do."""
    harvest.run()
    harvest.upstream.publisher("gamma")

    run = harvest.run()

    assert (run.unchanged, run.added, run.updated) == (5, 0, 0)


def test_a_changed_file(harvest: Harvest):
    """Only that dataset is read and written, and says what its file now says."""
    harvest.run()
    before = datasets()
    harvest.upstream.reads.clear()
    harvest.upstream.dataset("eau", "alpha", country="ML", count=3)

    run = harvest.run()

    assert (run.updated, run.unchanged, run.added, run.failed) == (1, 4, 0, 0)
    assert set(harvest.upstream.reads) == {"eau"}
    now = datasets()
    assert now["alpha-eau"]["ess_country"] == ["ML"]
    assert now["alpha-eau"]["ess_activity_count"] == 3
    assert now["alpha-eau"]["id"] == before["alpha-eau"]["id"]
    assert now["alpha-eau"]["resources"][0]["id"] == before["alpha-eau"]["resources"][0]["id"]
    assert now["alpha-eau"]["metadata_modified"] > before["alpha-eau"]["metadata_modified"]
    assert {name: now[name] for name in now if name != "alpha-eau"} == {
        name: before[name] for name in before if name != "alpha-eau"
    }
    answer = tk.get_action("package_search")({"ignore_auth": True}, {"fq": 'vocab_ess_country:"ML"'})
    assert [one["name"] for one in answer["results"]] == ["alpha-eau"]


def test_a_new_generation_time_alone_is_no_change(harvest: Harvest):
    """A file that was only made again is not read again where the catalogue can tell."""
    if harvest.type == "iati-registry":
        pytest.skip("the Registry only gives the hash of the whole file")
    harvest.run()
    harvest.upstream.dataset("eau", "alpha", generated="2026-04-01T00:00:00Z")

    assert harvest.run().unchanged == 5


def test_changed_metadata_only(harvest: Harvest):
    """A new licence is taken over without reading the file again, and what the file said stays."""
    harvest.run()
    harvest.upstream.reads.clear()
    harvest.upstream.change("eau", license_id="odc-odbl")

    run = harvest.run()

    assert (run.updated, run.unchanged) == (1, 4)
    assert harvest.upstream.reads == []
    eau = show("alpha-eau")
    assert eau["license_id"] == "odc-odbl"
    assert eau["ess_country"] == ["SN"]
    assert eau["ess_activity_count"] == 2


def test_what_people_edit_here_stays_until_upstream_changes_it(harvest: Harvest):
    """Local tags, themes, files and texts survive a change elsewhere in the dataset."""
    harvest.run()
    edited = show("alpha-eau")
    edited |= {"notes": "Notre description.", "ess_theme": [], "tags": [{"name": "local"}]}
    edited["resources"].append({"url": "https://example.org/guide.pdf", "name": "Guide", "format": "PDF"})
    tk.get_action("package_update")({"ignore_auth": True, "user": factories.Sysadmin()["name"]}, edited)
    harvest.upstream.change("eau", license_id="odc-odbl")

    assert harvest.run().updated == 1

    eau = show("alpha-eau")
    assert eau["license_id"] == "odc-odbl"
    assert eau["notes"] == "Notre description."
    assert [one["name"] for one in eau["tags"]] == ["local"]
    assert [one["name"] for one in eau["resources"]][1:] == ["Guide"]


def test_a_renamed_publisher(harvest: Harvest):
    """The organisation takes the new title and keeps its address; nothing is doubled."""
    harvest.run()
    harvest.upstream.publisher("alpha", short_name="alpha-international", title="Alpha International")

    run = harvest.run()

    assert run.publishers_added == 0
    assert run.publishers_updated == 1
    organisations = tk.get_action("organization_list")({"ignore_auth": True}, {"all_fields": True})
    assert {one["name"]: one["title"] for one in organisations} == {
        "alpha": "Alpha International",
        "beta": "Organisation beta",
    }
    assert len(datasets()) == 5
    assert show("alpha-eau")["organization"]["title"] == "Alpha International"
    answer = tk.get_action("package_search")({"ignore_auth": True}, {"q": "name:alpha-eau"})
    assert answer["results"][0]["organization"]["title"] == "Alpha International"


def test_a_renamed_dataset(harvest: Harvest):
    """Another name upstream is the same dataset here, at the same address."""
    harvest.run()
    before = show("alpha-eau")["id"]
    harvest.upstream.change("eau", name="alpha-eau-2026", title="Puits et forages 2026")

    run = harvest.run()

    assert (run.added, run.updated) == (0, 1)
    assert show("alpha-eau")["id"] == before
    assert len(datasets()) == 5


@pytest.mark.parametrize(
    ("fault", "said"),
    [("missing", "404"), ("pages", "HTML")],
)
def test_a_file_that_cannot_be_read(harvest: Harvest, fault: str, said: str):
    """The dataset is written from its description, the error says what the remote said, the run goes on."""
    getattr(harvest.upstream, fault).add("eau")

    run = harvest.run()

    assert (run.added, run.unreadable, run.failed) == (5, 1, 0)
    (error,) = harvest.errors()
    assert said in error
    assert harvest.upstream.base in error
    eau = show("alpha-eau")
    assert eau["license_id"] == "cc-by"
    assert eau["ess_source_url"].endswith("/files/alpha/eau.xml")
    assert show("alpha-sante")["ess_country"] == ["SN"]
    assert found() == set(datasets())


def test_a_file_that_can_be_read_again(harvest: Harvest):
    """Left alone for a while, then tried again without any change upstream."""
    harvest.upstream.missing.add("eau")
    harvest.run()
    harvest.upstream.missing.clear()
    assert harvest.run().unchanged == 5

    model.Session.execute(
        sa.update(HarvestedDataset).values(retry_after=sa.func.now() - sa.text("interval '1 day'"))
    )
    model.Session.commit()
    run = harvest.run()

    assert (run.updated, run.unreadable, run.unchanged) == (1, 0, 4)
    assert show("alpha-eau")["ess_activity_count"] == 2


def test_a_file_that_breaks_later_loses_nothing(harvest: Harvest):
    """What an earlier file said stays when the new one cannot be read."""
    harvest.run()
    harvest.upstream.dataset("eau", "alpha", country="ML")
    harvest.upstream.pages.add("eau")

    run = harvest.run()

    assert (run.updated, run.unreadable) == (1, 1)
    assert show("alpha-eau")["ess_country"] == ["SN"]


def test_the_other_address_is_tried(upstream: Upstream):
    """Where the catalogue's copy is a sign-in page, the publisher's own file is read."""
    harvest = Harvest(upstream, "iati-bulk").create()
    upstream.missing.add("alpha-eau")  # the copy is named for the dataset, the original for the key

    run = harvest.run()

    assert run.unreadable == 0
    assert show("alpha-eau")["ess_country"] == ["SN"]


def test_gone_upstream_is_reported_and_kept(harvest: Harvest):
    """What the catalogue no longer lists stays, is counted, and is welcome back."""
    harvest.run()
    kept = harvest.upstream.datasets.pop("mil")

    assert harvest.run().gone == 1
    assert "beta-mil" in datasets()
    harvest.upstream.datasets["mil"] = kept
    run = harvest.run()
    assert (run.gone, run.unchanged, run.added) == (0, 5, 0)
    row = model.Session.execute(
        sa.select(HarvestedDataset.gone_since).where(HarvestedDataset.guid == kept.id)
    )
    assert row.scalar() is None


def test_a_catalogue_that_is_down(harvest: Harvest):
    """The run fails with the remote's words; what was harvested stays; the next run is well."""
    harvest.run()
    harvest.upstream.down = True

    run = harvest.run()

    assert "503" in run.error
    job = tk.get_action("harvest_job_show")({"ignore_auth": True}, {"id": harvest.last_job().id})
    assert "503" in job["gather_error_summary"][0]["message"]
    assert job["status"] == "Finished"
    assert len(datasets()) == 5
    harvest.upstream.down = False
    assert harvest.run().unchanged == 5
