"""The demo year, taken in while the bot runs: what another process has made comes in a few hundred messages at a time.

It must never touch a database whose VK is a real one: these messages are nobody's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.config import calendar_file
from bot.feature import Feature
from bot.process.advice import Refusal
from bot.process.clock import Clock, is_loopback
from bot.region.shared import directory_of
from features.demo.births import DAYS
from features.demo.given import YearInputs
from states.lifecycle.appeal import Appeal, History
from storage.db import notes
from storage.db.codec import decode
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.ops import bulk
from storage.records import chats, directory

Json = dict[str, Any]

REAL = "Демонстрационный год бывает только в песочнице: здесь настоящая ВКонтакте. Запустите make sandbox."
NOT_BEGUN = "Демонстрационный год ещё не начат. Начать: python -m bot demo fill"


class AdminDemo:
    """`vk_api_url` is that of the bot whose database this is."""

    def __init__(self, db: Database, clock: Clock, vk_api_url: str, features: tuple[Feature, ...] = ()) -> None:
        self.db, self.clock, self.vk_api_url, self.features = db, clock, vk_api_url, features

    def commands(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """By name, what an administrator may ask for."""
        return {"demo_begin": self.begin, "demo_keep": self.keep, "demo_rows": self.rows, "demo_state": self.state}

    async def begin(self, messages: int, seed: int) -> Json:
        """Begins the demo year, and gives what it is made by. One that was begun goes on as it was begun: with its
        seed, up to its moment."""
        self._only_here()
        made_by = {"messages": messages, "seed": seed, "now": self.clock.now().isoformat()}
        fresh = {**made_by, "day": 0, "days": DAYS, "kept": 0}

        async def body(tx: Transaction) -> Json:
            begun = await notes.get(tx, notes.DEMO) or fresh
            await notes.put(tx, notes.DEMO, begun)
            stored = await directory.load_text(tx)
            bound = {chat.agency: chat.peer for chat in await chats.bound(tx)}
            return {**begun, "directory": stored[0] if stored else "", "chats": bound, "community": tx.community}

        return await self.db.run(body)

    async def keep(self, told: Sequence[tuple[str, Sequence[str]]], day: int) -> Json:
        """Some messages with their histories, as stored texts; `day`: so many days are complete with them."""
        self._only_here()
        read = [(decode(Appeal, appeal), [decode(History, line) for line in lines]) for appeal, lines in told]

        async def body(tx: Transaction) -> Json:
            begun = await notes.get(tx, notes.DEMO)
            if not begun:
                raise Refusal(NOT_BEGUN)
            now = {**begun, "day": day, "kept": begun["kept"] + await bulk.keep(tx, read)}
            await notes.put(tx, notes.DEMO, now)
            return now

        return await self.db.run(body)

    async def rows(self, zone: str) -> Json:
        """Adds the rows that features keep beside the year; a sentence on each."""
        self._only_here()
        begun, stored = await self.db.run(lambda tx: notes.get(tx, notes.DEMO)), await self.db.run(directory.load_text)
        if not begun or stored is None:
            raise Refusal(NOT_BEGUN)
        given = YearInputs(
            seed=begun["seed"],
            messages=begun["messages"],
            now=datetime.fromisoformat(begun["now"]),
            community=self.db.community,
            directory=directory_of(stored[0]),
            calendar=calendar_file.read(),
            zone=ZoneInfo(zone),
        )
        said = [await feature.demo_rows(self.db, given) for feature in self.features]
        return {"said": [words for words in said if words]}

    async def state(self) -> Json:
        """How far the demonstration year is filled; empty where nothing is."""
        return await self.db.run(lambda tx: notes.get(tx, notes.DEMO))

    def _only_here(self) -> None:
        if not is_loopback(self.vk_api_url):
            raise Refusal(REAL)
