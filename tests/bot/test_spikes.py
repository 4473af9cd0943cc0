"""The look for spikes: begun at the first start, again and again, about nobody's message (features.md §6.10)."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from bot import app
from states.lifecycle.spikes import LOOK_EVERY
from storage.db.schema import inbox, timer
from storage.db.transaction import Transaction
from tests.transcripts.emulated import EmulatedStage

pytestmark = pytest.mark.virtual


async def looks(stage: EmulatedStage) -> tuple[list[datetime], int]:
    """When it looks next, and how often it has."""

    async def body(tx: Transaction) -> tuple[list[datetime], int]:
        rows = await tx.rows(select(timer.c.at).where(timer.c.name == "spikes"))
        done = await tx.rows(select(inbox.c.state).where(inbox.c.peer == 0, inbox.c.key.startswith("timer|spikes")))
        assert {row["state"] for row in done} <= {"done"}
        return [row["at"] for row in rows], len(done)

    assert stage.bot is not None
    return await stage.bot.db.run(body)


async def test_it_looks_every_quarter_of_an_hour_also_after_a_restart(stage: EmulatedStage) -> None:
    (first,), done = await looks(stage)
    assert done == 0
    await stage.restart()
    assert await looks(stage) == ([first], 0), "a restart begins no second one"
    for number in (1, 2):
        await stage.wait(LOOK_EVERY.total_seconds() + 5)
        (following,), done = await looks(stage)
        assert done == number and following > first
        first = following
    assert stage.bot is not None
    assert (await app.admin_service_of(stage.bot).carry_out("stats", {}))["next_deadline"] is None
