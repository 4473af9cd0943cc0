"""Of a comment it is kept which message its author sent about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment", sa.Column("appeal", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("comment", "appeal")
