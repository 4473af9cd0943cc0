"""A restored copy is settled in one step with people in it: what only its replay needed goes (delivery.md §13)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MARKS = "('restored_at', 'restored_from')"


def upgrade() -> None:
    """A copy that was put back and never started is put back again: its marks mean nothing to this program."""
    op.execute(sa.text(f"DELETE FROM meta WHERE name IN {MARKS}"))
    op.drop_column("timer", "cause_at")
    op.drop_column("outbox", "look_first")
    op.drop_column("outbox", "cause_at")
    op.drop_column("peer", "restored")


def downgrade() -> None:
    op.add_column("peer", sa.Column("restored", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("cause_at", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("look_first", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("timer", sa.Column("cause_at", sa.BigInteger(), nullable=True))
