"""One run: load, kill, start again, at last a drain; what is left is the evidence."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.rig.nursery import Nursery
from benchmarks.rig.stand import (
    COMMUNITY,
    ONE_BY_ONE,
    REGION,
    asked,
    bind_chats,
    people,
    prepare,
    settings_for,
    world_text,
)
from bot.config.settings import Settings
from bot.region.directory_file import read
from handlers.views.titles import agency_title
from storage.db import master
from tests.form import PATIENT
from tests.kill.evidence import Evidence, failures, from_file
from tests.kill.people import Official, Resident, Wire
from tests.kill.under_posts import PEOPLE, SETTINGS, Crowd, crowd_of, look_again, open_wall, read_wall
from tests.world.two import KEY, MARKS, NAME, SECOND, world
from vk_emulator.server import Emulator, running

HURRIED = {"pause_seconds": 1, "longpoll_wait_seconds": 5, "catch_up_minutes": 1}
"""Nobody waits long for a bot that was killed."""
LAST_LIFE = 2.0
JUMPS = (3600, 86_400)
"""Forwards and back again, never before the bot was installed."""
BUSY_STATES = ("waiting", "unknown")


@dataclass(frozen=True)
class Plan:
    """`faults`: the chance that VK carries out a call and its answer is lost. `life`: seconds from start to kill.
    `jumps`: the chance that the clock jumps during a life (F23). `twins`: the process runs a second community, to which
    the same people write (0022). `comments`: others comment under posts, and the ЦУР answers there."""

    kills: int
    seed: int
    residents: int = 10
    faults: float = 0.0
    life: tuple[float, float] = (0.1, 1.2)
    birth: tuple[float, float] = (0.02, 0.35)
    died_at_birth: float = 0.15
    jumps: float = 0.0
    twins: bool = False
    comments: bool = False

    @property
    def communities(self) -> tuple[int, ...]:
        return (COMMUNITY, SECOND) if self.twins else (COMMUNITY,)


@dataclass(frozen=True)
class Figures:
    """What happened meanwhile."""

    kills: int
    seconds: float
    acts: int
    appeals: int
    bot_messages: int

    def line(self) -> str:
        return (
            f"убит {self.kills} раз за {self.seconds:.0f} с; люди действовали {self.acts} раз, отправлено сообщений "
            f"{self.appeals}, бот написал {self.bot_messages}"
        )


async def run(plan: Plan, folder: Path) -> tuple[Evidence, Figures]:
    """The whole run. The bot's file and log stay in the folder."""
    begun = time.monotonic()
    text = world(plan.residents, together=True) if plan.twins else world_text(plan.residents + PEOPLE * plan.comments)
    async with running(text, seed=plan.seed) as emulator, Nursery(folder / "bot.log", HURRIED) as nursery:
        settings = hurried(emulator.url, folder, **(SETTINGS if plan.comments else {}))
        posts = open_wall(emulator) if plan.comments else []
        await prepare(settings)
        installed = emulator.world.clock.now()
        await nursery.birth(settings)
        await bind_chats(emulator, settings)
        added = await second_added(emulator, settings) if plan.twins else 0.0
        async with crowd(plan, emulator, posts=posts) as wire:
            await killed(plan, emulator, nursery, settings)
        if plan.comments:
            await look_again(emulator)
        await drained(emulator, settings, plan.communities)
        await nursery.end(signal.SIGTERM)
        evidence = gathered(emulator, installed, folder, wire, nursery.log)
        if plan.comments:
            read_wall(evidence, emulator, folder)
        if plan.twins:
            evidence.beside = gathered(emulator, added, folder, wire, nursery.log, SECOND)
    every = [evidence, *([evidence.beside] if evidence.beside else [])]
    written = sum(one["from_id"] == each.bot for each in every for _, one in each.everything())
    submitted = sum(len(each.submitted()) for each in every)
    return evidence, Figures(plan.kills, time.monotonic() - begun, wire.acts, submitted, written)


def hurried(vk: str, folder: Path, **more: Any) -> Settings:
    """Nobody waits long, and each message is one by itself."""
    return settings_for(vk, folder, undo_seconds=1, **ONE_BY_ONE, **more)


def on_server(url: str, vk: str, folder: Path, **more: Any) -> Settings:
    """On a database of PostgreSQL. Commands typed beside its workers are worker 0."""
    master.make(folder / "master-key")
    files = {"master_key_file": str(folder / "master-key"), "audit_heads_file": str(folder / "audit-heads")}
    return hurried(vk, folder, database_url=url, **files, **more)


async def second_added(emulator: Emulator, settings: Settings) -> float:
    """While the bot runs, as an administrator does it. From the next whole second on it must miss nothing."""
    said = await asked(settings, "community_add", id=SECOND, name=NAME, token=KEY)
    assert "error" not in said, said
    await asyncio.sleep(1.0)
    await bind_chats(emulator, settings, SECOND)
    await asyncio.sleep(1.0)
    return emulator.world.clock.now()


