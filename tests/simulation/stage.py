"""The prepared beginning of every seed: the demo world with bound chats and the bot's files that go with it."""

from __future__ import annotations

import asyncio
import logging
import pickle
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.rig.stand import COMMUNITY, REGION, settings_for, world_text
from benchmarks.rig.tuned import tuned, untuned
from bot.admin.admin_service import AdminService
from bot.config.settings import Settings
from bot.process.log import log
from bot.region.directory_file import read
from bot.region.directory_json import to_json
from states.directory import Directory
from storage.db.database import Database
from storage.db.migrations import migrate
from tests.simulation.chance import Chance, seeded_secrets
from tests.simulation.clocks import START, OwnClock, VkClock
from tests.simulation.life import MASTER, Life, load_once
from tests.simulation.loop import VirtualLoop, run
from tests.simulation.net import BASE, MemoryFiles, Net
from tests.simulation.store import Files
from vk_emulator.api.calls import Vk
from vk_emulator.methods import registry
from vk_emulator.world.records import Json
from vk_emulator.world.world import World
from vk_emulator.world_file import parse_world

RESIDENTS = 4
URL = f"{BASE}/method/"


def scratch() -> Path:
    """In memory where there is such a place: a simulated crash is no power loss."""
    shm = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="priemnaya-sim-", dir=shm if shm.is_dir() else None))


@contextmanager
def second_place() -> Iterator[Path]:
    """Where a seed notes the ends of the audit log: on a disk of its own, and nothing is left of it."""
    folder = scratch()
    try:
        yield folder / "audit-heads"
    finally:
        shutil.rmtree(folder)


def settings(**changes: Any) -> Settings:
    return settings_for(URL, Path("/nowhere"), **untuned(changes))


@dataclass(frozen=True)
class Stage:
    """Bytes that a seed begins with. `approving`: the database in which every agency asks a second person (R39)."""

    world: bytes
    database: bytes
    approving: bytes
    keys: bytes
    loop_time: float


@dataclass
class Scene:
    """Everything of one seed that is not the bot."""

    chance: Chance
    loop: VirtualLoop
    vk: Vk
    net: Net
    clock: OwnClock
    files: Files
    heads: Path = Path("/nowhere/audit-heads")

    @property
    def world(self) -> World:
        return self.vk.world


def scene(chance: Chance, files: Files, world: World, loop: VirtualLoop, start: float = START) -> Scene:
    world.clock = VkClock(loop, start)
    world.base_url = BASE
    world.chance = chance.stream("world")
    vk = Vk(world)
    vk.faults.chance = chance.stream("faults")
    uploads = MemoryFiles(world, Path())
    uploads.kept = {}
    net = Net(vk, uploads, chance.stream("net"), loop)
    return Scene(chance, loop, vk, net, OwnClock(world.clock, loop), files)


LifeOf = Callable[[], Life]


def prepared(text: str = "", settle: Callable[[Scene, LifeOf], Awaitable[None]] | None = None) -> Stage:
    """Made by the bot itself: migrated, the directory imported, every chat of the world bound by its code."""
    load_once()
    registry.load_all()
    folder = scratch()
    try:
        chance = Chance("stage")
        with seeded_secrets(chance.stream("secrets")):
            asyncio.run(migrate(f"sqlite+aiosqlite:///{folder / 'bot.db'}", master=MASTER))
            files = Files()
            files.lay(folder / "bot.db")
            loop = VirtualLoop(chance.stream("loop"))
            world = parse_world(text or world_text(RESIDENTS), "world", World(seed=0))
            made = scene(chance, files, world, loop)
            return run(loop, lambda: staged(made, settle or bound))
    finally:
        shutil.rmtree(folder)


def packed(world: World) -> bytes:
    return pickle.dumps({name: value for name, value in vars(world).items() if name != "clock"}, protocol=5)


def unpacked(packed: bytes) -> World:
    world = World.__new__(World)
    world.__dict__.update(pickle.loads(packed))
    return world


async def imported(made: Scene, life: Life, directory: Directory) -> tuple[Life, AdminService]:
    """The directory is the bot's; its file is still open."""
    desk = AdminService((await Database.over(life.store, life.url, master=MASTER)).of(COMMUNITY), made.clock)
    said = await desk.carry_out("directory_import", {"text": to_json(directory)})
    assert "error" not in said, said
    return life, desk


async def staged(made: Scene, settle: Callable[[Scene, LifeOf], Awaitable[None]]) -> Stage:
    """Both databases: the second differs in nothing but that agencies answer what somebody else has agreed to (R39)."""
    life_of = partial(Life, made.files, settings(), made.net, made.clock)
    await settle(made, life_of)
    world, plain, keys, now = packed(made.world), made.files.database.taken(), made.files.keys.taken(), made.loop.time()
    region = read(REGION)
    careful = replace(region, agencies=tuple(replace(agency, approval=True) for agency in region.agencies))
    life, _ = await imported(made, life_of(), careful)
    life.store.drop()
    return Stage(world, plain, made.files.database.taken(), keys, now)


async def bound(made: Scene, life_of: LifeOf) -> None:
    """The directory is imported, every chat bound by its code."""
    life, desk = await imported(made, life_of(), read(REGION))
    chats = chats_of(made, COMMUNITY)
    codes = [await desk.carry_out("chat_code", {"agency": "cur" if chat["cur"] else chat["agency"]}) for chat in chats]
    life.store.drop()
    life = life_of()
    life.begin(made.loop)
    await asyncio.sleep(2.0)
    for number, (chat, code) in enumerate(zip(chats, codes, strict=True)):
        owner = f"user-{chat['owner_id']}"
        peer = chat["peer_ids"][owner]
        made.net.call("messages.send", owner, peer_id=peer, random_id=number + 1, message=f"/код {code['code']}")
    await asyncio.sleep(30.0)
    assert life.bot is not None, life.error
    bound = (await AdminService(life.bot.db, made.clock).carry_out("chat_list", {}))["chats"]
    assert len(bound) == len(chats), bound
    await ended(life)


def chats_of(made: Scene, community: int) -> list[Json]:
    """What VK knows of the chats that it is in."""
    every: list[Json] = made.net.call("emulator.state", "")["chats"]
    return [chat for chat in every if f"group-{community}" in chat["peer_ids"]]


async def ended(life: Life) -> None:
    life.stop()
    while not life.over:
        await asyncio.sleep(0.5)
    assert life.error is None, life.error


@contextmanager
def set_out(
    stage: Stage, chance: Chance, files: Files, *, approvals: bool = False, numbers: Mapping[str, Any] | None = None
) -> Iterator[Scene]:
    """The stage as a seed finds it, laid into `files`. `numbers`: of the bot's, until the seed is over."""
    files.database.lay(stage.approving if approvals else stage.database)
    files.keys.lay(stage.keys)
    loop = VirtualLoop(chance.stream("loop"))
    loop._now = stage.loop_time
    world = unpacked(stage.world)
    with tuned(numbers or {}), seeded_secrets(chance.stream("secrets")), second_place() as heads:
        yield replace(scene(chance, files, world, loop), heads=heads)


def quiet_log() -> None:
    """The lines of the bot's log are not even made."""
    log.level = logging.CRITICAL
