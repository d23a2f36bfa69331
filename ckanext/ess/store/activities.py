"""What is in the index of activities, and who may see it: tables ``ess_activity_*``.

A file's row says which writing of it the index holds. A dataset's row holds its permission labels, changed in
the transaction that changes the dataset: a question asks the database whom it may show what, so that no
answer waits for Solr. Neither row goes away with its resource or dataset, but when the index holds nothing of
it any more. All times are the database's, in UTC without zone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckan.plugins import toolkit as tk

#: The index holds nothing of it: the first writing failed before a document was sent.
NOTHING = "nothing"
#: Being written: until it is done, what the index holds of the file is neither the old state nor the new.
WRITING = "writing"
#: Written, and seen after the next commit.
WRITTEN = "written"
#: What searchers see.
VISIBLE = "visible"
#: To be taken out, and taken out but still seen.
LEAVING, LEFT = "leaving", "left"


class ActivityFile(tk.BaseModel):
    """One file: what the index holds of it.

    ``run`` is the token of its last writing, which its documents carry. ``content_hash`` is of the file,
    ``engine`` of what made the documents of it. ``activities`` and ``money`` count documents, ``problems``
    values that could not be indexed. ``failure`` is ``{"code", "params"}`` of why the last writing failed.
    """

    __tablename__ = "ess_activity_file"

    resource_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    dataset_id: Mapped[str] = mapped_column(sa.Text, index=True)
    status: Mapped[str] = mapped_column(sa.Text, index=True)
    run: Mapped[str] = mapped_column(sa.Text, default="")
    content_hash: Mapped[str] = mapped_column(sa.Text, default="")
    engine: Mapped[str] = mapped_column(sa.Text, default="")
    activities: Mapped[int] = mapped_column(default=0)
    money: Mapped[int] = mapped_column(default=0)
    problems: Mapped[int] = mapped_column(default=0)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    changed: Mapped[datetime] = mapped_column(sa.DateTime)


class ActivityDataset(tk.BaseModel):
    """One dataset with files in the index: whether it is active, and the permission labels of who sees it."""

    __tablename__ = "ess_activity_dataset"

    dataset_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    labels: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), default=list)
    active: Mapped[bool] = mapped_column(sa.Boolean, default=False)


class ActivityCommit(tk.BaseModel):
    """The one row of the index as a whole: ``generation`` counts its commits, the last ``made`` when."""

    __tablename__ = "ess_activity_commit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    made: Mapped[datetime | None] = mapped_column(sa.DateTime)
