"""The load: residents and officials who act as people do, by reading what they were shown and pressing buttons.

They use VK's methods over HTTP with their own tokens and never speak to the bot in another way.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from benchmarks.rig.stand import BOT, buttons_of
from tests.form import PATIENT
from tests.world import said

STORIES = (
    "Большая яма на дороге, город Миасс, улица Ленина, дом 5.",
    "Не чистят снег на дороге, Челябинск, улица Труда, дом 10.",
    "Нет воды третий день, Челябинск, проспект Победы, дом 7.",
    "Не записаться к врачу в поликлинике, Копейск, проспект Славы, дом 3.",
    "Разбита трасса, Сатка, подъезд к городу.",
    "Протекает крыша в доме, Миасс, улица Романенко, дом 2.",
)
OFFERED = ("Даю согласие", "Не знаю адрес", "Отправить", "Это другое", "Продолжить")
"""What a resident presses when it is offered; among topics and places the first is said by its number."""

OWN_LIST = "Ваши сообщения"

Message = dict[str, Any]


class Impatient(Exception):
    """The bot said nothing, though it was left in peace."""


@dataclass
class Wire:
    """VK for one person after another. `silences` are what people waited for in vain. They wait as long as the bot is
    killed, and give up at `until`: how long many deaths take is the machine's, not the bot's."""

    url: str
    http: aiohttp.ClientSession
    chance: random.Random
    silences: list[str] = field(default_factory=list)
    acts: int = 0
    random_id: int = 1000
    until: float = math.inf

    def in_peace(self) -> None:
        """What is done to the bot has an end: now it must answer everybody (I8)."""
        self.until = time.monotonic() + PATIENT

    async def call(self, method: str, user: int, **params: Any) -> Any:
        data = {key: value if isinstance(value, str) else json.dumps(value) for key, value in params.items()}
        headers = {"Authorization": f"Bearer user-{user}"}
        async with self.http.post(self.url + method, data={**data, "v": "5.199"}, headers=headers) as response:
            answer = await response.json(content_type=None)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["response"]

    async def write(self, user: int, peer: int, text: str, **more: Any) -> int:
        self.random_id += 1
        self.acts += 1
        sent = await self.call("messages.send", user, peer_id=peer, random_id=self.random_id, message=text, **more)
        return int(sent)

    async def history(self, user: int, peer: int, count: int = 15) -> list[Message]:
        """The newest messages, the newest first."""
        answer = await self.call("messages.getHistory", user, peer_id=peer, count=count)
        return list(answer["items"])

    async def breathe(self) -> None:
        await asyncio.sleep(self.chance.uniform(0.1, 0.3))


def button_in(message: Message, *labels: str) -> dict[str, Any] | None:
    """The first button whose label begins so."""
    for action in buttons_of(message.get("keyboard")):
        if str(action.get("label", "")).startswith(labels):
            return action
    return None


@dataclass
class Resident:
    """Writes about one problem after another; every text has a mark that stands nowhere else."""

    wire: Wire
    user: int
    written: int = 0
    sent: int = 0
    bot: int = BOT

    async def live(self, enough: asyncio.Event) -> None:
        try:
            while not enough.is_set():
                await self.tell_a_story()
                await self.wire.breathe()
        except Impatient as vain:
            self.wire.silences.append(f"{self.user}: {vain}")

    def marked(self, words: str) -> str:
        self.written += 1
        return f"{words} Пометка {self.user}х{self.written}"

    async def say(self, words: str, **more: Any) -> int:
        return await self.wire.write(self.user, self.bot, words, **more)

    async def tell_a_story(self) -> None:
        at = await self.say(self.marked(self.wire.chance.choice(STORIES)))
        while True:
            shown = await self.shown(at, answered)
            number = number_in(shown)
            if number:
                break
            at = await self.answer(shown)
        self.sent += 1
        if self.wire.chance.random() < 0.6:
            await self.add_to(number)

    async def answer(self, shown: Message) -> int:
        pressed = button_in(shown, *OFFERED)
        if pressed is not None:
            return await self.press(pressed)
        return await self.say("1")

    async def press(self, button: dict[str, Any]) -> int:
        return await self.say(str(button["label"]), payload=button["payload"])

    async def add_to(self, number: str) -> None:
        """«Мои сообщения», the appeal, «Дополнить», a few messages in a row, «Готово»."""
        at = await self.say("Мои сообщения")
        for wanted in (lambda one: button_about(one, number), lambda one: button_in(one, "Дополнить")):
            shown = await self.shown(at, lambda one, wanted=wanted: wanted(one) is not None)  # type: ignore[misc]
            button = wanted(shown)
            assert button is not None
            at = await self.press(button)
        await self.shown(at, lambda one: button_in(one, "Готово") is not None)
        for _ in range(self.wire.chance.randint(1, 3)):
            at = await self.say(self.marked(f"Дополняю №{number}:"))
        shown = await self.shown(at, lambda one: button_in(one, "Готово") is not None)
        button = button_in(shown, "Готово")
        assert button is not None
        at = await self.press(button)
        await self.shown(at, lambda one: button_in(one, "Написать сообщение") is not None)

    async def shown(self, after: int, wanted: Callable[[Message], bool]) -> Message:
        """The bot's newest message after mine that is what I wait for."""
        while time.monotonic() < self.wire.until:
            for row in await self.wire.history(self.user, self.bot):
                if row["from_id"] == self.bot and row["id"] > after and wanted(row):
                    return row
            await self.wire.breathe()
        newest = (await self.wire.history(self.user, self.bot))[0]
        raise Impatient(f"нет ответа после {after}; последнее: {newest['text'][:80]!r}")


