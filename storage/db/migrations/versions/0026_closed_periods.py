"""Weeks and months that are over stay as they were counted at their end (R52)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

COUNTS = (
    "received", "urgent", "repeats", "accepted", "first", "first_minutes", "final", "final_minutes",
    "returned", "reopened", "rated_1", "rated_2", "rated_3", "rated_4", "rated_5",
    "solved", "explained", "declined", "outside", "withdrawn", "unanswered", "open", "due", "kept", "late",
)  # fmt: skip
CELL = ("day", "agency", "place", "topic", "door")


def upgrade() -> None:
    said: list[sa.Column[Any]] = [
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("changed", sa.Text(), nullable=False, server_default=""),
        sa.Column("beside", sa.Text(), nullable=False, server_default=""),
    ]
    _table("closed_period", (), said)
    _table("closed_sum", CELL, [sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTS])
    times: list[sa.Column[Any]] = [
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bin", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
    ]
    _table("closed_time", (*CELL, "kind", "bin"), times)


def _table(name: str, keys: tuple[str, ...], columns: list[sa.Column[Any]]) -> None:
    cell: list[sa.Column[Any]] = [sa.Column("day", sa.Integer(), nullable=False)] if keys else []
    cell += [sa.Column(group, sa.Text(), nullable=False) for group in CELL[1:] if keys]
    op.create_table(
        name,
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        *cell,
        *columns,
        sa.PrimaryKeyConstraint("community_id", "span", "begins", *keys, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for name in ("closed_time", "closed_sum", "closed_period"):
        op.drop_table(name)
