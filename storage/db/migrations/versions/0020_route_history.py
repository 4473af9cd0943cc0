"""Who answered messages against whom the directory names: whether a resident named the agency, and what was put aside.
Of older messages it is told by `python -m bot statistics rebuild`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appeal", sa.Column("chosen", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "route_aside",
        sa.Column("community_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("topic", "place", "agency", "named")),
        *(sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in ("many", "whole", "by_id")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "topic", "place", name=op.f("pk_route_aside")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("route_aside")
    op.drop_column("appeal", "chosen")
