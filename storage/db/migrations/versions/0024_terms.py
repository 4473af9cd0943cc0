"""Each message is judged once, on the day of its term; the sums count what fell due, what was kept, what is open.

Of answers from before nobody knows their term: they are judged on the day of the answer, as they were until now. Of
what is open the term is the clock that runs; days are those of UTC, in which no office's term of the region ends on
another day.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OPEN = (
    "waiting", "reopened", "routed", "in_work", "asked", "interim", "postponed", "approval", "repeat", "merged",
)  # fmt: skip
WITH_AGENCY = ("routed", "in_work", "interim", "postponed", "approval", "repeat")
COUNTS = (
    "received", "urgent", "repeats", "accepted", "first", "first_minutes", "final", "final_minutes",
    "returned", "reopened", "rated_1", "rated_2", "rated_3", "rated_4", "rated_5",
    "solved", "explained", "declined", "outside", "withdrawn", "unanswered", "open", "due", "kept", "late",
)  # fmt: skip
A_DAY, FIRST_DAY = 86_400_000_000, 719_163
"""Microseconds, and the number of the first of January 1970."""


def upgrade() -> None:
    op.add_column("appeal", sa.Column("term", sa.Integer(), nullable=True))
    for name in ("open", "due", "kept", "late"):
        op.add_column("daily", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.drop_column("daily", "final_late")
    op.execute("UPDATE appeal SET term = coalesce(final, first) WHERE final IS NOT NULL OR late")
    op.execute(
        f"UPDATE appeal SET term = due_at / {A_DAY} + {FIRST_DAY} "
        f"WHERE term IS NULL AND due_at IS NOT NULL AND status IN {WITH_AGENCY}"
    )
    op.create_index("ix_appeal_term", "appeal", ["community_id", "term"])
    answered = "final IS NOT NULL"
    _count("term", due="count(*)", kept=_where(f"{answered} AND NOT late"), late=_where(f"{answered} AND late"))
    _count("received", open=_where(f"status IN {OPEN}"))


def _where(condition: str) -> str:
    return f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _count(day: str, **sums: str) -> None:
    """Into the rows that there are, and new ones where a term fell on a day on which nothing else happened."""
    groups = ("coalesce(agency, '')", "coalesce(place, '')", "topic", "door")
    values = ", ".join(sums.get(name, "0") for name in COUNTS)
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in sums)
    op.execute(
        f"INSERT INTO daily (community_id, day, agency, place, topic, door, {_quoted(COUNTS)}) "
        f"SELECT community_id, {day}, {', '.join(groups)}, {values} FROM appeal WHERE {day} IS NOT NULL "
        f"GROUP BY community_id, {day}, {', '.join(groups)} "
        f"ON CONFLICT (community_id, day, agency, place, topic, door) DO UPDATE SET {changed}"
    )


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def downgrade() -> None:
    op.drop_index("ix_appeal_term", table_name="appeal")
    op.drop_column("appeal", "term")
    for name in ("late", "kept", "due", "open"):
        op.drop_column("daily", name)
    op.add_column("daily", sa.Column("final_late", sa.BigInteger(), nullable=False, server_default="0"))
    same = " AND ".join(f"coalesce(a.{name}, '') = daily.{name}" for name in ("agency", "place", "topic", "door"))
    op.execute(
        "UPDATE daily SET final_late = (SELECT count(*) FROM appeal AS a WHERE "
        f"a.community_id = daily.community_id AND a.final = daily.day AND a.late AND {same})"
    )
