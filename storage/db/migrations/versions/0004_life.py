"""The life of a message: what appeals and chats are searched by, and the people who work in a chat (R34, R46, T5)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPEAL = ("due_at", "incident", "repeat_of", "urgent", "first_answer_at", "answered_at", "rating")
CHAT = ("paused_until", "listed_at", "recent")
INDEXES = ("chat", "due", "same", "created", "incident", "repeat_of")


def upgrade() -> None:
    """Bodies stay as they are: a field that a body lacks takes its default (storage/db/codec.py)."""
    op.add_column("appeal", sa.Column("due_at", sa.BigInteger(), nullable=True))
    op.add_column("appeal", sa.Column("incident", sa.Text(), nullable=False, server_default=""))
    op.add_column("appeal", sa.Column("repeat_of", sa.Text(), nullable=False, server_default=""))
    op.add_column("appeal", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("appeal", sa.Column("first_answer_at", sa.BigInteger(), nullable=True))
    op.add_column("appeal", sa.Column("answered_at", sa.BigInteger(), nullable=True))
    op.add_column("appeal", sa.Column("rating", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_appeal_chat", "appeal", ["community_id", "chat", "status"])
    op.create_index("ix_appeal_due", "appeal", ["community_id", "due_at"], **_where("due_at IS NOT NULL"))
    op.create_index("ix_appeal_same", "appeal", ["community_id", "topic", "place", "created_at"])
    op.create_index("ix_appeal_created", "appeal", ["community_id", "created_at", "topic", "place"])
    op.create_index("ix_appeal_incident", "appeal", ["community_id", "incident"], **_where("incident <> ''"))
    op.create_index("ix_appeal_repeat_of", "appeal", ["community_id", "repeat_of"], **_where("repeat_of <> ''"))
    op.add_column("chat", sa.Column("paused_until", sa.BigInteger(), nullable=True))
    op.add_column("chat", sa.Column("listed_at", sa.BigInteger(), nullable=True))
    op.add_column("chat", sa.Column("recent", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "official",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("peer", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "peer", "user_id", name=op.f("pk_official")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("official")
    for name in INDEXES:
        op.drop_index(f"ix_appeal_{name}", "appeal")
    for table, columns in (("chat", CHAT), ("appeal", APPEAL)):
        for column in reversed(columns):
            op.drop_column(table, column)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
