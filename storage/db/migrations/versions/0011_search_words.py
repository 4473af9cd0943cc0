"""Words of messages as keyed hashes, for the search of the panel (T21). Those of older messages are written when they
change, or all at once by `python -m bot statistics rebuild`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_token",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "token", "code", name=op.f("pk_search_token")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_token_code", "search_token", ["community_id", "code"])


def downgrade() -> None:
    op.drop_table("search_token")
