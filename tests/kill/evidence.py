"""What a run leaves behind: VK's own record of everything written, the bot's file read after it stopped, its log."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.rig.stand import BOT
from tests.world import laws
from tests.world.said import MARK, NUMBER
from tests.world.two import of_one

Message = dict[str, Any]
SUBMITTED = re.compile(r"✅ Приняли\. (?:Ответит )?(.+)\n№(\S+)")
CARD = NUMBER
ADDITION = re.compile(r"Дополняю №\S+ Пометка \d+х\d+")
ADDS = re.compile(r"Дополняю №([0-9A-Z-]+):")
ADDED = re.compile(r"Добавили к сообщению №([0-9A-Z-]+)\.")
PART = re.compile(r"^(?:Дополнение к №|№(?=[0-9A-Z-]+$))([0-9A-Z-]+)", re.MULTILINE)
"""The number of a card or of an addition."""


@dataclass
class Evidence:
    """`agencies`: key of a chat to what residents are told of its agency. Rows are as they lie in the file.
    `bot`: whose evidence it is; `beside`: the same of a second community that ran in that process.
    `wall`, `comments`, `leaks`: what stood under posts, what the bot kept of it, and whose words (under_posts.py)."""

    dialogues: list[dict[str, Any]]
    agencies: dict[str, str]
    installed: float = 0.0
    inbox: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    timers: list[dict[str, Any]] = field(default_factory=list)
    silences: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    wall: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    bot: int = BOT
    beside: Evidence | None = None

    def private(self) -> Iterator[tuple[int, list[Message]]]:
        """(resident, messages) of every dialogue with the bot."""
        for dialogue in self.dialogues:
            if dialogue["kind"] == "private" and self.bot in dialogue["members"]:
                yield next(member for member in dialogue["members"] if member != self.bot), dialogue["messages"]

    def chats(self) -> Iterator[tuple[str, int, list[Message]]]:
        """(key, the bot's number of it, messages) of every chat."""
        for dialogue in self.dialogues:
            if dialogue["kind"] == "chat" and f"group-{-self.bot}" in dialogue["peer_ids"]:
                yield dialogue["key"], dialogue["peer_ids"][f"group-{-self.bot}"], dialogue["messages"]

    def everything(self) -> Iterator[tuple[str, Message]]:
        """(where, message) for all that was written anywhere."""
        for user, messages in self.private():
            yield from ((str(user), message) for message in messages)
        for key, _, messages in self.chats():
            yield from ((key, message) for message in messages)

    def submitted(self) -> dict[str, tuple[int, str]]:
        """Each number that a resident was shown: (resident, key of the chat the resident was told)."""
        found: dict[str, tuple[int, str]] = {}
        for user, messages in self.private():
            for row in by_bot(messages, self.bot):
                told = SUBMITTED.match(row["text"])
                if told:
                    key = next((key for key, name in self.agencies.items() if name and told[1].startswith(name)), "?")
                    found[told[2]] = (user, "cur" if "центр управления" in told[1] else key)
        return found


def by_bot(messages: list[Message], bot: int = BOT) -> list[Message]:
    return [message for message in messages if message["from_id"] == bot]


def words(message: Message) -> str:
    """Its own words and those of everything it carries."""
    return "\n".join([message["text"], *(words(inner) for inner in message.get("forwards", []))])


def marks_shown(message: Message) -> list[str]:
    """Which of the residents' messages this one brings. A card without forwards is later edited to hold additions
    too; each of those came as a message of its own, which is the one that counts."""
    said = words(message)
    return MARK.findall(ADDITION.sub("", said) if CARD.search(message["text"]) else said)


def marks_added(message: Message) -> list[str]:
    """Which of them a card brings that were added to it."""
    return MARK.findall(" ".join(ADDITION.findall(words(message)))) if CARD.search(message["text"]) else []


def rows(file: Path, query: str) -> list[dict[str, Any]]:
    """Rows of the bot's file. Only after the bot has stopped: SQLite has one process (delivery.md §12)."""
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(query)]
    finally:
        connection.close()


def given_back(message: Message, key: str, submitted: dict[str, tuple[int, str]]) -> bool:
    """A card that came to this chat later than to the one that the resident was told."""
    card = CARD.search(message["text"])
    return card is not None and submitted.get(card[1], (0, key))[1] != key


def failures(log: Path) -> list[str]:
    """What the bot's log says of events that raised. A line that a death has cut short says nothing."""
    found = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if '"handler_failed"' in line:
            try:
                said = json.loads(line)
            except ValueError:
                said = {"error": line}
            found.append(f"{said.get('kind')} {said.get('error')}, {said.get('state')}")
    return found


def from_file(evidence: Evidence, file: Path) -> None:
    from_rows(evidence, lambda query: rows(file, query))


def from_rows(evidence: Evidence, ask: Callable[[str], list[dict[str, Any]]]) -> None:
    """Of whichever engine answers these queries, those of the community whose evidence it is."""

    def asked(query: str) -> list[dict[str, Any]]:
        return ask(of_one(query, -evidence.bot))

    evidence.inbox = asked("SELECT peer, cmid, kind, state, reason FROM inbox")
    evidence.history = asked(laws.HISTORY)
    evidence.outbox = asked("SELECT peer, cause, effect, state, reason, random_id FROM outbox")
    evidence.timers = asked("SELECT name, key, at FROM timer WHERE name = 'pause'")
