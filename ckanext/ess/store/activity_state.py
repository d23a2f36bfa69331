"""What the index holds of each file, and when it was last made visible.

Nothing here commits, and nothing goes through CKAN's session where a connection is given: who writes a file
holds a lock on a connection of its own meanwhile (see :mod:`ckanext.ess.store.activity_locks`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckan import model

from ckanext.ess.store.activities import (
    LEAVING,
    LEFT,
    NOTHING,
    VISIBLE,
    WRITING,
    WRITTEN,
    ActivityCommit,
    ActivityDataset,
    ActivityFile,
)
from ckanext.ess.store.claims import NOW
from ckanext.ess.store.validation import ValidationRun, ValidationState

#: A writing that failed is tried again after so long.
AGAIN = timedelta(minutes=15)
_FILE = ActivityFile
#: What IATI calls a file of activities, as verdicts have it.
_ACTIVITIES = "activities"


_found: dict[str, bool] = {}


def tables_exist() -> bool:
    """Whether the tables are there: an upgrade may not have made them yet."""
    if not _found:
        inspector: Any = sa.inspect(model.Session.connection())
        if not inspector.has_table(_FILE.__tablename__):
            return False
        _found["tables"] = True
    return True


def begin(connection: sa.Connection, file: dict[str, Any]) -> bool:
    """Note that a file is being written: its documents are about to change.

    Args:
        connection: in a transaction of its own, to be committed before the first document is sent.
        file: ``resource_id``, ``dataset_id``, ``run``.

    Returns:
        Whether the index may hold documents of it already.
    """
    known = connection.scalar(sa.select(_FILE.status).where(_FILE.resource_id == file["resource_id"]))
    values = {**file, "status": WRITING, "changed": NOW}
    statement = insert(_FILE).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["resource_id"], set_=values))
    return known not in (None, NOTHING)


def finish(connection: sa.Connection, run: str, values: dict[str, Any]) -> None:
    """Note that a writing is done: ``values`` are its hash, engine and counts."""
    connection.execute(
        sa.update(_FILE)
        .where(_FILE.run == run, _FILE.status == WRITING)
        .values({**values, "status": WRITTEN, "failure": None, "changed": NOW})
    )


def fail(connection: sa.Connection, file: dict[str, Any], failure: dict[str, Any]) -> None:
    """Note why a file could not be written; what the index holds of it stays as it is."""
    values = {"failure": failure, "changed": NOW}
    statement = insert(_FILE).values({**file, **values, "status": NOTHING})
    connection.execute(statement.on_conflict_do_update(index_elements=["resource_id"], set_=values))


def leave(resource_ids: Collection[str]) -> int:
    """Note that files are to be taken out of the index, and return how many are; the caller commits."""
    return _leave(_FILE.resource_id.in_(list(resource_ids)))


def leave_datasets(dataset_ids: Collection[str]) -> int:
    """Note that all files of datasets are to be taken out of the index; as :func:`leave`."""
    return _leave(_FILE.dataset_id.in_(list(dataset_ids)))


def leave_gone() -> int:
    """Note that files whose resource or dataset is gone, whoever took it away, are to be taken out."""
    present = (
        sa.select(model.Resource.id)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(model.Resource.state == "active", model.Package.state != "deleted")
    )
    return _leave(_FILE.resource_id.not_in(present))


def _leave(which: sa.ColumnElement[bool]) -> int:
    done: Any = model.Session.execute(
        sa.update(_FILE)
        .where(which, _FILE.status.not_in((LEAVING, LEFT)))
        .values(status=LEAVING, changed=NOW)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount


def leaving() -> list[str]:
    """Identifiers of files that are to be taken out."""
    return list(model.Session.scalars(sa.select(_FILE.resource_id).where(_FILE.status == LEAVING)))


def left(connection: sa.Connection, resource_id: str) -> None:
    """Note that a file's documents are deleted, unless it has been written again meanwhile."""
    connection.execute(
        sa.update(_FILE)
        .where(_FILE.resource_id == resource_id, _FILE.status == LEAVING)
        .values(status=LEFT, activities=0, money=0, run="", content_hash="")
    )


def unseen(connection: sa.Connection) -> bool:
    """Whether a commit would show something new."""
    found = sa.select(_FILE.resource_id).where(_FILE.status.in_((WRITTEN, LEFT))).limit(1)
    return connection.scalar(found) is not None


def half_written(connection: sa.Connection) -> dict[str, bool]:
    """Files whose writing was begun, and for each whether that is long ago.

    Asked under the committer's lock nobody writes: those who began it are gone.
    """
    query = sa.select(_FILE.resource_id, _FILE.changed < NOW - AGAIN).where(_FILE.status == WRITING)
    return {row[0]: row[1] for row in connection.execute(query)}


