"""Several workers at once: no event to two of them, every person's order kept, one in flight in a lane (I2, I5, F26).

On PostgreSQL each worker has its own pool, as in its own process; on SQLite they share the one connection.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from given import MASTER, NOW, C, at, identity, ingest, message, send
from sqlalchemy import select

from states.decision import Decision
from states.dialogue import Dialogue
from storage.db.database import Database
from storage.db.schema import outbox as table
from storage.db.transaction import Own, Transaction
from storage.inbox import inbox
from storage.outbox import claim, enqueue, outcomes
from storage.records import appeals
from storage.unit_of_work import decisions

WORKERS = 4
PEOPLE = 12
EACH = 5


@pytest.fixture
async def workers(migrated: str) -> AsyncIterator[list[Database]]:
    if migrated.startswith("sqlite"):
        opened = [await Database.open(migrated, master=MASTER, community=C)]
    else:
        opened = [await Database.open(migrated, worker=number, master=MASTER, community=C) for number in range(WORKERS)]
    yield [opened[number % len(opened)] for number in range(WORKERS)]
    for database in opened:
        await database.close()


async def handle(tx: Transaction, limit: int) -> list[tuple[int, int]]:
    """A batch of events: each is answered, and counted in the resident's dialogue by read, then write."""
    rows = await inbox.next_events(tx, NOW, limit)
    known = await appeals.dialogues(tx, [row.peer for row in rows])
    decided = []
    for row in rows:
        count = int(known[row.peer].consent) if row.peer in known else 0
        effect = send(row.peer, f"{row.peer}:{row.cmid}")
        decided.append((row, Decision(dialogue=Dialogue(row.peer, consent=str(count + 1)), effects=(effect,))))
    await decisions.keep_decisions(tx, decided, NOW)
    return [(row.peer, row.cmid or 0) for row in rows]


async def test_no_event_to_two_and_every_order_kept(workers: list[Database]) -> None:
    numbers = [(who, cmid) for who in range(1, PEOPLE + 1) for cmid in range(1, EACH + 1)]
    random.Random(5).shuffle(numbers)
    handled: list[tuple[int, int]] = []

    async def worker(db: Database) -> None:
        idle = 0
        while idle < 5:
            done = await db.run(lambda tx: handle(tx, 3))
            handled.extend(done)
            idle = 0 if done else idle + 1
            await asyncio.sleep(0 if done else 0.02)

    async def listener(db: Database) -> None:
        for start in range(0, len(numbers), 6):
            await ingest(db, *(message(*number) for number in numbers[start : start + 6]))

    await asyncio.gather(listener(workers[0]), *(worker(db) for db in workers))
    while rest := await workers[0].run(lambda tx: handle(tx, 50)):
        handled.extend(rest)
    assert Counter(handled) == Counter(numbers), "every event once"
    counted = await workers[0].run(lambda tx: appeals.dialogues(tx, range(1, PEOPLE + 1)))
    assert {one.consent for one in counted.values()} == {str(EACH)}
    rows = await workers[0].run(lambda tx: tx.rows(select(table.c.cause).order_by(table.c.lane, table.c.seq)))
    assert [row["cause"] for row in rows] == [f"{who}:{cmid}" for who, cmid in sorted(numbers)]
    assert (await identity(workers[0]))["balanced"]


async def test_one_in_flight_in_a_lane_and_in_order(workers: list[Database]) -> None:
    for who in range(1, PEOPLE + 1):
        effects = [send(who, f"{who}:{number}") for number in range(EACH)]
        await workers[0].run(lambda tx: enqueue.enqueue(tx, effects, NOW))  # noqa: B023
    flying: set[int] = set()
    delivered: dict[int, list[str]] = {}
    chance = random.Random(3)

    async def worker(db: Database, name: str) -> None:
        idle = 0
        while idle < 5:
            rows = await db.run(lambda tx: claim.claim_due(tx, name, NOW, 3))
            assert not flying & {row.peer for row in rows}, "one message in flight in a dialogue"
            flying.update(row.peer for row in rows)
            await asyncio.sleep(chance.random() * 0.004)
            for row in rows:
                delivered.setdefault(row.peer, []).append(row.cause)
                flying.remove(row.peer)
                cmid = len(delivered[row.peer])
                assert await db.run(lambda tx: outcomes.record_sent(tx, row.id, cmid, NOW))  # noqa: B023
            idle = 0 if rows else idle + 1

    await asyncio.gather(*(worker(db, f"w{number}") for number, db in enumerate(workers)))
    expected = {who: [f"{who}:{number}" for number in range(EACH)] for who in range(1, PEOPLE + 1)}
    assert delivered == expected
    assert (await identity(workers[0]))["outbox"]["sent"] == PEOPLE * EACH


async def test_taking_back_and_taking_never_both(workers: list[Database]) -> None:
    """The undo window ends while the undo is being decided (F32): cancelled or taken, never both, never neither."""
    for number in range(30):
        await workers[0].run(
            lambda tx: enqueue.enqueue(tx, [send(number + 1, f"a{number}", not_before=at(30))], NOW)  # noqa: B023
        )

    async def taking(db: Database, name: str, now: datetime) -> set[str]:
        found: set[str] = set()
        for _ in range(8):
            found |= {row.cause for row in await db.run(lambda tx: claim.claim_due(tx, name, now, 5))}
        return found

    async def undoing(db: Database) -> set[str]:
        causes = [f"a{number}" for number in range(30)]
        random.Random(1).shuffle(causes)
        return {cause for cause in causes if await db.run(lambda tx: enqueue.cancel_all(tx, [cause], NOW))}  # noqa: B023

    *taken, cancelled = await asyncio.gather(
        *(taking(db, f"w{number}", at(31)) for number, db in enumerate(workers[:3])), undoing(workers[3])
    )
    assert len(set().union(*taken)) == sum(map(len, taken)), "one row to one worker"
    assert not set().union(*taken) & cancelled
    assert len(set().union(*taken)) + len(cancelled) == 30
    assert (await identity(workers[0]))["balanced"]


async def test_an_echo_and_the_answer_do_not_wait_for_each_other(workers: list[Database]) -> None:
    """VK shows our message (T1) in the very moment in which we record it as sent (T4): neither is run again."""
    await workers[0].run(lambda tx: enqueue.enqueue(tx, [send(1, "a")], NOW))
    (row,) = await workers[0].run(lambda tx: claim.claim_due(tx, "w0", NOW, 5))
    runs = Counter[str]()

    async def echo(tx: Transaction) -> None:
        runs["echo"] += 1
        await inbox.ingest(tx, [], now=NOW, own=[(1, 1)])
        if tx.dialect == "postgresql":
            await asyncio.sleep(0.1)  # the other begins
        await outcomes.record_seen(tx, [Own(1, 1, row.random_id or 0)], NOW)

    async def answer(tx: Transaction) -> None:
        runs["answer"] += 1
        assert await outcomes.record_sent(tx, row.id, 1, NOW)

    async def a_little_later() -> None:
        await asyncio.sleep(0.03)
        await workers[1].run(answer)

    await asyncio.gather(workers[0].run(echo), a_little_later())
    assert runs == {"echo": 1, "answer": 1}
    assert (await identity(workers[0]))["outbox"]["sent"] == 1
