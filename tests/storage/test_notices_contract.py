"""Announced troubles: kept as decided, found until somebody takes them back, gone a month after their end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from given import CHAT, CUR_CHAT, MASTER, NOW, C, at, load, waiting_of

from features.notices import loads
from features.notices.handlers import RULES
from states.events import ButtonPressed
from states.messages import Command
from states.people.notices import Notice
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.privacy import retention
from storage.records import notices
from storage.unit_of_work import facts

KNOWN = Notice("1.2", "pits", "miass", "улица Мира", "Ремонт", at(3600), CHAT, 5001, NOW)


class TestNotices:
    async def test_the_last_word_about_one_counts(self, db: Database) -> None:
        given = replace(KNOWN, since=at(5))
        await db.run(lambda tx: notices.keep(tx, [KNOWN, given]))
        assert await db.run(lambda tx: notices.find(tx, "1.2")) == (given,)
        assert await db.run(lambda tx: notices.find(tx, "9.9")) == ()

    async def test_those_that_nobody_took_back_are_found_the_first_to_end_first(self, db: Database) -> None:
        later, over = replace(KNOWN, id="1.1", until=at(7200)), replace(KNOWN, id="1.3", ended=at(1))
        await db.run(lambda tx: notices.keep(tx, [later, over, KNOWN]))
        assert await db.run(notices.find) == (KNOWN, later)

    async def test_two_chats_that_press_about_one_are_not_of_one_batch(self, db: Database) -> None:
        await db.run(lambda tx: notices.keep(tx, [KNOWN, replace(KNOWN, id="1.3")]))
        presses = [
            (waiting_of(peer, "button"), ButtonPressed("e", peer, 5001, 7, Command("notice_end", id), NOW))
            for peer, id in ((CHAT, "1.2"), (CUR_CHAT, "1.2"), (CUR_CHAT + 1, "1.3"))
        ]
        assert facts.conflicting(await load(db, *presses, rules=RULES, loaders=loads())) == {1}

    async def test_two_workers_decide_about_one_after_another(self, migrated: str) -> None:
        """On PostgreSQL each has its own pool; on SQLite there is one writer anyway."""
        first = await Database.open(migrated, worker=1, master=MASTER, community=C)
        second = await Database.open(migrated, worker=2, master=MASTER, community=C) if "postgre" in migrated else first
        await first.run(lambda tx: notices.keep(tx, [KNOWN]))
        read = asyncio.Event()

        async def decide(db: Database, name: str, *, waits: bool) -> None:
            async def body(tx: Transaction) -> None:
                (before,) = await notices.find(tx, "1.2")
                read.set()
                if waits and tx.dialect == "postgresql":
                    await asyncio.sleep(0.2)  # the other begins
                await notices.keep(tx, [replace(before, **{name: NOW})])

            await db.run(body)

        async def later() -> None:
            await read.wait()
            await decide(second, "ended", waits=False)

        await asyncio.gather(decide(first, "since", waits=True), later())
        (after,) = await first.run(lambda tx: notices.find(tx, "1.2"))
        await first.close()
        if second is not first:
            await second.close()
        assert (after.since, after.ended) == (NOW, NOW)

    async def test_they_go_a_term_after_their_end(self, db: Database) -> None:
        await db.run(lambda tx: notices.keep(tx, [KNOWN]))
        terms = retention.RetentionTerms()
        await db.run(lambda tx: retention.notices(tx, None, KNOWN.until + terms.raw - timedelta(seconds=1), terms))
        assert await db.run(notices.find) == (KNOWN,)
        await db.run(lambda tx: retention.notices(tx, None, KNOWN.until + terms.raw, terms))
        assert await db.run(notices.find) == ()
