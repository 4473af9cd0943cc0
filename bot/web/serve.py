"""Serves the panel: in the bot beside its loops, or apart on PostgreSQL. It must never hold up the end of the bot."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from bot.config.keys import master_of
from bot.config.settings import Settings, panel_address, policy_of
from bot.feature import Feature
from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.process.log import log
from bot.region import map_file
from bot.region.shared import directory_of
from bot.runtime import Reads, Runtime
from bot.upkeep.worker_number import BEAT, hold, reserve_worker_number
from bot.vk.community_identity import known_community
from bot.web.app import build
from bot.web.layout import environment
from bot.web.pages import PAGES
from bot.web.security.limits import Limits
from bot.web.site import Site
from states.directory import Directory
from storage.db.database import Database
from storage.db.engines.readers import Readers, open_readers
from storage.db.errors import Unavailable
from storage.db.worker_number import WorkerNumber
from storage.records import directory as directories

LAST_REQUESTS = 3
"""Seconds that requests under way are given at the end."""
IDLE_SECONDS = 30
LOOK_SECONDS = 30.0
"""How often a panel that runs apart looks whether the directory is a new one."""


@dataclass(slots=True)
class Served:
    """`readers` are closed with it."""

    server: uvicorn.Server
    listening: socket.socket
    readers: Readers

    async def close(self) -> None:
        """Ends the panel: takes no new requests, gives those under way a moment."""
        self.server.should_exit = True
        await self.server.shutdown([self.listening])
        await self.readers.close()


async def beside(bot: Runtime) -> Served:
    """The panel of a running bot, in its loop and on its database."""

    async def adopt_directory(known: Directory) -> None:
        """Gives the bot in this process the directory that was saved in the panel."""
        await bot.take(known)

    def wake() -> None:
        """Wakes the bot's loops of events and of timers, so that they do not wait for their next look."""
        bot.events.notify()
        bot.timers.notify()

    served = await open_panel(
        bot.settings, bot.db, bot.clock, lambda: bot.directory, wake, adopt_directory, bot, bot.features
    )
    bot.readers = served.readers
    return served


async def open_panel(
    settings: Settings,
    db: Database,
    clock: Clock,
    directory: Callable[[], Directory],
    wake: Callable[[], None] = lambda: None,
    changed: Callable[[Directory], Awaitable[None]] | None = None,
    bot: Runtime | None = None,
    features: tuple[Feature, ...] = (),
) -> Served:
    """Opens the connections that only read and begins to serve the panel; they are closed again where that fails. `bot`
    is None where the panel is a process of its own."""
    readers = open_readers(db, settings.database_url, settings.read_database_url)
    try:
        site = site_for(settings, db, readers, clock, directory, features)
        site = replace(site, wake=wake, changed=changed, bot=bot)
        return await serve(build(site, PAGES), settings, readers)
    except BaseException:
        await readers.close()
        raise


def site_for(
    settings: Settings,
    db: Database,
    readers: Reads,
    clock: Clock,
    directory: Callable[[], Directory],
    features: tuple[Feature, ...] = (),
) -> Site:
    """What the pages need, put together: settings, database, readers, directory, templates, the outline of the map,
    limits. It opens nothing."""
    outlines = map_file.read(Path(settings.region_folder))
    policy = policy_of(settings, db.community)
    pages = environment(tuple(feature.templates for feature in features if feature.templates is not None))
    limits = Limits(clock)
    return Site(settings, db, readers, clock, directory, pages, limits, policy, outlines, features=features)


async def serve(app: ASGIApp, settings: Settings, readers: Readers) -> Served:
    """uvicorn without its signals, log and own loop: those are the bot's."""
    listening = bound(settings.panel_host, settings.panel_port)
    config = uvicorn.Config(
        app,
        http="h11",
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        date_header=False,
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1,::1",
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=LAST_REQUESTS,
    )
    # It writes what an exception said, which may be anybody's words (T14); ours is written by errors.py.
    logging.getLogger("uvicorn.error").disabled = True
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup([listening])
    log.info("panel", loop="web", state="open")
    return Served(server, listening, readers)


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; Refusal where the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, or asyncio leaves Nagle's algorithm on and every page comes 40 ms later.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise Refusal(f"BOT_PANEL_PORT: адрес {host}:{port} не занять ({error.strerror}).") from None
    listening.listen(256)
    listening.setblocking(False)
    return listening


async def alone(settings: Settings, features: tuple[Feature, ...]) -> None:
    """Serves the panel apart (`python -m bot web`) until SIGTERM or SIGINT, on PostgreSQL, where the bot itself may run
    elsewhere."""
    if not settings.panel_port:
        raise Refusal("Впишите BOT_PANEL_PORT: на каком порту отдавать панель.")
    db = await Database.open(settings.database_url, worker=settings.worker, master=master_of(settings))
    try:
        community = await known_community(settings, db)
        if community is None:
            raise Refusal("Бот с этой базой ещё не запускался. Сначала: python -m bot run")
        own, clock = db.of(community), Clock()
        async with reserve_worker_number(own, settings.worker, clock) as number:
            await until_told(settings, own, clock, number, features)
    finally:
        await db.close()


async def until_told(
    settings: Settings, db: Database, clock: Clock, number: WorkerNumber | None, features: tuple[Feature, ...]
) -> None:
    """Serves the panel without the bot until SIGTERM or SIGINT: keeps this worker's number and reads the directory anew
    every 30 s. A database that is away is logged and waited for."""
    told = asyncio.Event()
    known, looked_at = await load_directory(db), clock.monotonic()

    async def adopt_directory(new: Directory) -> None:
        """Takes the directory that was saved in this panel, without waiting for the next look."""
        nonlocal known
        known = new

    served = await open_panel(settings, db, clock, lambda: known, changed=adopt_directory, features=features)
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, told.set)
    log.info("started", community=db.community, kind="web", state=panel_address(settings))
    try:
        while not told.is_set():
            try:
                if number is not None:
                    await hold(db, number)
                if clock.monotonic() - looked_at > LOOK_SECONDS:
                    known, looked_at = await load_directory(db), clock.monotonic()
            except Unavailable:
                log.error("store_down", loop="web", error="Unavailable")
            await wait(told, BEAT)
    finally:
        await served.close()


async def wait(told: asyncio.Event, seconds: float) -> None:
    """Waits for the event, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            await told.wait()
    except TimeoutError:
        return


async def load_directory(db: Database) -> Directory:
    """The newest directory of the database; Refusal, with the command to import one, where there is none."""
    stored = await db.run(directories.load_text)
    if stored is None:
        raise Refusal("Справочник ещё не загружен. Сначала: python -m bot directory import ПАПКА")
    return directory_of(stored[0])
