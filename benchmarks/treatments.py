"""What may be done to our bot inside its process for a measurement: a handler that raises or is slow, a stop-watch."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bot.delivery.listen
import bot.delivery.work
from states.events import MessageNew
from states.messages import is_chat

LONGEST_DELAY = 0.02


@contextmanager
def treated(name: str) -> Iterator[None]:
    """`raise_once`, `slow`, `timed:FILE`, or nothing."""
    kind, _, rest = name.partition(":")
    if kind == "raise_once":
        bot.delivery.work.decide = raising_once(bot.delivery.work.decide)
    elif kind == "slow":
        bot.delivery.work.decide = slow(bot.delivery.work.decide)
    times: list[float] = []
    if kind == "timed":
        bot.delivery.listen.ingest = timed(bot.delivery.listen.ingest, times)
    yield
    if kind == "timed":
        Path(rest).write_text(json.dumps(times), encoding="utf-8")


def raising_once(decide: Any) -> Any:
    """The first time that each resident's message is decided, the database is said to be locked."""
    seen: set[tuple[int, int]] = set()

    def raising(facts: Any, event: Any) -> Any:
        if isinstance(event, MessageNew) and not is_chat(event.message.peer):
            key = (event.message.peer, event.message.cmid)
            if key not in seen:
                seen.add(key)
                raise sqlite3.OperationalError("database is locked")
        return decide(facts, event)

    return raising


def slow(decide: Any) -> Any:
    """The function, after a random sleep before each event."""
    chance = random.Random(1)

    def delayed(facts: Any, event: Any) -> Any:
        time.sleep(chance.uniform(0, LONGEST_DELAY))
        return decide(facts, event)

    return delayed


def timed(ingest: Any, times: list[float]) -> Any:
    """From the moment VK's answer is there to the moment its events are on disk."""

    async def watched(bot: Any, updates: Any, ts: Any) -> None:
        begun = time.perf_counter()
        await ingest(bot, updates, ts)
        if updates:
            times.append(time.perf_counter() - begun)

    return watched
