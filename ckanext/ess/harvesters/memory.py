"""What a source was last seen to have, and the changes of it.

The ``ess_harvest_*`` tables through one door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckan import model
from ckanext.harvest.model import HarvestObject

from ckanext.ess.store.harvest import HarvestedDataset, HarvestRun, utcnow

CHUNK = 1000
COUNTERS = (
    "found",
    "filtered",
    "unchanged",
    "to_add",
    "to_update",
    "to_index",
    "refused",
    "added",
    "updated",
    "failed",
    "unreadable",
    "gone",
    "publishers_added",
    "publishers_updated",
    "to_remove",
    "deleted",
    "archived",
    "restored",
    "loss",
)
#: How long a file that could not be read is left alone: what may mend soon, and what will not.
SOON, LATER = timedelta(hours=1), timedelta(days=1)
T = TypeVar("T")


@dataclass(frozen=True)
class Seen:
    """One dataset of a source as it was last taken in; ``read`` whether its file ever was.

    ``removed`` says that its disappearance was dealt with, ``restorable`` that this changed something here.
    """

    content: str
    fingerprint: str
    package_id: str | None
    indexed: bool
    problem: str
    retry_after: datetime | None
    gone_since: datetime | None
    read: bool
    mark: str = ""
    removed: bool = False
    restorable: bool = False


def seen(source_id: str) -> dict[str, Seen]:
    """Everything known of a source, by upstream identifier; one query."""
    row = HarvestedDataset
    query = sa.select(
        row.guid,
        row.content,
        row.fingerprint,
        row.package_id,
        row.indexed,
        row.problem,
        row.retry_after,
        row.gone_since,
        row.facts.is_not(None),
        row.mark,
        row.removed.is_not(None),
        row.removed_how != "",
    ).where(row.source_id == source_id)
    return {guid: Seen(*rest) for guid, *rest in model.Session.execute(query)}


def rows(source_id: str, guids: Sequence[str]) -> dict[str, HarvestedDataset]:
    """Rows of some datasets, whole."""
    query = sa.select(HarvestedDataset).where(
        HarvestedDataset.source_id == source_id, HarvestedDataset.guid.in_(guids)
    )
    return {row.guid: row for row in model.Session.execute(query).scalars()}


def owners(package_ids: Iterable[str], source_id: str) -> dict[str, str]:
    """Which of some packages another source harvests: package to source."""
    found: dict[str, str] = {}
    for part in chunks(list(package_ids)):
        query = sa.select(HarvestedDataset.package_id, HarvestedDataset.source_id).where(
            HarvestedDataset.package_id.in_(part), HarvestedDataset.source_id != source_id
        )
        found.update({package: source for package, source in model.Session.execute(query) if package})
    return found


def existing(package_ids: Iterable[str]) -> set[str]:
    """Those packages that exist."""
    found: set[str] = set()
    for part in chunks(list(package_ids)):
        found.update(model.Session.scalars(sa.select(model.Package.id).where(model.Package.id.in_(part))))
    return found


def taken_names() -> set[str]:
    """Every dataset name there is, those in the bin included."""
    return set(model.Session.scalars(sa.select(model.Package.name)))


def remember(values: Sequence[Mapping[str, Any]]) -> None:
    """Insert or overwrite rows of ``ess_harvest_dataset``, each with the same keys; the caller commits."""
    if not values:
        return
    statement = insert(HarvestedDataset).values([dict(one) for one in values])
    keys = {"source_id", "guid"}
    statement = statement.on_conflict_do_update(
        index_elements=sorted(keys),
        set_={key: statement.excluded[key] for key in values[0] if key not in keys},
    )
    model.Session.execute(statement)


def mark_indexed(source_id: str, guids: Sequence[str]) -> None:
    """Say that datasets are searchable; the caller commits."""
    _update(source_id, guids, indexed=True)


def mark_gone(source_id: str, guids: Sequence[str]) -> None:
    """Say that the source no longer lists datasets; the first time counts. The caller commits."""
    _update(source_id, guids, gone_since=sa.func.coalesce(HarvestedDataset.gone_since, utcnow()))


def mark_back(source_id: str, guids: Sequence[str]) -> None:
    """Say that the source lists datasets again; the caller commits."""
    _update(source_id, guids, gone_since=None)


def count(run_id: str, **more: int) -> None:
    """Add to the counters of a run. Last before a commit: other consumers wait for this row."""
    changes = {name: getattr(HarvestRun, name) + number for name, number in more.items() if number}
    if changes:
        model.Session.execute(sa.update(HarvestRun).where(HarvestRun.id == run_id).values(changes))


def finish_with(run_id: str, job_id: str, object_id: str) -> None:
    """Note the end of a run when no object of its job but this one waits any more; commits."""
    others = sa.select(HarvestObject.id).where(
        HarvestObject.harvest_job_id == job_id,
        HarvestObject.id != object_id,
        HarvestObject.state.not_in(("COMPLETE", "ERROR")),
    )
    model.Session.execute(
        sa.update(HarvestRun)
        .where(HarvestRun.id == run_id, ~others.exists())
        .values(finished=utcnow())
        .execution_options(synchronize_session=False)
    )
    model.Session.commit()


def note(run_id: str, sentence: str) -> None:
    """Add a sentence, once, to what a run has to say; the caller commits."""
    run = model.Session.get(HarvestRun, run_id, with_for_update=True)
    if run is not None and sentence not in run.notes:
        run.notes = [*run.notes, sentence]
        model.Session.flush()


def next_try(*, later: bool) -> datetime:
    """When to try again to read a file; ``later`` when what was wrong does not mend by itself."""
    return utcnow() + (LATER if later else SOON)


def run_of(job_id: str) -> HarvestRun | None:
    """The run of a harvest job."""
    return model.Session.execute(sa.select(HarvestRun).where(HarvestRun.job_id == job_id)).scalar()


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Values in parts that one query takes."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _update(source_id: str, guids: Sequence[str], **values: Any) -> None:
    for part in chunks(guids):
        model.Session.execute(
            sa.update(HarvestedDataset)
            .where(HarvestedDataset.source_id == source_id, HarvestedDataset.guid.in_(part))
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def begun(job_id: str, source_id: str) -> HarvestRun:
    """A new run of a job; the job's own again when its gathering starts a second time."""
    run = run_of(job_id) or HarvestRun(job_id=job_id, source_id=source_id)
    run.started, run.gathered, run.finished, run.error, run.notes = utcnow(), None, None, "", []
    run.stopped = ""
    for counter in COUNTERS:
        setattr(run, counter, 0)
    model.Session.add(run)
    model.Session.commit()
    return run


