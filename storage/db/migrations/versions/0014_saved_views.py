"""Filters of the queue that people of the panel save under a name, for themselves or for all of their role."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "role", "scope")),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "owner", "name", name=op.f("pk_saved_view")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_saved_view_role", "saved_view", ["community_id", "role", "scope"])


def downgrade() -> None:
    op.drop_index("ix_saved_view_role", table_name="saved_view")
    op.drop_table("saved_view")
