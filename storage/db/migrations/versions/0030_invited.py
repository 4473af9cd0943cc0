"""Whom a post has invited is found without reading all of its comments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

INVITED = sa.text("invited_at IS NOT NULL")
COLUMNS = ["community_id", "post", "author", "top", "wording", "invited_at"]


def upgrade() -> None:
    op.create_index("ix_comment_invited", "comment", COLUMNS, sqlite_where=INVITED, postgresql_where=INVITED)


def downgrade() -> None:
    op.drop_index("ix_comment_invited", "comment")
