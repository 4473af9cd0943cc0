"""How fast the emulator is, as its own process with `--data`, asked over HTTP from this one: calls, long polls, a large
world. It fails when a bar is missed."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.rig.socket_client import Connection, connected, poll, post  # noqa: E402
from benchmarks.rig.stand import COMMUNITY, cpu_seconds, machine, memory_mb, people, world_text  # noqa: E402
from benchmarks.rig.tables import Table, write  # noqa: E402

COMMAND = "python benchmarks/emulator.py"
TOKEN = f"group-{COMMUNITY}"
RESIDENTS = 1000
PER_EXECUTE = 25
CONNECTIONS = 8
EXECUTE_BAR, SINGLE_BAR = 3000.0, 1500.0
WAKE_BAR = 3.0
SAVED_WITHIN = 900.0


@dataclass(frozen=True)
class Size:
    """How long, and with how many polls, events and messages it is measured."""

    seconds: float
    polls: int
    events: int
    messages: int


FULL = Size(5.0, 4000, 50_000, 100_000)
QUICK = Size(1.5, 4000, 10_000, 20_000)


@dataclass(frozen=True)
class Figure:
    """One row; `most` or `least` is what is demanded, if anything."""

    what: str
    value: float
    unit: str
    least: float = 0.0
    most: float = 0.0

    @property
    def missed(self) -> bool:
        """Whether the value is beyond its bar; a figure without a bar never is."""
        return bool(self.least and self.value < self.least) or bool(self.most and self.value > self.most)

    def cells(self) -> list[str]:
        """The row of the table; the larger the value, the fewer digits."""
        digits = 0 if self.value >= 100 else 1 if self.value >= 10 else 2 if self.value >= 1 else 3
        demanded = f"≥ {self.least:.0f}" if self.least else f"≤ {self.most:g}" if self.most else ""
        return [self.what, f"{self.value:.{digits}f} {self.unit}", demanded]


@dataclass
class Stand:
    """The running emulator."""

    pid: int
    port: int
    kept: Path

    async def open(self, count: int) -> list[Connection]:
        """So many connections that are kept open."""
        return [await connected(self.port) for _ in range(count)]


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Stand]:
    """The emulator as a process of its own, without limits of rate, where every resident has written once."""
    world = folder / "world.yaml"
    world.write_text(world_text(RESIDENTS), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "vk_emulator",
        "--port",
        "0",
        "--data",
        str(folder / "data"),
        "--world",
        str(world),
    ]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        address = (await process.stdout.readline()).decode()
        port = int(address.rstrip().rstrip("/").rpartition(":")[2])
        stand = Stand(process.pid, port, folder / "data" / "world.pickle")
        [one] = await stand.open(1)
        await one.said(post("emulator.setSwitches", "", rate_limit="off", lp_history_events=10**6))
        hello = {"peer_id": -COMMUNITY, "random_id": 0, "message": "Здравствуйте"}
        for user in people(RESIDENTS):
            await one.said(post("messages.send", f"user-{user}", **hello))
        one.close()
        yield stand
    finally:
        process.terminate()
        await process.wait()


async def pace(stand: Stand, requests: Sequence[bytes], seconds: float) -> tuple[float, float]:
    """How many of these requests in a second, and in a second of the emulator's processor time; each connection asks
    again as soon as it was answered."""
    connections = await stand.open(CONNECTIONS)
    until, done = time.perf_counter() + seconds, 0

    async def busy(number: int) -> None:
        nonlocal done
        while time.perf_counter() < until:
            await connections[number].said(requests[done % len(requests)])
            done += 1

    begun, used = time.perf_counter(), cpu_seconds(stand.pid)
    await asyncio.gather(*(busy(number) for number in range(CONNECTIONS)))
    spent, cost = time.perf_counter() - begun, cpu_seconds(stand.pid) - used
    for connection in connections:
        connection.close()
    return done / spent, done / cost


def sending(count: int, to: int = RESIDENTS) -> list[bytes]:
    """Calls of execute with 25 messages each, to residents in turn."""
    made, users = [], people(to)
    for number in range(count):
        given = [
            {"peer_id": users[(number * PER_EXECUTE + place) % to], "random_id": 0, "message": f"Обращение {number}"}
            for place in range(PER_EXECUTE)
        ]
        calls = ",".join(f"API.messages.send({json.dumps(one, ensure_ascii=False)})" for one in given)
        made.append(post("execute", TOKEN, code=f"return [{calls}];"))
    return made


async def calls(stand: Stand, size: Size) -> list[Figure]:
    """The bars are on the emulator's own processor time: the machine may be shared, the emulator has one thread."""
    users = people(100)
    said = "Ваше обращение принято"
    single = [post("messages.send", TOKEN, peer_id=user, random_id=0, message=said) for user in users]
    read = [post("messages.getHistory", TOKEN, peer_id=user, count=20) for user in users]
    figures = []
    for what, requests, each, bar in (
        ("messages.send, one in each request", single, 1, SINGLE_BAR),
        ("messages.getHistory of 20 messages", read, 1, 0.0),
        ("messages.send through execute, 25 in each", sending(200), PER_EXECUTE, EXECUTE_BAR),
    ):
        wall, alone = await pace(stand, requests, size.seconds)
        figures.append(Figure(what, each * wall, "a second"))
        figures.append(Figure(f"{what}: in a second of processor time", each * alone, "", least=bar))
    return figures


