"""Bytes on disk for one finished message: lived through by a real bot to the rating, then a month later.

Counted are pages after VACUUM, a table with its indexes, less what the empty database had.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from benchmarks.parts.crowd import Crowd
from benchmarks.parts.crowd_run import CARD
from benchmarks.rig.contestants import ours, post
from benchmarks.rig.nursery import Nursery
from benchmarks.rig.stand import BOT, COMMUNITY, buttons_of, people, world_text
from bot.config.settings import Settings
from bot.upkeep.retention import terms_of
from storage.db.database import Database
from storage.privacy import retention
from vk_emulator.server import Emulator, running
from vk_emulator.world.records import Chat, Message

T = TypeVar("T")
MONTH = timedelta(days=31)
PATIENCE = 120.0
ANSWER = "Яму заделали 20 ноября, дорога в порядке"
BEFORE, AFTER, ALL = "bytes", "bytes, a month later", "all of it"
KEYS = "the file of keys"
LEAST = 8
"""Bytes of a table for one message, below which it has no row of its own."""


async def measured(nursery: Nursery, messages: int) -> dict[str, dict[str, float]]:
    """Rows and columns: bytes of one message by table."""
    with tempfile.TemporaryDirectory(prefix="disk-") as folder, tempfile.TemporaryDirectory(prefix="empty-") as other:
        async with running(world_text(0)) as emulator, ours(emulator, Path(other), nursery) as bot:
            empty = sizes(Path(other))
        async with (
            running(world_text(messages)) as emulator,
            ours(emulator, Path(folder), nursery, undo_seconds=0) as bot,
        ):
            emulator.call("emulator.setSwitches", rate_limit="off", lp_history_events=10**6)
            await bot.start()
            await lived(emulator, people(messages))
            await nursery.end(signal.SIGTERM)
            now = sizes(Path(folder))
            await a_month_later(bot.settings)
            return table({BEFORE: now, AFTER: sizes(Path(folder))}, empty, messages)


async def lived(emulator: Emulator, users: list[int]) -> None:
    """From the first word to the rating: residents, then officials, then residents again."""
    await Crowd(emulator, users, 20, 0.0).play()
    cards = await until(lambda: cards_of(emulator), len(users), "карточки не пришли")
    for chat, card in cards:
        press(emulator, chat, card, "Принять")
    await until(lambda: accepted(emulator), len(users), "карточки не приняты")
    for chat, card in cards:
        reply(emulator, chat, card)
    await until(lambda: arrived(emulator), len(users), "чаты не узнали, что ответ дошёл")
    for label in ("Решено", "5"):
        await until(lambda: offered(emulator, users, label), len(users), f"нет «{label}»")  # noqa: B023
        for user, payload in offered(emulator, users, label):
            post(emulator, user, label, payload)
    await until(lambda: rated(emulator, users), len(users), "оценки не записаны")
    await asyncio.sleep(2.0)


async def until(found: Callable[[], list[T]], wanted: int, missing: str) -> list[T]:
    """Waits until there are so many; ends the run with what is missing where they do not come."""
    for _ in range(int(PATIENCE / 0.1)):
        if len(have := found()) >= wanted:
            return have
        await asyncio.sleep(0.1)
    raise SystemExit(f"{missing}: {len(found())} из {wanted}")


def cards_of(emulator: Emulator) -> list[tuple[Chat, Message]]:
    """Every card of the bot with the chat in which it stands."""
    chats = emulator.world.chats.values()
    return [
        (chat, one) for chat in chats for one in chat.thread.messages if one.sender == BOT and CARD.search(one.text)
    ]


def accepted(emulator: Emulator) -> list[Message]:
    """Cards that no longer offer to be taken."""
    return [card for _, card in cards_of(emulator) if not any(one["label"] == "Принять" for one in labels(card))]


def labels(message: Message) -> list[dict[str, str]]:
    """The buttons of the message that have a label."""
    return [one for one in buttons_of(message.keyboard) if "label" in one]


def press(emulator: Emulator, chat: Chat, card: Message, label: str) -> None:
    """Presses the card's button that begins with this label, as the chat's owner."""
    payload = next(one["payload"] for one in labels(card) if one["label"].startswith(label))
    emulator.call("messages.sendMessageEvent", f"user-{chat.owner}", **at(chat), cmid=card.cmid, payload=payload)


def reply(emulator: Emulator, chat: Chat, card: Message) -> None:
    """Answers the resident by a reply to the card."""
    forward = json.dumps({**at(chat), "conversation_message_ids": [card.cmid], "is_reply": 1})
    said = {"random_id": emulator.world.next_id, "message": ANSWER, "forward": forward}
    emulator.call("messages.send", f"user-{chat.owner}", **at(chat), **said)


def at(chat: Chat) -> dict[str, int]:
    """The chat's peer id, as its owner knows it."""
    return {"peer_id": 2_000_000_000 + chat.numbers[chat.owner]}


