"""Simpler forms of what VK refuses: in the same place, counted once, nothing vanishes unsaid (delivery.md §9)."""

from __future__ import annotations

from typing import Any

import pytest
from given import CHAT, NOW, identity, say, send, sent, states, take
from test_outbox_contract import reports

from states.effects import DATA, Edit, Kind, Send, Source
from states.events import DeliveryEnded, DeliveryOutcome
from storage.db.database import Database
from storage.outbox import fallback, outcomes
from storage.outbox.enqueue import OutboxState


class TestLadder:
    async def test_a_refused_edit_is_not_said_anew_where_a_later_one_of_its_message_waits(self, db: Database) -> None:
        """Seed 121616 (I4): «снова открыто» took the message from its chat while VK refused the edit before, and that
        one, said anew, showed the chat the words once more."""
        await say(db, send(CHAT, "a"), send(CHAT, "b"))
        for cmid in (1, 2):
            await sent(db, (await take(db))[0], cmid)
        other = Edit(CHAT, "left b", "b", "другое")
        await say(db, Edit(CHAT, "refresh", "a", "есть ответ"), other, Edit(CHAT, "left", "a", "передано"))
        (edit,) = await take(db)
        assert await db.run(lambda tx: fallback.fall_back(tx, edit.id, edit.fencing_token, NOW, code=909))
        (row,) = await take(db)
        assert row.cause == "left b", "the one before is over"
        assert await db.run(lambda tx: fallback.fall_back(tx, row.id, row.fencing_token, NOW, code=909))
        (anew,) = await take(db)
        assert anew.cause == "left b|d1", "nothing later is about this one"
        assert (await identity(db))["balanced"]

    async def test_degrading_keeps_the_place_and_counts_once(self, db: Database) -> None:
        forwarded = Send(CHAT, "a", "карточка", forward=Source(5, (1, 2)), report=True)
        await say(db, forwarded, send(CHAT, "b"))
        seen = []
        while True:
            (row,) = await take(db)
            if row.cause == "b":
                break
            seen.append((row.cause, row.level, row.state, row.uploaded))
            if row.state is OutboxState.PREPARING:
                assert await take(db) == [], "its lane is held while files move"
                assert await db.run(lambda tx: outcomes.record_uploaded(tx, row.id, ("photo1_2",), ("видео",)))  # noqa: B023
                assert not await db.run(lambda tx: outcomes.record_uploaded(tx, row.id, (), ()))  # noqa: B023
                assert (await states(db))["a|d1"] == "in_flight"
            assert await db.run(lambda tx: fallback.fall_back(tx, row.id, row.fencing_token, NOW, code=921))  # noqa: B023
        assert seen == [
            ("a", 0, OutboxState.IN_FLIGHT, False),
            ("a|d1", 1, OutboxState.PREPARING, False),
            ("a|d2", 2, OutboxState.IN_FLIGHT, True),
            ("a|d3", 3, OutboxState.IN_FLIGHT, False),
            ("a|d4", 4, OutboxState.IN_FLIGHT, False),
        ]
        assert (await reports(db, CHAT))[0] == DeliveryEnded(
            "a", "screen", CHAT, "", DeliveryOutcome.SET_ASIDE, NOW, 921
        )
        found = await identity(db)
        assert found["balanced"] and found["outbox"]["produced"] == 2 and found["outbox"]["cancelled"] == 4

    @pytest.mark.parametrize(
        ("files", "named"),
        [
            ({"copy": Source(5, (1,))}, ("видео", "файлы исходного сообщения")),
            ({"document": DATA}, ("видео", "файлы с вашими данными")),
        ],
    )
    async def test_files_that_vk_refuses_are_named(self, db: Database, files: Any, named: tuple[str, ...]) -> None:
        """The ladder drops files at last; both sides hear which (delivery.md §9)."""
        await say(db, send(CHAT, "a", report=True, **files))
        (row,) = await take(db)
        assert row.state is OutboxState.PREPARING
        assert await db.run(lambda tx: outcomes.record_uploaded(tx, row.id, ("doc1_2",), ("видео",)))
        for level in (1, 2, 3, 4):
            assert await db.run(lambda tx: fallback.fall_back(tx, row.id, row.fencing_token, NOW, code=100))  # noqa: B023
            (row,) = await take(db)
            expected = (("doc1_2",), ("видео",)) if level < 3 else ((), named)
            assert (row.level, row.attachments, row.lost) == (level, *expected)
        assert await sent(db, row, 5)
        assert (await reports(db, CHAT))[0].lost == named

    async def test_lost_files_of_a_first_part_are_told_too(self, db: Database) -> None:
        """What VK would not forward was to go with the first part of a card, and only the last asks for a report."""
        await say(db, send(CHAT, "a", kind=Kind.CARD, appeal="1124-AAAA", copy=Source(5, (1,))))
        (row,) = await take(db)
        assert await db.run(lambda tx: outcomes.record_uploaded(tx, row.id, (), ("видео",)))
        await db.run(lambda tx: outcomes.record_sent(tx, row.id, 5, NOW, ("видео",)))
        assert [one.lost for one in await reports(db, CHAT)] == [("видео",)]
