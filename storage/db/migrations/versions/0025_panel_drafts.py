"""What an official is writing in the panel is kept as it is typed, sealed with the key of the message's resident."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "panel_draft",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("owner", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("did", "body")),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "code", "owner", "did", name=op.f("pk_panel_draft")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("panel_draft")
