"""The audit log: whatever is changed in it, removed from it or put into it is found (R24, T22)."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest
from given import CHAT, MASTER, NOW, C, at, decide
from sqlalchemy import delete, insert, select, update

from states.audit import AuditAction, AuditLine
from states.decision import Decision
from storage.db.database import Database
from storage.db.errors import Conflict
from storage.db.schema import audit as table
from storage.db.schema import chain
from storage.db.transaction import Transaction
from storage.privacy import audit
from storage.privacy.audit import Head

LINES = (
    AuditLine(1010, AuditAction.SHOWED_CONTACT, "1125-AAAA"),
    AuditLine(1011, AuditAction.EXPORTED, "5", "json"),
    AuditLine(0, AuditAction.DIRECTORY_IMPORTED, "", "версия 2"),
    AuditLine(5, AuditAction.ERASED, "5"),
    AuditLine(1010, AuditAction.CHAT_BOUND, "roads"),
)


async def add(db: Database, *lines: AuditLine, now: Any = NOW) -> None:
    await db.run(lambda tx: audit.append(tx, lines, now))


async def head(db: Database) -> Head:
    found = await db.run(audit.head)
    assert found is not None
    return found


async def change(db: Database, statement: Any) -> None:
    await db.run(lambda tx: tx.execute(statement))


async def rows(db: Database, of: Any = table) -> list[dict[str, Any]]:
    return [dict(row) for row in await db.run(lambda tx: tx.rows(select(of).order_by(*of.primary_key.columns)))]


@pytest.fixture
async def kept(db: Database) -> list[Head]:
    """Five lines, and their head in the second place."""
    await add(db, *LINES[:3])
    heads = [await head(db)]
    await add(db, *LINES[3:], now=at(60))
    heads.append(await head(db))
    assert await audit.verify(db, heads) == []
    return heads


class TestKept:
    async def test_lines_of_a_decision_are_kept_with_it(self, db: Database) -> None:
        await decide(db, Decision(audit=LINES[:2]))
        found = await db.run(lambda tx: audit.newest(tx, 10))
        assert [(row["number"], row["actor"], row["action"]) for row in found] == [
            (1, 1010, "showed_contact"),
            (2, 1011, "exported"),
        ]
        assert await audit.verify(db) == []

    async def test_a_resident_is_not_named(self, db: Database, kept: list[Head]) -> None:
        """R14: the line outlives the erasure of whom it is about; whoever acts for himself is not named either."""
        found = await rows(db)
        assert not {"5"} & {row["subject"] for row in found} and not {5} & {row["actor"] for row in found}
        mine = await db.run(lambda tx: audit.about(tx, ["5", "1125-AAAA"]))
        assert [row["number"] for row in mine] == [1, 2, 4]

    async def test_an_undone_transaction_leaves_no_line(self, db: Database) -> None:
        async def body(tx: Transaction) -> None:
            await audit.append(tx, LINES, NOW)
            raise RuntimeError

        with pytest.raises(RuntimeError):
            await db.run(body)
        assert await rows(db) == [] and await audit.verify(db) == []

    async def test_workers_do_not_fork_the_chain(self, migrated: str) -> None:
        count = 4 if migrated.startswith("postgresql") else 1
        opened = [await Database.open(migrated, worker=number, master=MASTER, community=C) for number in range(count)]
        await asyncio.gather(*(add(opened[number % count], LINES[number % 5]) for number in range(60)))
        assert [row["number"] for row in await rows(opened[0])] == list(range(1, 61))
        assert await audit.verify(opened[0]) == []
        for database in opened:
            await database.close()

    async def test_another_community_has_a_chain_of_its_own(self, db: Database, kept: list[Head]) -> None:
        await db.of(C + 1).run(lambda tx: audit.append(tx, LINES[:1], NOW))
        assert await audit.verify(db, kept) == [] == await audit.verify(db.of(C + 1))


class TestTampered:
    async def test_every_byte(self, db: Database, kept: list[Head]) -> None:
        """T22: one bit of each byte of each value of each line and of both ends."""
        chance = random.Random(11)
        tried = 0
        for of in (table, chain):
            for row in await rows(db, of):
                for name in [column.name for column in of.columns][1:]:
                    for changed in changes(row[name], chance):
                        tried += await self.found(db, of, row, name, changed, kept)
        assert tried > 600 and await audit.verify(db, kept) == []

    async def found(self, db: Database, of: Any, row: dict[str, Any], name: str, changed: Any, kept: list[Head]) -> int:
        """Change one value, look, put it back. 0 where the table itself refuses: there is such a number already."""

        def where(this: dict[str, Any]) -> list[Any]:
            return [column == this[column.name] for column in of.primary_key.columns]

        try:
            await change(db, update(of).where(*where(row)).values({name: changed}))
        except Conflict:
            return 0
        assert await audit.verify(db, kept), (of.name, name, row, changed)
        await change(db, update(of).where(*where({**row, name: changed})).values({name: row[name]}))
        return 1

    @pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
    async def test_a_removed_line(self, db: Database, kept: list[Head], number: int) -> None:
        await change(db, delete(table).where(table.c.number == number))
        assert await audit.verify(db)

    async def test_lines_in_another_order(self, db: Database, kept: list[Head]) -> None:
        for number, to in ((2, 99), (3, 2), (99, 3)):
            await change(db, update(table).where(table.c.number == number).values(number=to))
        assert await audit.verify(db)

    async def test_a_line_put_in(self, db: Database, kept: list[Head]) -> None:
        (last,) = [row for row in await rows(db) if row["number"] == 5]
        for number in (-1, 0, 6):
            await change(db, insert(table).values({**last, "number": number}))
            assert await audit.verify(db), number
            await change(db, delete(table).where(table.c.number == number))

    async def test_the_end_cut_off_with_all_traces(self, db: Database, kept: list[Head]) -> None:
        """An old copy of both tables put back is a whole chain: only the second place knows better."""
        old = (await rows(db, chain))[0]
        await add(db, *LINES)
        later = [*kept, await head(db)]
        assert await audit.verify(db, later) == []
        await change(db, delete(table).where(table.c.number > 5))
        await change(db, update(chain).values({name: old[name] for name in ("number", "hash", "seal")}))
        assert await audit.verify(db) == []
        (said,) = await audit.verify(db, later)
        assert "строки удалены" in said

    async def test_everything_removed(self, db: Database, kept: list[Head]) -> None:
        await change(db, delete(table))
        assert await audit.verify(db)
        await change(db, delete(chain))
        assert await audit.verify(db, kept)

    async def test_a_chain_made_anew_without_the_key(self, migrated: str) -> None:
        """Whoever has the database but not the keys cannot write a chain that verifies."""
        db = await Database.open(migrated, master=MASTER, community=C)
        await add(db, *LINES)
        db._ring._secret = b"\x01" * 32
        await change(db, delete(table))
        await change(db, delete(chain))
        await add(db, *LINES[1:])
        await db.close()
        db = await Database.open(migrated, master=MASTER, community=C)
        assert await audit.verify(db)
        await db.close()

    async def test_a_changed_head(self, db: Database, kept: list[Head]) -> None:
        wrong = Head(kept[0].number, "0" * 64)
        assert await audit.verify(db, [wrong, kept[1]])


def changes(value: Any, chance: random.Random) -> list[Any]:
    """The value with one bit of each of its bytes changed."""
    if isinstance(value, int):
        return [value ^ 1 << 8 * byte + chance.randrange(8) for byte in range(5)]
    if isinstance(value, str):
        bits = [(index, chance.choice((1, 2, 4))) for index in range(len(value))]
        return [value[:i] + chr(ord(value[i]) ^ bit) + value[i + 1 :] for i, bit in bits] or ["x"]
    return [value + timedelta(microseconds=256**byte) for byte in range(6)]


class TestRetention:
    async def test_old_lines_go_from_the_old_end(self, db: Database, kept: list[Head]) -> None:
        """R15: three years; what is left still verifies, also against heads from before."""
        await add(db, *LINES, now=at(10**6))
        assert await db.run(lambda tx: audit.prune(tx, at(30), 100)) == 3
        assert await db.run(lambda tx: audit.prune(tx, at(30), 100)) == 0
        assert [row["number"] for row in await rows(db)] == list(range(4, 11))
        assert await audit.verify(db, [*kept, await head(db)]) == []
        await change(db, delete(table).where(table.c.number == 4))
        assert await audit.verify(db)

    async def test_lines_that_go_while_the_log_is_checked_are_not_missed(self, db: Database, kept: list[Head]) -> None:
        """R15, T22: the check and the daily job run in one night. The simulation heard a false alarm (seed 3000022)."""

        class Between:
            """The database, where the daily job has its turn after the ends were read."""

            asked = 0

            async def run(self, body: Any) -> Any:
                found = await db.run(body)
                self.asked += 1
                if self.asked == 1:
                    assert await db.run(lambda tx: audit.prune(tx, at(30), 100)) == 3
                return found

        assert await audit.verify(Between(), kept) == []
        await change(db, delete(table).where(table.c.number == 4))
        assert await audit.verify(db, kept)

    async def test_everything_may_go_and_the_numbers_go_on(self, db: Database, kept: list[Head]) -> None:
        assert await db.run(lambda tx: audit.prune(tx, at(10**7), 2)) == 2
        assert await db.run(lambda tx: audit.prune(tx, at(10**7), 100)) == 3
        assert await audit.verify(db, kept) == []
        await add(db, AuditLine(1, AuditAction.PAUSED, str(CHAT)))
        assert [row["number"] for row in await rows(db)] == [6] and await audit.verify(db, kept) == []
