"""Writes one file's documents: new ones over old ones by their identifiers, then what is left of the old.

In this order searchers never miss an activity that was there before and still is; a commit falls before all
of it or after (see :mod:`ckanext.ess.store.activity_locks`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ckan import model

from ckanext.ess.index.activities import schema_api
from ckanext.ess.index.activities.client import Core, core
from ckanext.ess.index.activities.errors import RefusedError
from ckanext.ess.store import activity_locks, activity_state, activity_visibility

log = logging.getLogger(__name__)

#: A batch has so many documents, or so many bytes.
_DOCUMENTS, _BYTES = 1000, 4 * 1024 * 1024
#: With so many documents refused one by one, it is not the documents.
_MOST_REFUSED: Final = 100


@dataclass(frozen=True, kw_only=True)
class Writing:
    """One writing of a file: its token, what it is of, how many documents it will have."""

    run: str
    resource_id: str
    dataset: model.Package
    content_hash: str
    engine: str
    activities: int
    money: int
    problems: int


def write(writing: Writing, documents: Iterable[bytes]) -> int:
    """Replace what the index holds of a file; nobody sees it before a commit.

    Args:
        writing: the writing; ``run`` stands in all its documents.
        documents: activities with their money, as JSON texts.

    Returns:
        How many documents Solr refused; they are left out.

    Raises:
        ActivityIndexError: Solr does not take them; the file is marked as being written until it is again.
    """
    solr = core()
    schema_api.ensure_ready(solr)
    file = {
        "resource_id": writing.resource_id,
        "dataset_id": writing.dataset.id,
        "run": writing.run,
    }
    with activity_locks.writing(writing.resource_id) as held:
        with activity_locks.engine().begin() as connection:
            activity_visibility.register(connection, writing.dataset)
            had = activity_state.begin(connection, file)
        refused = _send(solr, documents)
        if had:
            solr.delete(f'resource_id:"{writing.resource_id}" AND -run:"{writing.run}"')
        values = {
            "content_hash": writing.content_hash,
            "engine": writing.engine,
            "activities": writing.activities - refused,
            "money": writing.money,
            "problems": writing.problems + refused,
        }
        activity_state.finish(held, writing.run, values)
    return refused


def take_out(resource_id: str) -> None:
    """Delete a file's documents; nobody sees it before a commit.

    Raises:
        ActivityIndexError: Solr does not do it.
    """
    solr = core()
    with activity_locks.writing(resource_id) as held:
        solr.delete(f'resource_id:"{resource_id}"')
        activity_state.left(held, resource_id)


def _send(solr: Core, documents: Iterable[bytes]) -> int:
    refused = 0
    for batch in _batches(documents):
        refused = _add(solr, batch, refused)
    return refused


def _add(solr: Core, batch: list[bytes], refused: int) -> int:
    """Send a batch; where Solr refuses it, leave out the documents at fault.

    Args:
        solr: where to.
        batch: documents.
        refused: how many were left out before.

    Returns:
        How many are now.
    """
    try:
        solr.add(batch)
    except RefusedError as error:
        if refused >= _MOST_REFUSED:
            raise
        if len(batch) == 1:
            log.warning("An activity could not be indexed: %s; %s", error, batch[0][:200])
            return refused + 1
        middle = len(batch) // 2
        return _add(solr, batch[middle:], _add(solr, batch[:middle], refused))
    return refused


def _batches(documents: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(document)
        if len(batch) >= _DOCUMENTS or size >= _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
