"""Messages by day with their topics and states, and what leads others: for the open data (R56)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LEADS = sa.text("incident <> '' AND incident = code")


def upgrade() -> None:
    op.drop_index("ix_appeal_received", "appeal")
    op.create_index("ix_appeal_received", "appeal", ["community_id", "received", "topic", "status"])
    op.create_index(
        "ix_appeal_leads", "appeal", ["community_id", "received"], sqlite_where=LEADS, postgresql_where=LEADS
    )


def downgrade() -> None:
    op.drop_index("ix_appeal_leads", "appeal")
    op.drop_index("ix_appeal_received", "appeal")
    op.create_index("ix_appeal_received", "appeal", ["community_id", "received"])
