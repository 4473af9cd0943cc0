"""Comments under posts: whose, where, when and marks; no words (R7)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NUMBERS = ("community_id", "comment", "post", "author", "top")


def upgrade() -> None:
    op.create_table(
        "comment",
        *(sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in NUMBERS),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("files", sa.Boolean(), nullable=False),
        sa.Column("alarm_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "comment", name=op.f("pk_comment")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_comment_post", "comment", ["community_id", "post"])
    op.create_index("ix_comment_author", "comment", ["community_id", "author"])
    op.create_index("ix_comment_at", "comment", ["community_id", "at"])


def downgrade() -> None:
    op.drop_table("comment")
