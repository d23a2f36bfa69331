"""What a harvest remembers: its runs, the datasets and the publishers of each source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the three tables; they vanish with the package, organisation or source they speak of."""
    op.create_table(
        "ess_harvest_run",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, nullable=False, index=True),
        sa.Column("job_id", sa.Text, unique=True),
        sa.Column("started", sa.DateTime, nullable=False),
        sa.Column("gathered", sa.DateTime),
        sa.Column("finished", sa.DateTime),
        sa.Column("listing", sa.Text, nullable=False, server_default=""),
        sa.Column("complete", sa.Boolean, nullable=False, server_default="false"),
        *(
            sa.Column(name, sa.Integer, nullable=False, server_default="0")
            for name in (
                "found",
                "filtered",
                "unchanged",
                "to_add",
                "to_update",
                "to_index",
                "refused",
                "added",
                "updated",
                "failed",
                "unreadable",
                "gone",
                "publishers_added",
                "publishers_updated",
            )
        ),
        sa.Column("error", sa.Text, nullable=False, server_default=""),
        sa.Column("notes", JSONB, nullable=False, server_default="[]"),
    )
    op.create_table(
        "ess_harvest_dataset",
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("guid", sa.Text, primary_key=True),
        sa.Column("package_id", sa.Text, sa.ForeignKey("package.id", ondelete="CASCADE"), index=True),
        sa.Column("content", sa.Text, nullable=False, server_default=""),
        sa.Column("fingerprint", sa.Text, nullable=False, server_default=""),
        sa.Column("indexed", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("problem", sa.Text, nullable=False, server_default=""),
        sa.Column("retry_after", sa.DateTime),
        sa.Column("gone_since", sa.DateTime),
        sa.Column("facts", JSONB),
        sa.Column("harvested", JSONB),
        sa.Column("written", sa.DateTime),
    )
    op.create_table(
        "ess_harvest_publisher",
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("uid", sa.Text, primary_key=True),
        sa.Column(
            "organization_id",
            sa.Text,
            sa.ForeignKey("group.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("adopted", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("harvested", JSONB),
    )


def downgrade() -> None:
    """Drop the three tables; datasets and organisations stay."""
    for table in ("ess_harvest_publisher", "ess_harvest_dataset", "ess_harvest_run"):
        op.drop_table(table)
