"""The two that are compared, as processes: a plain vkbottle bot, and ours. Each can be started, killed and counted.

Both get the same messages and the same faults from one emulator; only what they write back is counted.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.rig.nursery import Nursery
from benchmarks.rig.stand import BOT, COMMUNITY, ONE_BY_ONE, ROOT, bind_chats, buttons_of, prepare, settings_for
from bot.config.settings import Settings
from vk_emulator.server import Emulator

MARK = re.compile(r"метка(\d+)")
READY = 60.0


class Contestant(Protocol):
    """`treatment`: raise_once, slow or nothing."""

    name: str

    async def start(self, treatment: str = "") -> None: ...
    async def kill(self) -> None: ...
    def arrived(self, user: int) -> list[int]: ...
    def confirmed(self, user: int) -> int: ...


def post(emulator: Emulator, user: int, text: str, payload: str = "") -> None:
    """A person writes to the community."""
    params = {"peer_id": BOT, "random_id": emulator.world.next_id, "message": text}
    emulator.call("messages.send", f"user-{user}", **params, **({"payload": payload} if payload else {}))


def written_to(emulator: Emulator, user: int) -> list[str]:
    """What the community wrote to this person, in VK's order."""
    thread = emulator.world.private_thread(BOT, user)
    return [message.text for message in thread.messages if message.sender == BOT]


async def polling(emulator: Emulator, before: int) -> None:
    """Until a long poll has been asked for that was not there before."""
    for _ in range(int(READY / 0.05)):
        if emulator.vk.calls.get("groups.getLongPollServer", 0) > before and emulator.parked._waiting.get(BOT):
            return
        await asyncio.sleep(0.05)
    raise SystemExit("бот не начал опрашивать VK")


@dataclass
class Plain:
    """A peer as its documentation shows it; `program` runs the script. `keep` is vkbottle's `skip_old_events=False`."""

    emulator: Emulator
    folder: Path
    keep: bool = False
    script: str = "peers/plain_bot.py"
    extra: dict[str, str] = field(default_factory=dict)
    program: str = sys.executable
    process: asyncio.subprocess.Process | None = None

    @property
    def name(self) -> str:
        """How the tables call it, by whether it takes events that came while it was down."""
        return "vkbottle, skip_old_events=False" if self.keep else "vkbottle"

    async def start(self, treatment: str = "") -> None:
        """Starts the bot and waits until it polls. `treatment`: «raise_once» or «slow», as in treatments.py."""
        before = self.emulator.vk.calls.get("groups.getLongPollServer", 0)
        own = {"PLAIN_URL": self.emulator.url, "PLAIN_TOKEN": f"group-{COMMUNITY}", "PLAIN_KEEP": str(int(self.keep))}
        own |= {"PLAIN_RAISE": str(int(treatment == "raise_once")), "PLAIN_DELAY": "0.02" * (treatment == "slow")}
        own = {name: value for name, value in own.items() if value} | self.extra
        with (self.folder / "plain.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                self.program,
                str(ROOT / "benchmarks" / self.script),
                cwd=self.folder,
                env={**os.environ, **own},
                stdout=log,
                stderr=log,
            )
        await polling(self.emulator, before)

    async def kill(self) -> None:
        """Kills it by SIGKILL, if it runs."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    def arrived(self, user: int) -> list[int]:
        """Marks of the messages that were answered, in the order of the answers."""
        return [int(mark) for text in written_to(self.emulator, user) for mark in MARK.findall(text)]

    def confirmed(self, user: int) -> int:
        """How many messages it has answered."""
        return len(self.arrived(user))


@dataclass
class Ours:
    """Our bot with residents in «Дополнить»: each message must reach the agency's chat and be confirmed, once."""

    emulator: Emulator
    folder: Path
    nursery: Nursery
    settings: Settings
    name: str = "наш бот"

    async def start(self, treatment: str = "") -> None:
        """Starts the bot and waits until it polls. `treatment`: see treatments.py."""
        before = self.emulator.vk.calls.get("groups.getLongPollServer", 0)
        await self.nursery.birth(self.settings, treatment)
        await polling(self.emulator, before)

    async def kill(self) -> None:
        """Kills it by SIGKILL, if it runs."""
        if self.nursery.pid:
            await self.nursery.end(signal.SIGKILL)

    def arrived(self, user: int) -> list[int]:
        """Marks as they came to the chats of agencies, in their order there."""
        found = []
        for chat in self.emulator.world.chats.values():
            for message in chat.thread.messages:
                if message.sender == BOT and message.text.startswith("Дополнение"):
                    quoted = "\n".join(quote.text for quote in message.quotes if quote.sender == user)
                    found += [int(mark) for mark in MARK.findall(quoted)]
        return found

    def confirmed(self, user: int) -> int:
        """How many additions it has confirmed to the resident."""
        return sum(text.startswith("Добавили к сообщению") for text in written_to(self.emulator, user))


@asynccontextmanager
async def ours(emulator: Emulator, folder: Path, nursery: Nursery, **changes: Any) -> AsyncIterator[Ours]:
    """Our bot with a fresh file, directory and chats; not started."""
    settings = settings_for(emulator.url, folder, **{**ONE_BY_ONE, **changes})
    await prepare(settings)
    nursery.log, nursery.numbers = folder / "ours.log", {"pause_seconds": 0, "longpoll_wait_seconds": 5}
    contestant = Ours(emulator, folder, nursery, settings)
    await contestant.start()
    try:
        await bind_chats(emulator, settings)
        await contestant.kill()
        yield contestant
    finally:
        await contestant.kill()


@asynccontextmanager
async def plain(emulator: Emulator, keep: bool) -> AsyncIterator[Plain]:
    """The plain bot in a folder of its own, not yet started; killed at the end."""
    with tempfile.TemporaryDirectory(prefix="plain-") as folder:
        contestant = Plain(emulator, Path(folder), keep)
        try:
            yield contestant
        finally:
            await contestant.kill()


async def into_adding(emulator: Emulator, users: list[int]) -> None:
    """Each resident goes the whole way to a number and into «Дополнить», by the buttons shown. The bot runs."""
    await asyncio.gather(*(adding(emulator, user) for user in users))


async def adding(emulator: Emulator, user: int) -> None:
    """Leads the resident through a message up to «Дополнить», so that every further message is an addition."""
    post(emulator, user, "Большая яма на дороге, город Миасс, улица Ленина, дом 5.")
    await pressed(emulator, user, "Даю согласие")
    if (await shown(emulator, user, "Отправить", "Другая тема"))["label"] == "Другая тема":
        post(emulator, user, "1")
    await pressed(emulator, user, "Отправить")
    await pressed(emulator, user, "Мои сообщения")
    await pressed(emulator, user, "1. ")
    await pressed(emulator, user, "Дополнить")
    await shown(emulator, user, "Готово")


async def pressed(emulator: Emulator, user: int, label: str) -> None:
    """Waits for the button with this label and presses it."""
    button = await shown(emulator, user, label)
    post(emulator, user, button["label"], button["payload"])


async def shown(emulator: Emulator, user: int, *labels: str) -> dict[str, str]:
    """The first button that begins with one of the labels, in what the bot wrote last."""
    thread = emulator.world.private_thread(BOT, user)
    for _ in range(int(READY / 0.02)):
        for message in reversed(thread.messages):
            if message.sender != BOT:
                break
            for action in buttons_of(message.keyboard):
                if str(action.get("label", "")).startswith(labels):
                    return action
        await asyncio.sleep(0.02)
    raise SystemExit(f"бот не показал кнопку «{'», «'.join(labels)}»")