def take_out(connection: sa.Connection, resource_ids: Collection[str]) -> None:
    """Note that files are to be taken out of the index, on a connection."""
    connection.execute(
        sa.update(_FILE)
        .where(_FILE.resource_id.in_(list(resource_ids)), _FILE.status == WRITING)
        .values(status=LEAVING, changed=NOW)
    )


def count() -> dict[str, int]:
    """How many activities there are in files of each status."""
    query = sa.select(_FILE.status, sa.func.sum(_FILE.activities)).group_by(_FILE.status)
    return {status: int(number or 0) for status, number in model.Session.execute(query)}


def committed(connection: sa.Connection) -> int:
    """Note that everything written is visible; returns how many files that concerns.

    Datasets of which nothing is left in the index are forgotten.
    """
    shown: Any = connection.execute(
        sa.update(_FILE).where(_FILE.status == WRITTEN).values(status=VISIBLE, changed=NOW)
    )
    gone: Any = connection.execute(sa.delete(_FILE).where(_FILE.status == LEFT))
    files = sa.exists().where(_FILE.dataset_id == ActivityDataset.dataset_id)
    connection.execute(sa.delete(ActivityDataset).where(~files))
    fresh = insert(ActivityCommit).values(id=1, generation=1, made=NOW)
    connection.execute(
        fresh.on_conflict_do_update(
            index_elements=["id"], set_={"generation": ActivityCommit.generation + 1, "made": NOW}
        )
    )
    return shown.rowcount + gone.rowcount


def generation() -> str:
    """A text that changes with each commit of the index: part of what answers are cached under."""
    return str(model.Session.scalar(sa.select(ActivityCommit.generation)) or 0)


def current(resource_ids: Iterable[str], engines: Collection[str]) -> set[str]:
    """Those of some files whose documents were made by one of these engines and are in the index."""
    query = sa.select(_FILE.resource_id).where(
        _FILE.resource_id.in_(list(resource_ids)),
        _FILE.status.in_((WRITTEN, VISIBLE)),
        _FILE.engine.in_(list(engines)),
        _FILE.failure.is_(None),
    )
    return set(model.Session.scalars(query))


def holds(file: ActivityFile, content_hash: str, engine: str) -> bool:
    """Whether the index holds a content as a version of ours makes documents of it."""
    return (
        file.status in (WRITTEN, VISIBLE)
        and not file.failure
        and (file.content_hash, file.engine) == (content_hash, engine)
        and bool(content_hash)
    )


def known(resource_id: str) -> ActivityFile | None:
    """The row of a file."""
    return model.Session.get(ActivityFile, resource_id, populate_existing=True)


def every() -> list[ActivityFile]:
    """All rows, as the database has them now."""
    query = sa.select(ActivityFile).order_by(_FILE.resource_id).execution_options(populate_existing=True)
    return list(model.Session.scalars(query))


def outdate(resource_ids: Collection[str] | None = None) -> None:
    """Note that files are to be written again, whatever is known of them; all without a choice."""
    statement = sa.update(_FILE).where(_FILE.status.not_in((LEAVING, LEFT))).values(engine="", failure=None)
    if resource_ids is not None:
        statement = statement.where(_FILE.resource_id.in_(list(resource_ids)))
    model.Session.execute(statement.execution_options(synchronize_session=False))


def expel(resource_id: str, dataset_id: str) -> None:
    """Note that documents of a file that nobody knows are to be taken out."""
    values = {"resource_id": resource_id, "dataset_id": dataset_id, "status": LEAVING, "changed": NOW}
    model.Session.execute(insert(_FILE).values(values).on_conflict_do_nothing())


def forget_all(connection: sa.Connection) -> None:
    """Note that the index is empty."""
    for table in (ActivityFile, ActivityDataset):
        connection.execute(sa.delete(table))


def wanting() -> sa.Select[Any]:
    """Query for what should be in the index.

    Its rows: resource, dataset, organisation, hash of the verdict, and what is known of the file, or None.
    Files that failed a short while ago are left out.
    """
    return (
        sa.select(
            model.Resource.id,
            model.Resource.package_id,
            model.Package.owner_org,
            ValidationRun.content_hash,
            ActivityFile,
        )
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .join(ValidationState, ValidationState.resource_id == model.Resource.id)
        .join(ValidationRun, ValidationRun.id == ValidationState.run_id)
        .outerjoin(ActivityFile, ActivityFile.resource_id == model.Resource.id)
        .where(
            model.Resource.state == "active",
            model.Package.state == "active",
            ValidationRun.file_type == _ACTIVITIES,
            ValidationState.wanted.is_(None) | (ValidationState.wanted > NOW),
            _FILE.failure.is_(None) | (_FILE.changed < NOW - AGAIN),
        )
        .execution_options(populate_existing=True)
    )
