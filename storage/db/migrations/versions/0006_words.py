"""Columns take the field's words: fencing tokens of lanes, watermarks of dialogues."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RENAMED = (
    ("peer", "contiguous", "low_watermark"),
    ("peer", "known_max", "high_watermark"),
    ("lane", "epoch", "fencing_token"),
    ("outbox", "epoch", "fencing_token"),
)


def upgrade() -> None:
    for table, old, new in RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")


def downgrade() -> None:
    for table, old, new in RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {new} TO {old}")
