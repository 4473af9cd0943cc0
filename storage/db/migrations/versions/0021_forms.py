"""A message's first cause follows from its own: the column that repeated it, with its index, took much disk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_outbox_origin", "outbox")
    op.drop_column("outbox", "origin")


def downgrade() -> None:
    op.add_column("outbox", sa.Column("origin", sa.Text(), nullable=False, server_default=""))
    # A simpler form ends with its level: «|d1» to «|d4» (states/degraded.py).
    op.execute("UPDATE outbox SET origin = CASE WHEN level = 0 THEN cause ELSE substr(cause, 1, length(cause) - 3) END")
    op.create_index("ix_outbox_origin", "outbox", ["community_id", "origin"])
