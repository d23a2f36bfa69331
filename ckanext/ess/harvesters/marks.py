"""What the servers of files say of them, for sources that compare by themselves."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from ckan import model

from ckanext.ess.harvesters.memory import chunks
from ckanext.ess.sources.base import Known
from ckanext.ess.store.harvest import HarvestedDataset


def keep_marks(source_id: str, marks: Mapping[str, str]) -> None:
    """Keep what the servers of files say now; the caller commits."""
    for part in chunks(list(marks.items())):
        row = HarvestedDataset.__table__
        statement = (
            sa.update(row)
            .where(row.c.source_id == source_id, row.c.guid == sa.bindparam("one"))
            .values(mark=sa.bindparam("said"))
        )
        model.Session.connection().execute(statement, [{"one": guid, "said": mark} for guid, mark in part])


def known(source_id: str) -> dict[str, Known]:
    """What sources that compare by themselves want to know, by upstream identifier."""
    row = HarvestedDataset
    query = sa.select(
        row.guid,
        row.content,
        row.mark,
        row.facts["publisher_ref"].astext,
        row.facts["publisher_name"].astext,
    ).where(row.source_id == source_id, row.facts.is_not(None))
    return {
        guid: Known(content, mark, publisher or "", name or "")
        for guid, content, mark, publisher, name in model.Session.execute(query)
    }
