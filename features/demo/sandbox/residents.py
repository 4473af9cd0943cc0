"""What people have written before the sandbox is opened: a chat of an agency with a few cards. They read, write and
press what the bot shows them; a story that does not go on is left where it stands. It must never ask the bot itself.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from features.demo.sandbox.vk import EmulatedVk, EmulatorRefused, Json, number, own_peer

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


class Residents:
    """`state` is the world at the start, as `emulator.state` tells it."""

    def __init__(self, vk: EmulatedVk, state: Json) -> None:
        self.vk = vk
        self.home = -int(state["communities"][0]["id"])
        self.people = {int(user["id"]) for user in state["users"]}
        self.chats: dict[str, Json] = {known_chat["key"]: known_chat for known_chat in state["chats"]}
        self.numbers = 9_000_000

    async def tell(self) -> None:
        """Plays all stories, one after another, as long as the bot answers. Without the people of the demo world there
        are none."""
        for story in STORIES:
            if story.resident not in self.people or story.chat not in self.chats:
                return
            try:
                await self.one(story, self.chats[story.chat])
            except (Untold, EmulatorRefused):
                return

    async def one(self, story: Story, chat: Json) -> None:
        """Plays one story: writes, consents, sends; the agency accepts and answers."""
        token, owner = f"user-{story.resident}", f"user-{chat['owner_id']}"
        office = own_peer(chat, chat["owner_id"])
        before = await self.last(owner, office)
        await self.write(token, self.home, story.text)
        await self.later(SILENCE)
        await self.press(token, CONSENT)
        await self.wait_for_bot(token)
        await self.send_story(story, token)
        card = await self.until(lambda: self.find_button(owner, office, ACCEPT, before))
        if story.accept:
            await self.pressed_in(owner, office, card, ACCEPT)
        if story.answer:
            await self.answer_card(owner, office, card, story.answer)

    async def answer_card(self, owner: str, office: int, card: Json, text: str) -> None:
        """Answers the card by a reply and waits until the bot says so and the answer can be undone no more."""
        reply = {"peer_id": office, "conversation_message_ids": [number(card)], "is_reply": 1}
        await self.write(owner, office, text, forward=json.dumps(reply))

        async def is_noticed() -> bool:
            return await self.last(owner, office) > number(card) + 1

        await self.until(is_noticed)
        await self.later(UNDONE)

    async def send_story(self, story: Story, token: str) -> None:
        """Through the questions of the bot: the story's topic, else what is offered first, until it is sent."""
        for _ in range(PATH):
            wanted = await self.until(lambda: self.next_key(token, story.topic))
            await self.press(token, wanted)
            await self.wait_for_bot(token)
            if wanted == OTHER or (wanted == SEND and not await self.key(token, OTHER)):
                return
        raise Untold

    async def next_key(self, token: str, topic: str) -> str:
        """The button that the story presses now: a known one, else the first; "" where there is none."""
        offered = await self.offered_labels(token)
        known = next((label for label in (OTHER, SEND, topic) if label in offered), "")
        return known or next(iter(offered), "")

    # What a person does and sees, by VK's methods.

    async def write(self, token: str, peer: int, text: str, **more: Any) -> None:
        """Sends a message as this person."""
        self.numbers += 1
        await self.vk.call("messages.send", token, peer_id=peer, random_id=self.numbers, message=text, **more)

    async def last(self, token: str, peer: int) -> int:
        """The number of the last message of a dialogue; 0 where it is empty."""
        return max((number(message) for message in await self.vk.history(token, peer)), default=0)

    async def shown_buttons(self, token: str) -> list[Json]:
        """The buttons of the newest message that has some."""
        return next((found for message in await self.vk.history(token, self.home) if (found := buttons(message))), [])

    async def key(self, token: str, label: str) -> Json | None:
        """The shown button with this label; None while there is none."""
        return next((each for each in await self.shown_buttons(token) if each.get("label") == label), None)

    async def offered_labels(self, token: str) -> list[str]:
        """The labels of the shown buttons without those that lead aside."""
        labels = [str(each.get("label", ASIDE[0])) for each in await self.shown_buttons(token)]
        return [label for label in labels if label not in ASIDE]

    async def find_button(self, token: str, peer: int, label: str, since: int) -> Json | None:
        """A newer message of a bot with this button."""
        fresh = [
            message
            for message in await self.vk.history(token, peer)
            if message["from_id"] < 0 and number(message) > since
        ]
        return next(
            (message for message in fresh if any(each.get("label") == label for each in buttons(message))), None
        )

    async def press(self, token: str, label: str) -> None:
        """Waits for the button and presses it."""
        action = await self.until(lambda: self.key(token, label))
        await self.write(token, self.home, label, payload=str(action.get("payload") or "{}"))

    async def pressed_in(self, token: str, peer: int, message: Json, label: str) -> None:
        """Presses the message's button with this label and waits until the bot has taken it away."""
        payload = next(each["payload"] for each in buttons(message) if each.get("label") == label)
        await self.vk.call("messages.sendMessageEvent", token, peer_id=peer, cmid=number(message), payload=payload)

        async def is_taken() -> bool:
            return not await self.find_button(token, peer, label, number(message) - 1)

        await self.until(is_taken)

    async def wait_for_bot(self, token: str) -> None:
        """Waits until the newest message of the dialogue is the bot's."""

        async def last_is_the_bots() -> bool:
            return bool((await self.vk.history(token, self.home))[0]["from_id"] < 0)

        await self.until(last_is_the_bots)

    async def later(self, seconds: float) -> None:
        """The clock of the sandbox goes on; nobody waits. Something is written then."""
        before = await self.last_number()
        await self.vk.call("emulator.advanceClock", seconds=seconds)

        async def more() -> bool:
            return await self.last_number() > before

        await self.until(more)
        await self.vk.clock.sleep(0.5)

    async def last_number(self) -> int:
        """The number of the newest message of the whole world."""
        return int((await self.vk.call("emulator.record", since=10**9))["last"])

    async def until(self, ready: Callable[[], Awaitable[Any]]) -> Any:
        """Waits until `ready` gives something, and gives that. Untold: it took too long."""
        return await self.vk.until(ready, PATIENCE, Untold())


def buttons(message: Json) -> list[Json]:
    """The buttons under a message."""
    rows = (message.get("keyboard") or {}).get("buttons") or []
    return [button["action"] for row in rows for button in row]
