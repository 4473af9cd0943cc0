"""The same stage without sockets and without waiting: the real bot on the simulation's loop, network and clock.

A test that is marked `virtual` runs in that loop itself, so its own sleeps cost nothing either. Each begins with a copy
of one prepared world, the directory imported and the chats bound.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from bot.admin.admin_service import AdminService
from bot.config.settings import Settings
from bot.delivery.read_sources import AGAIN, BELIEVED_AFTER
from bot.region.directory_json import to_json
from states.directory import Directory
from storage.db.database import Database
from storage.db.migrations import migrate
from storage.inbox import timers
from tests import WORLD
from tests.simulation.chance import Chance, seeded_secrets
from tests.simulation.life import MASTER, Life, load_once
from tests.simulation.loop import Mortal, run
from tests.simulation.postgres import PgStore, Server
from tests.simulation.stage import URL, Scene, packed, scene, scratch, second_place, unpacked
from tests.simulation.store import Files, SimStore
from tests.simulation.worker import PausableLoop, Worker
from tests.transcripts.emulated import COMMUNITY, EmulatedStage, VkRefused, settings_for, sqlite_url
from vk_emulator.methods import registry
from vk_emulator.world.world import World
from vk_emulator.world_file import parse_world

BEGINS = datetime(2026, 11, 24, 4, 0, tzinfo=UTC).timestamp()
"""A Tuesday, nine in the morning in Chelyabinsk."""
MOST_STEPS = 50_000_000
TEMPLATE = "talks"


def virtual_loop() -> PausableLoop:
    """What a test that is marked `virtual` runs in (tests/conftest.py)."""
    made = PausableLoop(random.Random(1))
    made.most_steps = MOST_STEPS
    return made


@dataclass
class VirtualStage(EmulatedStage):
    """People act through VK's methods as ever; their calls take no time, the bot's take what the network takes."""

    scene: Scene = None  # type: ignore[assignment]
    engine: Sqlite | Postgresql = None  # type: ignore[assignment]
    life: Life | None = None

    LOOKS: ClassVar[float] = 0.5

    async def call(self, method: str, token: str = "", **params: Any) -> Any:
        given = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items() if v is not None}
        answer = self.scene.vk.call(method, token, given)
        self.there = self.scene.vk.world.clock.now()
        self.scene.net.stir()
        if method == "emulator.setFaults":
            self.scene.net.restarted()
        if method == "emulator.advanceClock" and self.bot is not None:
            self.bot.notify_all()
        if "error" in answer:
            raise VkRefused(f"{method}: {answer['error']}")
        return answer["response"]

    async def _upload(self, url: str, name: str, file_name: str, content: bytes) -> dict[str, Any]:
        parts = urlsplit(url)
        owner = dict(parse_qsl(parts.query)).get("owner", "")
        reply = await self.scene.net.upload(parts.path.rpartition("/")[2], owner, file_name, content)
        uploaded = json.loads(reply.body)
        assert isinstance(uploaded, dict)
        return uploaded

    async def file(self, url: str) -> bytes:
        reply = await self.scene.net.file(urlsplit(url).path.rpartition("/")[2])
        assert not reply.gone and reply.status == 200, reply
        return reply.body

    async def start(self) -> None:
        self.started = self.scene.loop.time()
        self.life = self.engine.life(self.settings, self.scene)
        self.life.begin(self.scene.loop)
        while self.life.bot is None and not self.life.over:
            await asyncio.sleep(0.01)
        if self.life.error is not None:
            raise self.life.error
        self.bot = self.life.bot

    async def wait(self, seconds: float) -> None:
        """A jump of the clock lets no time pass by the one that only counts: what the bot reads again in its own time
        gets it."""
        await super().wait(seconds)
        assert self.bot is not None
        first = await self.bot.db.run(lambda tx: timers.to_read(tx, 1))
        if first and first[0].at <= self.bot.clock.now():
            await asyncio.sleep(BELIEVED_AFTER.total_seconds() + AGAIN)
            await self.settle()

    async def stop(self) -> None:
        """Killed between two steps."""
        assert self.life is not None
        if not self.life.over:
            self.life.die("killed")
        self.scene.loop.let_go()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        store = self.engine.store()
        try:
            yield (await Database.over(store, self.settings.database_url, master=MASTER)).of(COMMUNITY)
        finally:
            store.drop()

    async def import_directory(self, region: Directory) -> None:
        async with self.opened() as db:
            desk = AdminService(db, self.scene.clock)
            said = await desk.carry_out("directory_import", {"text": to_json(region)})
        assert "error" not in said, said


class Sqlite:
    """The simulation's store (tests/simulation/store.py): the same statements on SQLite in memory."""

    def __init__(self) -> None:
        self.files = Files()
        self._kept = (b"", b"")

    def prepare(self) -> None:
        folder = scratch()
        try:
            asyncio.run(migrate(sqlite_url(folder), master=MASTER))
            self.files.lay(folder / "bot.db")
        finally:
            shutil.rmtree(folder)

    def keep(self) -> None:
        self._kept = self.files.database.taken(), self.files.keys.taken()

    def begin(self) -> None:
        self.files.database.lay(self._kept[0])
        self.files.keys.lay(self._kept[1])

    def joins(self, _loop: PausableLoop, _chance: Chance) -> None:
        """Nobody waits for anybody's lock."""

    def address(self, folder: Path) -> str:
        return sqlite_url(folder)

    def life(self, settings: Settings, made: Scene) -> Life:
        return Life(self.files, settings, made.net, made.clock)

    def store(self) -> SimStore:
        return SimStore(self.files, Mortal())


