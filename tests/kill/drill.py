"""A drill: under load a copy is made, the disk with the bot's files goes, the copy is put back, the bot catches up.

Everything is real: the emulator over HTTP, the bot's process, `python -m bot restore` as it is typed (F24).
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.nursery import ROOT, Nursery
from benchmarks.stand import BOT, asked, bind_chats, environment, people, prepare, settings_for, world_text
from bot.config.settings import Settings
from bot.upkeep.backups import places_of
from emulator.server import Emulator, running
from states.lifecycle.appeal import Action
from storage.ops import backup as copies
from tests.kill.evidence import REPLY_MARK, Evidence
from tests.kill.invariants import brought_in_order, violations
from tests.kill.people import Resident, Wire, answered
from tests.kill.run import Plan, crowd, drained, gathered

LATE = 2
"""People who write for the first time after the copy was made: their consent is not in it."""

PATIENCE = 240.0
"""People wait while the disk is lost, the copy put back and what was missed lived through; the RTO says how long."""

ERASED_WITHIN = 120.0

FORGOTTEN_WORDS = "Пелагея Неждановна"


@dataclass
class Drill:
    """What came of it. `rto`: from the loss of the disk to the first answer of the restored bot, in seconds."""

    evidence: Evidence
    erased: int
    copy_age: float
    rto: float
    restored: str
    written_meanwhile: int
    files: dict[str, bytes] = field(default_factory=dict)

    def line(self) -> str:
        return (
            f"копии было {self.copy_age:.1f} с, с потери диска до первого ответа {self.rto:.1f} с (RTO), "
            f"за это время люди написали {self.written_meanwhile} сообщений"
        )


async def drill(seed: int, folder: Path, residents: int = 6, load: float = 6.0) -> Drill:
    disk, safe = folder / "disk", folder / "safe"
    disk.mkdir()
    async with running(world_text(residents + 1 + LATE), seed=seed) as emulator, Nursery(folder / "bot.log") as nursery:
        settings = settings_for(
            emulator.url,
            disk,
            undo_seconds=1,
            pause_seconds=1,
            longpoll_wait_seconds=5,
            catch_up_minutes=1,
            erasure_minutes=0,
            backup_folder=str(safe / "copies"),
            backup_minutes=60,
            master_key_file=str(master_key(safe)),
        )
        await prepare(settings)
        installed = emulator.world.clock.now()
        await nursery.birth(settings)
        await bind_chats(emulator, settings)
        *_, leaver = people(residents + 1)
        late, enough = people(residents + 1 + LATE)[-LATE:], asyncio.Event()
        await one_story(emulator, leaver)
        async with crowd(Plan(0, seed, residents, patience=PATIENCE), emulator) as wire:
            await asyncio.sleep(load)
            made = await backup(settings)
            copied_at = time.monotonic()
            newcomers = [asyncio.create_task(Resident(wire, user).live(enough)) for user in late]
            await asyncio.sleep(load)
            await forget(emulator, settings, leaver)
            await nursery.end(signal.SIGKILL)
            lost_at, written = time.monotonic(), written_by_people(emulator)
            for path in disk.iterdir():
                path.unlink()
            said = await restore(settings, Path(made["file"]))
            before = written_by_bot(emulator)
            await nursery.birth(settings)
            while written_by_bot(emulator) == before:
                await asyncio.sleep(0.05)
            rto = time.monotonic() - lost_at
            meanwhile = written_by_people(emulator) - written
            await asyncio.sleep(load)
            enough.set()
            await asyncio.gather(*newcomers)
        await drained(emulator, settings)
        await nursery.end(signal.SIGTERM)
        evidence = gathered(emulator, installed, disk, wire, nursery.log)
    files = {path.name: path.read_bytes() for path in disk.iterdir() if path.is_file()}
    return Drill(evidence, leaver, lost_at - copied_at, rto, said, meanwhile, files)


def master_key(safe: Path) -> Path:
    from storage.db import master

    path = safe / "master-key"
    master.make(path)
    return path


async def one_story(emulator: Emulator, user: int) -> None:
    """A resident who writes once, and will be forgotten."""
    async with aiohttp.ClientSession() as http:
        wire = Wire(emulator.url, http, random.Random(user))
        one = Resident(wire, user)
        wire.random_id = 900_000
        at = await one.say(f"Яма на дороге, город Миасс, улица Мира, дом 3. {FORGOTTEN_WORDS}")
        while True:
            shown = await one.shown(at, answered)
            if "Номер сообщения" in shown["text"]:
                return
            at = await one.answer(shown)


async def backup(settings: Settings) -> dict[str, Any]:
    places = places_of(settings)
    arguments = {"database": str(places.database), "folder": str(places.folder), "keys": str(places.keys)}
    return await asked(settings, "backup", **arguments)


async def forget(emulator: Emulator, settings: Settings, user: int) -> None:
    """Asked, done, and the list of whom to forget copied: what comes later must not bring them back."""
    keys = places_of(settings).keys
    had = len(copies.listed(keys, copies.KEYS))
    await asked(settings, "erasure_ask", resident=user, ground="withdrawn", due_at="2030-01-01T00:00:00+00:00")
    until = time.monotonic() + ERASED_WITHIN
    while time.monotonic() < until:
        emulator.call("emulator.advanceClock", seconds=1)
        await asyncio.sleep(0.1)
        found = (await asked(settings, "erasures"))["erasures"]
        if found and all(one["done_at"] for one in found) and len(copies.listed(keys, copies.KEYS)) > had:
            return
    raise AssertionError(f"не удалено за {ERASED_WITHIN:.0f} секунд")


async def restore(settings: Settings, copy: Path) -> str:
    """As an administrator does it, with the newest copy of the keys."""
    keys = copies.newest(places_of(settings).keys, copies.KEYS)
    assert keys is not None
    command = [sys.executable, "-m", "bot", "restore", str(copy), "--keys", str(keys)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    done = await asyncio.create_subprocess_exec(
        *command,
        cwd=copy.parent,
        env={**clean, **environment(settings), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, trouble = await done.communicate()
    assert done.returncode == 0, trouble.decode()
    return said.decode()


def messages(emulator: Emulator) -> list[dict[str, Any]]:
    return [one for dialogue in emulator.call("emulator.record")["dialogues"] for one in dialogue["messages"]]


def written_by_bot(emulator: Emulator) -> int:
    return sum(one["from_id"] == BOT for one in messages(emulator))


def written_by_people(emulator: Emulator) -> int:
    return sum(one["from_id"] > 0 for one in messages(emulator))


IN_DOUBT = "отменяли ли вы его"
ACROSS = re.compile(r"I5: сообщения \d+ в ")
"""What is said of several appeals in one chat; of one by itself its number stands behind the resident."""


def lost_or_doubled(done: Drill) -> tuple[list[str], int]:
    """What is wrong, and how many answers the officials were asked about: VK has the line with «Отменить» and not the
    answer, and whether the button was pressed VK does not tell. The forgotten one is nobody's any more.

    Nor does VK tell when «Не наше» was pressed: what was added around it may be read by the chat that had the appeal,
    behind what has come there since, so an appeal that was given back has an order by itself only (I5)."""
    told = sum(
        IN_DOUBT in one["text"]
        for _, _, messages in done.evidence.chats()
        for one in messages
        if one["from_id"] == BOT and one["reply_cmid"]
    )
    dead = [row for row in done.evidence.outbox if row["state"] == "dead" and "|answer|" in row["cause"]]
    for row in dead:
        row["state"] = "cancelled"
    theirs = {str(done.erased), *numbers_of(done.evidence, done.erased)}
    returned = {row["code"] for row in done.evidence.history if row["action"] == Action.NOT_OURS.value}
    said = [one for one in violations(done.evidence) if not ACROSS.match(one)]
    said += filter(ACROSS.match, (f"I5: {one}" for one in brought_in_order(done.evidence, returned)))
    found = [one for one in said if IN_DOUBT not in one and not any(of in one for of in theirs)]
    if len(dead) != told:
        found.append(f"в сомнении {len(dead)} ответов, чиновников спросили о {told}")
    return found, told


def numbers_of(evidence: Evidence, resident: int) -> set[str]:
    """The numbers of the forgotten one: the bot knows nothing of them any more, not even that one was given back."""
    return {code for code, (user, _) in evidence.submitted().items() if user == resident}


def sent_although_undone(evidence: Evidence) -> list[str]:
    """An answer that was taken back and reached its resident all the same."""
    private = [one for _, messages in evidence.private() for one in messages]
    reached = {mark for one in private for mark in REPLY_MARK.findall(one["text"])}
    found = []
    for _, _, messages in evidence.chats():
        texts = {one["cmid"]: one["text"] for one in messages}
        for one in messages:
            if one["from_id"] == BOT and "отменён, житель" in one["text"]:
                mark = REPLY_MARK.search(texts.get(one["reply_cmid"], ""))
                found += [mark[1]] if mark and mark[1] in reached else []
    return found


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory(prefix="drill-") as scratch:
        done = asyncio.run(drill(seed, Path(scratch)))
    wrong, told = lost_or_doubled(done)
    wrong += [f"отменён, но ушёл: {one}" for one in sent_although_undone(done.evidence)]
    print(f"зерно {seed}: {done.line()}; чиновников спросили об ответах: {told}; неверно: {len(wrong)}")
    print(*wrong, sep="\n", end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
