"""Wires the running bot: its loops between VK and the database. Start reading here.

VK ──listen──► inbox ──work──► outbox ──send──► VK. `tick` turns due timers into events, `backfill` reads messages
that the long poll missed, `retain` erases what may not be kept, `back_up` copies the database, `watch` checks the bot
itself. Features have loops of their own: one runs the communities of the registry beside this one, their home.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import aiohttp

import features
from bot.config.settings import Settings, policy_of
from bot.delivery.backfill import backfill, verify_dialogues
from bot.delivery.listen import listen
from bot.delivery.read_sources import read_sources
from bot.delivery.send import send
from bot.delivery.tick import tick
from bot.delivery.work import work
from bot.process import admin_socket, descriptors, memory, systemd
from bot.process.advice import Refusal
from bot.process.clock import Clock, Wakeup, is_loopback
from bot.process.log import log
from bot.process.pace import Pace
from bot.region import learned
from bot.region.shared import directory_of, judge_of, matcher_of
from bot.runtime import Runtime
from bot.upkeep.backups import back_up
from bot.upkeep.communities.left_out import is_left_out, look_after, nobody_unheard
from bot.upkeep.failover import failed_over
from bot.upkeep.keep_alive import keep_alive
from bot.upkeep.lasting import lasting
from bot.upkeep.members import list_members
from bot.upkeep.metrics import serve
from bot.upkeep.opening import open_database
from bot.upkeep.retention import retain
from bot.upkeep.taken_away import final_copy_error, guard_database_file
from bot.upkeep.watch import watch
from bot.upkeep.worker_number import hold_number, reserve_worker_number
from bot.vk.client import Vk
from bot.vk.community_identity import community_of
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.files import Files
from bot.vk.payload import Signer
from handlers.lifecycle.incidents import INCIDENTS_TIMER
from handlers.system.reminders import SPIKES_TIMER
from states.directory import Directory
from states.effects import StartTimer
from states.lifecycle.spikes import next_look
from storage.db.crash_points import crash_point
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.db.worker_number import WorkerNumber
from storage.inbox import history, timers
from storage.ops import recovery_mark
from storage.privacy import forgetting
from storage.records import directory as directories

if TYPE_CHECKING:
    from bot.admin.admin_service import AdminService
    from bot.web.serve import Served

NO_FRAMEWORK = "Для панели нужны библиотеки. Поставьте: uv sync --extra panel. Или уберите BOT_PANEL_PORT."
DRAIN_SECONDS = 25.0
"""SIGTERM: the send in flight is given its time (delivery.md §11), then the process ends anyway."""


SWITCH_SECONDS = 0.0005
"""SQLite's thread gives the interpreter away at each statement, and by default waits five milliseconds to have it back
while the loop is busy: a quarter of the turns a second under load."""


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    sys.setswitchinterval(SWITCH_SECONDS)
    async with running(settings) as bot:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, bot.stop)
        desk = cache(lambda: admin_service_of(bot))  # made with the first command
        asked = admin_socket.socket_of(settings.database_url)
        door = await admin_socket.open_socket(asked, lambda command, said: desk().carry_out(command, said))
        metrics = await serve(bot, lambda: desk().stats())
        panel = await panel_of(bot)
        memory.freeze_gc()
        log.info("started", community=bot.community, version=bot.directory.version)
        systemd.notify(systemd.READY)
        try:
            with guard_database_file(bot):
                await loops(bot)
            if bot.health.gone:
                raise await final_copy_error(bot)
        finally:
            systemd.notify(systemd.STOPPING)
            if door is not None:
                door.close()
            if metrics is not None:
                await metrics.cleanup()
            if panel is not None:
                await panel.close()
            log.info("stopped", community=bot.community)


async def panel_of(bot: Runtime) -> Served | None:
    """The panel beside the bot; None without its port. Loaded only where it is used: a bot without a panel has no web
    framework in memory."""
    if not bot.settings.panel_port:
        return None
    try:
        from bot.web.serve import beside
    except ImportError as error:
        raise Refusal(NO_FRAMEWORK) from error
    return await beside(bot)


async def loops(bot: Runtime) -> None:
    """All loops until one fails or the bot is told to stop; then a drain."""
    bodies = [lasting(bot, loop) for loop in (work, send, tick, read_sources)]
    bodies += [loop for feature in bot.features for loop in feature.drained(bot, recover_if_marked)]
    chores = [listen, backfill, verify_dialogues, retain, back_up, list_members, watch, keep_alive]
    chores += [hold_number] if bot.number is not None else []
    chores += [look_after] if is_left_out(bot.features) else []
    cut = [lasting(bot, chore) for chore in chores]
    cut += [loop for feature in bot.features for loop in feature.loops(bot)]
    drained = [asyncio.create_task(body) for body in bodies]  # noqa: TID251 - the one place that starts loops
    dropped = [asyncio.create_task(body) for body in cut]  # noqa: TID251
    told = asyncio.create_task(until_told(bot))  # noqa: TID251
    everything = [*drained, *dropped, told]
    try:
        done, _ = await asyncio.wait(everything, return_when=asyncio.FIRST_COMPLETED)
        crash_point("app: draining")
        bot.stop()
        for task in dropped:
            task.cancel()
        if not bot.health.gone:  # what were sent now would be recorded nowhere
            _, left = await asyncio.wait([*drained, *dropped], timeout=DRAIN_SECONDS)
            if left:
                log.warning("drain_cut", count=len(left))
    finally:
        for task in everything:
            task.cancel()
        await asyncio.gather(*everything, return_exceptions=True)  # noqa: TID251
    for task in done:
        task.result()


async def recover_if_marked(bot: Runtime) -> None:
    """Recovers before any loop, if an older copy was put back or a failover has lost rows (delivery.md §13)."""
    await failed_over(bot)
    if await bot.db.run(recovery_mark.read_mark) is not None:
        from bot.delivery import recovery  # half a megabyte that no other start needs

        await recovery.run(bot)


async def until_told(bot: Runtime) -> None:
    await bot.stopping.wait()


def connector() -> aiohttp.TCPConnector:
    """A connector with at most as many connections at once as the system gives descriptors for: what is more waits and
    does not fail."""
    return aiohttp.TCPConnector(limit=descriptors.connections(), ttl_dns_cache=300)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Runtime]:
    """Everything a loop needs, open; closed again at the end."""
    clock = Clock()
    chosen = features.chosen(settings.features)
    db = await open_database(settings, clock, chosen)
    try:
        async with aiohttp.ClientSession(connector=connector()) as http:
            community = await community_of(settings, db, clock, vk_of(settings, http, clock))
            await nobody_unheard(db.of(community), chosen)
            async with reserve_worker_number(db.of(community), settings.worker, clock) as number:
                yield await wire_runtime(settings, clock, db, http, number)
    finally:
        await db.close()


async def begin_looks(tx: Transaction, now: datetime) -> None:
    """The timers of the bot itself, where they do not run yet: what grows, and who may still read one answer."""
    await timers.begin(tx, StartTimer(SPIKES_TIMER, SPIKES_TIMER, 0, next_look(now)))
    await timers.begin(tx, StartTimer(INCIDENTS_TIMER, INCIDENTS_TIMER, 0, now))


async def wire_runtime(
    settings: Settings, clock: Clock, db: Database, http: aiohttp.ClientSession, number: WorkerNumber | None = None
) -> Runtime:
    """The tools of a bot, wired together."""
    assembled: list[Runtime] = []

    def notify_all_loops() -> None:
        for bot in assembled:
            bot.notify_all()

    vk = vk_of(settings, http, clock, notify_all_loops)
    community = await community_of(settings, db, clock, vk)
    db = db.of(community)
    await db.run(lambda tx: history.note_installation(tx, clock.now()))
    if is_loopback(settings.vk_api_url):  # an emulator's clock may be days ahead, and a restore asks what time it is
        with suppress(VkError, NotReached, Uncertain):
            await vk.call("groups.getById", {})
    # Before anything is read from VK: an older copy of the database may have been put back (R14, delivery.md §13).
    await forgetting.reapply(db, clock.now())
    await db.run(lambda tx: begin_looks(tx, clock.now()))
    stored = await db.run(directories.load_text)
    if stored is None:
        raise Refusal(f"Справочник ещё не загружен. Сначала: python -m bot directory import {settings.region_folder}")
    directory, model = directory_of(stored[0]), await learned.load(db)
    pace = Pace(clock, settings.requests_per_second)
    bot = Runtime(
        settings=settings,
        policy=policy_of(settings, community),
        db=db,
        vk=vk,
        files=Files(vk, http, pace, settings.vk_api_url, settings.clamav),
        signer=Signer(db.derive_key("button"), community),
        clock=clock,
        pace=pace,
        directory=directory,
        find=matcher_of(directory, model.learned, model.decides),
        judge=judge_of(directory),
        model=model,
        directory_number=stored[1],
        features=features.chosen(settings.features),
        started_at=clock.now(),
        number=number,
        events=bell_of(db),
        outgoing=bell_of(db),
    )
    await bot.speak()
    assembled.append(bot)
    async with holding(bot):
        await lasting(bot, recover_if_marked)
    return bot


def bell_of(db: Database) -> Wakeup:
    """A wakeup for a loop; where several processes share a database, what there is to do may come from another, whose
    bell rings there."""
    return Wakeup(5.0 if db.dialect == "postgresql" else 30.0)


@asynccontextmanager
async def holding(bot: Runtime) -> AsyncIterator[None]:
    """The number is held while no loop runs yet: what follows a restore takes minutes."""
    if bot.number is None:
        yield
        return
    task = asyncio.create_task(lasting(bot, hold_number))  # noqa: TID251 - ends in here
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)  # noqa: TID251 - if it was lost, the loop will say so


def vk_of(
    settings: Settings, http: aiohttp.ClientSession, clock: Clock, jumped: Callable[[], None] = lambda: None
) -> Vk:
    """VK by these settings. Beside an emulator on loopback its clock is followed; `jumped` is called when that
    leaps."""
    hears = clock.follower_of(settings.vk_api_url, jumped)
    return Vk(settings.vk_token, settings.vk_api_url, http, hears)


def admin_service_of(bot: Runtime) -> AdminService:
    """What answers an administrator's commands, loaded when somebody asks: a bot that is left alone has none of its
    commands in memory."""
    from bot.admin.admin_service import AdminService

    async def adopt_directory(directory: Directory) -> None:
        await bot.take(directory)

    return AdminService(bot.db, bot.clock, adopt_directory, bot.settings.vk_api_url, bot, features=bot.features)
