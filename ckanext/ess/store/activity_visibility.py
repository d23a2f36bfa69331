"""Who may see activities of which dataset, by CKAN's own permission labels.

The labels are those that ``get_permission_labels()`` gives, CKAN's or an extension's, kept beside what the
index holds and rewritten in the transaction that changes a dataset. Whether a dataset is active is asked of
CKAN's own table each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from ckan import model
from ckan.lib.plugins import get_permission_labels

from ckanext.ess.store.activities import ActivityDataset

_DATASET = ActivityDataset


@dataclass(frozen=True)
class Visibility:
    """The datasets that somebody may see, said in the shorter way.

    Of ``excluded`` and ``included`` one is a sorted tuple of dataset identifiers, the other None. ``token``
    stands for it where answers are cached.
    """

    excluded: tuple[str, ...] | None
    included: tuple[str, ...] | None
    token: str


def visibility(user_labels: Sequence[str] | None) -> Visibility:
    """What somebody may see of the datasets in the index.

    Args:
        user_labels: of ``get_user_dataset_labels()``; None for who sees every active dataset.
    """
    seen = model.Package.state == "active"
    if user_labels is not None:
        wanted = sa.cast(sa.literal(list(user_labels), ARRAY(sa.Text)), ARRAY(sa.Text))
        seen = sa.and_(seen, _DATASET.labels.overlap(wanted))
    query = (
        sa.select(_DATASET.dataset_id, sa.func.coalesce(seen, sa.false()))
        .outerjoin(model.Package, model.Package.id == _DATASET.dataset_id)
        .order_by(_DATASET.dataset_id)
    )
    shown: list[str] = []
    hidden: list[str] = []
    for dataset_id, is_seen in model.Session.execute(query):
        (shown if is_seen else hidden).append(dataset_id)
    if len(shown) < len(hidden):
        return Visibility(None, tuple(shown), _token("+", shown))
    return Visibility(tuple(hidden), None, _token("-", hidden))


def _token(sign: str, dataset_ids: Iterable[str]) -> str:
    digest = hashlib.blake2b(" ".join(dataset_ids).encode(), digest_size=8)
    return sign + digest.hexdigest()


def register(connection: sa.Connection, dataset: model.Package) -> None:
    """Keep a dataset's labels before its first document is written."""
    values = {"dataset_id": dataset.id, **_labels(dataset)}
    statement = insert(_DATASET).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["dataset_id"], set_=values))


def relabel(datasets: Iterable[model.Package]) -> None:
    """Rewrite the labels of datasets in the session's transaction; those not in the index are left alone."""
    for dataset in datasets:
        model.Session.execute(
            sa.update(_DATASET)
            .where(_DATASET.dataset_id == dataset.id)
            .values(_labels(dataset))
            .execution_options(synchronize_session=False)
        )


def relabel_all(batch: int = 500) -> int:
    """Compare the labels of every dataset with CKAN's and correct those that differ; returns how many did."""
    corrected = 0
    known = dict(model.Session.execute(sa.select(_DATASET.dataset_id, _DATASET)).tuples().all())
    for chunk in _chunks(sorted(known), batch):
        packages = model.Session.scalars(sa.select(model.Package).where(model.Package.id.in_(chunk)))
        wrong = [one for one in packages if _differs(known[one.id], _labels(one))]
        relabel(wrong)
        corrected += len(wrong)
    return corrected


def _differs(row: ActivityDataset, labels: dict[str, Any]) -> bool:
    return (sorted(row.labels), row.active) != (sorted(labels["labels"]), labels["active"])


def _labels(dataset: model.Package) -> dict[str, Any]:
    labels: Collection[str] = get_permission_labels().get_dataset_labels(dataset)
    return {"labels": list(labels), "active": dataset.state == "active"}


def _chunks(values: list[str], size: int) -> Iterable[list[str]]:
    return (values[start : start + size] for start in range(0, len(values), size))