def last_whole(source_id: str) -> HarvestRun | None:
    """The last run that read a whole listing."""
    query = (
        sa.select(HarvestRun)
        .where(HarvestRun.source_id == source_id, HarvestRun.complete, HarvestRun.error == "")
        .order_by(HarvestRun.started.desc())
        .limit(1)
    )
    return model.Session.execute(query).scalar()


def nothing_left(source_id: str, listing: str, gone_before: datetime | None) -> bool:
    """Whether the last whole run read this very listing and left nothing to do.

    Args:
        source_id: the source.
        listing: what the catalogue says of its listing.
        gone_before: what is gone since before then is to be removed; nothing is when there is no such time.
    """
    last = last_whole(source_id)
    if last is None or last.listing != listing or last.failed or last.undone():
        return False
    row = HarvestedDataset
    waiting = sa.select(row.guid).where(
        row.source_id == source_id,
        sa.or_(
            sa.and_(row.package_id.is_not(None), row.indexed.is_(False)),
            sa.and_(row.problem != "", sa.or_(row.retry_after.is_(None), row.retry_after <= utcnow())),
            sa.and_(row.package_id.is_not(None), row.removed.is_(None), row.gone_since <= gone_before)
            if gone_before
            else sa.false(),
        ),
    )
    return model.Session.execute(waiting.limit(1)).first() is None


def remember_filtered(source_id: str, filtered: Sequence[tuple[str, str, str]]) -> None:
    """Remember datasets that the filters leave out, so that they cost nothing next time.

    The caller commits.
    """
    for part in chunks(filtered):
        remember(
            [
                {
                    "source_id": source_id,
                    "guid": guid,
                    "package_id": None,
                    "content": content,
                    "fingerprint": fingerprint,
                    "problem": "",
                    "gone_since": None,
                }
                for guid, content, fingerprint in part
            ]
        )
