"""What statistics count of a message stands beside it, and the daily sums of that (R52–R54, R57)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DAYS = ("received", "accepted", "first", "final", "ended", "returned", "reopened", "rated")
RARE = ("returned", "reopened", "rated")
COUNTS = (
    "received", "urgent", "repeats", "accepted", "first", "first_minutes", "final", "final_minutes", "final_late",
    "returned", "reopened", "rated_1", "rated_2", "rated_3", "rated_4", "rated_5",
    "solved", "explained", "declined", "outside", "withdrawn", "unanswered",
)  # fmt: skip


def upgrade() -> None:
    op.add_column("appeal", sa.Column("door", sa.Text(), nullable=False, server_default=""))
    for name in DAYS:
        op.add_column("appeal", sa.Column(name, sa.Integer(), nullable=True))
    for name in ("first_minutes", "final_minutes"):
        op.add_column("appeal", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("appeal", sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("appeal", sa.Column("outcome", sa.Text(), nullable=False, server_default=""))
    for name in DAYS:
        there = sa.text(f"{name} IS NOT NULL") if name in RARE else None
        op.create_index(
            f"ix_appeal_{name}", "appeal", ["community_id", name], sqlite_where=there, postgresql_where=there
        )
    _sums("daily", (), [sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTS])
    times: list[sa.Column[Any]] = [
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bin", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
    ]
    _sums("daily_time", ("kind", "bin"), times)


def _sums(name: str, more: tuple[str, ...], columns: list[sa.Column[Any]]) -> None:
    op.create_table(
        name,
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        *(sa.Column(group, sa.Text(), nullable=False) for group in ("agency", "place", "topic", "door")),
        *columns,
        sa.PrimaryKeyConstraint(
            "community_id", "day", "agency", "place", "topic", "door", *more, name=op.f(f"pk_{name}")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("daily_time")
    op.drop_table("daily")
    for name in DAYS:
        op.drop_index(f"ix_appeal_{name}", table_name="appeal")
    with op.batch_alter_table("appeal") as table:
        for name in ("outcome", "late", "final_minutes", "first_minutes", *DAYS, "door"):
            table.drop_column(name)
