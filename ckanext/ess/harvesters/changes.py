"""What a run changed of each dataset, kept for the last runs of a source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.ess.store.harvest import HarvestChange, HarvestRun, utcnow

#: Longer texts are cut, and longer lists: a difference is for people.
LONGEST, MOST = 500, 50
#: Changes of older runs of a source are forgotten.
RUNS = 20


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Old and new value of each field that differs, in short.

    Args:
        before: the dataset as it was.
        after: the fields that were written.
    """
    found: dict[str, list[Any]] = {}
    for key, value in after.items():
        old, new = _short(before.get(key)), _short(value)
        if old != new:
            found[key] = [old, new]
    return found


def note(run_id: str, changes: Iterable[tuple[str, str, str, dict[str, list[Any]]]]) -> None:
    """Keep changes of a run: identifier upstream, identifier here, action, fields. The caller commits."""
    rows = [
        {
            "run_id": run_id,
            "guid": guid,
            "package_id": package,
            "action": action,
            "fields": fields,
            "made": utcnow(),
        }
        for guid, package, action, fields in changes
    ]
    if run_id and rows:
        model.Session.execute(sa.insert(HarvestChange), rows)


def forget_older(source_id: str) -> None:
    """Forget the changes of all but the last runs of a source; the caller commits."""
    kept = (
        sa.select(HarvestRun.id)
        .where(HarvestRun.source_id == source_id)
        .order_by(HarvestRun.started.desc())
        .limit(RUNS)
    )
    own = sa.select(HarvestRun.id).where(HarvestRun.source_id == source_id)
    model.Session.execute(
        sa.delete(HarvestChange)
        .where(HarvestChange.run_id.in_(own), HarvestChange.run_id.not_in(kept))
        .execution_options(synchronize_session=False)
    )


def _short(value: Any) -> Any:
    """A value as a difference shows it; nothing is nothing, whether missing, empty text or empty list."""
    if isinstance(value, Mapping):
        return _short(value.get("url") or value.get("name") or value.get("display_name"))
    if isinstance(value, list | tuple):
        return sorted(str(_short(one)) for one in value)[:MOST]
    if value is None or value == "":
        return []
    return value[:LONGEST] if isinstance(value, str) else value
