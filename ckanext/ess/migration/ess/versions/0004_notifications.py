"""Who wants to be told when files of an organisation get worse, what did, and mails to be sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _user() -> sa.Column[str]:
    return sa.Column("user_id", sa.Text, sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False)


def _organization() -> sa.Column[str]:
    return sa.Column(
        "organization_id", sa.Text, sa.ForeignKey("group.id", ondelete="CASCADE"), nullable=False
    )


def upgrade() -> None:
    """Create the three tables; rows go away with the user, the organisation, the resource."""
    op.create_table(
        "ess_subscription",
        _user(),
        _organization(),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "organization_id"),
    )
    op.create_index("idx_ess_subscription_organization", "ess_subscription", ["organization_id"])
    op.create_table(
        "ess_worsening",
        sa.Column("resource_id", sa.Text, sa.ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("package_id", sa.Text, nullable=False),
        sa.Column("old", sa.Text, nullable=False),
        sa.Column("new", sa.Text, nullable=False),
        sa.Column("begun", sa.DateTime, nullable=False),
        sa.Column("noticed", sa.DateTime, nullable=False),
    )
    op.create_table(
        "ess_digest",
        sa.Column("id", sa.Integer, primary_key=True),
        _user(),
        _organization(),
        sa.Column("changes", JSONB, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("tried", sa.DateTime),
        sa.Column("created", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop the three tables; nobody is told any more."""
    for table in ("ess_digest", "ess_worsening", "ess_subscription"):
        op.drop_table(table)
