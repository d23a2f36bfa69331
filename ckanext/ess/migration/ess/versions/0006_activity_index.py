"""What is in the index of activities, and who may see it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the one row of the index as a whole."""
    text = {name: sa.Column(name, sa.Text, nullable=False, server_default="") for name in _TEXTS}
    counts = [sa.Column(name, sa.Integer, nullable=False, server_default="0") for name in _COUNTS]
    op.create_table(
        "ess_activity_file",
        sa.Column("resource_id", sa.Text, primary_key=True),
        sa.Column("dataset_id", sa.Text, nullable=False, index=True),
        sa.Column("status", sa.Text, nullable=False, index=True),
        *text.values(),
        *counts,
        sa.Column("failure", JSONB),
        sa.Column("changed", sa.DateTime, nullable=False),
    )
    op.create_table(
        "ess_activity_dataset",
        sa.Column("dataset_id", sa.Text, primary_key=True),
        sa.Column("labels", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("active", sa.Boolean, nullable=False, server_default="false"),
    )
    commit = op.create_table(
        "ess_activity_commit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("generation", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("made", sa.DateTime),
    )
    op.bulk_insert(commit, [{"id": 1, "generation": 0}])


_TEXTS = ("run", "content_hash", "engine")
_COUNTS = ("activities", "money", "problems")


def downgrade() -> None:
    """Drop them; the index itself is emptied by ``ckan ess index clear``."""
    for table in ("ess_activity_commit", "ess_activity_dataset", "ess_activity_file"):
        op.drop_table(table)