class Postgresql:
    """A real server, spoken to while the virtual clock stands still (tests/simulation/postgres.py)."""

    def __init__(self, server: Server) -> None:
        self.files = Files()
        self._server = server

    def prepare(self) -> None:
        self._server.migrated()

    def keep(self) -> None:
        self._server.keep_as(TEMPLATE)

    def begin(self) -> None:
        self._server.begin_from(TEMPLATE)

    def joins(self, loop: PausableLoop, chance: Chance) -> None:
        loop.server = self._server
        self._server.chance = chance.stream("server")

    def address(self, _folder: Path) -> str:
        return self._server.url

    def life(self, settings: Settings, made: Scene) -> Life:
        return Worker(self._server, settings, made.net, made.clock)

    def store(self) -> PgStore:
        return PgStore(self._server, 0, Mortal())


class Ground:
    """What stages are set up on: VK's world, and a database that belongs to it. Made by the bot itself: migrated, the
    directory imported, every chat bound by its code (T4)."""

    def __init__(self, engine: Sqlite | Postgresql, region: Directory) -> None:
        load_once()
        registry.load_all()
        self._engine = engine
        self._region = region
        chance, loop = Chance("talks"), virtual_loop()
        world = parse_world(WORLD.read_text(encoding="utf-8"), "world", World(seed=1))
        with seeded_secrets(chance.stream("secrets")):
            engine.prepare()
            run(loop, lambda: self._bound(world, loop, chance))
        engine.keep()
        self._world, self._loop_time = packed(world), loop.time()

    def _set_up(self, world: World, loop: PausableLoop, chance: Chance, folder: Path, **changes: Any) -> VirtualStage:
        self._engine.joins(loop, chance)
        settings = settings_for(URL, self._engine.address(folder), **changes)
        made = scene(chance, self._engine.files, world, loop, BEGINS)
        return VirtualStage(URL, None, settings, scene=made, engine=self._engine)  # type: ignore[arg-type]

    async def _bound(self, world: World, loop: PausableLoop, chance: Chance) -> None:
        with second_place() as heads:
            await self._binds(self._set_up(world, loop, chance, heads.parent))

    async def _binds(self, made: VirtualStage) -> None:
        await made.import_directory(self._region)
        await made.learn()
        await made.start()
        await asyncio.sleep(2.0)  # a new bot hears what is said from its first question on
        await made.bind()
        await made.settle()
        await made.stop()
        self._random_id = made.random_id

    @asynccontextmanager
    async def stage(self, folder: Path, region: Directory, **changes: Any) -> AsyncIterator[VirtualStage]:
        """For a test that is marked `virtual`."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, PausableLoop), "the test is not marked `virtual`"
        chance = Chance(folder.name)
        loop._now = self._loop_time
        with seeded_secrets(chance.stream("secrets")):
            self._engine.begin()
            opened = self._set_up(unpacked(self._world), loop, chance, folder, **changes)
            opened.random_id = self._random_id
            await opened.look_round()
            if region != self._region:
                await opened.import_directory(region)
            await opened.start()
            try:
                yield opened
            finally:
                await opened.stop()
                loop.bury()
