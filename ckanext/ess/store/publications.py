"""Versions of files published from sheets: tables ``ess_published_version`` and ``ess_column_meaning``.

A version is kept with its content: the file behind a resource's address is always the last one. What an
organisation's columns mean is kept so that nobody is asked twice.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.iati.changes import Known
from ckanext.ess.iati.convert.fold import fold
from ckanext.ess.store.converting import known
from ckanext.ess.store.harvest import utcnow

#: Versions kept of a file, and meanings of columns of an organisation.
MOST_VERSIONS, MOST_MEANINGS = 20, 300
#: Longest title of a column that is kept.
LONGEST_TITLE = 200


class PublishedVersion(tk.BaseModel):
    """One version of a file.

    ``kind`` is ``activities`` or ``organisation``; ``changes`` what is new, changed and gone since the
    version before, ``{"added": [[identifier, title]], …}``; ``parts`` and ``content`` are compressed.
    """

    __tablename__ = "ess_published_version"

    resource_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made: Mapped[datetime] = mapped_column(sa.DateTime, default=utcnow)
    user_id: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text, default="")
    kind: Mapped[str] = mapped_column(sa.Text)
    activity_count: Mapped[int] = mapped_column(default=0)
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    parts: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)

    def activities(self) -> dict[str, Known]:
        """Its activities by identifier."""
        return known(json.loads(zlib.decompress(self.parts)))

    def file(self) -> bytes:
        """Its content."""
        return zlib.decompress(self.content)


class ColumnMeaning(tk.BaseModel):
    """What a title of an organisation's sheets means: a title of the template, "" for not published."""

    __tablename__ = "ess_column_meaning"

    organization_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    title: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    meant: Mapped[str] = mapped_column(sa.Text)
    modified: Mapped[datetime] = mapped_column(sa.DateTime, default=utcnow)


def versions(resource_id: str) -> list[PublishedVersion]:
    """Versions of a file, the last first."""
    table = PublishedVersion
    query = sa.select(table).where(table.resource_id == resource_id).order_by(table.number.desc())
    return list(model.Session.scalars(query))


def keep(version: PublishedVersion, activities: Mapping[str, Known], content: bytes) -> None:
    """Add a version, with the next number, to the session; the oldest go past a limit."""
    before = versions(version.resource_id)
    version.number = before[0].number + 1 if before else 1
    version.parts = zlib.compress(json.dumps(activities, ensure_ascii=False).encode())
    version.content = zlib.compress(content)
    model.Session.add(version)
    for old in before[MOST_VERSIONS - 1 :]:
        model.Session.delete(old)


def meanings(organization_id: str) -> dict[str, str]:
    """What is known of an organisation's titles."""
    table = ColumnMeaning
    query = sa.select(table.title, table.meant).where(table.organization_id == organization_id)
    return {row.title: row.meant for row in model.Session.execute(query)}


def remember(organization_id: str, columns: Mapping[str, str]) -> None:
    """Keep what titles mean, up to a limit."""
    there = meanings(organization_id)
    for title, meant in columns.items():
        name = fold(title)[:LONGEST_TITLE]
        if name in there or len(there) < MOST_MEANINGS:
            there[name] = meant
            values = {"meant": meant[:LONGEST_TITLE], "modified": utcnow()}
            query = insert(ColumnMeaning).values(organization_id=organization_id, title=name, **values)
            model.Session.execute(
                query.on_conflict_do_update(index_elements=["organization_id", "title"], set_=values)
            )
    model.Session.commit()