async def server_of(connection: Connection) -> tuple[str, str, str]:
    """The path, the key and the newest number of the community's long poll."""
    told = await connection.said(post("groups.getLongPollServer", TOKEN, group_id=COMMUNITY))
    return "/" + told["server"].split("/", 3)[3], told["key"], told["ts"]


async def parked(stand: Stand, size: Size) -> list[Figure]:
    """So many polls wait for one community; one message wakes them all."""
    [one] = await stand.open(1)
    path, key, ts = await server_of(one)
    empty = memory_mb(stand.pid)
    waiting = await stand.open(size.polls)
    for each in waiting:
        each.ask(poll(path, key, ts, 60))
    await asyncio.sleep(2.0)
    used = memory_mb(stand.pid) - empty
    one.ask(post("messages.send", f"user-{people(1)[0]}", peer_id=-COMMUNITY, random_id=0, message="Проснитесь"))
    begun, before = time.perf_counter(), cpu_seconds(stand.pid)
    answers = await asyncio.gather(*(each.heard() for each in waiting))
    woken, cost = time.perf_counter() - begun, cpu_seconds(stand.pid) - before
    await one.heard()
    assert all(len(json.loads(answer)["updates"]) == 1 for answer in answers)
    for each in [*waiting, one]:
        each.close()
    return [
        Figure(f"{size.polls} parked polls, all woken by one message", woken, "s"),
        Figure("the same in processor time of the emulator", cost, "s", most=WAKE_BAR),
        Figure("memory of a parked poll", 1024 * used / size.polls, "KB"),
    ]


async def events(stand: Stand, size: Size) -> list[Figure]:
    """One bot reads by long poll what people write: while it is written, and a backlog."""
    [bot, people_side] = await stand.open(2)
    path, key, ts = await server_of(bot)
    first, count = ts, size.events // PER_EXECUTE
    lines = ",".join(
        f'API.messages.send({{"peer_id":-{COMMUNITY},"random_id":0,"message":"Яма {place}"}})'
        for place in range(PER_EXECUTE)
    )
    writing = [post("execute", f"user-{user}", code=f"return [{lines}];") for user in people(100)]

    async def write_all() -> None:
        for number in range(count):
            await people_side.said(writing[number % len(writing)])

    begun = time.perf_counter()
    writer = asyncio.ensure_future(write_all())
    heard = 0
    while heard < count * PER_EXECUTE:
        answer = await bot.said(poll(path, key, ts, 25))
        heard, ts = heard + len(answer["updates"]), answer["ts"]
    live = heard / (time.perf_counter() - begun)
    await writer
    begun, again, ts = time.perf_counter(), 0, first
    while again < heard:
        answer = await bot.said(poll(path, key, ts, 25))
        again, ts = again + len(answer["updates"]), answer["ts"]
    backlog = again / (time.perf_counter() - begun)
    bot.close()
    people_side.close()
    return [
        Figure("events written by people and read by a bot", live, "a second"),
        Figure("events of a backlog read by a bot", backlog, "a second"),
    ]


