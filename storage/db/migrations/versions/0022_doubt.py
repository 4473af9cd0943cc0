"""Whether the bot still hears a chat may be doubtful: since when, and which message VK has not shown (F16)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat", sa.Column("doubt", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("chat", "doubt")
