"""Who saved a version of the directory and what was new in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("directory", sa.Column("author", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("directory", sa.Column("changes", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("directory", "changes")
    op.drop_column("directory", "author")
