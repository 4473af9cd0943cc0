"""Carries out a command: by the running bot, or here when no bot runs.

It must never open an SQLite file that a running bot has open.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import features
from bot.config.settings import Settings
from bot.process import admin_socket
from bot.process.advice import Refusal

if TYPE_CHECKING:
    from bot.feature import Feature
    from bot.process.clock import Clock
    from storage.db.database import Database

T = TypeVar("T")


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Runs the coroutine to its end."""
    return asyncio.run(work)


@contextmanager
def importing() -> Iterator[None]:
    """Keeps the garbage collector off while importing: saves a sixth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def features_of(settings: Settings) -> tuple[Feature, ...]:
    """The features of the settings, for a command of the core that decides as a bot would."""
    return features.chosen(settings.features)


def run_command(settings: Settings, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Carry out a command: by the running bot when there is one, else here."""
    said = finish(carried_out(settings, command, arguments))
    if "error" in said:
        raise Refusal(str(said["error"]))
    return said


async def carried_out(settings: Settings, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """What the running bot answers through its socket; without one the command is carried out here."""
    said = await admin_socket.ask(admin_socket.socket_of(settings.database_url), command, arguments)
    if said is not None:
        return said
    async with desk_of(settings) as carry_out:
        return await carry_out(command, arguments)


@asynccontextmanager
async def desk_of(settings: Settings) -> AsyncIterator[admin_socket.Command]:
    """Carries out commands in a database that is opened here: no bot may have an SQLite file open meanwhile."""
    from bot.admin.admin_service import AdminService
    from bot.config.keys import master_of
    from bot.process.clock import Clock
    from bot.vk.community_identity import known_community
    from storage.db.database import Database

    db = await Database.open(settings.database_url, master=master_of(settings))
    try:
        clock = Clock()
        community = await known_community(settings, db) or await asked_community(settings, db, clock)
        there = features.chosen(settings.features)
        yield AdminService(db.of(community), clock, vk_api_url=settings.vk_api_url, features=there).carry_out
    finally:
        await db.close()


async def asked_community(settings: Settings, db: Database, clock: Clock) -> int:
    """The community that the token belongs to, asked of VK."""
    with importing():
        import aiohttp

        from bot.app import vk_of
        from bot.vk.community_identity import community_of

    async with aiohttp.ClientSession() as http:
        return await community_of(settings, db, clock, vk_of(settings, http, clock))


def agreed(question: str) -> bool:
    """Whether the person agrees to the question: «да», «yes» or a letter of it; whatever else is a no."""
    import typer

    said = typer.prompt(f"{question} [да/нет]", default="", show_default=False)
    return said.strip().casefold() in ("да", "д", "yes", "y")
