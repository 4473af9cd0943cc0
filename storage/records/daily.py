"""Keeps the daily sums with the appeals they are sums of, in the same transaction. It must never count by itself: what
an appeal adds is said by states/statistics/daily.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Executable, Table, bindparam, delete, select

from states.lifecycle.appeal import OPEN
from states.lifecycle.counted import Counted, Outcome
from states.statistics.daily import Numbers, additions_of
from storage.db.columns import in_community
from storage.db.engines.dialects import insert_into
from storage.db.schema import COUNTS, appeal, daily, daily_time
from storage.db.transaction import Transaction

DAYS = ("received", "accepted", "first", "final", "returned", "reopened", "rated", "ended", "term")
CELL = ("day", "agency", "place", "topic", "door")
_OF_CELL = attrgetter(*CELL)
PLAIN = (*DAYS, "first_minutes", "final_minutes", "late")
"""Fields of `Counted` that are columns of the table `appeal` as they are."""
COLUMNS = (*PLAIN, "outcome", "door")

ROWS = select(
    *(
        appeal.c[name]
        for name in ("code", "status", "topic", "place", "agency", "urgent", "repeat_of", "rating", *COLUMNS)
    )
).where(in_community(appeal))
_BY_CODE = ROWS.where(appeal.c.code.in_(bindparam("codes", expanding=True)))


def numbers_of(row: Any) -> Numbers:
    """What is counted of the appeal in this row."""
    counted = Counted(**{name: row[name] for name in PLAIN}, outcome=Outcome(row["outcome"]))
    return Numbers(
        topic=row["topic"] or "",
        place=row["place"] or "",
        agency=row["agency"] or "",
        door=row["door"],
        urgent=row["urgent"],
        repeat=row["repeat_of"] != "",
        rating=row["rating"],
        open=row["status"] in OPEN,
        counted=counted,
    )


async def rows_of(tx: Transaction, codes: Iterable[str]) -> list[Numbers]:
    """What these appeals, as they stand in the database, have been counted by."""
    return [numbers_of(row) for row in await tx.rows(_BY_CODE, {"codes": sorted(codes)})]


async def move(tx: Transaction, before: Iterable[Numbers], after: Iterable[Numbers]) -> None:
    """Out of the sums with what was, into them with what is."""
    change: Counter[tuple[Any, ...]] = Counter()
    for sign, some in ((-1, before), (1, after)):
        for numbers in some:
            for each in additions_of(numbers):
                change[(*_OF_CELL(each.cell), each.name, each.bin)] += sign * each.amount
    await _add(tx, {key: amount for key, amount in change.items() if amount})


async def add_day(tx: Transaction, some: Iterable[Numbers], day: date) -> None:
    """What these add at this day."""
    change: Counter[tuple[Any, ...]] = Counter()
    for numbers in some:
        for each in additions_of(numbers):
            if each.cell.day == day:
                change[(*_OF_CELL(each.cell), each.name, each.bin)] += each.amount
    await _add(tx, change)


_ORDER = itemgetter(*CELL, "kind", "bin")


async def _add(tx: Transaction, change: Mapping[tuple[Any, ...], int]) -> None:
    """Adds the change to the daily sums; rows that fall to zero are deleted."""
    counts: defaultdict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
    times = []
    for key, amount in change.items():
        cell, name, number = key[:-2], key[-2], key[-1]
        if number is None:
            counts[cell][name] += amount
        else:
            times.append({**dict(zip(CELL, cell, strict=True)), "kind": name, "bin": number, "number": amount})
    rows = [{**dict(zip(CELL, cell, strict=True)), **counts[cell]} for cell in sorted(counts)]
    await tx.execute_many(_adding(tx.dialect, daily), rows)
    await tx.execute_many(_adding(tx.dialect, daily_time), sorted(times, key=_ORDER))
    if any(amount < 0 for amount in change.values()):
        await _drop_empty(tx, rows, times)


@cache
def _adding(dialect: str, table: Table) -> Executable:
    """An insert that adds its numbers to a row with the same key."""
    statement = insert_into(dialect, table)
    keys = list(table.primary_key.columns)
    total = {found.name: found + statement.excluded[found.name] for found in table.c if found not in keys}
    changed: Executable = statement.on_conflict_do_update(index_elements=keys, set_=total)
    return changed


def _is(table: Table, *names: str) -> list[Any]:
    """Conditions that these columns equal the parameters `of_…`."""
    return [table.c[name] == bindparam(f"of_{name}", type_=table.c[name].type) for name in names]


_EMPTY = delete(daily).where(in_community(daily), *_is(daily, *CELL), *(daily.c[name] == 0 for name in COUNTS))
_EMPTY_TIMES = delete(daily_time).where(
    in_community(daily_time), *_is(daily_time, *CELL, "kind", "bin"), daily_time.c.number == 0
)


async def _drop_empty(tx: Transaction, rows: Sequence[Mapping[str, Any]], times: Sequence[Mapping[str, Any]]) -> None:
    """Deletes the sums that fell to zero, so that the tables are the same as if they were made anew."""
    await tx.execute_many(_EMPTY, [{f"of_{name}": row[name] for name in CELL} for row in rows])
    keys = (*CELL, "kind", "bin")
    await tx.execute_many(_EMPTY_TIMES, [{f"of_{name}": row[name] for name in keys} for row in times])
