"""What people have written before the sandbox is opened: a chat of an agency with a few cards. They read, write and
press what a bot shows them. It must never know a bot; a story that does not go on is left where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.clock import elapsed, pause
from emulator.records import CHAT_BASE, Chat, Json
from emulator.server import Emulator

PATIENCE = 20.0
"""Seconds for one answer of the bot; then the rest of the story is not told."""
SILENCE = 6.0
"""So long a person is silent before the bot asks on."""
UNDONE = 31.0
"""When an answer can be taken back no more."""
CONSENT, SEND, OTHER, ACCEPT = "Даю согласие", "Отправить", "Это другое", "Принять"
ASIDE = ("Назад", "Отмена", "Изменить", "Помощь", "Другая тема", "Другое", "Не знаю")
PATH = 8
"""Questions of a bot before its «Отправить»; more are not answered."""


@dataclass(frozen=True, slots=True)
class Story:
    """`chat` is where its card should come; then it is taken to work (`accept`) and answered, or not yet."""

    resident: int
    text: str
    topic: str
    chat: str = "miass-gorod"
    accept: bool = False
    answer: str = ""


STORIES = (
    Story(
        1002,
        "Не горит фонарь на остановке, город Миасс, улица Победы, дом 12",
        "Освещение дорог и тротуаров",
        answer="Лампу заменили сегодня утром, фонарь горит. Спасибо, что написали!",
    ),
    Story(
        1005,
        "Не расчистили снег на тротуаре, город Миасс, улица Степная, дом 9, с коляской не пройти",
        "Снег и лёд на тротуаре",
        accept=True,
    ),
    Story(1011, "Сломаны качели на детской площадке, город Миасс, улица Лихачёва, дом 21", "Детская площадка"),
)


class Untold(Exception):
    """The bot did not say what the story waits for."""


class Stories:
    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.numbers = 9_000_000

    async def tell(self) -> None:
        """One after another, as long as the bot answers. Without the people of the demo world there are none."""
        world = self.emulator.world
        chats = {chat.key: chat for chat in world.chats.values()}
        for story in STORIES:
            if story.resident not in world.users or story.chat not in chats:
                return
            try:
                await self.one(story, chats[story.chat])
            except Untold:
                return

    async def one(self, story: Story, chat: Chat) -> None:
        token, home = f"user-{story.resident}", -next(iter(self.emulator.world.communities))
        owner = f"user-{chat.owner}"
        office = CHAT_BASE + chat.numbers[chat.owner]
        before = self.last(owner, office)
        self.write(token, home, story.text)
        await self.press(token, home, CONSENT)
        await self.heard(token, home)
        await self.later(SILENCE)
        await self.sent(story, token, home)
        card = await self.until(lambda: self.found(owner, office, ACCEPT, before))
        if story.accept:
            await self.pressed_in(owner, office, card, ACCEPT)
        if story.answer:
            reply = {"peer_id": office, "conversation_message_ids": [number(card)], "is_reply": 1}
            self.write(owner, office, story.answer, forward=json.dumps(reply))
            await self.until(lambda: self.last(owner, office) > number(card) + 1)
            await self.later(UNDONE)

    async def sent(self, story: Story, token: str, home: int) -> None:
        """Through the questions of the bot: the story's topic, else what is offered first, until it is sent."""
        for _ in range(PATH):
            wanted = await self.until(lambda: self.next_key(token, home, story.topic))
            await self.press(token, home, wanted)
            await self.heard(token, home)
            if wanted == OTHER or (wanted == SEND and not self.key(token, home, OTHER)):
                return
        raise Untold

    def next_key(self, token: str, home: int, topic: str) -> str:
        offered = self.offered(token, home)
        known = next((label for label in (OTHER, SEND, topic) if label in offered), "")
        return known or next(iter(offered), "")

    # What a person does and sees, by VK's methods.

    def call(self, method: str, token: str, **params: Any) -> Any:
        body = self.emulator.call(method, token, **params)
        if isinstance(body, dict) and "error" in body:
            raise Untold
        return body

    def write(self, token: str, peer: int, text: str, **more: Any) -> None:
        self.numbers += 1
        self.call("messages.send", token, peer_id=peer, random_id=self.numbers, message=text, **more)

    def seen(self, token: str, peer: int) -> list[Json]:
        """The newest first."""
        items: list[Json] = self.call("messages.getHistory", token, peer_id=peer, count=20)["items"]
        return items

    def last(self, token: str, peer: int) -> int:
        return max((number(one) for one in self.seen(token, peer)), default=0)

    def key(self, token: str, peer: int, label: str) -> Json | None:
        """A button of the newest message that has some."""
        shown = next((one for one in self.seen(token, peer) if buttons(one)), None)
        return next((each for each in buttons(shown) if each.get("label") == label), None) if shown else None

    def offered(self, token: str, peer: int) -> list[str]:
        shown = next((one for one in self.seen(token, peer) if buttons(one)), {})
        return [str(each["label"]) for each in buttons(shown) if each.get("label", ASIDE[0]) not in ASIDE]

    def found(self, token: str, peer: int, label: str, since: int) -> Json | None:
        """A newer message of a bot with this button."""
        fresh = [one for one in self.seen(token, peer) if one["from_id"] < 0 and number(one) > since]
        return next((one for one in fresh if any(each.get("label") == label for each in buttons(one))), None)

    async def press(self, token: str, peer: int, label: str) -> None:
        action = await self.until(lambda: self.key(token, peer, label))
        self.write(token, peer, label, payload=str(action.get("payload") or "{}"))

    async def pressed_in(self, token: str, peer: int, message: Json, label: str) -> None:
        payload = next(each["payload"] for each in buttons(message) if each.get("label") == label)
        self.call("messages.sendMessageEvent", token, peer_id=peer, cmid=number(message), payload=payload)
        await self.until(lambda: not self.found(token, peer, label, number(message) - 1))

    async def heard(self, token: str, peer: int) -> None:
        await self.until(lambda: self.seen(token, peer)[0]["from_id"] < 0)

    async def later(self, seconds: float) -> None:
        """The clock of the sandbox goes on; nobody waits."""
        before = self.emulator.world.changes
        self.call("emulator.advanceClock", "", seconds=seconds)
        await self.until(lambda: self.emulator.world.changes > before)
        await pause(0.5)

    async def until(self, ready: Callable[[], Any]) -> Any:
        end = elapsed() + PATIENCE
        while elapsed() < end:
            if found := ready():
                return found
            await pause(0.05)
        raise Untold


def number(message: Json) -> int:
    return int(message["conversation_message_id"])


def buttons(message: Json) -> list[Json]:
    rows = (message.get("keyboard") or {}).get("buttons") or []
    return [button["action"] for row in rows for button in row]
