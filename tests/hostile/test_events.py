"""T24, T8, F20: no event, however mutated, ends the process or stops others; a handler takes less than 50 ms."""

from __future__ import annotations

import asyncio
import math
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import listen, work
from bot.process import log
from bot.process.clock import Clock
from bot.runtime import Runtime
from bot.vk.errors import Garbled
from matching import Matcher
from states.directory import Directory
from storage.db.transaction import Transaction
from storage.inbox import inbox
from storage.ops import statistics
from tests.form import PATIENT, either
from tests.hostile import events, seeds, shapes
from tests.hostile.bench import bare


@pytest.fixture(autouse=True)
def silent() -> None:
    log.start("CRITICAL")


EVENTS = either(1200, 3000)


@pytest.mark.parametrize("seed", [*seeds.kept("events"), None])
async def test_no_event_ends_the_process(region: Directory, matcher: Matcher, tmp_path: Path, seed: int | None) -> None:
    """The long form: `python -m tests.hostile events`, 100,000 events."""
    seed = seeds.fresh() if seed is None else seed
    async with bare(tmp_path, region, matcher) as bot:
        figures = await events.attack(bot, EVENTS, seed)
    print(f"зерно {seed}: {figures.line()}")
    assert not figures.wrong, f"зерно {seed}: {figures.wrong[:3]}"
    assert figures.events >= EVENTS and len(figures.seconds) > EVENTS * 2 // 3, "most of them were decided on"
    assert min(figures.states["done"], figures.states["ignored"]) > EVENTS // 6


async def test_nor_on_the_stricter_engine(
    region: Directory, matcher: Matcher, tmp_path: Path, postgresql_url: str
) -> None:
    """PostgreSQL takes neither a zero in a text nor a number that is too large."""
    seed = seeds.fresh()
    async with bare(tmp_path, region, matcher, postgresql_url.replace("postgresql://", "postgresql+asyncpg://")) as bot:
        figures = await events.attack(bot, EVENTS // 4, seed)
    assert not figures.wrong, f"зерно {seed}: {figures.wrong[:3]}"


async def test_poison_stops_nobody(
    region: Directory, matcher: Matcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each fifth resident writes what makes the handler raise; all others are answered at once, these in the end."""
    async with bare(tmp_path, region, matcher) as bot:
        policy = await events.furnished(bot, 1)
        monkeypatch.setattr(work, "decide", events.timed(policy.figures, poison=True))
        poisoned = list(events.RESIDENTS)[::5]
        for words in ("помощь", "ещё помощь"):
            await policy.take(
                [
                    policy.message(resident, resident, text=events.POISON if resident in poisoned else words)
                    for resident in events.RESIDENTS
                ]
            )
            assert not policy.figures.wrong
            await policy.count_states()
            assert policy.figures.states.get("new", 0) <= len(poisoned), "only behind their own poison"
        for _ in range(14):
            await policy.travel(minutes=11)
            await policy.take([])
        await policy.count_states()
        assert policy.figures.states["dead"] == 2 * len(poisoned) and not policy.figures.states.get("new")
        books = await bot.db.run(statistics.identity)
        assert books["balanced"] and books["inbox"]["waiting"] == 0


class Hurried(Clock):
    """Waits nothing."""

    async def sleep(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Mute:
    """A VK whose long poll gives the same unreadable answer for one place in its queue, and a good one for the next."""

    def __init__(self, bot: Runtime) -> None:
        self.bot = bot
        self.asked: list[str] = []
        self.servers = 0

    async def call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        assert method == "groups.getLongPollServer"
        self.servers += 1
        return {"server": "s", "key": "k", "ts": "900"}

    async def poll(self, server: str, key: str, ts: str, wait: int) -> dict[str, Any]:
        self.asked.append(ts)
        if ts != "900":
            raise Garbled("long poll: not JSON")
        self.bot.stop()
        message = {"peer_id": 5001, "from_id": 5001, "conversation_message_id": 1, "date": 1_800_000_000, "text": "я"}
        return {"ts": "901", "updates": [{"type": "message_new", "event_id": "e", "object": {"message": message}}]}


async def test_an_event_whose_person_is_held_is_asked_for_again_soon(
    region: Directory, matcher: Matcher, tmp_path: Path, postgresql_url: str
) -> None:
    """PostgreSQL passes over it, and who holds the person may ring no bell: the loop does not sleep until one rings."""
    url = postgresql_url.replace("postgresql://", "postgresql+asyncpg://")
    async with bare(tmp_path, region, matcher, url) as bot:
        scene = events.Scene(bot, random.Random(1))
        await events.ingest(bot, [scene.message(events.RESIDENTS[0], events.RESIDENTS[0], text="помощь")], "1")

        async def holding(tx: Transaction) -> work.Taken:
            assert len(await inbox.next_events(tx, bot.clock.now(), 10)) == 1
            return await work.one_batch(bot, guarded=guarded)

        for guarded in (False, True):
            assert await bot.db.run(holding) == work.Taken(0, work.HELD_AGAIN), guarded
        assert (await work.one_batch(bot, guarded=False)).count == 1
        assert await work.one_batch(bot, guarded=False) == work.Taken(0, math.inf)


async def test_an_answer_that_can_never_be_read_is_left_behind(
    region: Directory, matcher: Matcher, tmp_path: Path
) -> None:
    """Asked for again it would be the same for ever, and nothing behind it would come. History has what is passed."""
    async with bare(tmp_path, region, matcher) as bot:
        bot.clock = Hurried()
        await listen.ingest(bot, [], "17")
        bot.vk = mute = Mute(bot)  # type: ignore[assignment]
        await asyncio.wait_for(listen.listen(bot), PATIENT)
        assert mute.asked == ["17"] * listen.GIVEN_UP_AFTER + ["900"]
        assert bot.sweeps._rung.is_set(), "what was in between is read from history"
        books = await bot.db.run(statistics.identity)
        assert books["inbox"]["received"] == 1


def test_the_shapes_are_those_of_vk() -> None:
    kinds = {row["type"] for row in shapes.of_the_emulator()}
    assert {"message_new", "message_reply", "message_edit", "message_event", "message_allow", "message_deny"} <= kinds
