"""The real bot under load on a cluster whose leader is killed; then VK's own record and the rows that are left.

What the bot said is what it had been told is on disk: it marks each message there before a byte leaves. So each of its
messages in VK is an acknowledged row, and one whose row is gone was lost.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.rig.nursery import Nursery
from benchmarks.rig.stand import BOT, asked, bind_chats, prepare, world_text
from bot.config.settings import Settings
from tests.form import PATIENT
from tests.ha.lab import Lab, running_lab
from tests.kill.drill import Patient, after_a_restore
from tests.kill.evidence import Evidence, from_rows
from tests.kill.people import Wire
from tests.kill.run import HURRIED, Plan, crowd, drained, on_server, recorded, said
from vk_emulator.server import Emulator, running

DATABASE = "priemnaya"
ROWS = 20
"""A leader dies when it has so many, however long a busy machine takes for them."""
BYSTANDER = 1001
"""A resident of the world who writes nothing here."""


@dataclass(frozen=True, slots=True)
class Kill:
    """`led`: seconds until another server led. `gap`: until the bot said something again."""

    node: str
    led: float
    gap: float
    acknowledged: int
    lost: int


@dataclass(slots=True)
class Failovers:
    """What came of it. `log`: what the bot said of itself."""

    evidence: Evidence
    kills: list[Kill] = field(default_factory=list)
    log: str = ""

    def table(self) -> str:
        head = "| kill | server | another leads after, s | the bot speaks after, s | rows acknowledged | rows lost |"
        rows = [
            f"| {number} | {one.node} | {one.led:.1f} | {one.gap:.1f} | {one.acknowledged} | {one.lost} |"
            for number, one in enumerate(self.kills, 1)
        ]
        return "\n".join([head, "|---|---|---|---|---|---|", *rows])


@dataclass(frozen=True, slots=True)
class Stand:
    """A cluster, a VK, a bot that works; `installed`: when it began to."""

    lab: Lab
    emulator: Emulator
    bot: Nursery
    settings: Settings
    installed: float

    async def ended(self, wire: Wire) -> Evidence:
        """What VK and the leader of now have of it, when nothing more is on its way."""
        await drained(self.emulator, self.settings)
        await self.bot.end(signal.SIGTERM)
        evidence = recorded(self.emulator, self.installed, wire, self.bot.log)
        from_rows(evidence, lambda query: rows(self.lab, query))
        return evidence


@asynccontextmanager
async def standing(plan: Plan, folder: Path, *, synchronous: bool) -> AsyncIterator[Stand]:
    with running_lab(folder, synchronous=synchronous) as lab:
        nursery = Nursery(folder / "bot.log", HURRIED)
        async with running(world_text(plan.residents), seed=plan.seed) as emulator, nursery as bot:
            await lab.whole()
            lab.sql(f"CREATE DATABASE {DATABASE}")
            settings = on_server(lab.url(DATABASE), emulator.url, folder, worker=1)
            await prepare(settings)
            installed = emulator.world.clock.now()
            await bot.birth(settings)
            await said(bot.log, '"started"')
            await bind_chats(emulator, settings)
            yield Stand(lab, emulator, bot, settings, installed)


async def failovers(plan: Plan, folder: Path, load: float = 6.0) -> Failovers:
    """`plan.kills` leaders die while people write."""
    async with standing(plan, folder, synchronous=True) as stand:
        async with crowd(plan, stand.emulator) as wire:
            kills = [await killed(stand.lab, stand.emulator, load) for _ in range(plan.kills)]
            await asyncio.sleep(load)
        evidence = await stand.ended(wire)
    return Failovers(evidence, kills, stand.bot.log.read_text(encoding="utf-8"))


@dataclass(slots=True)
class Restored:
    """What came of a failover that loses rows. `noticed`: seconds until the bot said so. `wrong`: what did not hold
    after its recovery. `log`: what it said of itself."""

    acknowledged: int
    lost: int
    noticed: float
    wrong: list[str]
    log: str

    def line(self, how: str) -> str:
        return f"| {how} | {self.acknowledged} | {self.lost} | {self.noticed:.1f} | {len(self.wrong)} |"


async def losing(plan: Plan, folder: Path, *, bot_dies: bool, load: float = 6.0) -> Restored:
    """The control: standbys that nobody waits for, cut off for a while, then the leader dies. The bot lives, and sees
    by its own counts that rows are gone; or it dies too, and sees it by the checkpoint of the audit log."""
    async with standing(plan, folder, synchronous=False) as stand:
        lab, emulator, bot = stand.lab, stand.emulator, stand.bot
        async with crowd(plan, emulator, Patient) as wire:
            await asyncio.sleep(load)
            leader = lab.leader()
            assert lab.cut(leader) == 2
            await checkpointed(emulator, stand.settings)
            await asyncio.sleep(load)
            before = said_by_bot(emulator)
            lab.kill(leader)
            at = time.monotonic()
            if bot_dies:
                await bot.end(signal.SIGKILL)
            await lab.led(other_than=leader)
            lost = before - kept(lab)
            if not bot_dies:
                await said(bot.log, '"rows_lost"')
                await bot.ended()
            await bot.birth(stand.settings)
            await said(bot.log, '"rows_lost"')
            noticed = time.monotonic() - at
            await said(bot.log, '"recovered"')
            await asyncio.sleep(load)
        evidence = await stand.ended(wire)
    log = bot.log.read_text(encoding="utf-8")
    return Restored(len(before), len(lost), noticed, after_a_restore(evidence), log)


async def checkpointed(emulator: Emulator, settings: Settings) -> None:
    """Something is noted in the audit log, and a day later its end in the file beside."""
    path = Path(settings.audit_heads_file)
    had = path.read_text(encoding="utf-8").count("\n")
    await asked(settings, "erasure_ask", resident=BYSTANDER, ground="withdrawn", due_at="2040-01-01T00:00:00+00:00")
    emulator.call("emulator.advanceClock", seconds=86_400)
    end = time.monotonic() + PATIENT
    while path.read_text(encoding="utf-8").count("\n") == had:
        assert time.monotonic() < end, "отпечаток не записан"
        await asyncio.sleep(0.1)


async def killed(lab: Lab, emulator: Emulator, load: float) -> Kill:
    """One leader dies under load, another takes over, the bot speaks again, the dead one comes back."""
    await lab.whole()
    await asyncio.sleep(load)
    async with asyncio.timeout(PATIENT):
        while len(said_by_bot(emulator)) < ROWS:
            await asyncio.sleep(0.1)
    leader, before = lab.leader(), said_by_bot(emulator)
    lab.kill(leader)
    at = time.monotonic()
    await lab.led(other_than=leader)
    led, then = time.monotonic() - at, len(said_by_bot(emulator))
    while len(said_by_bot(emulator)) <= then:
        assert time.monotonic() - at < PATIENT, f"бот молчит\n{lab.said()}"
        await asyncio.sleep(0.1)
    gap = time.monotonic() - at
    lost = before - kept(lab)
    lab.begin(leader)
    return Kill(leader.name, led, gap, len(before), len(lost))


def said_by_bot(emulator: Emulator) -> set[int]:
    """The ids of all its messages that VK has."""
    dialogues = emulator.call("emulator.record")["dialogues"]
    return {one["random_id"] for dialogue in dialogues for one in dialogue["messages"] if one["from_id"] == BOT}


def kept(lab: Lab) -> set[int]:
    return {row["random_id"] for row in rows(lab, "SELECT random_id FROM outbox")}


def rows(lab: Lab, query: str) -> list[dict[str, Any]]:
    """Of the server that leads now."""
    said = lab.sql(f"SELECT coalesce(json_agg(found), '[]') FROM ({query}) AS found", DATABASE)
    return list(json.loads(said))
