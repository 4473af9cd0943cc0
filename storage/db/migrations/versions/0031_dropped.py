"""Of a comment that nobody has to answer it is kept since when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment", sa.Column("dropped_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("comment", "dropped_at")
