"""What the checks of files found: the present verdict of each resource, past runs, findings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _number(name: str, kind: type[sa.types.TypeEngine[int]] = sa.Integer) -> sa.Column[int]:
    return sa.Column(name, kind, nullable=False, server_default="0")


def upgrade() -> None:
    """Create the three tables; rows go away with the resource that they speak of."""
    op.create_table(
        "ess_validation",
        sa.Column("resource_id", sa.Text, sa.ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("package_id", sa.Text, nullable=False, index=True),
        sa.Column("status", sa.Text, nullable=False, server_default="pending"),
        sa.Column("run_id", sa.Text),
        sa.Column("checked", sa.DateTime),
        sa.Column("indexed", sa.Boolean, nullable=False, server_default="true"),
        _text("fingerprint"),
        sa.Column("wanted", sa.DateTime),
        sa.Column("next_run", sa.Text),
        _text("reason"),
        sa.Column("urgent", sa.Boolean, nullable=False, server_default="false"),
        _number("token", sa.BigInteger),
        sa.Column("lease_until", sa.DateTime),
        _text("worker"),
        _number("attempts"),
        _number("failures"),
    )
    op.create_index(
        "idx_ess_validation_due",
        "ess_validation",
        ["urgent", "wanted"],
        postgresql_where=sa.text("wanted IS NOT NULL"),
    )
    op.create_index(
        "idx_ess_validation_unindexed",
        "ess_validation",
        ["package_id"],
        postgresql_where=sa.text("NOT indexed"),
    )
    op.create_table(
        "ess_validation_run",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("resource_id", sa.Text, sa.ForeignKey("resource.id", ondelete="CASCADE"), nullable=False),
        sa.Column("package_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        _text("reason"),
        sa.Column("queued", sa.DateTime),
        sa.Column("started", sa.DateTime, nullable=False),
        sa.Column("finished", sa.DateTime, nullable=False),
        sa.Column("duration", sa.Float, nullable=False, server_default="0"),
        *map(_text, ("source", "url", "etag", "content_hash")),
        sa.Column("size", sa.BigInteger),
        *map(_text, ("file_type", "version")),
        sa.Column("declared_version", sa.Text),
        *map(_text, ("content", "container")),
        *map(_number, ("activity_count", "critical", "error", "warning", "advisory", "kept")),
        sa.Column("problem", JSONB),
        sa.Column("rules", JSONB, nullable=False, server_default="[]"),
        sa.Column("kinds", JSONB, nullable=False, server_default="[]"),
        *map(_text, ("engine", "standard")),
    )
    op.create_index("idx_ess_validation_run_resource", "ess_validation_run", ["resource_id", "finished"])
    op.create_table(
        "ess_validation_part",
        sa.Column(
            "run_id", sa.Text, sa.ForeignKey("ess_validation_run.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("keys", sa.LargeBinary, nullable=False),
        sa.Column("findings", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop the three tables; resources and their files stay."""
    for table in ("ess_validation_part", "ess_validation_run", "ess_validation"):
        op.drop_table(table)
