"""What messages a model learns from, on both engines: decided ones of all communities, of nobody who was forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from given import MASTER, NOW, C, appeal

from states.lifecycle.appeal import Action, Appeal, History, Piece, Status
from states.lifecycle.counted import Counted
from storage.db.database import Database
from storage.ops import bulk, examples
from storage.ops.examples import Decided
from storage.privacy import forgetting
from storage.records import communities
from storage.records.communities import RegisteredCommunity

SECOND = 202
ACCEPTED = Counted(received=date(2026, 11, 20), accepted=date(2026, 11, 21))


def made(code: str, status: Status, *lines: History, **more: Any) -> tuple[Appeal, list[History]]:
    one, first = appeal(code, source=int(code[-2:]), **more)
    return replace(one, status=status), [first, *lines]


def routed(code: str, actor: int, version: int = 2) -> History:
    return History(code, version, NOW, actor, Action.ROUTE, Status.WAITING, Status.ROUTED)


async def keep(db: Database, *told: tuple[Appeal, list[History]], community: int = C) -> None:
    await db.of(community).run(lambda tx: bulk.keep(tx, told))


async def found(db: Database) -> list[Decided]:
    return [one async for some in examples.everywhere(db) for one in some]


@pytest.mark.parametrize(
    ("status", "actor", "more", "counts"),
    [
        (Status.WAITING, None, {}, False),
        (Status.ROUTED, 0, {"agency": "roads"}, False),
        (Status.ROUTED, 5, {"agency": "roads"}, False),
        (Status.ROUTED, 900, {"agency": "water"}, True),
        (Status.IN_WORK, 0, {"agency": "roads", "counted": ACCEPTED}, True),
        (Status.ANSWERED, 0, {"agency": "roads", "answered_at": NOW}, True),
        (Status.INTERIM, 0, {"agency": "roads", "first_answer_at": NOW}, True),
        (Status.MERGED, None, {"incident": "1125-AAAA"}, True),
        (Status.WITHDRAWN, 900, {"agency": "roads", "counted": ACCEPTED}, False),
        (Status.ANSWERED, 0, {"answered_at": NOW, "pieces": (Piece(1, "  "),)}, False),
    ],
    ids=[
        "nobody has looked at it", "routed by the directory", "by the choice of its author", "by the control centre",
        "taken to work", "answered", "half answered", "one of an incident", "withdrawn", "without a word",
    ],
)  # fmt: skip
async def test_what_counts_as_decided(
    db: Database, status: Status, actor: int | None, more: dict[str, Any], counts: bool
) -> None:
    lines = [] if actor is None else [routed("1125-AA01", actor)]
    await keep(db, made("1125-AA01", status, *lines, **more))
    assert bool(await found(db)) == counts


class TestExamples:
    async def test_the_last_values_count(self, db: Database) -> None:
        lines = [routed("1125-AA01", 0), routed("1125-AA01", 900, 3)]
        more = {"topic": "pipes", "place": "miass", "agency": "water", "counted": ACCEPTED}
        await keep(db, made("1125-AA01", Status.IN_WORK, *lines, **more))
        assert await found(db) == [Decided("яма", "pipes", "miass", "water", date(2026, 11, 20), 5)]

    async def test_of_all_communities(self, db: Database) -> None:
        await db.run(lambda tx: communities.keep(tx, RegisteredCommunity(SECOND, "Школа", NOW), "key", NOW))
        await keep(db, made("1125-AA01", Status.IN_WORK, counted=ACCEPTED))
        await keep(db, made("1125-AA02", Status.IN_WORK, counted=ACCEPTED, resident=6), community=SECOND)
        assert [one.resident for one in await found(db)] == [5, 6]

    async def test_whoever_is_forgotten_is_no_example(self, db: Database) -> None:
        """R14: nobody has to look for them, their key is gone."""
        await keep(
            db,
            made("1125-AA01", Status.CLOSED, counted=ACCEPTED, answered_at=NOW),
            made("1125-AA02", Status.CLOSED, counted=ACCEPTED, answered_at=NOW, resident=6),
        )
        assert [one.resident for one in await found(db)] == [5, 6]
        await db.run(lambda tx: forgetting.erase(tx, 5, NOW, force=True))
        assert [one.resident for one in await found(db)] == [6]

    async def test_nor_where_only_the_key_is_gone(self, migrated: str) -> None:
        """As in an older copy that was put back."""
        db = await Database.open(migrated, master=MASTER, community=C)
        await keep(db, made("1125-AA01", Status.IN_WORK, counted=ACCEPTED))
        await db.run(lambda tx: tx.keys.ring.forget(C, 5, 1, NOW))
        await db.close()
        again = await Database.open(migrated, master=MASTER, community=C)
        try:
            assert await found(again) == []
        finally:
            await again.close()

    async def test_many_come_some_at_a_time(self, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        codes = [f"1125-AA{number:02}" for number in range(1, 6)]
        await keep(
            db, *(made(code, Status.IN_WORK, counted=ACCEPTED, resident=number) for number, code in enumerate(codes, 5))
        )
        monkeypatch.setattr(examples, "_NEXT", examples._NEXT.limit(2))
        monkeypatch.setattr(examples, "AT_ONCE", 2)
        parts = [some async for some in examples.everywhere(db)]
        assert [len(part) for part in parts] == [2, 2, 1]
        assert [one.resident for part in parts for one in part] == [5, 6, 7, 8, 9]
