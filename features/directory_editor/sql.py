"""Counts who gave final answers, by topic, place and month. It changes nothing, opens nothing and draws no conclusion
(states/statistics/route_history.py): each count is that of a list with the same filter (search.py)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, func, select, type_coerce

from states.statistics.filter import Filter
from states.statistics.route_history import MONTH, Answered
from storage.db.schema import appeal
from storage.db.transaction import Transaction
from storage.ops.search import Today, conditions


async def count_answers(tx: Transaction, wanted: Filter, today: Today) -> list[Answered]:
    """How many messages of this filter each agency answered, by topic, place and month; the filter has a first day."""
    assert wanted.since is not None, "months are counted from a first day"
    final = type_coerce(appeal.c.final, Integer)
    month = ((final - wanted.since.toordinal()) // MONTH.days).label("month")
    groups = (appeal.c.topic, appeal.c.place, appeal.c.agency, month)
    many, day = func.count().label("many"), appeal.c.final
    query = select(*groups, many, func.min(day).label("first"), func.max(day).label("last"))
    rows = await tx.rows(query.where(conditions(tx, wanted, today)).group_by(*groups))
    return [_answer_count(row) for row in rows]


def _answer_count(row: Any) -> Answered:
    counted = {name: row[name] for name in ("topic", "many", "first", "last")}
    return Answered(**counted, place=row["place"] or "", agency=row["agency"] or "", month=int(row["month"]))
