"""The panel: who is let in by the administrator, one-time links, sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_official_user", "official", ["community_id", "user_id"])
    op.create_table(
        "viewer",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "user_id", name=op.f("pk_viewer")),
    )
    op.create_table(
        "sign_in",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "digest", name=op.f("pk_sign_in")),
    )
    op.create_table(
        "session",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "digest", name=op.f("pk_session")),
    )
    op.create_index("ix_session_user", "session", ["community_id", "user_id"])


def downgrade() -> None:
    op.drop_index("ix_session_user", "session")
    for table in ("session", "sign_in", "viewer"):
        op.drop_table(table)
    op.drop_index("ix_official_user", "official")
