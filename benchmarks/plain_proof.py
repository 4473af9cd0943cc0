"""`python -m benchmarks.plain_proof [--messages N] [--seed S] [--results FILE]`: the faults of the simulation against a
plain vkbottle bot and ours, as processes on real sockets, counted by what VK has at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.against_plain_vkbottle import SECOND_TRY, Scene, counted
from benchmarks.rig.contestants import MARK, into_adding, ours, plain, written_to
from benchmarks.rig.nursery import Nursery
from benchmarks.rig.stand import people, world_text
from tests import proof_file
from vk_emulator.server import Emulator, running

RESIDENTS = 5
PAUSE = (0.05, 0.4)
TRIES = 4
"""How often it is waited for whoever has not everything yet; our bot tries again for minutes."""
PLAIN, KEEP, OURS = "vkbottle", "vkbottle, skip_old_events=False", "this bot"
BOTS = (PLAIN, KEEP, OURS)

Storm = Callable[[Scene, random.Random, asyncio.Event], Awaitable[None]]
"""What goes wrong while people write, until the event is set."""


def rules(*modes: str, method: str = "messages.send", share: float = 0.2, **more: Any) -> Storm:
    """So much of these calls goes wrong, in each of these ways alike."""

    async def storm(scene: Scene, chance: random.Random, over: asyncio.Event) -> None:
        scene.faults(*({"method": method, "mode": mode, "probability": share / len(modes), **more} for mode in modes))

    return storm


async def kills(scene: Scene, chance: random.Random, over: asyncio.Event) -> None:
    """Kills and starts the bot every 0.3 to 2 seconds until all is over."""
    while not over.is_set():
        await asyncio.sleep(chance.uniform(0.3, 2.0))
        await scene.bot.kill()
        await scene.bot.start()


async def switched_off(scene: Scene, chance: random.Random, over: asyncio.Event) -> None:
    """The machine is off for a while: nothing that was only in memory is left, and people go on writing."""
    while not over.is_set():
        await asyncio.sleep(chance.uniform(0.5, 2.0))
        await scene.bot.kill()
        await asyncio.sleep(chance.uniform(0.5, 2.0))
        await scene.bot.start()


async def vk_down(scene: Scene, chance: random.Random, over: asyncio.Event) -> None:
    """Takes VK away for up to two seconds, again and again."""
    while not over.is_set():
        await asyncio.sleep(chance.uniform(0.5, 2.0))
        scene.emulator.call("emulator.setFaults", up=0)
        await asyncio.sleep(chance.uniform(0.2, 2.0))
        scene.emulator.call("emulator.setFaults", up=1)


async def place_lost(scene: Scene, chance: random.Random, over: asyncio.Event) -> None:
    """Has the long poll lose events and answer failed:1 and failed:3 now and then."""
    kinds = ({"mode": "trim", "probability": 0.2}, {"mode": "failed", "code": 1, "probability": 0.1})
    scene.faults(*({"method": "longpoll", **kind} for kind in (*kinds, {**kinds[1], "code": 3})))


FAULTS: dict[str, tuple[str, Storm]] = {
    "kills": ("SIGKILL under load (F3)", kills),
    "switched_off": ("power off and on (F4, F12)", switched_off),
    "answers_lost": ("answers lost (F5)", rules("accept_drop", "accept_reset", "accept_html502")),
    "requests_lost": ("requests lost (F6)", rules("reject_drop", "reject_reset", "html502")),
    "late": ("carried out late (F7)", rules("late", seconds=3.0)),
    "place_lost": ("trimmed queue, failed:1 and 3 (F9)", place_lost),
    "replays": ("events again and out of order (F11)", rules("replay", "duplicate", method="longpoll", count=3)),
    "down": ("VK down for a while (F13)", vk_down),
    "errors": ("error 10 (F14, F18)", rules("error", code=10)),
}


@dataclass(frozen=True)
class Counted:
    """How many messages were sent, and how many went wrong in each way."""

    sent: int
    lost: int
    doubled: int
    misdelivered: int
    out_of_order: int


async def under(storm: Storm, scene: Scene, messages: int, chance: random.Random) -> Counted:
    """People write while it storms; then everything is well again and whatever comes may come."""
    first = scene.users[0]
    await scene.settled({first: [scene.say(first)]}, 1.0)
    confirmed = {user: scene.bot.confirmed(user) for user in scene.users}
    wrote: dict[int, list[int]] = {user: [] for user in scene.users}
    over = asyncio.Event()
    raging = asyncio.ensure_future(storm(scene, random.Random(chance.random()), over))
    for number in range(messages):
        await asyncio.sleep(chance.uniform(*PAUSE))
        user = scene.users[number % len(scene.users)]
        wrote[user].append(scene.say(user))
    over.set()
    await raging
    scene.emulator.call("emulator.clearFaults")
    for _ in range(TRIES if scene.bot.name not in (PLAIN, KEEP) else 1):
        await scene.settled(wrote, SECOND_TRY)
        if all(set(marks) <= set(scene.bot.arrived(user)) for user, marks in wrote.items()):
            break
    count = counted(scene, wrote, confirmed)
    return Counted(count.sent, count.lost, count.doubled, strangers(scene), count.inverted)


def strangers(scene: Scene) -> int:
    """Marks of one person that were said to another."""
    own: dict[int, set[int]] = {}
    for user in scene.users:
        thread = scene.emulator.world.private_thread(-101, user)
        own[user] = {
            int(mark) for message in thread.messages if message.sender == user for mark in MARK.findall(message.text)
        }
    return sum(
        int(mark) not in own[user]
        for user in scene.users
        for text in written_to(scene.emulator, user)
        for mark in MARK.findall(text)
    )


@asynccontextmanager
async def ready(name: str, emulator: Emulator, folder: Path) -> AsyncIterator[Scene]:
    """The contestant at work on its own VK."""
    users = people(RESIDENTS)
    if name != OURS:
        emulator.call("emulator.setSwitches", rate_limit="off")
        async with plain(emulator, name == KEEP) as bot:
            await bot.start()
            yield Scene(emulator, bot, users)
        return
    async with Nursery() as nursery, ours(emulator, folder, nursery) as our:
        await our.start()
        await into_adding(emulator, users)
        yield Scene(emulator, our, users)


async def one(name: str, storm: Storm, messages: int, seed: int) -> Counted:
    """Counts one bot under one fault, in a world of its own."""
    with tempfile.TemporaryDirectory(prefix="plain-proof-") as folder:
        async with running(world_text(RESIDENTS), seed=seed) as emulator, ready(name, emulator, Path(folder)) as scene:
            return await under(storm, scene, messages, random.Random(seed))


async def all_three(storm: Storm, messages: int, seed: int) -> dict[str, dict[str, int]]:
    """One after the other: each has the machine for itself."""
    return {name: asdict(await one(name, storm, messages, seed)) for name in BOTS}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plain_proof", description=__doc__)
    parser.add_argument("--messages", type=int, default=60, help="for each fault and bot")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, default=None, help="JSON; an unfinished run goes on where it ended")
    options = parser.parse_args()
    same = {"messages": options.messages, "seed": options.seed}
    kept = proof_file.unfinished(options.results, **same) or {}
    faults: dict[str, dict[str, dict[str, int]]] = kept.get("faults", {})
    seconds = float(kept.get("seconds", 0.0))
    for name, (what, storm) in FAULTS.items():
        if name not in faults:
            began = time.monotonic()
            faults[name] = asyncio.run(all_three(storm, options.messages, options.seed))
            seconds += time.monotonic() - began
        for bot, count in faults[name].items():
            print(f"{what:40} {bot:34} {count}", flush=True)
        if options.results is not None:
            proof_file.write(options.results, {**same, "seconds": round(seconds, 1), "faults": faults})
    wrong = [name for name, bots in faults.items() if any(list(bots[OURS].values())[1:])]
    for name in wrong:
        print(f"НЕ держится у нашего бота: {name}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
