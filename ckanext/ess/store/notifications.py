"""Who is told when files get worse, what did, and the mails that wait: three small tables."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckan.plugins import toolkit as tk


class Subscription(tk.BaseModel):
    """Somebody follows the checks of an organisation's files. ``token`` ends it without signing in."""

    __tablename__ = "ess_subscription"

    user_id: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    organization_id: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey("group.id", ondelete="CASCADE"), primary_key=True
    )
    token: Mapped[str] = mapped_column(sa.Text, unique=True)
    lang: Mapped[str] = mapped_column(sa.Text)
    created: Mapped[datetime] = mapped_column(sa.DateTime)


class Worsening(tk.BaseModel):
    """A file whose verdict is worse than it was when followers were last told.

    ``old`` is that earlier status, ``begun`` when it was left, ``noticed`` the last change since.
    """

    __tablename__ = "ess_worsening"

    resource_id: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True
    )
    package_id: Mapped[str] = mapped_column(sa.Text)
    old: Mapped[str] = mapped_column(sa.Text)
    new: Mapped[str] = mapped_column(sa.Text)
    begun: Mapped[datetime] = mapped_column(sa.DateTime)
    noticed: Mapped[datetime] = mapped_column(sa.DateTime)


class Digest(tk.BaseModel):
    """One mail to one person: ``changes`` are ``{resource_id, package_id, old, new}``."""

    __tablename__ = "ess_digest"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("user.id", ondelete="CASCADE"))
    organization_id: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("group.id", ondelete="CASCADE"))
    changes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    attempts: Mapped[int] = mapped_column(default=0)
    tried: Mapped[datetime | None] = mapped_column(sa.DateTime)
    created: Mapped[datetime] = mapped_column(sa.DateTime)
