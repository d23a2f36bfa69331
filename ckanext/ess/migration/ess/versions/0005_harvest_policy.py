"""What a harvest also remembers: marks, reuses, removals, what a run changed, what somebody confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COUNTERS = ("to_remove", "deleted", "archived", "restored", "loss")


def upgrade() -> None:
    """Add the columns, and the table of changes; its rows go away with their run."""
    op.add_column("ess_harvest_dataset", sa.Column("mark", sa.Text, nullable=False, server_default=""))
    op.add_column("ess_harvest_dataset", sa.Column("reuses", JSONB))
    op.add_column("ess_harvest_dataset", sa.Column("removed", sa.DateTime))
    op.add_column("ess_harvest_dataset", sa.Column("removed_how", sa.Text, nullable=False, server_default=""))
    for name in COUNTERS:
        op.add_column("ess_harvest_run", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    op.add_column("ess_harvest_run", sa.Column("stopped", sa.Text, nullable=False, server_default=""))
    op.add_column(
        "ess_harvest_run", sa.Column("loss_confirmed", sa.Boolean, nullable=False, server_default="false")
    )
    op.add_column("ess_harvest_run", sa.Column("only", JSONB, nullable=False, server_default="[]"))
    op.create_table(
        "ess_harvest_change",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "run_id",
            sa.Text,
            sa.ForeignKey("ess_harvest_run.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("guid", sa.Text, nullable=False),
        sa.Column("package_id", sa.Text),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("fields", JSONB, nullable=False, server_default="{}"),
        sa.Column("made", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop them; datasets stay as they are."""
    op.drop_table("ess_harvest_change")
    for name in ("only", "loss_confirmed", "stopped", *reversed(COUNTERS)):
        op.drop_column("ess_harvest_run", name)
    for name in ("removed_how", "removed", "reuses", "mark"):
        op.drop_column("ess_harvest_dataset", name)
