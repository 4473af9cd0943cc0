"""How a community beside the home listens to comments; empty where as BOT_COMMENTS says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("community", sa.Column("comments", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("community", "comments")
