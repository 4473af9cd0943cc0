"""Comments are answered: since when, who was invited in which words, who came; posts under which nobody is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOMENTS = ("answered_at", "invited_at", "came_at", "public_at")


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column("comment", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("comment", sa.Column("wording", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "wall_post",
        *(sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in ("community_id", "post")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("at", "told_at")),
        sa.Column("silence", sa.Text(), nullable=False),
        sa.Column("muted_by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "post", name=op.f("pk_wall_post")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("wall_post")
    for name in (*MOMENTS, "wording"):
        op.drop_column("comment", name)
