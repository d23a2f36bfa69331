"""Files that visitors have checked without an account, for a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "ess_check",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("expires", sa.DateTime, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("url", sa.Text, nullable=False, server_default=""),
        sa.Column("content", sa.LargeBinary),
        sa.Column("taken", sa.DateTime),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("finished", sa.DateTime),
        sa.Column("status", sa.Text, nullable=False, server_default="pending"),
        sa.Column("problem", JSONB),
        sa.Column("facts", JSONB, nullable=False, server_default="{}"),
        sa.Column("rules", JSONB, nullable=False, server_default="[]"),
        sa.Column("findings", sa.LargeBinary),
    )


def downgrade() -> None:
    """Drop it; nothing else knows of it."""
    op.drop_table("ess_check")
