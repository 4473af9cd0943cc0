"""Communities that one process runs beside the one of its settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "community",
        sa.Column("community_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "token", "state")),
        sa.Column("code", sa.BigInteger(), nullable=False),
        *(sa.Column(f"operator_{name}", sa.Text(), nullable=False) for name in ("name", "address", "email")),
        sa.Column("door", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("added_by", "added_at", "changed_at")),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_community")),
    )


def downgrade() -> None:
    op.drop_table("community")
