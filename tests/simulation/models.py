"""Learned models that change while people talk: each judges the same words in its own way.

They are none really: whatever one would say is allowed, so the words and a number decide. `confirmed` holds for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from zlib import crc32

from benchmarks.rig.stand import REGION
from bot.region.directory_file import read
from bot.region.shared import matcher_of
from bot.runtime import Runtime
from handlers.text import actions
from handlers.views.titles import inside_sentence, topic_title
from matching import Matcher
from states.directory import Directory, Scene
from states.finder import Finder, TopicGuess
from tests.simulation.people import meant_by
from tests.simulation.record import Record
from tests.world import said
from vk_emulator.world.records import Message, Thread

if TYPE_CHECKING:
    from tests.simulation.director import Director

SHORTEST, LONGEST = 0.5, 8.0
"""Seconds that a model is in use."""
PREVIEW = "Проверьте: "


@dataclass(frozen=True)
class Model:
    """A matcher but for its guess of a topic: sure, likely, a question first, or a list of what the words may mean, in
    an order of its own."""

    beneath: Matcher
    number: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)

    def topic(self, text: str, limit: int = 3, *, place: str | None = None, scene: Scene | None = None) -> TopicGuess:
        found = self.beneath.topics(text, limit)
        drawn = crc32(f"{self.number} {scene} {text}".encode("utf-8", "surrogatepass"))
        first, kind = drawn % max(1, len(found)), drawn // 16 % 4 if found else 3
        topics = (*found[first:], *found[:first])
        return TopicGuess(topics, kind == 0, kind == 1, kind == 2 and scene is None, self.number)


def take(running: Runtime, number: int) -> None:
    """As `Runtime.take` does it: between two transactions, for all communities of the process."""
    for one in (running, *running.others.values()):
        one.find = cast(Finder, Model(matcher_of(one.directory), number))


async def change(director: Director) -> None:
    """Another model every few seconds, also where a new process has begun without one; the trace names it."""
    chance, number = director.scene.chance.stream("models"), 0
    while True:
        await asyncio.sleep(chance.uniform(SHORTEST, LONGEST))
        running = director.running()
        if running is not None:
            number += 1
            take(running, number)
            director.note("model", number)


def confirmed(record: Record) -> Iterator[str]:
    """The topic that a person confirmed in the preview is the topic of the appeal, whichever model judged since. After
    an older copy nobody knows which preview was the last."""
    rows = record.ask("SELECT code, topic FROM appeal WHERE resident > 0") if not record.windows else ()
    topics = {row["code"]: row["topic"] for row in rows}
    for user, thread in record.dialogues():
        for receipt in record.own(thread):
            code = said.number(receipt.text)
            shown = preview_of(record, thread, receipt) if code in topics else None
            if shown is not None and shown != headed(topics[code]):
                yield f"житель {user} подтвердил {shown!r}, а у №{code} тема {topics[code]}"


def preview_of(record: Record, thread: Thread, receipt: Message) -> str | None:
    """The first line of the preview that «Отправить» was pressed under. None where something else was written since
    what that preview answers: the two may have crossed."""
    pressed = numbered(record.origin(receipt))
    if not pressed or meant_by(thread.messages[pressed - 1]) != actions.SEND:
        return None
    before = thread.messages[: pressed - 1]
    screens = [one for one in before if one.sender == record.bot and one.text.startswith(PREVIEW)]
    if not screens:
        return None
    since = numbered(record.origin(screens[-1])) or screens[-1].cmid
    crossed = any(one.sender > 0 and one.cmid > since for one in before)
    return None if crossed else screens[-1].text.partition("\n")[0]


def numbered(origin: str) -> int:
    return int(origin) if origin.isascii() and origin.isdigit() else 0


@cache
def region() -> Directory:
    return read(REGION)


def headed(topic: str) -> str:
    return f"{PREVIEW}{inside_sentence(topic_title(region(), topic))}"
