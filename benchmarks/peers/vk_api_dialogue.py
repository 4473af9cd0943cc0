"""Our dialogue with vk_api as its documentation writes a bot: one loop over the long poll, one call for an answer.

It keeps its states in memory and runs outside of our environment, so it may import nothing of ours.
"""

from __future__ import annotations

import json
import os
from typing import Any

import requests
import vk_api
from requests.adapters import HTTPAdapter
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll
from vk_api.keyboard import VkKeyboard
from vk_api.utils import get_random_id

NOTICE = "Здравствуйте! Здесь принимают сообщения о проблемах: мы передадим ваше сообщение тем, кто за это отвечает. "
CONSENT = "Согласие на обработку персональных данных. Цель: передать ваше сообщение в орган, который решает вопрос. "
CHATS = [int(part) for part in os.environ["PLAIN_CHATS"].split(",")]
BASE = os.environ["PLAIN_URL"].removesuffix("/method/")
texts: dict[int, str] = {}
agreed: set[int] = set()


class ToEmulator(HTTPAdapter):
    """vk_api knows only https://api.vk.ru."""

    def send(self, request: Any, **more: Any) -> Any:
        """Sends to the emulator what is meant for VK."""
        for host in ("https://api.vk.ru", "https://api.vk.com"):
            request.url = request.url.replace(host, BASE)
        request.url = request.url.replace("https://127.0.0.1", "http://127.0.0.1")
        return super().send(request, **more)


def connected(session: requests.Session) -> requests.Session:
    """The session with its requests turned to the emulator."""
    session.mount("https://", ToEmulator())
    session.trust_env = False
    return session


def buttons(*labels: str) -> str:
    keyboard = VkKeyboard(one_time=False)
    for number, label in enumerate(labels):
        if number:
            keyboard.add_line()
        keyboard.add_button(label, payload=json.dumps({"a": label}))
    return str(keyboard.get_keyboard())


def answer(vk: Any, message: Any) -> None:
    """The next step of this resident's dialogue."""
    peer = message.peer_id

    def say(text: str, to: int = peer, **more: str) -> None:
        vk.messages.send(peer_id=to, random_id=get_random_id(), message=text, **more)

    if peer in agreed:
        agreed.discard(peer)
        number = f"{peer}-{message.conversation_message_id}"
        say(f"{texts.pop(peer)}\n№{number}", CHATS[peer % len(CHATS)])
        say(f"✅ Приняли.\n№{number}", keyboard=buttons("Написать сообщение", "Кому", "Мои сообщения", "Помощь"))
    elif peer in texts:
        agreed.add(peer)
        say(f"Проверьте, всё ли верно:\n\n{texts[peer]}", keyboard=buttons("Отправить", "Изменить", "Отмена"))
    else:
        texts[peer] = message.text
        say(NOTICE * 3)
        say(CONSENT * 6, keyboard=buttons("Даю согласие", "Не даю"))


def main() -> None:
    token = os.environ["PLAIN_TOKEN"]
    session = vk_api.VkApiGroup(token=token, session=connected(requests.Session()), api_version="5.199")
    longpoll = VkBotLongPoll(session, int(token.partition("-")[2]))
    connected(longpoll.session)
    for event in longpoll.listen():
        if event.type == VkBotEventType.MESSAGE_NEW and event.from_user:
            answer(session.get_api(), event.message)


if __name__ == "__main__":
    main()
