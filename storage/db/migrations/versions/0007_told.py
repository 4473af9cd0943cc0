"""A chat knows which message tells what waits for it, and what it said last (R51)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat", sa.Column("told", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("chat", "told")
