"""Communities shared among workers, on both engines: evenly, again when a worker comes, leaves or is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from given import NOW, C
from sqlalchemy import select

from storage.db.database import Database
from storage.db.schema import meta
from storage.db.transaction import Transaction
from storage.records import communities, shares
from storage.records.communities import CommunityState, RegisteredCommunity

HERE = timedelta(seconds=30)
MANY = range(201, 208)


async def registered(db: Database) -> None:
    async def body(tx: Transaction) -> None:
        for id in (C, *MANY):
            await communities.keep(tx, RegisteredCommunity(id, f"Сообщество {id}", NOW), f"key-{id}", NOW)

    await db.run(body)


async def evened(db: Database, worker: int, now: datetime = NOW) -> None:
    await db.run(lambda tx: shares.rebalance(tx, worker, now, now + HERE))


async def of(db: Database, worker: int) -> list[int]:
    return [one.id for one, _ in await db.run(lambda tx: communities.active(tx, worker))]


async def test_where_there_is_one_community_nothing_is_written(db: Database) -> None:
    await evened(db, 3)
    at_work = select(meta.c.name).where(meta.c.name.startswith(shares.AT_WORK))
    assert await db.run(lambda tx: tx.rows(at_work)) == []


async def test_a_worker_alone_runs_all_but_the_home(db: Database) -> None:
    await registered(db)
    await evened(db, 3)
    assert await of(db, 3) == list(MANY) and await of(db, 0) == []


async def test_a_second_worker_gets_its_half_and_no_community_has_two(db: Database) -> None:
    await registered(db)
    for _ in range(3):
        await evened(db, 0)
        await evened(db, 1)
    first, second = await of(db, 0), await of(db, 1)
    assert sorted(first + second) == list(MANY)
    assert {len(first), len(second)} == {3, 4}


async def test_what_a_worker_leaves_or_does_not_hold_any_more_is_taken(db: Database) -> None:
    """F26: a worker that was killed says nothing; the others wait and go on."""
    await registered(db)
    for worker in (0, 1, 2, 0, 1, 2):
        await evened(db, worker)
    await db.run(lambda tx: shares.leave(tx, 2))
    await evened(db, 0)
    await evened(db, 1)
    assert await of(db, 2) == [] and sorted(await of(db, 0) + await of(db, 1)) == list(MANY)
    later = NOW + HERE
    await evened(db, 0, later - timedelta(seconds=1))
    assert await of(db, 1)
    await evened(db, 0, later)
    assert await of(db, 0) == list(MANY)


async def test_a_change_of_shares_is_seen_by_the_stamp_and_what_is_paused_is_nobodys(db: Database) -> None:
    """When a community was paused or added stays what it was."""
    await registered(db)
    before = await db.run(lambda tx: communities.stamp(tx, 0))
    await evened(db, 0)
    stamp = await db.run(lambda tx: communities.stamp(tx, 0))
    assert stamp == (*before[:2], sum(MANY)) != before
    assert await db.run(lambda tx: communities.stamp(tx, 1)) == before
    await db.run(lambda tx: communities.move(tx, MANY[0], CommunityState.PAUSED, NOW))
    assert await of(db, 0) == list(MANY[1:])
