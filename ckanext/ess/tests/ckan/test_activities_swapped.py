"""A reader never sees a file half replaced, whatever writers and committers do meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ckanext.ess.index.activities.client import Core
from ckanext.ess.jobs import activities, draining
from ckanext.ess.tests.ckan import activity_files
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, running

pytestmark = pytest.mark.usefixtures("validation_portal", "clean_queues")

DATASETS, LIMIT = 100, 400
#: Activities 1 to 5 at first; 3 to 9 afterwards, with other amounts.
BEFORE, AFTER = (1, 5, 1000), (3, 9, 2000)


@pytest.fixture
def site() -> Iterator[FakeUpstream]:
    """A server of files."""
    with running(FakeUpstream()) as server:
        yield server


def test_each_dataset_reads_as_before_or_as_after(activity_core: Core, site: FakeUpstream):
    """A hundred datasets, two writers, commits all the time: counts and writings never mix."""
    for number in range(DATASETS):
        site.serve(f"/{number}.xml", activity_files.numbered(*BEFORE))
    files = activity_files.datasets([site.url(f"/{number}.xml") for number in range(DATASETS)])
    while activity_files.left():
        draining.drain()
    old = activity_files.seen(activity_core)
    assert {file: sorted(counts.values()) for file, counts in old.items()} == {key: [5, 5] for key in files}
    for number in range(DATASETS):
        site.serve(f"/{number}.xml", activity_files.numbered(*AFTER))
    activity_files.ask_again(files)
    writers = [activity_files.drainer(), activity_files.drainer()]
    reads, between, states = 0, 0, set[int]()
    limit = time.monotonic() + LIMIT
    while any(one.poll() is None for one in writers):
        assert time.monotonic() < limit
        now = activity_files.seen(activity_core)
        reads += 1
        between += sum(not _is_one_or_the_other(now.get(file, {}), old[file]) for file in files)
        states.add(sum(now[file] != old[file] for file in files if file in now))
        if reads % 20 == 0:
            activities.settle()
    activities.settle()
    assert between == 0
    assert reads >= 50
    assert len(states) > 2, "commits fell before or after everything: nothing was tried"
    new = activity_files.seen(activity_core)
    assert {file: sorted(counts.values()) for file, counts in new.items()} == {key: [7, 7] for key in files}
    total = activity_core.ask({"query": "kind:activity", "limit": 0, "facet": {"budget": "sum(budget_eur)"}})
    assert total["facets"]["budget"] == DATASETS * 7 * 2000


def _is_one_or_the_other(now: dict[tuple[str, str], int], old: dict[tuple[str, str], int]) -> bool:
    """Whether a file reads as it was, or as one whole new writing."""
    if now == old:
        return True
    return len({run for run, _ in now}) == 1 and sorted(now.values()) == [7, 7]
