"""Keys of applications, and the index that says whether enough residents wrote of a topic in a place (R56)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "digest", name=op.f("pk_api_key")),
    )
    op.create_index("ix_api_key_user", "api_key", ["community_id", "user_id"])
    op.create_index("ix_appeal_people", "appeal", ["community_id", "topic", "place", "resident"])


def downgrade() -> None:
    op.drop_index("ix_appeal_people", "appeal")
    op.drop_table("api_key")
