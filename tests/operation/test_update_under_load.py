"""An update while people write: what was released before runs as it was, is stopped as the how-to says, and today's
program goes on with its database. Nothing is lost or doubled, and the pause is said.

`programs/VERSION.tar.xz` is what was released as VERSION (0.1.0 is 1cd25d6, 0.2.0 is c302066d) without fonts and
emulator; beside 0.1.0 lies a stand-in for structlog, which is not installed any more.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import tarfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from benchmarks.rig.nursery import Nursery
from benchmarks.rig.stand import BOT, REGION, bind_chats, environment, world_text
from bot.config.settings import Settings
from bot.region.directory_file import read
from handlers.views.titles import agency_title
from storage.db.migrations import migrate
from tests.kill.evidence import Evidence
from tests.kill.invariants import violations
from tests.kill.people import Message, Resident, button_in
from tests.kill.run import HURRIED, Plan, crowd, drained, gathered, hurried
from tests.world import said
from vk_emulator.server import Emulator, running

PROGRAMS = Path(__file__).with_name("programs")
RELEASED = sorted(path.name.removesuffix(".tar.xz") for path in PROGRAMS.iterdir())
PLAN = Plan(kills=0, seed=20261201, residents=6)
BEFORE, AFTER = 8.0, 4.0
"""Seconds of load under each program."""
SHARED = ("VK_TOKEN", "VK_API_URL", "DATABASE_URL", "OPERATOR_NAME", "OPERATOR_ADDRESS", "OPERATOR_EMAIL", "POLICY_URL")
LIMITS = ("MESSAGES_PER_MINUTE", "APPEALS_PER_DAY", "OPEN_APPEALS", "UNDO_SECONDS", "REPEAT_DAYS", "JOIN_HOURS")
DIRECTORY = read(REGION)
CONSENT = "Даю согласие"
TAKEN = re.compile(r"^Сообщение отправлено\. Номер сообщения: (\S+)\n\nПередали: (.+?)\. Ответ придёт", re.DOTALL)
"""How 0.1.0 told a resident his number."""
CARD = re.compile(r"^Сообщение №(\S+)$", re.MULTILINE)
"""And a card in a chat."""
TITLES = {agency.name: agency_title(DIRECTORY, agency.code) for agency in DIRECTORY.agencies}


def as_today(text: str) -> str:
    """What 0.1.0 said in the words by which a record is read."""
    if found := TAKEN.match(text):
        return f"✅ Приняли. Ответит {TITLES.get(found[2], found[2])}\n№{found[1]}\n"
    return CARD.sub(r"№\1", text)


class Asked(Resident):
    """A consent whose words have changed is asked for again, in whatever a person is."""

    async def shown(self, after: int, wanted: Callable[[Message], bool]) -> Message:
        given: set[int] = set()
        while True:
            row = await super().shown(after, lambda row: wanted(row) or (row["id"] not in given and is_consent(row)))
            if wanted(row):
                return row
            given.add(row["id"])
            button = button_in(row, CONSENT)
            assert button is not None
            await self.press(button)


def is_consent(row: Message) -> bool:
    return button_in(row, CONSENT) is not None


class OldProgram:
    """A program of then, in a folder of its own, as a process."""

    def __init__(self, version: str, folder: Path, settings: Settings) -> None:
        self.home = folder / version
        with tarfile.open(PROGRAMS / f"{version}.tar.xz") as packed:
            packed.extractall(self.home, filter="data")
        meant = (self.home / "bot").rglob("*.py")
        named = set(re.findall(r"\b[a-z_]+\b", "".join(path.read_text(encoding="utf-8") for path in meant)))
        known = {name for name in LIMITS if name.lower() in named}
        given = {f"BOT_{name}": environment(settings)[f"BOT_{name}"] for name in (*SHARED, *known)}
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(self.home), **given}
        self.log = folder / "old.log"

    async def step(self, *words: str) -> asyncio.subprocess.Process:
        with self.log.open("ab") as log:
            command = (sys.executable, "-m", "bot", *words)
            return await asyncio.create_subprocess_exec(
                *command, cwd=self.home, env=self.environment, stdout=log, stderr=log
            )

    async def done(self, *words: str) -> None:
        assert await (await self.step(*words)).wait() == 0, self.log.read_text(encoding="utf-8")[-2000:]


@pytest.mark.parametrize("version", RELEASED)
async def test_nothing_is_lost_when_a_released_program_is_replaced(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = said.number
    monkeypatch.setattr(said, "number", lambda text: number(as_today(text)))
    evidence, paused = await updated(version, tmp_path)
    print(f"обновление с {version}: бот молчал {paused:.1f} с, писем отправлено {len(evidence.submitted())}")
    assert len(evidence.submitted()) >= 6
    assert list(violations(evidence)) == []


async def updated(version: str, folder: Path) -> tuple[Evidence, float]:
    """The evidence, and how long nobody was answered."""
    async with running(world_text(PLAN.residents), seed=PLAN.seed) as emulator, AsyncExitStack() as ends:
        settings = hurried(emulator.url, folder)
        old = OldProgram(version, folder, settings)
        await old.done("migrate")
        await old.done("directory", "import", "regions/chelyabinsk", "--yes")
        installed = emulator.world.clock.now()
        process = await old.step("run")
        ends.callback(end, process)
        while BOT not in emulator.call("emulator.state")["polling"]:
            assert process.returncode is None, old.log.read_text(encoding="utf-8")[-2000:]
            await asyncio.sleep(0.1)
        await bind_chats(emulator, settings)
        async with Nursery(folder / "bot.log", HURRIED) as nursery:
            async with crowd(PLAN, emulator, Asked) as wire:
                await asyncio.sleep(BEFORE)
                stopped = time.monotonic()
                process.send_signal(signal.SIGTERM)
                assert await process.wait() == 0
                await migrate(settings.database_url)
                last = emulator.world.next_id
                await nursery.birth(settings)
                await answers_again(emulator, last)
                paused = time.monotonic() - stopped
                await asyncio.sleep(AFTER)
            await drained(emulator, settings)
            await nursery.end(signal.SIGTERM)
            evidence = gathered(emulator, installed, folder, wire, nursery.log)
    for _, message in evidence.everything():
        message["text"] = as_today(message["text"])
    return evidence, paused


def end(process: asyncio.subprocess.Process) -> None:
    """Also where the test fails."""
    if process.returncode is None:
        process.kill()


async def answers_again(emulator: Emulator, since: int) -> None:
    while not any(m.sender == BOT for number, m in emulator.world.by_id.items() if number >= since):
        await asyncio.sleep(0.05)