def button_about(message: Message, number: str) -> dict[str, Any] | None:
    """The line of this number in the list of own messages: what it says begins with the matter. An answer that comes at
    this moment has buttons about the number as well."""
    if OWN_LIST not in str(message["text"]):
        return None
    return next((button for button in buttons_of(message.get("keyboard")) if number in str(button["payload"])), None)


def answered(message: Message) -> bool:
    """Something that a resident can act on, or the number."""
    if number_in(message):
        return True
    return button_in(message, "Другая тема", *OFFERED) is not None


def number_in(message: Message) -> str:
    return said.number(str(message["text"]))


@dataclass
class Official:
    """Takes cards, answers them, sometimes takes an answer back, sometimes just talks in the chat."""

    wire: Wire
    user: int
    peer: int
    said: int = 0
    handled: set[int] = field(default_factory=set)
    bot: int = BOT

    async def live(self, enough: asyncio.Event) -> None:
        while not enough.is_set():
            for row in await self.wire.history(self.user, self.peer, 30):
                card = said.card(str(row["text"])) or str(row["text"]).startswith("Дополнение к №")
                if row["from_id"] == self.bot and card and row["conversation_message_id"] not in self.handled:
                    self.handled.add(row["conversation_message_id"])
                    await self.handle(row)
                    break
            await self.wire.breathe()

    def marked(self) -> str:
        self.said += 1
        return f"Ответ {self.user}о{self.peer % 1000}н{self.said}"

    async def handle(self, card: Message) -> None:
        chance, cmid = self.wire.chance.random(), card["conversation_message_id"]
        take = button_in(card, "Принять")
        if take is not None and chance < 0.5:
            await self.press(cmid, take)
        elif chance > 0.75:
            await self.give_back(card)
            return
        if chance < 0.1:
            await self.wire.write(self.user, self.peer, f"Коллеги, кто возьмёт? {self.marked()}")
        for _ in range(self.wire.chance.choice((0, 1, 1, 2))):
            reply = {"peer_id": self.peer, "conversation_message_ids": [cmid], "is_reply": 1}
            more = {"attachment": await self.file()} if self.wire.chance.random() < 0.15 else {}
            words = f"Уважаемый житель! {self.marked()}"
            mine = await self.wire.write(self.user, self.peer, words, forward=reply, **more)
            if self.wire.chance.random() < 0.2:
                await self.press_below(mine, "Отменить")
            else:
                await self.press_below(mine, "Дополнить")

    async def give_back(self, card: Message) -> None:
        """«Не наше», and «ЦУР решит» where the bot asks whose it is."""
        button = button_in(card, "Не наше")
        if button is None:
            return
        await self.press(card["conversation_message_id"], button)
        for _ in range(15):
            for row in await self.wire.history(self.user, self.peer, 10):
                asked = button_in(row, "ЦУР решит")
                if row["from_id"] == self.bot and row["id"] > card["id"] and asked is not None:
                    await self.press(row["conversation_message_id"], asked)
                    return
            await self.wire.breathe()

    async def file(self) -> str:
        """A document of the official's own, which the bot has to move to the resident's dialogue."""
        server = await self.wire.call("docs.getMessagesUploadServer", self.user, peer_id=self.peer, type="doc")
        form = aiohttp.FormData()
        form.add_field("file", b"%PDF-1.4 not a real document", filename="ответ.pdf")
        async with self.wire.http.post(server["upload_url"], data=form) as response:
            uploaded = await response.json(content_type=None)
        saved = (await self.wire.call("docs.save", self.user, file=uploaded["file"], title="ответ.pdf"))["doc"]
        return f"doc{saved['owner_id']}_{saved['id']}_{saved['access_key']}"

    async def press(self, cmid: int, button: dict[str, Any]) -> None:
        self.wire.acts += 1
        payload = button["payload"]
        await self.wire.call("messages.sendMessageEvent", self.user, peer_id=self.peer, cmid=cmid, payload=payload)

    async def press_below(self, mine: int, *labels: str) -> None:
        """What is offered below words of his own, if it is still offered when seen: «Отменить», or what a second answer
        is to the one that is on its way."""
        for _ in range(10):
            for row in await self.wire.history(self.user, self.peer, 10):
                below = (row.get("reply_message") or {}).get("id") == mine
                offered = button_in(row, *labels) if below else None
                if offered is not None:
                    return await self.press(row["conversation_message_id"], offered)
                if below:
                    return None
            await self.wire.breathe()
        return None