@asynccontextmanager
async def crowd(
    plan: Plan, emulator: Emulator, resident: type[Resident] = Resident, posts: Sequence[int] = ()
) -> AsyncIterator[Wire]:
    """Residents and officials at work. At the end each finishes what was begun, the residents first."""
    home, closed = asyncio.Event(), asyncio.Event()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        wire = Wire(emulator.url, http, random.Random(plan.seed))
        residents = [resident(wire, user, *of) for of in selves(plan) for user in people(plan.residents)]
        told = [asyncio.create_task(resident.live(home)) for resident in residents]
        every = [one for community in plan.communities for one in officials(emulator, wire, community)]
        under = crowd_of(emulator, wire, people(plan.residents + PEOPLE)[-PEOPLE:], posts) if posts else Crowd()
        told += [asyncio.create_task(commentator.live(home)) for commentator in under.commentators]
        asked_ = [asyncio.create_task(official.live(closed)) for official in every]
        asked_ += [asyncio.create_task(somebody.live(closed)) for somebody in under.centre]
        yield wire
        home.set()
        wire.in_peace()
        await asyncio.gather(*told)
        await asyncio.sleep(2.0)
        closed.set()
        await asyncio.gather(*asked_)


def selves(plan: Plan) -> list[tuple[int, int, int]]:
    """What residents are to each community: their first mark, what they have sent, whom they write to."""
    return [(0 if community == COMMUNITY else MARKS, 0, -community) for community in plan.communities]


def officials(emulator: Emulator, wire: Wire, community: int = COMMUNITY) -> list[Official]:
    """Everybody in the chats of agencies, several at once in one chat; what they are to this community."""
    first = 0 if community == COMMUNITY else MARKS
    return [
        Official(wire, user, chat["peer_ids"][f"user-{user}"], first, bot=-community)
        for chat in emulator.call("emulator.state")["chats"]
        for user in {chat["owner_id"], *chat["members"]}
        if user > 0 and not chat["cur"] and f"group-{community}" in chat["peer_ids"]
    ]


async def killed(plan: Plan, emulator: Emulator, nursery: Nursery, settings: Settings) -> None:
    """The lives of the bot, each ended at a random moment. The last one is let live, without faults."""
    chance = random.Random(plan.seed)
    faults(emulator, plan)
    ahead = furthest = 0
    for young, seconds in lives(plan, chance):
        if not young:
            await asked(settings, "stats")
        await asyncio.sleep(seconds)
        if chance.random() < plan.jumps:
            jump = -ahead if ahead else chance.choice(JUMPS)
            ahead, furthest = ahead + jump, max(furthest, ahead + jump)
            emulator.call("emulator.advanceClock", seconds=jump)
        await nursery.end(signal.SIGKILL)
        await nursery.birth(settings)
    emulator.call("emulator.clearFaults")
    # What was set for a later time waits for it when a clock goes back; at the end that time has come.
    emulator.call("emulator.advanceClock", seconds=furthest - ahead)
    await asyncio.sleep(LAST_LIFE)


def faults(emulator: Emulator, plan: Plan) -> None:
    if plan.faults:
        lost = {"mode": "accept_reset", "probability": plan.faults}
        rules = [{"method": method, **lost} for method in ("messages.send", *(["wall.createComment"] * plan.comments))]
        emulator.call("emulator.setFaults", rules=rules, seed=plan.seed)


def lives(plan: Plan, chance: random.Random) -> Iterator[tuple[bool, float]]:
    """Whether it ends while the bot is still starting, and how long it lasts, else from when the bot answers. Never two
    young ones in a row: an event that three deaths in a row have cut short is a crash loop, and is set aside by rule
    (delivery.md §10)."""
    young = False
    for _ in range(plan.kills):
        young = not young and chance.random() < plan.died_at_birth
        yield young, chance.uniform(*(plan.birth if young else plan.life))


async def said(log: Path, words: str, times: int = 1) -> None:
    """The bot's log says it."""
    end = time.monotonic() + PATIENT
    while not log.exists() or log.read_text(encoding="utf-8").count(words) < times:
        assert time.monotonic() < end, f"«{words}» не сказано"
        await asyncio.sleep(0.1)


async def drained(emulator: Emulator, settings: Settings, communities: Sequence[int] = (COMMUNITY,)) -> None:
    """Until nothing waits and nothing is written any more, or until it has lasted too long: then I8 says so."""
    quiet, last = 0, 0
    for _ in range(int(PATIENT / 0.5)):
        said = [await asked(settings, "stats", community=community) for community in communities]
        busy = sum(one[side].get(state, 0) for one in said for side in ("inbox", "outbox") for state in BUSY_STATES)
        now = emulator.world.next_id
        quiet = 0 if busy or now != last else quiet + 1
        if quiet >= 6:
            return
        last = now
        await asyncio.sleep(0.5)


def gathered(
    emulator: Emulator, installed: float, folder: Path, wire: Wire, log: Path, community: int = COMMUNITY
) -> Evidence:
    evidence = recorded(emulator, installed, wire, log, community)
    from_file(evidence, folder / "bot.db")
    return evidence


def recorded(emulator: Emulator, installed: float, wire: Wire, log: Path, community: int = COMMUNITY) -> Evidence:
    """Without the rows of the bot."""
    region = read(REGION)
    names = {agency.code: agency_title(region, agency.code) for agency in region.agencies}
    chats = [chat for chat in emulator.call("emulator.state")["chats"] if f"group-{community}" in chat["peer_ids"]]
    agencies = {chat["key"]: names.get(chat["agency"], "") for chat in chats if not chat["cur"]}
    dialogues = emulator.call("emulator.record")["dialogues"]
    evidence = Evidence(dialogues, agencies, installed, silences=wire.silences, bot=-community)
    evidence.failures = failures(log)
    return evidence
