"""Which worker of a shared database runs a community."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("community", sa.Column("worker", sa.Integer(), nullable=False, server_default="-1"))


def downgrade() -> None:
    """Drops the column `worker` of `community`."""
    op.drop_column("community", "worker")
