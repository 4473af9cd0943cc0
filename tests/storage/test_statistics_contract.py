"""The book-keeping identity holds after whatever happens, and it can fail: that is what it is for (I12)."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from given import NOW, answer, appeal, at, decide, message, send, submitted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from states.decision import Decision, ignore
from states.effects import AnswerButton, CancelSend, Edit, Release, Reread, Send, Source
from states.events import DeliveryOutcome
from states.lifecycle.appeal import Status
from states.worktime.deadlines import Deadline, TermClock
from storage.db.columns import in_community
from storage.db.database import Database
from storage.db.schema import inbox as table
from storage.db.transaction import Own, Transaction
from storage.inbox import history, inbox
from storage.ops import statistics
from storage.outbox import claim, enqueue, fallback, outcomes
from storage.outbox.enqueue import Outgoing
from storage.privacy import forgetting
from storage.unit_of_work import decisions
from tests.form import examples

_COMMUNITIES = count(1000)
_INWARD = ["arrive", "button", "drop", "wanted", "fill", "absent", "work", "ignore", "retry", "dead", "reread"]
_OUTWARD = ["say", "held", "forward", "edit", "press", "cancel", "release", "take", "take", "look", "recover"]
_FATES = ["later", "unknown", "sent", "deduplicated", "absent_there", "park", "aside", "degrade", "uploaded", "settle"]
_OPERATIONS = [*_INWARD, *_OUTWARD, *_FATES]


class Life:
    """One community, done to at random. Operations that do not fit the moment do nothing."""

    def __init__(self, db: Database) -> None:
        self.db, self.numbers = db.of(next(_COMMUNITIES)), count(1)
        self.taken: dict[int, Outgoing] = {}
        self.now, self.epochs = NOW, count(1)

    async def do(self, name: str, who: int) -> None:
        self.now = at(next(self.epochs) * 7)
        await self.db.run(lambda tx: getattr(self, name)(tx, who))

    async def arrive(self, tx: Transaction, who: int, **more: Any) -> None:
        await inbox.ingest(tx, [message(who, next(self.numbers), **more)], now=self.now)

    async def drop(self, tx: Transaction, who: int) -> None:
        await self.arrive(tx, who, content=False)

    async def wanted(self, tx: Transaction, who: int) -> None:
        await self.arrive(tx, who, wanted=True)

    async def button(self, tx: Transaction, who: int) -> None:
        pressed = inbox.Arrived("button", who, f"e:{next(self.numbers)}", "{}")
        await inbox.ingest(tx, [pressed, pressed], now=self.now)

    async def fill(self, tx: Transaction, who: int) -> None:
        for gap in await history.gaps(tx, 3):
            rows = [message(gap.peer, cmid) for cmid in gap.cmids[::2]]
            await history.fill(tx, rows, absent=[replace(gap, cmids=gap.cmids[1::2])], now=self.now)

    async def absent(self, tx: Transaction, who: int) -> None:
        for gap in await history.gaps(tx, 3):
            await history.fill(tx, [], absent=[gap], now=self.now)

    async def keep(self, tx: Transaction, decision: Decision) -> None:
        for row in (await inbox.next_events(tx, self.now, 1))[:1]:
            await decisions.keep_decisions(tx, [(row, decision)], self.now)

    async def work(self, tx: Transaction, who: int) -> None:
        code = f"1125-{next(self.numbers):04d}"
        sends = (answer(who, f"c{code}", code), send(who + 1, f"d{code}"))
        await self.keep(tx, submitted(appeal(code, who, next(self.numbers)), effects=sends))

    async def ignore(self, tx: Transaction, who: int) -> None:
        await self.keep(tx, ignore("не нам"))

    async def reread(self, tx: Transaction, who: int) -> None:
        await self.keep(tx, Decision(effects=(Reread(who, (1, 2, 3)),)))

    async def cancel(self, tx: Transaction, who: int) -> None:
        await self.keep(tx, Decision(effects=tuple(CancelSend(f"s{number}") for number in range(who * 5))))

    async def release(self, tx: Transaction, who: int) -> None:
        await self.keep(tx, Decision(effects=(Release(who),)))

    async def retry(self, tx: Transaction, who: int) -> None:
        for row in (await inbox.next_events(tx, self.now, 1))[:1]:
            await inbox.retry(tx, row, reason="x", now=self.now)

    async def dead(self, tx: Transaction, who: int) -> None:
        await inbox.dead(tx, await inbox.next_events(tx, self.now, 1), reason="x", now=self.now)

    async def add(self, tx: Transaction, *effects: Any) -> None:
        await enqueue.enqueue(tx, effects, self.now)

    async def say(self, tx: Transaction, who: int) -> None:
        await self.add(tx, send(who, f"s{next(self.numbers)}", report=True), send(who, "s1"))

    async def held(self, tx: Transaction, who: int) -> None:
        await self.add(tx, send(who, f"s{next(self.numbers)}", not_before=at(200)))

    async def forward(self, tx: Transaction, who: int) -> None:
        await self.add(tx, Send(who, f"s{next(self.numbers)}", "", forward=Source(9, (1,)), copy=None, report=True))
        await self.add(tx, Send(who, f"s{next(self.numbers)}", "", copy=Source(9, (1,))))

    async def edit(self, tx: Transaction, who: int) -> None:
        await self.add(tx, Edit(who, f"e{next(self.numbers)}", "s1", "новое"))

    async def press(self, tx: Transaction, who: int) -> None:
        await self.add(tx, AnswerButton(f"{next(self.numbers)}", who, who))

    async def take(self, tx: Transaction, who: int) -> None:
        for row in await claim.claim_due(tx, "w", self.now, who):
            self.taken[row.id] = row

    async def look(self, tx: Transaction, who: int) -> None:
        for row in await claim.claim_unverified(tx, "w", self.now, who):
            self.taken[row.id] = row

    def one(self) -> Outgoing | None:
        return self.taken.pop(next(iter(self.taken))) if self.taken else None

    async def sent(self, tx: Transaction, who: int) -> None:
        if row := self.one():
            await outcomes.record_sent(tx, row.id, 1000 + next(self.numbers), self.now)

    async def deduplicated(self, tx: Transaction, who: int) -> None:
        if row := self.one():
            await outcomes.record_sent(tx, row.id, 999, self.now)

    async def settle(self, tx: Transaction, who: int) -> None:
        if (row := self.one()) and row.random_id:
            await outcomes.record_seen(tx, [Own(row.peer, 1000 + next(self.numbers), row.random_id)], self.now)

    async def later(self, tx: Transaction, who: int, unknown: bool = False) -> None:
        if row := self.one():
            due = at(who)
            await outcomes.defer(tx, row.id, row.fencing_token, due, unknown=unknown, reason="6")

    async def unknown(self, tx: Transaction, who: int) -> None:
        await self.later(tx, who, unknown=True)

    async def absent_there(self, tx: Transaction, who: int) -> None:
        if row := self.one():
            await outcomes.record_absent(tx, row.id, row.fencing_token, self.now)

    async def park(self, tx: Transaction, who: int) -> None:
        if row := self.one():
            fate = (DeliveryOutcome.RECIPIENT_CLOSED, DeliveryOutcome.CHAT_LOST)[who % 2]
            await outcomes.park(tx, row.id, row.fencing_token, fate, 901, self.now)

    async def aside(self, tx: Transaction, who: int) -> None:
        if row := self.one():
            await outcomes.dead_letter(tx, row.id, row.fencing_token, self.now)

    async def degrade(self, tx: Transaction, who: int) -> None:
        if row := self.one():
            await fallback.fall_back(tx, row.id, row.fencing_token, self.now)

    async def uploaded(self, tx: Transaction, who: int) -> None:
        for row in self.taken.values():
            await outcomes.record_uploaded(tx, row.id, ("doc1_1",), ())

    async def recover(self, tx: Transaction, who: int) -> None:
        await claim.recover_leases(tx, self.now, "w")


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=st.lists(st.tuples(st.sampled_from(_OPERATIONS), st.integers(1, 4)), min_size=10, max_size=45))
async def test_whatever_happens_the_books_balance(db: Database, operations: list[tuple[str, int]]) -> None:
    life = Life(db)
    for name, who in operations:
        await life.do(name, who)
        found = await life.db.run(statistics.identity)
        assert found["balanced"], (name, found)


async def test_a_lost_row_is_noticed(db: Database) -> None:
    life = Life(db)
    for name in ("arrive", "say", "take"):
        await life.do(name, 2)
    assert (await life.db.run(statistics.identity))["balanced"]
    await life.db.run(lambda tx: tx.execute(delete(table).where(in_community(table))))
    assert not (await life.db.run(statistics.identity))["balanced"]


async def test_where_messages_stand_and_which_are_late(db: Database) -> None:
    """Counts by status, the open ones and those whose time is over; what is forgotten is still counted."""
    late, later = Deadline(TermClock.FIRST_ANSWER, NOW, at(5)), Deadline(TermClock.ROUTE, NOW, at(50))
    made = [
        (Status.WAITING, later), (Status.ROUTED, late), (Status.ROUTED, None), (Status.CLOSED, None),
        (Status.MERGED, None),
    ]  # fmt: skip
    rows = [appeal(f"1125-AAA{n}", resident=n + 1, deadline=due) for n, (_, due) in enumerate(made)]
    moved = [(replace(one, status=status), line) for (one, line), (status, _) in zip(rows, made, strict=True)]
    await decide(db, submitted(*moved))
    counted = await db.run(lambda tx: statistics.standing(tx, at(6)))
    by_status = {"closed": 1, "merged": 1, "routed": 2, "waiting": 1}
    assert counted == {"by_status": by_status, "open": 4, "overdue": 1}
    await db.run(lambda tx: forgetting.erase(tx, 2, NOW))
    counted = await db.run(lambda tx: statistics.standing(tx, at(60)))
    assert counted["by_status"]["withdrawn"] == 1 and (counted["open"], counted["overdue"]) == (3, 0), "its own"
