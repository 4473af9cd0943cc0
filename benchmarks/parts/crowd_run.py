"""One crowd with one bot, from its start to its end: how many finished, how fast, what it cost, what VK refused.

The crowd lives in this process beside the emulator, the bot in one of its own; only that one's processor time counts.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts.crowd import Crowd
from benchmarks.parts.peer_bots import Peer
from benchmarks.rig.contestants import Plain, ours
from benchmarks.rig.nursery import Nursery
from benchmarks.rig.stand import BOT, COMMUNITY, cpu_seconds, people, world_text
from vk_emulator.server import Emulator, running

THINK = 0.6
"""The most that a person thinks, in seconds, where VK's limit is on; without the limit nobody thinks."""
CARDS = 30.0
STEADY = 2.0
"""Seconds after which a crowd no longer comes all at once."""
LATER = f"error 6 after {STEADY:.0f} s"
TURNS = 3
"""Messages of a resident in a story."""
PER_REQUEST = 25
TOO_MANY = 6
CARD = re.compile(r"^№\S+$", re.MULTILINE)
NO_CALL = ("execute", "groups.getLongPollServer")
"""Carries calls, or is asked for once; the rest that the bot calls takes one of 25 places in a request."""


@dataclass(frozen=True)
class Run:
    """`limit`: VK's was on."""

    limit: bool
    people: int
    done: int
    seconds: float
    cpu: float
    delays: Sequence[float]
    cards: int
    sent: int
    refused: int
    refused_at_first: int
    calls: int

    @property
    def turns(self) -> int:
        """How many times a resident was answered."""
        return len(self.delays)

    def found(self) -> dict[str, float]:
        """The columns of a table, without those for which there is nothing."""
        found = {"finished, %": 100 * self.done / self.people, "cards": float(self.cards)}
        if self.turns:
            found["turns/s"] = self.turns / self.seconds
            found["answer p50, s"] = percentile(self.delays, 0.5)
            found["answer p95, s"] = percentile(self.delays, 0.95)
            found["sends/s"] = self.sent / self.seconds
            found["CPU ms a turn"] = 1000 * self.cpu / self.turns
        if self.limit:
            found["error 6"] = float(self.refused)
            found[LATER] = float(self.refused - self.refused_at_first)
        if self.done == self.people:
            found["calls a story"] = self.calls / self.done
        return found


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part of the values lies; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def ceiling(requests: float, calls: float) -> float:
    """Turns a second when each request of a second carries 25 calls and a story takes so many."""
    return requests * PER_REQUEST * TURNS / calls


@dataclass(frozen=True)
class Load:
    """So many people at once, of so many in all, under VK's limit or without; `most` seconds at most."""

    at_once: int
    total: int
    limit: bool
    most: float = 120.0

    @property
    def think(self) -> float:
        """How many seconds a resident thinks; none where VK's limit is off."""
        return THINK if self.limit else 0.0


async def played(who: Nursery | Peer, load: Load, pace: float = 19) -> Run:
    """After one person that warms the bot up. A nursery bears ours, with a `pace` in requests a second."""
    with tempfile.TemporaryDirectory(prefix="crowd-") as folder:
        async with running(world_text(load.total + 1)) as emulator:
            # Nothing may be lost because VK forgets events: that is measured elsewhere.
            emulator.call("emulator.setSwitches", rate_limit="off", lp_history_events=10**6)
            async with started(who, emulator, Path(folder), pace if load.limit else 1000) as pid:
                first, *others = people(load.total + 1)
                await Crowd(emulator, [first], 1, 0.0).play()
                emulator.call("emulator.setSwitches", rate_limit="on" if load.limit else "off")
                await asyncio.sleep(1.1)
                crowd = Crowd(emulator, others, load.at_once, load.think, load.most)
                return await measured(emulator, pid, crowd, load.limit)


@asynccontextmanager
async def started(who: Nursery | Peer, emulator: Emulator, folder: Path, pace: float) -> AsyncIterator[int]:
    """The process number of a started bot."""
    if isinstance(who, Nursery):
        async with ours(emulator, folder, who, requests_per_second=pace) as bot:
            await bot.start()
            yield who.pid
        return
    chats = [chat["peer_ids"][f"group-{COMMUNITY}"] for chat in emulator.call("emulator.state")["chats"]]
    extra = {"PLAIN_CHATS": ",".join(map(str, chats))}
    plain = Plain(emulator, folder, script=who.script, extra=extra, program=await asyncio.to_thread(who.install))
    try:
        await plain.start()
        assert plain.process is not None
        yield plain.process.pid
    finally:
        await plain.kill()


async def measured(emulator: Emulator, pid: int, crowd: Crowd, limit: bool) -> Run:
    """Plays the crowd and waits for its cards; what the bot did meanwhile is read from the emulator."""
    shown, used = cards(emulator), cpu_seconds(pid)
    begun, calls = emulator.world.next_id, Counter(emulator.vk.calls)
    refused = emulator.vk.refused.get(TOO_MANY, 0)
    early = asyncio.create_task(refused_by(emulator, STEADY if limit else 0.0))
    await crowd.play()
    sent = sum(emulator.world.by_id[one].sender == BOT for one in range(begun, emulator.world.next_id))
    await all_cards(emulator, shown + crowd.done)
    return Run(
        limit=limit,
        people=len(crowd.users),
        done=crowd.done,
        seconds=crowd.seconds,
        cpu=cpu_seconds(pid) - used,
        delays=crowd.delays,
        cards=cards(emulator) - shown,
        sent=sent,
        refused=emulator.vk.refused.get(TOO_MANY, 0) - refused,
        refused_at_first=await early - refused,
        calls=calls_of_bot(Counter(emulator.vk.calls) - calls) - crowd.written,
    )


async def refused_by(emulator: Emulator, seconds: float) -> int:
    """As many as were refused by then."""
    await asyncio.sleep(seconds)
    return emulator.vk.refused.get(TOO_MANY, 0)


def calls_of_bot(calls: Counter[str]) -> int:
    """With what residents wrote; what steers the emulator is nobody's."""
    return sum(times for name, times in calls.items() if name not in NO_CALL and not name.startswith("emulator."))


def cards(emulator: Emulator) -> int:
    """How many cards are in the chats."""
    chats = emulator.world.chats.values()
    return sum(
        message.sender < 0 and CARD.search(message.text) is not None
        for chat in chats
        for message in chat.thread.messages
    )


async def all_cards(emulator: Emulator, wanted: int) -> None:
    """Waits until so many cards have come into the chats, or for a fixed time."""
    for _ in range(int(CARDS / 0.1)):
        if cards(emulator) >= wanted:
            return
        await asyncio.sleep(0.1)
