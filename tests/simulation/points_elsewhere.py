"""Crash points that lie in commands and not in a running bot: a migration, a copy (delivery.md §14, 22 and 23).

A process of its own ends there without a word, on real files; the command is given again, and all must be as if nothing
had happened.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import traceback
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from storage.db import schema
from storage.db.crash_points import listen_to_points
from storage.db.database import Database
from storage.db.migrations import migrate
from storage.ops.copies import backup
from storage.ops.copies.backup import Places
from tests.simulation.life import MASTER

MIGRATE, BACKUP = "migrate: step", "backup: copied"
STEPS = 4
NOW = datetime(2026, 11, 7, tzinfo=UTC)
COMMUNITY = 101
KILLED, FAILED = 77, 1


def ended(work: Callable[[], Coroutine[Any, Any, object]], point: str = "", passing: int = 0) -> int:
    """How a process ended that did this work; at this passing of the point it dies. All work is done in children: one
    that was forked while a thread was ending here waited for ever for a lock of OpenSSL that this thread had held."""
    child = os.fork()
    if child == 0:
        listen_to_points(at_passing(point, passing))
        code = FAILED
        try:
            asyncio.run(work())
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def at_passing(point: str, passing: int) -> Callable[[str], None]:
    left = passing

    def listener(name: str) -> None:
        nonlocal left
        left -= name == point
        if name == point and left == 0:
            os._exit(KILLED)

    return listener


def done(work: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """The same to the end."""
    code = ended(work)
    assert code == 0, code


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def in_a_migration(times: int) -> list[str]:
    """At each step in turn."""
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.db"
        done(lambda: migrate(url_of(whole), master=MASTER))
        wanted = made_of(whole)
        wrong = []
        for turn in range(times):
            wrong += migrated_after(Path(folder) / f"{turn}.db", turn % STEPS + 1, wanted)
    return wrong


def migrated_after(path: Path, step: int, wanted: set[str]) -> Iterator[str]:
    if ended(lambda: migrate(url_of(path), master=MASTER), MIGRATE, step) != KILLED:
        yield f"{MIGRATE}: до шага {step} не дошло"
    done(lambda: migrate(url_of(path), master=MASTER))
    if made_of(path) != wanted:
        yield f"{MIGRATE}: после смерти на шаге {step} таблицы другие"


def made_of(path: Path) -> set[str]:
    """Every table and index as it is written, once the bot has opened them."""

    async def opened() -> None:
        await (await Database.open(url_of(path), master=MASTER, community=COMMUNITY)).close()

    done(opened)
    with closing(sqlite3.connect(path)) as raw:
        made = {str(row[0]) for row in raw.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    assert len(made) > len(schema.metadata.tables)
    return made


def in_a_copy(times: int) -> list[str]:
    """After the database was copied and before the copy has its name; the next copy is whole and alone."""
    with TemporaryDirectory() as folder:
        places = Places(Path(folder) / "bot.db", Path(folder) / "copies", Path(folder) / "keys")
        done(lambda: migrate(url_of(places.database), master=MASTER))
        wrong = []
        for _ in range(times):
            wrong += copied_after(places)
    return wrong


def copied_after(places: Places) -> Iterator[str]:
    async def copy() -> None:
        db = await Database.open(url_of(places.database), master=MASTER, community=COMMUNITY)
        try:
            await backup.make(db, places, NOW)
        finally:
            await db.close()

    if ended(copy, BACKUP, 1) != KILLED:
        yield f"{BACKUP}: не дошло"
    if named := sorted(places.folder.glob("*")):
        yield f"{BACKUP}: недоделанная копия названа {named}"
    done(copy)
    names = [path.name for path in (*places.folder.iterdir(), *places.keys.iterdir())]
    if len(names) != 2:
        yield f"{BACKUP}: вместо копии и ключей {names}"
    left = [path.name for path in places.database.parent.glob("*copying*")]
    if left:
        yield f"{BACKUP}: остались {left}"
    for path in (*places.folder.iterdir(), *places.keys.iterdir()):
        path.unlink()


ELSEWHERE: dict[str, Callable[[int], list[str]]] = {MIGRATE: in_a_migration, BACKUP: in_a_copy}
