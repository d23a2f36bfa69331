"""Sheets that people turn into IATI files, what they published so, and what their columns mean."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "ess_conversion",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("asked", sa.DateTime, nullable=False),
        sa.Column("expires", sa.DateTime, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("choices", JSONB, nullable=False, server_default="{}"),
        sa.Column("round", sa.Integer, nullable=False, server_default="1"),
        sa.Column("taken", sa.DateTime),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("finished", sa.DateTime),
        sa.Column("result", JSONB, nullable=False, server_default="{}"),
        sa.Column("details", sa.LargeBinary),
        sa.Column("activities", sa.LargeBinary),
        sa.Column("organisation", sa.LargeBinary),
    )
    op.create_table(
        "ess_published_version",
        sa.Column("resource_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("made", sa.DateTime, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("activity_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("changes", JSONB, nullable=False, server_default="{}"),
        sa.Column("parts", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ess_column_meaning",
        sa.Column("organization_id", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, primary_key=True),
        sa.Column("meant", sa.Text, nullable=False),
        sa.Column("modified", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop them; what was published stays in its datasets."""
    for name in ("ess_column_meaning", "ess_published_version", "ess_conversion"):
        op.drop_table(name)
