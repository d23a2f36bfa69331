"""What the checks of files found, and who is checking what: tables ``ess_validation*``.

The row of a resource is also the claim on its check: a worker that takes it gets a lease, which it renews
while it works, and a token, without which it cannot write its verdict. When a worker is killed its lease
runs out, another one takes the row with the next token, and what the first might still write counts for
nothing. All times are the database's, in UTC without zone, as in CKAN's own tables.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckan.plugins import toolkit as tk

PENDING = "pending"
#: Every status, worst first; where a dataset has several files, the first of these stands for it. A file that
#: waits counts after what is known to be wrong and before what is known to be right.
STATUSES = ("unreadable", "invalid", "errors", PENDING, "warnings", "valid", "not-applicable")


class ValidationState(tk.BaseModel):
    """One resource: its present verdict, and whether another check is asked for or under way.

    ``wanted`` is when the next check is due, empty when none is; ``next_run`` the identifier that it will
    have. ``fingerprint`` stands for what the resource said of its file when the check was asked for.
    ``attempts`` counts workers that began the check and did not finish it. ``checked`` is when the verdict
    was last known to hold, later than its run where the file was found unchanged. ``indexed`` is false
    between a verdict and the search index taking it.
    """

    __tablename__ = "ess_validation"

    resource_id: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True
    )
    package_id: Mapped[str] = mapped_column(sa.Text, index=True)
    status: Mapped[str] = mapped_column(sa.Text, default=PENDING)
    run_id: Mapped[str | None] = mapped_column(sa.Text)
    checked: Mapped[datetime | None] = mapped_column(sa.DateTime)
    indexed: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    fingerprint: Mapped[str] = mapped_column(sa.Text, default="")
    wanted: Mapped[datetime | None] = mapped_column(sa.DateTime)
    next_run: Mapped[str | None] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    urgent: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    token: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(sa.DateTime)
    worker: Mapped[str] = mapped_column(sa.Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)


class ValidationRun(tk.BaseModel):
    """One finished check of a resource.

    ``source`` is where the file came from: upload, remote, cached (the catalogue's copy, the source being
    down) or empty where none was read. ``problem`` is ``{"code", "params"}`` of what kept it from being read,
    ``rules`` the roll-up of :func:`ckanext.ess.iati.validate.formats.rules.plain`, ``kinds`` what the parts
    refer to. ``duration`` in seconds. ``activity_count`` counts what the file holds: activities,
    organisations, or the rows of a table.
    """

    __tablename__ = "ess_validation_run"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    resource_id: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("resource.id", ondelete="CASCADE"))
    package_id: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    queued: Mapped[datetime | None] = mapped_column(sa.DateTime)
    started: Mapped[datetime] = mapped_column(sa.DateTime)
    finished: Mapped[datetime] = mapped_column(sa.DateTime)
    duration: Mapped[float] = mapped_column(sa.Float, default=0.0)
    source: Mapped[str] = mapped_column(sa.Text, default="")
    url: Mapped[str] = mapped_column(sa.Text, default="")
    etag: Mapped[str] = mapped_column(sa.Text, default="")
    content_hash: Mapped[str] = mapped_column(sa.Text, default="")
    size: Mapped[int | None] = mapped_column(sa.BigInteger)
    file_type: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[str] = mapped_column(sa.Text, default="")
    declared_version: Mapped[str | None] = mapped_column(sa.Text)
    content: Mapped[str] = mapped_column(sa.Text, default="")
    container: Mapped[str] = mapped_column(sa.Text, default="")
    activity_count: Mapped[int] = mapped_column(default=0)
    critical: Mapped[int] = mapped_column(default=0)
    error: Mapped[int] = mapped_column(default=0)
    warning: Mapped[int] = mapped_column(default=0)
    advisory: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    kinds: Mapped[list[list[str]]] = mapped_column(JSONB, default=list)
    engine: Mapped[str] = mapped_column(sa.Text, default="")
    standard: Mapped[str] = mapped_column(sa.Text, default="")

    __table_args__ = (sa.Index("idx_ess_validation_run_resource", "resource_id", "finished"),)

    @property
    def activities(self) -> int:
        """Activities or organisations."""
        return 0 if self.file_type == "table" else self.activity_count

    @property
    def rows(self) -> int:
        """Rows of a table."""
        return self.activity_count if self.file_type == "table" else 0

    @property
    def summary(self) -> dict[str, int]:
        """Findings by severity, most severe first."""
        return {
            "critical": self.critical,
            "error": self.error,
            "warning": self.warning,
            "advisory": self.advisory,
        }


class ValidationPart(tk.BaseModel):
    """Some hundreds of consecutive findings of a run, compressed; see :mod:`ckanext.ess.store.findings`.

    ``keys`` says of each finding, in a few bytes, its rule, kind and activity.
    """

    __tablename__ = "ess_validation_part"

    run_id: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey("ess_validation_run.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column()
    keys: Mapped[bytes] = mapped_column(sa.LargeBinary)
    findings: Mapped[bytes] = mapped_column(sa.LargeBinary)
