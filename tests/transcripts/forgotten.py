"""After any conversation everybody in it can be forgotten: no VK id and no number of an appeal is left (R14).

On a stopped bot, so that what is read again from VK's history does not come in between.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from storage.db.schema import appeal, metadata
from storage.db.transaction import Transaction
from storage.ops import statistics
from storage.privacy import community_key, forgetting
from storage.privacy.forgetting import GONE
from tests.transcripts.emulated import RESIDENTS, EmulatedStage

NUMBER = re.compile(r"№(\d{4}-[2-9A-HJ-NP-Z]{4})")
"""Of whoever was forgotten in the middle of the conversation no row tells it any more."""
# Apart from letters and what base64 is made of: in a hash or a seal the same digits mean nothing.
SOMEBODY = re.compile(rf"(?:(?<![\w+/=])|\bid)(?:{'|'.join(map(str, RESIDENTS.values()))})(?![\w+/=])")
PEOPLE = ("peer", "resident", "lane", "actor", "author", "user_id", "bound_by", "by_id")
"""Columns of numbers that may be a VK id; in the others the same digits mean something else."""


async def everybody_forgotten(stage: EmulatedStage) -> None:
    await stage.settle()
    erased = {number for who in RESIDENTS for one in await stage.dialogue(who) for number in NUMBER.findall(one.text)}
    await stage.stop()
    async with stage.opened() as db:
        codes = {row["code"] for row in await db.run(lambda tx: tx.rows(select(appeal.c.code)))}
        numbers = {code for code in codes if GONE not in code} | erased
        now = await stage.clock()
        for who in (*RESIDENTS.values(), *RESIDENTS.values()):  # what is newer than an open request is spared at first
            await db.run(lambda tx: forgetting.erase(tx, who, now, force=True))  # noqa: B023
        await community_key.finish(db, now + community_key.GRACE)
        left = await db.run(lambda tx: traces(tx, numbers))
        assert not left, left
        assert (await db.run(statistics.identity))["balanced"]
    await stage.start()


async def traces(tx: Transaction, numbers: set[str]) -> list[str]:
    """Where somebody of the residents, or one of their numbers, still stands."""
    found = []
    for name, table in metadata.tables.items():
        # The log of who saw what names a message by its number and outlives an erasure (states/audit.py, R24).
        known = numbers if name != "audit" else set()
        for row in await tx.rows(select(table)):
            found += [f"{name}.{column}: {value}" for column, value in row.items() if named(column, value, known)]
    return found


def named(column: str, value: Any, numbers: set[str]) -> bool:
    if isinstance(value, int) and column in PEOPLE:
        return abs(value) in RESIDENTS.values()
    if not isinstance(value, str):
        return False
    return bool(SOMEBODY.search(value)) or any(number in value for number in numbers)
