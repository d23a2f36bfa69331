"""From a change to a verdict: when a check is asked for, who does it, what happens when that fails."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from ckan import model
from ckan.lib import jobs
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.jobs import draining, queue, schedule
from ckanext.ess.store import claims, verdicts
from ckanext.ess.store.claims import Claim
from ckanext.ess.store.validation import ValidationRun, ValidationState
from ckanext.ess.store.verdicts import Verdict
from ckanext.ess.tests.ckan.validation_portal import act, iati, resource
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running, status

pytestmark = [pytest.mark.usefixtures("validation_portal", "clean_queues")]

GOOD, BAD = iati(""), iati("<what-is-this/>")


@pytest.fixture
def upstream() -> Iterator[FakeUpstream]:
    """A server of files."""
    with running(FakeUpstream()) as server:
        server.serve("/good.xml", GOOD)
        server.serve("/bad.xml", BAD)
        yield server


@pytest.fixture
def made(upstream: FakeUpstream) -> dict[str, Any]:
    """A resource whose file is good."""
    return resource(url=upstream.url("/good.xml"))


def state(made: dict[str, Any]) -> ValidationState:
    """What is known of a resource."""
    found, _ = verdicts.of_resource(made["id"])
    assert found is not None
    return found


def waiting() -> int:
    """Jobs in our queue."""
    return len(jobs.get_queue(queue.NAME))


def status_of(made: dict[str, Any]) -> str:
    """The status that people see."""
    return act("ess_validation_show", resource_id=made["id"])["status"]


def changed(made: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Change a resource as an administrator would."""
    user = factories.Sysadmin()["name"]
    return act("resource_patch", user, id=made["id"], **fields)


def taken(made: dict[str, Any]) -> Claim:
    """The claim on a resource."""
    (claimed,) = claims.claim(1, "test", [made["id"]])
    return claimed


def tick() -> int:
    """A round of the clock that looks through everything."""
    schedule.look_through()
    return schedule.tick()


def expire() -> None:
    """Let every lease run out."""
    model.Session.execute(sa.update(ValidationState).values(lease_until=claims.NOW - timedelta(seconds=1)))
    model.Session.commit()


def test_a_new_file_by_somebody_over_http(app: Any, upstream: FakeUpstream):
    """A request has a user, whom CKAN looks up for each action: not while the commit ends."""
    user = factories.SysadminWithToken()
    given = {"package_id": factories.Dataset()["id"], "url": upstream.url("/good.xml"), "format": "XML"}
    headers = {"Authorization": user["token"]}
    assert app.post("/api/3/action/resource_create", json=given, headers=headers).json["success"]
    assert waiting() == 1


def test_a_new_file_is_checked_in_the_background(made: dict[str, Any]):
    """Asked for when it is made, by one job; nothing is read in the request."""
    assert (status_of(made), waiting()) == ("pending", 1)
    assert draining.drain() == 1
    shown = act("ess_validation_show", resource_id=made["id"])
    assert (shown["status"], shown["source"], shown["checking"]) == ("valid", "remote", False)
    assert draining.drain() == 0


def test_the_job_runs_in_ckans_own_worker(made: dict[str, Any]):
    """What is in the queue does the work, with an explicit time limit."""
    (job,) = jobs.get_queue(queue.NAME).jobs
    assert job.timeout == draining.job_seconds()
    jobs.Worker([queue.NAME]).work(burst=True)
    model.Session.rollback()
    assert status_of(made) == "valid"


