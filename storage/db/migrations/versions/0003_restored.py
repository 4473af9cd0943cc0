"""What a restored copy must look up before it sends (delivery.md §13), and what was decided, for a replay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("peer", sa.Column("restored", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("cause_at", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("look_first", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("timer", sa.Column("cause_at", sa.BigInteger(), nullable=True))
    op.add_column("inbox", sa.Column("decided", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("inbox", "decided")
    op.drop_column("timer", "cause_at")
    op.drop_column("outbox", "look_first")
    op.drop_column("outbox", "cause_at")
    op.drop_column("peer", "restored")
