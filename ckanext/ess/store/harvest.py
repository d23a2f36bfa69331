"""What a harvest remembers between runs: tables ``ess_harvest_*``.

ckanext-harvest keeps one ``harvest_object`` per dataset *touched*; a run in which nothing changed touches
none. These tables say what each source was seen to have, so that one query tells what changed, and what
each run did. All times are naive UTC, as in CKAN's own tables.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckan.model.types import make_uuid
from ckan.plugins import toolkit as tk


def utcnow() -> datetime:
    """The present moment as CKAN's tables keep it: UTC, without zone."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


class HarvestRun(tk.BaseModel):
    """One run over one source.

    ``found`` = ``filtered`` + ``unchanged`` + ``to_add`` + ``to_update`` + ``to_index`` + ``refused``.
    ``to_remove`` = datasets gone for longer than the grace period: ``deleted`` or ``archived``. ``restored``
    counts those of ``updated`` that had been removed and are back.

    ``stopped`` is ``loss`` when the run would have lost too many datasets (``loss`` of them; somebody may
    have ``loss_confirmed`` it), ``mismatch`` when the catalogue's lists did not belong together, else empty.
    ``only`` names the datasets that a partial run was for, by upstream identifier.

    ``unreadable`` counts datasets written from their description because their file could not be read;
    ``failed`` those that were not written, ``refused`` those of them whose record was no dataset.
    ``listing`` is what :meth:`Source.state` said.
    """

    __tablename__ = "ess_harvest_run"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    source_id: Mapped[str] = mapped_column(sa.Text, index=True)
    job_id: Mapped[str | None] = mapped_column(sa.Text, unique=True)
    started: Mapped[datetime] = mapped_column(sa.DateTime, default=utcnow)
    gathered: Mapped[datetime | None] = mapped_column(sa.DateTime)
    finished: Mapped[datetime | None] = mapped_column(sa.DateTime)
    listing: Mapped[str] = mapped_column(sa.Text, default="")
    complete: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    found: Mapped[int] = mapped_column(default=0)
    filtered: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    to_add: Mapped[int] = mapped_column(default=0)
    to_update: Mapped[int] = mapped_column(default=0)
    to_index: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    publishers_added: Mapped[int] = mapped_column(default=0)
    publishers_updated: Mapped[int] = mapped_column(default=0)
    to_remove: Mapped[int] = mapped_column(default=0)
    deleted: Mapped[int] = mapped_column(default=0)
    archived: Mapped[int] = mapped_column(default=0)
    restored: Mapped[int] = mapped_column(default=0)
    stopped: Mapped[str] = mapped_column(sa.Text, default="")
    loss: Mapped[int] = mapped_column(default=0)
    loss_confirmed: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    only: Mapped[list[str]] = mapped_column(JSONB, default=list)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    notes: Mapped[list[str]] = mapped_column(JSONB, default=list)

    def undone(self) -> int:
        """Datasets that were to be written or removed and were not.

        Still in the queue, or left by a run that was cut short.
        """
        wanted = self.to_add + self.to_update + self.to_remove
        done = self.added + self.updated + self.deleted + self.archived
        return wanted - done - (self.failed - self.refused)


class HarvestedDataset(tk.BaseModel):
    """What one source was last seen to say of one dataset.

    ``content`` and ``fingerprint`` are those of the last :class:`~ckanext.ess.sources.base.Ref` that was
    taken in whole; ``facts`` what its file said, ``harvested`` the fields that we wrote. ``package_id`` is
    empty for a dataset that the source's filters leave out. ``indexed`` is false between the writing and
    the search index taking it. ``mark`` is what the file's server said of it. ``gone_since`` is when the
    catalogue ceased to list it; ``removed`` when that had consequences here, and ``removed_how`` which:
    ``deleted`` or ``archived``.
    """

    __tablename__ = "ess_harvest_dataset"

    source_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    guid: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    package_id: Mapped[str | None] = mapped_column(
        sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), index=True
    )
    content: Mapped[str] = mapped_column(sa.Text, default="")
    fingerprint: Mapped[str] = mapped_column(sa.Text, default="")
    indexed: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    problem: Mapped[str] = mapped_column(sa.Text, default="")
    retry_after: Mapped[datetime | None] = mapped_column(sa.DateTime)
    gone_since: Mapped[datetime | None] = mapped_column(sa.DateTime)
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    harvested: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    written: Mapped[datetime | None] = mapped_column(sa.DateTime)
    mark: Mapped[str] = mapped_column(sa.Text, default="")
    reuses: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    removed: Mapped[datetime | None] = mapped_column(sa.DateTime)
    removed_how: Mapped[str] = mapped_column(sa.Text, default="")


class HarvestChange(tk.BaseModel):
    """What one run changed of one dataset.

    ``action`` is ``add``, ``update``, ``delete``, ``archive`` or ``restore``; ``fields`` holds the old and
    the new value of each field that an update changed.
    """

    __tablename__ = "ess_harvest_change"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    run_id: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey("ess_harvest_run.id", ondelete="CASCADE"), index=True
    )
    guid: Mapped[str] = mapped_column(sa.Text)
    package_id: Mapped[str | None] = mapped_column(sa.Text)
    action: Mapped[str] = mapped_column(sa.Text)
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    made: Mapped[datetime] = mapped_column(sa.DateTime, default=utcnow)


class HarvestedPublisher(tk.BaseModel):
    """Which organisation stands for a publisher of a source, and the fields that we last wrote to it.

    ``adopted``: people made that organisation; a harvest only fills what they left empty.
    """

    __tablename__ = "ess_harvest_publisher"

    source_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    uid: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    organization_id: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey("group.id", ondelete="CASCADE"), index=True
    )
    adopted: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    harvested: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
