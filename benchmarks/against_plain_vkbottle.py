"""Six situations of delivery.md §1.1 for a plain vkbottle bot and for ours, side by side, in one run on one machine.

Ours must lose nothing, double nothing and keep the order: exit code 1 otherwise. Never a figure typed by hand.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.rig.contestants import Contestant, into_adding, ours, plain, post  # noqa: E402
from benchmarks.rig.nursery import Nursery  # noqa: E402
from benchmarks.rig.stand import machine, people, world_text  # noqa: E402
from benchmarks.rig.tables import Table, write  # noqa: E402
from vk_emulator.server import Emulator, running  # noqa: E402

COMMAND = "python benchmarks/against_plain_vkbottle.py"
QUIET = 2.5
"""Nothing more may come for so long; four times that where something lacks."""
SECOND_TRY = 8.0
"""vkbottle tries again five seconds after an answer that is no JSON."""
LONGEST = 40.0
FIVE = 5
FIFTY = 50


@dataclass(frozen=True)
class Count:
    """What became of the messages of one situation."""

    sent: int
    handled: int
    lost: int
    doubled: int
    inverted: int

    @property
    def clean(self) -> bool:
        """Whether all messages were handled, once each and in order."""
        return self.handled == self.sent and not (self.lost or self.doubled or self.inverted)

    def cells(self) -> list[str]:
        """The four cells of the table: handled, lost, doubled, out of order."""
        return [f"{self.handled} of {self.sent}", str(self.lost), str(self.doubled), str(self.inverted)]


@dataclass
class Scene:
    """One contestant on its emulator. `marks` numbers the messages, so that each can be found again."""

    emulator: Emulator
    bot: Contestant
    users: list[int]
    marks: int = 0

    def say(self, user: int) -> int:
        """Writes a message with the next mark, by which it is found again in what the bot did; the mark."""
        self.marks += 1
        post(self.emulator, user, f"метка{self.marks}")
        return self.marks

    def faults(self, *rules: dict[str, object]) -> None:
        """Sets these faults of VK in place of the former ones; without any all is well again."""
        self.emulator.call("emulator.setFaults", rules=list(rules))

    def whole(self) -> list[list[int]]:
        """By resident, the marks of all messages that reached the end of their way."""
        return [self.bot.arrived(user) for user in self.users]

    async def settled(self, wanted: dict[int, list[int]], quiet_for: float) -> None:
        """Until every message is there and confirmed and nothing more comes, or until it has been quiet for long."""
        quiet, before = 0.0, -1
        for _ in range(int(LONGEST / 0.1)):
            now = self.emulator.world.next_id
            quiet, before = (quiet + 0.1, before) if now == before else (0.0, now)
            there = all(set(marks) <= set(self.bot.arrived(user)) for user, marks in wanted.items())
            if quiet >= (quiet_for if there else max(quiet_for, 4 * QUIET)):
                return
            await asyncio.sleep(0.1)


Situation = Callable[[Scene], Awaitable[dict[int, list[int]]]]
"""Plays a situation with a running bot and leaves it running; the marks that each person wrote."""


async def downtime(scene: Scene) -> dict[int, list[int]]:
    """Kills the bot, lets five people write, starts it again; what each wrote."""
    await scene.bot.kill()
    wrote = {user: [scene.say(user)] for user in scene.users[:FIVE]}
    await scene.bot.start()
    return wrote


async def crash_in_flight(scene: Scene) -> dict[int, list[int]]:
    """Five are received and being answered: the call to VK hangs, and the process is killed."""
    scene.faults({"method": "messages.send", "mode": "reject_hang", "seconds": 30})
    wrote = {user: [scene.say(user)] for user in scene.users[:FIVE]}
    await asyncio.sleep(1.5)
    await scene.bot.kill()
    scene.faults()
    await scene.bot.start()
    return wrote


async def failed(scene: Scene, code: int) -> dict[int, list[int]]:
    """VK forgets its queue and says `failed` while five messages arrive."""
    scene.emulator.call("emulator.setFaults", up=0)
    await asyncio.sleep(0.3)
    wrote = {user: [scene.say(user)] for user in scene.users[:FIVE]}
    scene.emulator.world.queue(-101).trim()
    scene.faults({"method": "longpoll", "mode": "failed", "code": code, "times": 1})
    scene.emulator.call("emulator.setFaults", up=1)
    return wrote


async def failed_1(scene: Scene) -> dict[int, list[int]]:
    return await failed(scene, 1)


async def failed_3(scene: Scene) -> dict[int, list[int]]:
    return await failed(scene, 3)


async def lost_reply(scene: Scene) -> dict[int, list[int]]:
    """VK carries out the first call for each of five and answers with an HTML page."""
    scene.faults({"method": "messages.send", "mode": "accept_html502", "times": FIVE})
    return {user: [scene.say(user)] for user in scene.users[:FIVE]}


async def raises_once(scene: Scene) -> dict[int, list[int]]:
    """Starts the bot with a handler that raises at the first try of each message; what each person wrote."""
    await scene.bot.kill()
    await scene.bot.start("raise_once")
    return {user: [scene.say(user)] for user in scene.users[:FIVE]}


async def fifty(scene: Scene) -> dict[int, list[int]]:
    """Lets one person write 50 messages at once to a bot whose handler takes a random time."""
    await scene.bot.kill()
    await scene.bot.start("slow")
    return {scene.users[0]: [scene.say(scene.users[0]) for _ in range(FIFTY)]}


SITUATIONS: tuple[tuple[str, Situation, float], ...] = (
    ("5 messages arrive while the bot is down", downtime, QUIET),
    ("killed with 5 in flight", crash_in_flight, QUIET),
    ("long poll says failed:1, 5 messages arrive", failed_1, QUIET),
    ("long poll says failed:3, 5 messages arrive", failed_3, QUIET),
    ("VK accepts, its answer is lost as an HTML 502", lost_reply, SECOND_TRY),
    ("the handler raises once for each («database is locked»)", raises_once, QUIET),
    ("50 messages of one resident, random latency", fifty, QUIET),
)


def counted(scene: Scene, wrote: dict[int, list[int]], confirmed: dict[int, int]) -> Count:
    """A message is handled when it arrived once and was confirmed."""
    lost = doubled = inverted = handled = 0
    for user, marks in wrote.items():
        came = [mark for mark in scene.bot.arrived(user) if mark in marks]
        times = Counter(came)
        told = scene.bot.confirmed(user) - confirmed[user]
        lost += max(sum(not times[mark] for mark in marks), len(marks) - told)
        doubled += max(sum(times[mark] - 1 for mark in times), told - len(marks), 0)
        inverted += sum(first > second for first, second in combinations(came, 2))
        handled += min(len(times), told, len(marks))
    return Count(sum(map(len, wrote.values())), handled, lost, doubled, inverted)


async def play(scene: Scene, situation: Situation, quiet: float) -> Count:
    """The bot is at work: it has answered one message before, so it has written down what it writes down."""
    first = scene.users[0]
    await scene.settled({first: [scene.say(first)]}, 1.0)
    confirmed = {user: scene.bot.confirmed(user) for user in scene.users}
    wrote = await situation(scene)
    await scene.settled(wrote, quiet)
    scene.emulator.call("emulator.clearFaults")
    count = counted(scene, wrote, confirmed)
    await scene.bot.kill()
    return count


async def plain_counts(keep: bool) -> list[Count]:
    """Each situation on an emulator of its own: the plain bot must not suffer from what it did before."""
    counts = []
    for _, situation, quiet in SITUATIONS:
        async with running(world_text(FIVE)) as emulator, plain(emulator, keep) as bot:
            emulator.call("emulator.setSwitches", rate_limit="off")
            await bot.start()
            counts.append(await play(Scene(emulator, bot, people(FIVE)), situation, quiet))
    return counts


async def our_counts(folder: Path) -> list[Count]:
    """One bot and one file through all of them; the residents go to a number and into «Дополнить» once."""
    counts = []
    async with Nursery() as nursery, running(world_text(FIVE)) as emulator, ours(emulator, folder, nursery) as bot:
        await bot.start()
        users = people(FIVE)
        await into_adding(emulator, users)
        scene = Scene(emulator, bot, users)
        for number, (_, situation, quiet) in enumerate(SITUATIONS):
            if number:
                await bot.start()
            counts.append(await play(scene, situation, quiet))
    return counts


def table(columns: dict[str, list[Count]]) -> Table:
    """Each situation as a row, with four columns for each bot."""
    heads = ["situation", *(f"{name}: {what}" for name in columns for what in ("handled", "lost", "doubled", "order"))]
    rows = [
        [title, *(cell for counts in columns.values() for cell in counts[number].cells())]
        for number, (title, _, _) in enumerate(SITUATIONS)
    ]
    return Table("against-plain-vkbottle", COMMAND, machine(), heads, rows)


async def measured() -> dict[str, list[Count]]:
    """The counts of both settings of the plain bot and of ours, by name; all three run at once."""
    with tempfile.TemporaryDirectory(prefix="against-") as folder:
        columns = await asyncio.gather(plain_counts(False), plain_counts(True), our_counts(Path(folder)))
    return dict(zip(("vkbottle", "vkbottle keep", "ours"), columns, strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/reference/benchmarks.md")
    options = parser.parse_args()
    columns = asyncio.run(measured())
    made = table(columns)
    print(made.text())
    if options.write:
        write([made])
    wrong = [title for (title, _, _), count in zip(SITUATIONS, columns["ours"], strict=True) if not count.clean]
    for title in wrong:
        print(f"НЕ держится у нашего бота: {title}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
