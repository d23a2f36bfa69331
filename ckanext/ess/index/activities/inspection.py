"""Compares what the index holds with what it should hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ckanext.ess.index.activities.client import Core
from ckanext.ess.store import activity_state
from ckanext.ess.store.activities import LEAVING, LEFT, NOTHING, VISIBLE, WRITING, ActivityFile

#: Kinds of differences. The first four are repaired by writing or deleting; the others say what is going on.
LOST, STRAY, HALF, OUTDATED = "lost", "stray", "half-written", "outdated"
UNSEEN, FAILED = "unseen", "failed"


@dataclass(frozen=True)
class Difference:
    """One file of which the index does not hold what it should: numbers are of activities."""

    kind: str
    resource_id: str
    dataset_id: str = ""
    expected: int = 0
    found: int = 0


@dataclass(frozen=True)
class Held:
    """What searchers see of one file."""

    activities: int
    money: int
    runs: tuple[str, ...]
    dataset_id: str


#: Several times what any file has: a writing that was interrupted leaves two.
_RUNS: Final = 5


def held(solr: Core) -> dict[str, Held]:
    """What searchers see of each file.

    Raises:
        ActivityIndexError: Solr does not answer.
    """
    inner = {
        "activities": {"type": "query", "q": "kind:activity"},
        "runs": {"type": "terms", "field": "run", "limit": _RUNS},
        "datasets": {"type": "terms", "field": "dataset_id", "limit": 1},
    }
    files = {"type": "terms", "field": "resource_id", "limit": -1, "facet": inner}
    answer = solr.ask({"query": "*:*", "limit": 0, "facet": {"files": files}})
    buckets = answer["facets"].get("files", {}).get("buckets", [])
    return {bucket["val"]: _held(bucket) for bucket in buckets}


def _held(bucket: dict[str, Any]) -> Held:
    activities = bucket["activities"]["count"]
    return Held(
        activities,
        bucket["count"] - activities,
        tuple(one["val"] for one in bucket["runs"]["buckets"]),
        next((one["val"] for one in bucket["datasets"]["buckets"]), ""),
    )


def differences(solr: Core) -> Iterator[Difference]:
    """Yield the files of which the index does not hold what the database says that it does.

    Raises:
        ActivityIndexError: Solr does not answer.
    """
    there = held(solr)
    for file in activity_state.every():
        seen = there.pop(file.resource_id, None)
        if kind := _kind(file, seen):
            found = seen.activities if seen else 0
            yield Difference(kind, file.resource_id, file.dataset_id, file.activities, found)
    for resource_id, seen in there.items():
        yield Difference(STRAY, resource_id, seen.dataset_id, 0, seen.activities)


def _kind(file: ActivityFile, seen: Held | None) -> str | None:
    if file.status == WRITING:
        return HALF
    if file.status == VISIBLE and not _is_whole(file, seen):
        return LOST
    if file.status == NOTHING:
        return FAILED
    if file.status in (LEAVING, LEFT) and seen is None:
        return None
    return None if file.status == VISIBLE else UNSEEN


def _is_whole(file: ActivityFile, seen: Held | None) -> bool:
    if seen is None:
        return file.activities == 0
    return (seen.activities, seen.money, seen.runs) == (file.activities, file.money, (file.run,))
