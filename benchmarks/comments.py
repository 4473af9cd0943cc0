"""What 2,000 comments in an hour under one post do to those who talk to the bot, and what the ЦУР reads of them.

The bot is a process of its own over the emulator. Turns of residents are timed first in peace, then while the comments
come at that pace; a third of them tell a problem. It decides nothing: it prints.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.rig.nursery import Nursery  # noqa: E402
from benchmarks.rig.stand import (  # noqa: E402
    BOT,
    COMMUNITY,
    FIRST_RESIDENT,
    bind_chats,
    machine,
    people,
    prepare,
    settings_for,
    world_text,
)
from bot.vk.comments import EVENTS  # noqa: E402
from vk_emulator.server import Emulator, running  # noqa: E402

AN_HOUR, COMMENTS = 3600.0, 2000
RESIDENTS = 300
SAID = ("А у школы яма на дороге так и осталась, Миасс, дом {}", "Спасибо, хорошо сделали, {}", "Ну-ну, посмотрим, {}")
STEP, PATIENCE = 0.01, 60.0


@dataclass
class Talk:
    """Whoever writes again and again; `waits`: seconds until the bot answered."""

    emulator: Emulator
    http: aiohttp.ClientSession
    user: int
    turn: int = 0

    async def call(self, method: str, **params: object) -> dict[str, object]:
        """Calls VK's method as this resident; the answer as it comes, an error too."""
        data = {name: str(value) for name, value in params.items()} | {"v": "5.199"}
        headers = {"Authorization": f"Bearer user-{self.user}"}
        async with self.http.post(self.emulator.url + method, data=data, headers=headers) as response:
            return dict(await response.json(content_type=None))

    async def agrees(self) -> None:
        """Begins the dialogue and gives the consent."""
        for words in ("Начать", "Даю согласие"):
            await self.takes_a_turn(words)
            await asyncio.sleep(1.0)

    async def takes_a_turn(self, words: str = "Мои сообщения") -> float:
        """Says something and waits for the bot's next message; how long that took in seconds. Ends the run where none
        comes."""
        self.turn += 1
        began = time.monotonic()
        mine = await self.call("messages.send", peer_id=BOT, random_id=self.user * 10_000 + self.turn, message=words)
        while time.monotonic() - began < PATIENCE:
            answer = await self.call("messages.getHistory", peer_id=BOT, count=1)
            (newest,) = answer["response"]["items"]  # type: ignore[index]
            if newest["from_id"] == BOT and newest["id"] > int(mine["response"]):  # type: ignore[call-overload]
                return time.monotonic() - began
            await asyncio.sleep(STEP)
        raise SystemExit("бот не отвечает")


async def turns(talks: list[Talk], seconds: float) -> list[float]:
    """All waits of these residents in seconds, sorted; each takes turns at the same time as the others."""

    async def talk(one: Talk) -> list[float]:
        until, waits = time.monotonic() + seconds, []
        while time.monotonic() < until:
            waits.append(await one.takes_a_turn())
            await asyncio.sleep(0.5)
        return waits

    return sorted(wait for waits in await asyncio.gather(*map(talk, talks)) for wait in waits)


async def flood(emulator: Emulator, post: int, seconds: float, an_hour: int) -> int:
    """Writes comments at this pace for so many seconds; how many it has written."""
    said, began = 0, time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        while said < passed * an_hour / AN_HOUR:
            author = FIRST_RESIDENT + 20 + said % (RESIDENTS - 20)
            text = SAID[said % len(SAID)].format(said)
            emulator.call("emulator.addComment", group_id=COMMUNITY, post_id=post, from_id=author, text=text)
            said += 1
        await asyncio.sleep(0.1)
    return said


def read_by_the_centre(emulator: Emulator) -> int:
    """How many messages of the bot stand in the chat of the ЦУР."""
    chats = emulator.world.chats.values()
    return sum(one.sender == BOT and one.action is None for chat in chats if chat.cur for one in chat.thread.messages)


async def measure(seconds: float, an_hour: int) -> list[str]:
    """The lines of the result: waits in peace and under comments, and what the ЦУР had to read."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "bot.log"
        async with running(world_text(RESIDENTS), seed=1) as emulator, Nursery(log) as nursery:
            more = {"comments": "answer", "vk_service_token": "service-1", "comments_pause": 0}
            settings = settings_for(emulator.url, Path(folder), **more)
            await prepare(settings)
            await nursery.birth(settings)
            await bind_chats(emulator, settings)
            events = dict.fromkeys(EVENTS, 1)
            emulator.call("groups.setLongPollSettings", f"group-{COMMUNITY}", group_id=COMMUNITY, **events)
            post = emulator.call("emulator.addPost", group_id=COMMUNITY, text="Засыпали ямы на десяти улицах")
            async with aiohttp.ClientSession() as http:
                talks = [Talk(emulator, http, user) for user in people(10)]
                await asyncio.gather(*(talk.agrees() for talk in talks))
                await flood(emulator, post, 1.0, an_hour)  # the first words load what reads them
                await asyncio.sleep(5.0)
                quiet = await turns(talks, seconds)
                before = read_by_the_centre(emulator)
                coming = asyncio.create_task(flood(emulator, post, seconds, an_hour))
                busy = await turns(talks, seconds)
                said = await coming
            await asyncio.sleep(5.0)
            answered = sum(one.author == BOT for one in emulator.world.walls[BOT].posts[post].comments.values())
            read = read_by_the_centre(emulator) - before
            await nursery.end(signal.SIGTERM)
        too_fast = log.read_text(encoding="utf-8").count('"code": 6,')
    return [
        machine(),
        f"in peace:      {len(quiet)} turns, p50 {at(quiet, 0.5):.0f} ms, p95 {at(quiet, 0.95):.0f} ms",
        f"with comments: {len(busy)} turns, p50 {at(busy, 0.5):.0f} ms, p95 {at(busy, 0.95):.0f} ms",
        f"{said} comments, {answered} invitations, {read} lines for the ЦУР, {too_fast} times «too many requests»",
    ]


def at(waits: list[float], part: float) -> float:
    """The wait in milliseconds below which this part of the sorted waits lies."""
    return 1000 * waits[min(len(waits) - 1, int(part * len(waits)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=AN_HOUR, help="of each half")
    parser.add_argument("--an-hour", type=int, default=COMMENTS, help="comments")
    asked = parser.parse_args()
    print("\n".join(asyncio.run(measure(asked.seconds, asked.an_hour))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
