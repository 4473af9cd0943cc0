"""The tester's side of the probes: a person with a phone, told what to do, and what the community then sees of it.

It must never guess an answer: what the hand did is seen in the events, and what only an eye sees is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from features.probe.wire import Json, Wire

DONE, SKIP = "готово", "пропустить"
PATIENCE = 600.0
"""Seconds that a person may take for an act."""
CHAT_BASE = 2_000_000_000


class Skipped(Exception):
    """The act was not done; the words say why."""


@dataclass(frozen=True, slots=True)
class Act:
    """`words` are for a person. `kind`, `text` and `number` are what a rehearsal does instead of one. `held`: it shows
    itself by the tester's «готово»."""

    kind: str
    words: str
    text: str = ""
    number: int = 0
    held: bool = False


class Hand(Protocol):
    """Does what the tester is asked for: a person, or the emulator in a test."""

    async def do(self, act: Act) -> None: ...


@dataclass(slots=True)
class ProbeStage:
    """A private dialogue with the tester and a chat where the community is administrator."""

    wire: Wire
    hand: Hand
    user: int = 0
    chat: int = 0
    second: Wire | None = None
    post: int = 0
    notes: list[str] = field(default_factory=list)

    async def meet(self) -> None:
        """Learns who the tester is and which chat: whoever writes the word that only the tester was told."""
        word = f"проба {self.wire.new_key() % 9000 + 1000}"
        if not self.user:
            told = Act("write", f"Напишите сообществу в личные сообщения: {word}", word)
            seen = await self.ask(told, lambda event: private(event) and plain(message_in(event)["text"]) == word)
            self.user = message_in(seen[-1])["from_id"]
            self.wire.own.add(self.user)
        if not self.chat:
            told = Act("write_chat", f"В чате, где сообщество администратор, напишите: /{word}", f"/{word}")
            seen = await self.ask(told, lambda event: in_chat(event) and plain(message_in(event)["text"]) == f"/{word}")
            self.take_chat(message_in(seen[-1])["peer_id"])
        self.wire.own |= {self.user, self.chat}

    def take_chat(self, peer: int) -> None:
        """Takes this chat for the probes; only from now on anything is written there."""
        self.chat = peer
        self.wire.own.add(peer)

    async def ask(self, act: Act, wanted: Callable[[Json], object]) -> list[Json]:
        """The events since the act was asked for, up to the wanted one or the tester's «готово»."""
        mark = await self.wire.mark()
        await self.hand.do(act)
        seen: list[Json] = []
        async for event in self.wire.stream(mark, PATIENCE):
            if self.is_word(event, SKIP):
                raise Skipped("пропущена")
            if self.is_word(event, DONE):
                return seen
            seen.append(event)
            if wanted(event):
                return seen
        raise Skipped("никто не ответил за десять минут")

    def is_word(self, event: Json, word: str) -> bool:
        """Whether the tester has written this one word in the dialogue."""
        return private(event) and message_in(event)["from_id"] == self.user and plain(message_in(event)["text"]) == word

    async def text_of(self, act: Act, *, chat: bool = False) -> Json:
        """What the tester wrote; «готово» without a word is no answer."""
        place = in_chat if chat else private
        seen = [event for event in await self.ask(act, lambda event: self.is_theirs(event, place)) if place(event)]
        if not seen:
            raise Skipped("сообщение не пришло")
        found: Json = message_in(seen[-1])
        return found

    def is_theirs(self, event: Json, place: Callable[[Json], bool]) -> bool:
        """Whether it is a message of the tester, in the dialogue or the chat."""
        return place(event) and bool(message_in(event)["from_id"] == self.user)

    async def hold(self, act: Act) -> None:
        """An act that shows itself by nothing but the tester's word."""
        await self.ask(act, lambda _: False)

    # --- the community writes -----------------------------------------------------

    async def say(self, text: str = "Проба", *, chat: bool = False, **more: Any) -> Json:
        """Sends a message; VK's item of `peer_ids`, with the cmid; an error inside it is there too."""
        given = {"random_id": self.wire.new_key(), "message": text, **more}
        peer = self.chat if chat else self.user
        item: Json = (await self.wire.call("messages.send", peer_ids=peer, **given))[0]
        return item

    async def read(self, cmid: int, *, chat: bool = False) -> Json:
        """Empty where VK does not show it."""
        given = {"peer_id": self.chat if chat else self.user, "conversation_message_ids": cmid}
        items = (await self.wire.call("messages.getByConversationMessageId", **given))["items"]
        found: Json = items[0] if items else {}
        return found


def message_in(event: Json) -> Json:
    found: Json = event["object"]["message"]
    return found


def is_text(event: Json) -> bool:
    """Whether the event is a new message."""
    return bool(event["type"] == "message_new")


def private(event: Json) -> bool:
    """Whether the event is a text in a private dialogue."""
    return is_text(event) and int(message_in(event)["peer_id"]) < CHAT_BASE


def in_chat(event: Json) -> bool:
    """Whether the event is a new message in a chat."""
    return is_text(event) and int(message_in(event)["peer_id"]) > CHAT_BASE


def plain(text: str) -> str:
    """The text in small letters without the signs around it."""
    return text.strip(" .!«»").casefold()