async def large(stand: Stand, size: Size) -> list[Figure]:
    """What a world of so many messages costs: reading, memory, and the longest wait while it is saved."""
    [one] = await stand.open(1)
    record = await one.said(post("emulator.record", "", since=10**9))
    for request in sending(max(size.messages - record["last"], 0) // PER_EXECUTE + 1):
        await one.said(request)
    last = (await one.said(post("emulator.record", "", since=10**9)))["last"]
    user = f"user-{people(1)[0]}"
    timed = {
        "emulator.state": post("emulator.state", ""),
        "emulator.record of the last 100 messages": post("emulator.record", "", since=last - 100),
        "emulator.record of everything": post("emulator.record", ""),
        "messages.getConversations, community, 20 of 1000": post("messages.getConversations", TOKEN, count=20),
        "messages.getConversations, resident": post("messages.getConversations", user, count=20),
        "messages.getHistory of 200 messages": post("messages.getHistory", user, peer_id=-COMMUNITY, count=200),
        "messages.search of one word": post("messages.search", TOKEN, q="яма", count=20),
    }
    figures = [
        Figure(f"{what}, {last} messages, median", await median(one, request), "ms") for what, request in timed.items()
    ]
    stall = await longest_wait(one, stand.kept)
    one.close()
    return [
        *figures,
        Figure(f"longest wait for an answer while {last} messages are saved", stall, "s"),
        Figure(f"memory with {last} messages", memory_mb(stand.pid), "MB"),
    ]


async def median(connection: Connection, request: bytes, times: int = 7) -> float:
    """The median of so many identical requests in milliseconds."""
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        connection.ask(request)
        await connection.heard()
        spent.append(1000 * (time.perf_counter() - begun))
    return sorted(spent)[times // 2]


async def longest_wait(connection: Connection, kept: Path) -> float:
    """Messages one after another until the world has been saved twice: the second time lies wholly in between."""
    request = post("messages.send", TOKEN, peer_id=people(1)[0], random_id=0, message="Пока сохраняется")
    saved, longest = {written(kept)}, 0.0
    until = time.perf_counter() + SAVED_WITHIN
    while len(saved) < 3:
        begun = time.perf_counter()
        assert begun < until, "the world was not saved"
        await connection.said(request)
        longest = max(longest, time.perf_counter() - begun)
        saved.add(written(kept))
        await asyncio.sleep(0.002)
    return longest


def written(kept: Path) -> int:
    """When the world's file was written last, in nanoseconds; 0 where it is not there."""
    return kept.stat().st_mtime_ns if kept.exists() else 0


async def measured(size: Size) -> list[Figure]:
    """All figures; each part gets a new emulator."""
    figures: list[Figure] = []
    parts: tuple[Callable[[Stand, Size], Any], ...] = (calls, parked, events, large)
    for part in parts:
        with tempfile.TemporaryDirectory(prefix="emulator-") as folder:
            async with started(Path(folder)) as stand:
                figures += await part(stand, size)
                print(f"  {part.__name__}: {[figure.cells() for figure in figures[-3:]]}", file=sys.stderr, flush=True)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="half a minute, for every day")
    parser.add_argument("--write", action="store_true", help="put the table into docs/reference/benchmarks.md")
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 20_000), most))  # the emulator inherits it
    figures = asyncio.run(measured(QUICK if options.quick else FULL))
    command = f"{COMMAND} --quick" if options.quick else COMMAND
    rows = [figure.cells() for figure in figures]
    table = Table("emulator", command, machine(), ["what", "measured", "demanded"], rows)
    print(table.text())
    if options.write:
        write([table])
    missed = [figure for figure in figures if figure.missed]
    for figure in missed:
        print(f"Не выдержано: {' '.join(figure.cells())}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
