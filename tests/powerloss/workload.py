"""What the store really says to SQLite: its own statements, recorded while it works, with the pragmas that it sets."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from states.audit import AuditAction, AuditLine
from states.decision import Decision
from states.effects import Kind, Priority, Send
from states.lifecycle.appeal import Action, Appeal, History, Piece, Status
from storage.db.database import Database
from storage.db.engines import sqlite
from storage.db.master import Master
from storage.db.migrations import migrate
from storage.db.transaction import Transaction
from storage.inbox import inbox
from storage.inbox.inbox import Arrived
from storage.outbox import claim, outcomes
from storage.privacy import audit, community_key, forgetting
from storage.unit_of_work import decisions

OF = 77
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FILES = ("bot.db", "bot.db.keys")
CHAT = 2_000_000_001


@dataclass
class Recording:
    """`images` are the files before; `said` is (file, statement) in the order in which it was said."""

    images: dict[str, bytes] = field(default_factory=dict)
    pragmas: tuple[str, ...] = ()
    said: list[tuple[str, str]] = field(default_factory=list)


def recorded(rounds: int = 30) -> Recording:
    with tempfile.TemporaryDirectory(prefix="power-") as folder:
        return asyncio.run(_recorded(Path(folder), rounds))


async def _recorded(folder: Path, rounds: int) -> Recording:
    url, master = f"sqlite+aiosqlite:///{folder / FILES[0]}", Master(bytes(range(32)))
    await migrate(url, master=master)
    found = Recording(pragmas=sqlite._PRAGMAS)
    found.images = {name: (folder / name).read_bytes() for name in FILES}
    with heard(found):
        db = await Database.open(url, master=master, community=OF)
        for number in range(rounds):
            await a_round(db, number)
        await db.close()
    return found


@contextmanager
def heard(found: Recording) -> Iterator[None]:
    """Every statement of both connections, with its values in it."""
    prepare = sqlite._prepare

    def prepare_and_hear(connection: Any, record: object) -> None:
        prepare(connection, record)
        name = Path(connection.execute("PRAGMA database_list").fetchone()[2]).name

        def hear(statement: str) -> None:
            if not statement.startswith("--"):
                found.said.append((name, statement))

        connection.set_trace_callback(hear)

    sqlite._prepare = prepare_and_hear
    try:
        yield
    finally:
        sqlite._prepare = prepare


async def a_round(db: Database, number: int) -> None:
    """Several people write, are answered, one appeals, one is forgotten: T1 to T4 and an erasure."""
    now = NOW + timedelta(minutes=number)
    people = [1000 + (number * 3 + k) % 20 for k in range(3)]
    rows = [
        Arrived("message", who, f"m:{number + 1}", f'{{"text":"сообщение {number} {"х" * 300}"}}', who, number + 1, now)
        for who in people
    ]
    await db.run(lambda tx: inbox.ingest(tx, rows, ts=str(number), now=now))
    await db.run(lambda tx: decided(tx, number, now))
    taken = await db.run(lambda tx: claim.claim_due(tx, "one", now, 25))
    delivered = [outcomes.Delivered(row.id, 10_000 + number * 10 + k) for k, row in enumerate(taken)]
    await db.run(lambda tx: outcomes.record_all_sent(tx, delivered, now))
    if number % 5 == 4:
        await db.run(lambda tx: forgetting.erase(tx, people[0], now, force=True))
        await community_key.finish(db, now)
    if number % 7 == 6:
        await db.checkpoint()


async def decided(tx: Transaction, number: int, now: datetime) -> None:
    made = []
    for waiting in await inbox.next_events(tx, now, 50):
        cause = f"v1|{OF}|screen|{waiting.peer}|{waiting.key}|{number}"
        effects = [Send(waiting.peer, cause, f"экран {'щ' * 200}")]
        code = f"11{number:02}-{waiting.peer % 8192 // 256:02}{waiting.peer % 100:02}"
        one = Appeal(code, waiting.peer, number + 1, Status.WAITING, 1, "pits", now, (Piece(number + 1, "яма"),))
        line = History(code, 1, now, waiting.peer, Action.SUBMIT, None, Status.WAITING)
        card = Send(CHAT, cause.replace("screen", "card"), "карточка", Kind.CARD, Priority.CARD, appeal=code)
        made.append((waiting, Decision(appeals=(one,), history=(line,), effects=(*effects, card))))
    await decisions.keep_decisions(tx, made, now)
    await audit.append(tx, [AuditLine(0, AuditAction.EXPORTED, "", str(number))], now)


def is_commit(statement: str) -> bool:
    return re.match(r"\s*COMMIT", statement, re.IGNORECASE) is not None


assert sqlite3.sqlite_version_info >= (3, 14), "statements are told with their values"
