"""T25: who can set a clock gains nothing: VK does not move ours, leases are the database's, dates are bounded."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.process.clock import Clock
from bot.vk import parse
from matching import Matcher
from states.directory import Directory
from storage.outbox import claim
from tests.hostile import events
from tests.hostile.bench import bare
from tests.transcripts.pure import SIGNER


@pytest.mark.parametrize(
    "url",
    [
        "https://api.vk.ru/method/",
        "https://127.0.0.1.evil.ru/method/",
        "http://10.0.0.1/method/",
        "https://localhost.evil.ru/method/",
    ],
)
def test_an_answer_of_the_real_vk_never_moves_the_clock(url: str) -> None:
    """The header is the emulator's; from anywhere but this machine it is not even read."""
    assert Clock().follower_of(url) is None


@pytest.mark.parametrize("header", ["nan", "inf", "-inf", "1e400", "9" * 400, "", "вчера", "-1e18", "0x10"])
def test_a_header_that_is_no_time_moves_nothing(header: str) -> None:
    clock = Clock()
    jumps: list[None] = []
    clock.follow(header, lambda: jumps.append(None))
    assert not jumps and clock.offset == timedelta()


@pytest.mark.parametrize("date", [0, -1, 2**31, 2**33, 2**53, 10**30, "завтра", None, float("inf")])
def test_a_date_out_of_any_calendar_is_no_error(date: object) -> None:
    """2038 is an ordinary year (F23); what is no date becomes the beginning of time, which is before every consent."""
    message = {"peer_id": 5, "from_id": 5, "conversation_message_id": 1, "date": date, "text": "я"}
    row = parse.arrived_event(
        {"type": "message_new", "object": {"message": message}}, SIGNER, consented=True, chat_bound=True
    )
    found = parse.event_of(row.kind, row.raw, SIGNER, content=row.content)
    at = found.message.at  # type: ignore[union-attr]
    assert at == datetime.fromtimestamp(date, UTC) if date == 2**31 else at.year == 1970


async def test_a_clock_set_back_or_forward_neither_loses_nor_doubles(
    region: Directory, matcher: Matcher, tmp_path: Path
) -> None:
    """F23 in short: an hour and a day to both sides between every two batches. The long proof is the simulation's."""
    async with bare(tmp_path, region, matcher) as bot:
        scene = await events.furnished(bot, 3)
        before = len(scene.cards[events.RESIDENTS[0]])
        for number, hours in enumerate((1, -1, 24, -24, 24 * 400, -24 * 400, -1, 1)):
            await scene.travel(hours=hours)
            await scene.take([scene.message(resident, resident, text="помощь") for resident in events.RESIDENTS])
            assert not scene.figures.wrong
            for resident in events.RESIDENTS:
                assert len(scene.cards[resident]) >= before + number + 1, (
                    "everybody is answered, whatever the clock says"
                )
        await scene.travel(hours=24 * 500)
        await scene.settle()
        await scene.count_states()
        assert set(scene.figures.states) <= {"done", "ignored"}


async def test_a_lease_on_postgresql_is_the_databases_time(
    region: Directory, matcher: Matcher, tmp_path: Path, postgresql_url: str
) -> None:
    """A worker whose clock is a year ahead takes no lane that another one holds."""
    url = postgresql_url.replace("postgresql://", "postgresql+asyncpg://")
    async with bare(tmp_path, region, matcher, url) as bot:
        scene = events.Scene(bot, random.Random(1))
        await events.ingest(
            bot, [scene.message(resident, resident, text="помощь") for resident in events.RESIDENTS[:5]], "1"
        )
        while (await events.work.one_batch(bot, guarded=False)).count:
            pass
        now = bot.clock.now()
        mine = await bot.db.run(lambda tx: claim.claim_due(tx, "one", now, 25, timedelta(seconds=90)))
        assert mine
        ahead = now + timedelta(days=365)
        theirs = await bot.db.run(lambda tx: claim.claim_due(tx, "two", ahead, 25, timedelta(seconds=90)))
        assert not {row.peer for row in mine} & {row.peer for row in theirs}
