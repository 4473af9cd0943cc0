"""Who may read one answer (R32): a directory that calls no trouble public any more, officials who write to one of
several, and what must never follow.

It knows the moment in which the directory changed and what officials chose, nothing of the bot's reasons.
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import bot.app
from bot.region.directory_json import with_version
from bot.region.shared import directory_of
from states.directory import Directory
from states.lifecycle.answers import Share
from tests.world import said
from vk_emulator.world.records import Message

if TYPE_CHECKING:
    from tests.simulation.director import Director
    from tests.simulation.record import Record

PERSONAL = "Ваша заявка принята, мастер перезвонит."
"""Speaks to one of several, as a file does."""


class Gate:
    """Of the seed that is played in this process: a life that begins after the change knows the directory of after."""

    closed = False


def directory_now(text: str) -> Directory:
    """What a process reads at its start."""
    return no_public(directory_of(text)) if Gate.closed else directory_of(text)


@cache
def no_public(region: Directory) -> Directory:
    return with_version(replace(region, topics=tuple(replace(topic, joinable=False) for topic in region.topics)))


def install() -> None:
    bot.app.directory_of = directory_now


async def close(director: Director) -> None:
    """Some time in the storm somebody imports a directory in which no trouble is public."""
    chance = director.scene.chance.stream("gate")
    await asyncio.sleep(chance.uniform(5.0, max(10.0, director.plan.storm * 0.8)))
    Gate.closed = True
    running = director.running()
    if running is not None:
        await running.take(no_public(running.directory))
    for record in director.records:
        record.gate_closed = director.world.clock.now()
    director.note("gate closed")


def same_answer(record: Record) -> dict[str, dict[str, Message]]:
    """Of each reply of an official, what reached whom: by the number under which its reader has it."""
    found: dict[str, dict[str, Message]] = defaultdict(dict)
    for _, thread in record.dialogues():
        for one in record.own(thread):
            for mark in said.ANSWER.findall(one.text) if record.kind(one) == "answer" else ():
                found[mark][said.about(one)] = one
    return found


def only_who_may(record: Record) -> Iterator[str]:
    """A copy of an answer reached only whom the gate allows, and only whom somebody chose where it speaks to one."""
    words = said_by_officials(record)
    for mark, copies in same_answer(record).items():
        if len(copies) < 2:
            continue
        at = record.replies[mark][2] if mark in record.replies else -math.inf
        if at + record.undo > record.gate_closed and not record.clock_wrong:
            yield f"ответ {mark} получили {sorted(copies)}, а с {record.gate_closed:.1f} один ответ им нельзя"
        if mark in words and speaks_to_one(words[mark]) and record.truth.shares.get(mark) != Share.ALL:
            yield f"ответ {mark} для одного получили {sorted(copies)}, выбрали {record.truth.shares.get(mark)}"
    for code, known in record.incidents.led.items():
        for before, (since, lead) in zip(["", *(one for _, one in known)], known, strict=False):
            if lead and not before and since > record.gate_closed and not record.windows:
                yield f"№{code} присоединили к №{lead} в {since:.1f}, а с {record.gate_closed:.1f} нельзя"


def said_by_officials(record: Record) -> dict[str, Message]:
    return {
        mark: message
        for _, chat in record.chats()
        for message in chat.thread.messages
        if message.sender > 0
        for mark in said.ANSWER.findall(message.text)
    }


def speaks_to_one(message: Message) -> bool:
    return bool(message.attachments) or PERSONAL in message.text


def is_for_one(record: Record, mark: str, at: float) -> bool:
    """Whether others of an incident may rightly not have it: it is for one, or one answer is for all no more."""
    return record.truth.shares.get(mark) == Share.ONE or at + record.undo > record.gate_closed
