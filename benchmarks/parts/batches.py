"""Events a second through the four transactions (ingest, decide, take, sent), by size of the batch, on both engines.

The bot's own functions run, without a network: one event is a resident who asks for help, with one answer.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.rig.stand import COMMUNITY, REGION, people, prepare, settings_for
from bot.config.keys import master_of
from bot.config.settings import Settings, policy_of
from bot.delivery.listen import ingest
from bot.delivery.send import LEASE, PER_CALL, Sender, keep
from bot.delivery.send_outcome import SendOutcome, Verdict
from bot.delivery.work import batch
from bot.process.clock import Clock
from bot.process.log import start
from bot.process.pace import Pace
from bot.region.directory_file import read
from bot.runtime import Runtime
from bot.vk.payload import Signer
from handlers.text import actions
from matching import Matcher
from matching.judge import TextJudge
from states.messages import Command
from storage.db.database import Database
from storage.db.master import make
from storage.inbox import history
from storage.outbox import claim

ROUNDS = {1: 60, 8: 20, 64: 8}


@dataclass
class Bench:
    """A bot without loops and without VK. `numbers` is how far each dialogue goes."""

    bot: Runtime
    numbers: Counter[int]

    async def begin(self) -> None:
        """Its residents come and agree."""
        for action in (actions.START, actions.CONSENT):
            await self.round(people(max(ROUNDS)), action)

    def pressed(self, user: int, action: str) -> dict[str, Any]:
        """VK's event of a pressed button."""
        self.numbers[user] += 1
        message = {
            "id": self.numbers[user],
            "conversation_message_id": self.numbers[user],
            "date": int(time.time()),
            "from_id": user,
            "peer_id": user,
            "text": action,
            "payload": self.bot.signer.payload(user, Command(action)),
            "attachments": [],
            "fwd_messages": [],
        }
        key = f"{user}.{self.numbers[user]}"
        return {"type": "message_new", "event_id": key, "group_id": self.bot.community, "object": {"message": message}}

    async def round(self, users: list[int], action: str) -> None:
        """One batch all the way: into the inbox, decided, taken, sent."""
        bot = self.bot
        await ingest(bot, [self.pressed(user, action) for user in users], "1")
        while (await bot.db.run(lambda tx: batch(tx, bot, len(users)))).count:
            pass
        while True:
            now, most = bot.clock.now(), min(len(users), PER_CALL)
            rows = await bot.db.run(lambda tx: claim.claim_due(tx, "one", now, most, LEASE))  # noqa: B023
            if not rows:
                return
            outcomes = []
            for row in rows:
                self.numbers[row.peer] += 1
                outcomes.append((row, SendOutcome(Verdict.SENT, cmid=self.numbers[row.peer])))
            await keep(Sender(bot, "one"), outcomes)


async def opened(folder: Path, url: str = "") -> Bench:
    """On an SQLite file in this folder, or on the empty database of an address."""
    if url:
        make(folder / "master.key")
    await prepare(standing_at(folder, url))
    return await bench_of(folder, url, COMMUNITY)


def standing_at(folder: Path, url: str) -> Settings:
    """Settings for this database, or for a new SQLite file in the folder where `url` is empty."""
    changes = {"database_url": url, "master_key_file": str(folder / "master.key")} if url else {}
    return settings_for("http://127.0.0.1:1/method/", folder, **changes)


async def bench_of(folder: Path, url: str, community: int) -> Bench:
    """On a database that is prepared."""
    settings, directory, clock = standing_at(folder, url), read(REGION), Clock()
    nothing: Any = None
    db = await Database.open(settings.database_url, master=master_of(settings), community=community)
    await db.run(lambda tx: history.note_installation(tx, clock.now()))
    bot = Runtime(
        settings=settings,
        policy=policy_of(settings, community),
        db=db,
        vk=nothing,
        files=nothing,
        signer=Signer(db.derive_key("button"), community),
        clock=clock,
        pace=Pace(clock, 1000),
        directory=directory,
        find=Matcher(directory),
        judge=TextJudge(directory),
    )
    return Bench(bot, Counter())


@asynccontextmanager
async def consented(url: str = "") -> AsyncIterator[Bench]:
    """A bench whose residents have begun and agreed."""
    start("WARNING")
    with tempfile.TemporaryDirectory(prefix="batches-") as folder:
        bench = await opened(Path(folder), url)
        await bench.begin()
        try:
            yield bench
        finally:
            await bench.bot.db.close()


async def measured(bench: Bench, size: int, times: int) -> dict[str, float]:
    """So many batches of a size: columns of a table. The processor time is that of the bot, not of a server."""
    users = people(max(ROUNDS))
    begun, used = time.perf_counter(), time.process_time()
    for number in range(times):
        first = number * size % len(users)
        await bench.round(users[first : first + size], actions.HELP)
    events = size * times
    wall, cpu = time.perf_counter() - begun, time.process_time() - used
    return {"events/s": events / wall, "CPU ms an event": 1000 * cpu / events}
