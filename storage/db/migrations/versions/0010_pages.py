"""The registry of official pages, and the history of every fact about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WORDS = ("body", "kind", "place", "parent", "network", "address", "state", "responsible", "words")
DAYS = ("opened", "marked", "closed", "checked")


def upgrade() -> None:
    op.create_table(
        "official_page",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in WORDS),
        sa.Column("since", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in DAYS),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_official_page")),
    )
    op.create_index("ix_official_page_state", "official_page", ["community_id", "state", "since"])
    op.create_table(
        "page_fact",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "page", "name", "day", name=op.f("pk_page_fact")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("page_fact")
    op.drop_index("ix_official_page_state", table_name="official_page")
    op.drop_table("official_page")