def arrived(emulator: Emulator) -> list[Message]:
    """Lines in chats that say that an answer has reached its resident: from then on it may be called solved."""
    lines = (one for chat in emulator.world.chats.values() for one in chat.thread.messages)
    return [one for one in lines if one.sender == BOT and "доставлен жителю" in one.text]


def heard(emulator: Emulator, user: int) -> list[Message]:
    """What the bot said to a resident, the newest first."""
    messages = emulator.world.private_thread(BOT, user).messages
    return [one for one in reversed(messages) if one.sender == BOT]


def offered(emulator: Emulator, users: list[int], label: str) -> list[tuple[int, str]]:
    """Who was offered this button, with the payload of the newest one."""
    found = []
    for user in users:
        payloads = (one["payload"] for said in heard(emulator, user) for one in labels(said) if one["label"] == label)
        if payload := next(payloads, None):
            found.append((user, payload))
    return found


def rated(emulator: Emulator, users: list[int]) -> list[int]:
    """Whose rating the bot has confirmed."""
    return [user for user in users if any("записали" in said.text for said in heard(emulator, user))]


async def a_month_later(settings: Settings) -> None:
    """The daily job of retention, as the bot runs it."""
    db, now = await Database.open(settings.database_url, community=COMMUNITY), datetime.now(UTC) + MONTH
    for job in retention.JOBS:
        window = await db.run(lambda tx: job(tx, None, now, terms_of(settings)))  # noqa: B023
        while window.after is not None:
            window = await db.run(lambda tx: job(tx, window.after, now, terms_of(settings)))  # noqa: B023
    await db.checkpoint()
    await db.close()


def sizes(folder: Path) -> Counter[str]:
    """Bytes by table, indexes with their table."""
    with closing(sqlite3.connect(folder / "bot.db", isolation_level=None)) as database:
        database.execute("VACUUM")
        found = database.execute(
            "SELECT coalesce(m.tbl_name, s.name), sum(s.pgsize) FROM dbstat s "
            "LEFT JOIN sqlite_master m ON m.name = s.name GROUP BY 1"
        )
        counted = Counter({name: size for name, size in found if not name.startswith("sqlite_")})
    counted[KEYS] = (folder / "bot.db.keys").stat().st_size
    return counted


def table(found: dict[str, Counter[str]], empty: Counter[str], messages: int) -> dict[str, dict[str, float]]:
    """The largest first; small ones are only in the sum."""
    each = {when: {name: (size - empty[name]) / messages for name, size in of.items()} for when, of in found.items()}
    rows = {ALL: {when: sum(of.values()) for when, of in each.items()}}
    for name in sorted(each[BEFORE], key=lambda name: -each[BEFORE][name]):
        if each[BEFORE][name] >= LEAST:
            rows[name] = {when: of.get(name, 0.0) for when, of in each.items()}
    return rows
