"""Who looks after a message, and who stands in for whom while they are away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lead",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("code", "scope")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("owner", "by_id", "at")),
        sa.Column("until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("community_id", "code", "scope", name=op.f("pk_lead")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lead_owner", "lead", ["community_id", "owner"])
    op.create_table(
        "absence",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deputy", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("begins", "ends")),
        sa.PrimaryKeyConstraint("community_id", "user_id", name=op.f("pk_absence")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("absence")
    op.drop_index("ix_lead_owner", table_name="lead")
    op.drop_table("lead")