CHANGES: dict[str, tuple[dict[str, Any], bool]] = {
    "address": ({"url": "http://127.0.0.1:9/other.xml"}, True),
    "hash": ({"hash": "0" * 40}, True),
    "format": ({"format": "CSV"}, True),
    "schema": ({"ess_schema": "iati-activities-2.03"}, True),
    "copy": ({"ess_cached_url": "http://127.0.0.1:9/copy.xml"}, True),
    "upload": ({"upload": b"x"}, True),
    "description": ({"description": "Other words"}, False),
    "name": ({"name": "Another name"}, False),
    "nothing": ({}, False),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_that_may_concern_the_file_ask_for_a_check(made: dict[str, Any], name: str):
    """And others do not."""
    fields, asks = CHANGES[name]
    given = dict(fields)
    draining.drain()
    jobs.get_queue(queue.NAME).empty()
    if "upload" in given:
        given = {"upload": FileStorage(io.BytesIO(BAD), "file.xml"), "url": "file.xml"}
    changed(made, **given)
    assert (state(made).wanted is not None, waiting()) == (asks, int(asks))


def test_what_is_rolled_back_asks_for_nothing(made: dict[str, Any]):
    """Neither a row nor a job."""
    draining.drain()
    jobs.get_queue(queue.NAME).empty()
    one = model.Resource.get(made["id"])
    assert one is not None
    one.url = "http://127.0.0.1:9/never.xml"
    model.Session.flush()
    model.Session.rollback()
    model.Session.commit()
    assert (state(made).wanted, waiting()) == (None, 0)


def test_a_savepoint_is_no_commit(made: dict[str, Any]):
    """The job is sent once, after the end of the whole transaction."""
    draining.drain()
    jobs.get_queue(queue.NAME).empty()
    with model.Session.begin_nested():
        one = model.Resource.get(made["id"])
        assert one is not None
        one.url = "http://127.0.0.1:9/later.xml"
        model.Session.add(one)
        model.Session.flush()
    assert waiting() == 0
    model.Session.commit()
    assert (state(made).wanted is not None, waiting()) == (True, 1)


def test_many_changes_are_few_jobs(upstream: FakeUpstream):
    """A dataset of many files, or a harvest, does not fill the queue."""
    files = [{"url": upstream.url(f"/{number}.xml"), "format": "XML"} for number in range(100)]
    factories.Dataset(resources=files)
    assert claims.due() == 100
    assert 1 <= waiting() <= 8


@pytest.mark.ckan_config("ckanext.ess.validation", False)
def test_switched_off_nothing_is_checked_nor_said(upstream: FakeUpstream):
    """No row, no job, no facet."""
    resource(url=upstream.url("/good.xml"))
    assert (claims.due(), waiting(), schedule.tick()) == (0, 0, 0)
    found = tk.get_action("package_search")({}, {"facet.field": ["ess_validation"]})
    assert found["facets"].get("ess_validation", {}) == {}


def test_a_file_changed_during_its_check_is_checked_again(made: dict[str, Any], upstream: FakeUpstream):
    """The verdict on the old one is kept, as is the wish for the new one."""
    claimed = taken(made)
    assert claims.begin(claimed)
    changed(made, url=upstream.url("/bad.xml"))
    assert verdicts.write(claimed, Verdict("valid", {"started": claims.NOW}), history=5)
    assert act("ess_validation_show", resource_id=made["id"])["checking"]
    draining.drain()
    assert status_of(made) == "invalid"
    assert len(act("ess_validation_history", resource_id=made["id"])) == 2


def test_one_worker_at_a_time(made: dict[str, Any]):
    """What one has, another does not get."""
    assert taken(made)
    assert claims.claim(5, "other", [made["id"]]) == []


def test_a_dead_workers_check_is_another_ones(made: dict[str, Any]):
    """After its lease; what the dead might still write counts for nothing."""
    first = taken(made)
    claims.begin(first)
    expire()
    second = taken(made)
    assert (second.run_id, second.token) == (first.run_id, first.token + 1)
    assert not verdicts.write(first, Verdict("unreadable", {"started": claims.NOW}), history=5)
    assert not claims.begin(first)
    assert verdicts.write(second, Verdict("valid", {"started": claims.NOW}), history=5)
    assert model.Session.query(ValidationRun).count() == 1
    assert status_of(made) == "valid"


def test_a_live_worker_keeps_its_claim(made: dict[str, Any]):
    """It renews its lease from a thread, however long the file takes."""
    from ckanext.ess.jobs.beating import Beating

    claimed = taken(made)
    model.Session.execute(sa.update(ValidationState).values(lease_until=claims.NOW + timedelta(seconds=1)))
    model.Session.commit()
    with Beating(seconds=0.05) as beating:
        beating.hold([claimed])
        before = state(made).lease_until
        model.Session.rollback()
        import time

        time.sleep(0.4)
        after = state(made).lease_until
    assert before is not None
    assert after is not None
    assert after - before > timedelta(seconds=30)


def test_a_file_that_kills_its_workers_is_given_up(made: dict[str, Any]):
    """After three deaths: a status and a sentence instead of a loop; asking again tries again."""
    for _ in range(claims.MOST_ATTEMPTS):
        assert claims.begin(taken(made))
        expire()
    assert draining.drain() == 1
    shown = act("ess_validation_show", resource_id=made["id"])
    assert (shown["status"], state(made).wanted) == ("unreadable", None)
    assert "3" in shown["problem"]["explanation"]
    act("ess_validation_run", factories.Sysadmin()["name"], resource_id=made["id"])
    draining.drain()
    assert status_of(made) == "valid"


def test_neighbours_of_a_killer_are_not_blamed(upstream: FakeUpstream):
    """Claimed together, only what was begun counts as an attempt."""
    two = [resource(url=upstream.url("/good.xml")) for _ in range(2)]
    for _ in range(5):
        first = claims.claim(2, "test")
        claims.begin(next(one for one in first if one.resource_id == two[0]["id"]))
        expire()
    assert (state(two[0]).attempts, state(two[1]).attempts) == (5, 0)


def test_the_clock_finds_what_is_left(made: dict[str, Any]):
    """A killed worker's check, and a resource that nobody asked for."""
    claims.begin(taken(made))
    jobs.get_queue(queue.NAME).empty()
    assert (tick(), waiting()) == (0, 0)
    expire()
    hidden = model.Resource(url="http://127.0.0.1:9/x.xml", package_id=made["package_id"])
    model.Session.execute(
        sa.insert(model.Resource.__table__).values(  # type: ignore[attr-defined]
            id=hidden.id, url=hidden.url, package_id=made["package_id"], state="active", extras={}
        )
    )
    model.Session.commit()
    assert (tick(), waiting()) == (2, 1)


def test_old_verdicts_are_made_again(made: dict[str, Any], upstream: FakeUpstream):
    """Once they are older than the portal wants; the same file is not sent again."""
    upstream.serve("/good.xml", GOOD, ETag='"1"')
    draining.drain()
    assert tick() == 0
    model.Session.execute(sa.update(ValidationState).values(checked=claims.NOW - timedelta(days=31)))
    model.Session.commit()
    assert tick() == 1
    upstream.routes["/good.xml"] = status(304)
    draining.drain()
    assert (status_of(made), model.Session.query(ValidationRun).count()) == ("valid", 1)
    assert upstream.requests[-1][2]["If-None-Match"] == '"1"'
    assert tick() == 0


def test_a_server_that_is_down_is_asked_again_later(made: dict[str, Any], upstream: FakeUpstream):
    """Not at once, and not for ever in the way of others."""
    upstream.routes["/good.xml"] = status(503)
    draining.drain()
    shown = act("ess_validation_show", resource_id=made["id"])
    assert (shown["status"], shown["checking"], claims.due()) == ("unreadable", False, 0)
    assert state(made).wanted is not None
    upstream.serve("/good.xml", GOOD)
    model.Session.execute(sa.update(ValidationState).values(wanted=claims.NOW))
    model.Session.commit()
    draining.drain()
    assert status_of(made) == "valid"


def test_those_who_ask_go_first(upstream: FakeUpstream):
    """A person waits; a harvest does not."""
    many = [resource(url=upstream.url("/good.xml")) for _ in range(4)]
    act("ess_validation_run", factories.Sysadmin()["name"], resource_id=many[3]["id"])
    assert next(one.resource_id for one in claims.claim(4, "test")) == many[3]["id"]


def test_verdicts_are_searchable(upstream: FakeUpstream):
    """The facet has each dataset under its worst file, as the table has it; without noise in the stream."""
    datasets = [factories.Dataset() for _ in range(3)]
    for dataset, files in zip(datasets, (["good"], ["good", "bad"], ["gone"]), strict=True):
        for name in files:
            resource(package_id=dataset["id"], url=upstream.url(f"/{name}.xml"))
    before = {one["id"]: act("package_activity_list", id=one["id"]) for one in datasets}
    modified = {one["id"]: act("package_show", id=one["id"])["metadata_modified"] for one in datasets}
    search = {"facet.field": ["ess_validation"], "rows": 0}
    assert act("package_search", **search)["facets"]["ess_validation"] == {"pending": 3}
    draining.drain()
    facets = act("package_search", **search)["facets"]["ess_validation"]
    assert facets == {"valid": 1, "invalid": 1, "unreadable": 1}
    table = verdicts.of_packages([one["id"] for one in datasets])
    assert sorted(table.values()) == sorted(facets)
    assert act("package_search", fq="ess_validation:invalid")["results"][0]["id"] == datasets[1]["id"]
    for one in datasets:
        assert act("package_activity_list", id=one["id"]) == before[one["id"]]
        assert act("package_show", id=one["id"])["metadata_modified"] == modified[one["id"]]
