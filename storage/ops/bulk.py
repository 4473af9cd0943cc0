"""Puts whole messages with their histories into the database, a few hundred at a time: for a demo and for benchmarks.

It must never say anything: no row of the inbox or the outbox, no timer. What is there already is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select

from states.lifecycle.appeal import Appeal, History
from storage.db.codec import encode
from storage.db.columns import in_community
from storage.db.keyring import APPEAL
from storage.db.schema import appeal, history
from storage.db.transaction import Transaction
from storage.ops import closing
from storage.records import daily, search_tokens
from storage.records.appeals import lines_as_rows, row_of

_TAKEN = select(appeal.c.code).where(in_community(appeal), appeal.c.code.in_(bindparam("codes", expanding=True)))
_NEW, _LINES = insert(appeal), insert(history)


async def keep(tx: Transaction, told: Sequence[tuple[Appeal, Sequence[History]]]) -> int:
    """Messages, histories and daily sums in this transaction; how many were new."""
    there = {row["code"] for row in await tx.rows(_TAKEN, {"codes": sorted(appeal.code for appeal, _ in told)})}
    fresh = [(appeal, lines) for appeal, lines in told if appeal.code not in there]
    sealed = await tx.keys.seal(APPEAL, [(appeal.resident, appeal.code, encode(appeal)) for appeal, _ in fresh])
    bodies = {appeal.code: body for (appeal, _), body in zip(fresh, sealed, strict=True)}
    rows = [row_of(appeal, bodies) for appeal, _ in fresh]
    await tx.execute_many(_NEW, rows)
    whose = {appeal.code: appeal.resident for appeal, _ in fresh}
    await tx.execute_many(_LINES, await lines_as_rows(tx, [line for _, lines in fresh for line in lines], whose))
    await search_tokens.keep(tx, [appeal for appeal, _ in fresh], new=whose.keys())
    await daily.move(tx, (), (daily.numbers_of(row) for row in rows))
    if rows:
        await closing.open_again(tx)
    return len(rows)
