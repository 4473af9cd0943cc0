"""What may have left and is taken back: looked for as ever, and not sent again (I4, §8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from given import CHAT, NOW, identity, look, say, send, sent, states, take

from states.effects import Kind, Source
from storage.db.database import Database
from storage.outbox import enqueue, fallback, outcomes
from storage.outbox.enqueue import OutboxState, Outgoing


async def flying(db: Database, **more: Any) -> Outgoing:
    """Words that may have left, and that nobody wants any more; taken back again, too, it stays so."""
    await say(db, send(CHAT, "a", kind=Kind.ADDITION, appeal="1125-AAAA", **more), send(CHAT, "b"))
    (row,) = await take(db)
    if row.state is OutboxState.PREPARING:
        assert await db.run(lambda tx: outcomes.record_uploaded(tx, row.id, ("photo1_2",), ()))
    assert not await db.run(lambda tx: enqueue.cancel_all(tx, ["a"], NOW))
    await db.run(lambda tx: outcomes.defer(tx, row.id, row.fencing_token, NOW, unknown=True, reason=""))
    (row,) = await look(db)
    assert not await db.run(lambda tx: enqueue.cancel_all(tx, ["a"], NOW))
    return row


async def test_what_may_have_left_is_looked_for_and_found(db: Database) -> None:
    row = await flying(db)
    assert await sent(db, row, 4)
    assert [one.cause for one in await take(db)] == ["b"]
    assert (await states(db))["a"] == "sent" and (await identity(db))["balanced"]


@pytest.mark.parametrize("files", [{}, {"copy": Source(5, (1,))}])
@pytest.mark.parametrize("hours", [-1, 0, 1])
async def test_proven_absent_it_is_not_sent_any_more(db: Database, files: dict[str, Any], hours: int) -> None:
    """Its chat may have the message no more (seed 2758), and the clock may be another one by then (F23)."""
    row = await flying(db, **files)
    assert await db.run(lambda tx: outcomes.record_absent(tx, row.id, row.fencing_token, NOW))
    assert [one.cause for one in await take(db, NOW + timedelta(hours=hours))] == ["b"]
    assert (await states(db))["a"] == "cancelled" and (await identity(db))["balanced"]


@pytest.mark.parametrize("files", [{}, {"copy": Source(5, (1,))}])
async def test_nor_in_a_simpler_form(db: Database, files: dict[str, Any]) -> None:
    row = await flying(db, **files)
    assert await db.run(lambda tx: fallback.fall_back(tx, row.id, row.fencing_token, NOW, code=100))
    assert [one.cause for one in await take(db)] == ["b"]
    assert (await states(db))["a|d1"] == "cancelled" and (await identity(db))["balanced"]
