"""About where a message is, in cells of half a kilometre, for the map (T21). Those of older messages are written when
they change, or all at once by `python -m bot statistics rebuild`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PLACED = sa.text("cell_row IS NOT NULL")


def upgrade() -> None:
    for name in ("cell_row", "cell_column"):
        op.add_column("appeal", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_appeal_cell",
        "appeal",
        ["community_id", "cell_row", "cell_column"],
        sqlite_where=PLACED,
        postgresql_where=PLACED,
    )


def downgrade() -> None:
    op.drop_index("ix_appeal_cell", table_name="appeal")
    for name in ("cell_column", "cell_row"):
        op.drop_column("appeal", name)
