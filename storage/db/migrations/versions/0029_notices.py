"""Known troubles that agencies have announced: topic, place, street, until."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "topic", "place", "street", "words")),
        sa.Column("until", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in ("chat", "author")),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("since", "ended")),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_notice")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("notice")
