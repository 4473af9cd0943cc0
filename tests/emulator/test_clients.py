"""Clients that others wrote: vk_api (as a person and as a community) and a plain vkbottle bot hold a conversation."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import vk_api
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll
from vk_api.longpoll import VkEventType, VkLongPoll
from vk_api.utils import get_random_id
from vkbottle import API, Callback, Keyboard, Text
from vkbottle.bot import Bot, Message
from vkbottle.http import AiohttpClient

from tests.emulator.smoke.to_emulator import ToEmulator, session_for
from tests.form import PATIENT
from vk_emulator.server import Emulator

pytestmark = pytest.mark.usefixtures("redirected")


def polled(longpoll: Any, base: str) -> Any:
    longpoll.session.mount("https://", ToEmulator(base))
    longpoll.session.trust_env = False
    longpoll.wait = 1
    return longpoll


def as_a_person(base: str) -> list[str]:
    session = session_for(base, "user-1001")
    vk = session.get_api()
    longpoll = polled(VkLongPoll(session, wait=1), base)
    vk.messages.send(peer_id=-101, random_id=get_random_id(), message="Привет, <бот>!")
    heard: list[str] = []
    for _ in range(20):
        for event in longpoll.check():
            if event.type == VkEventType.MESSAGE_NEW and event.to_me:
                assert event.from_group and event.peer_id == -101
                heard.append(event.message)
        if heard:
            break
    assert vk.messages.getHistory(peer_id=-101, count=10)["count"] >= 2
    assert vk.users.get()[0]["id"] == 1001
    return heard


def as_a_community(base: str) -> None:
    session = session_for(base, "group-101")
    vk = session.get_api()
    longpoll = VkBotLongPoll(session, 101, wait=1)
    longpoll.session.trust_env = False
    for _ in range(20):
        for event in longpoll.check():
            if event.type == VkBotEventType.MESSAGE_NEW and event.from_user:
                answer = f"Вы написали: {event.message.text}"
                vk.messages.send(peer_id=event.message.peer_id, random_id=get_random_id(), message=answer)
                return
    raise AssertionError("no message came")


async def test_vk_api_on_both_sides(emulator: Emulator) -> None:
    community = asyncio.to_thread(as_a_community, emulator.base)
    waiting = asyncio.ensure_future(community)
    await asyncio.sleep(0.3)
    heard = await asyncio.wait_for(asyncio.to_thread(as_a_person, emulator.base), PATIENT)
    await waiting
    assert heard == ["Вы написали: Привет, <бот>!"]


async def test_vk_api_pool_runs_execute(emulator: Emulator) -> None:
    def pool() -> list[Any]:
        session = session_for(emulator.base, "group-101")
        with vk_api.VkRequestsPool(session) as requests_pool:
            wanted = [requests_pool.method("users.get", {"user_ids": number}) for number in (1001, 1002)]
        return [request.result[0]["id"] for request in wanted]

    assert await asyncio.to_thread(pool) == [1001, 1002]


@pytest.fixture
async def bot(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(API, "API_URL", emulator.url)
    http = AiohttpClient()
    made: Bot = Bot(api=API("group-101", http_client=http))
    yield made
    made.polling.stop = True
    await http.close()


async def test_a_plain_vkbottle_bot(emulator: Emulator, bot: Bot) -> None:
    buttons = Keyboard(inline=True).add(Callback("Готово", {"cmd": "done"})).get_json()
    menu = Keyboard(one_time=True).add(Text("Меню", {"cmd": "menu"})).get_json()

    @bot.on.message(text="привет")
    async def hello(message: Message) -> None:
        await message.answer("Здравствуйте", keyboard=menu)

    @bot.on.message(text="кнопка")
    async def button(message: Message) -> None:
        await message.answer("Нажмите", keyboard=buttons)

    @bot.on.raw_event("message_event", dict)
    async def pressed(event: dict[str, Any]) -> None:
        told = event["object"]
        await bot.api.messages.send_message_event_answer(
            event_id=told["event_id"],
            user_id=told["user_id"],
            peer_id=told["peer_id"],
            event_data='{"type":"show_snackbar","text":"Спасибо"}',
        )

    running = asyncio.ensure_future(bot.run_polling())
    await asyncio.sleep(0.3)
    try:
        emulator.call("messages.send", "user-1001", peer_id=-101, random_id=0, message="привет")
        first = await heard(emulator, 2)
        assert first["text"] == "Здравствуйте" and first["keyboard"]["one_time"] is True
        emulator.call("messages.send", "user-1001", peer_id=-101, random_id=0, message="кнопка")
        second = await heard(emulator, 4)
        payload = second["keyboard"]["buttons"][0][0]["action"]["payload"]
        cmid = second["conversation_message_id"]
        press = emulator.call("messages.sendMessageEvent", "user-1001", peer_id=-101, cmid=cmid, payload=payload)
        for _ in range(100):
            answer = emulator.call("emulator.eventAnswer", event_id=press["event_id"])
            if answer["answered"]:
                break
            await asyncio.sleep(0.02)
        assert answer["event_data"] == {"type": "show_snackbar", "text": "Спасибо"}
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def heard(emulator: Emulator, count: int) -> dict[str, Any]:
    for _ in range(150):
        history = emulator.call("messages.getHistory", "user-1001", peer_id=-101, count=1)
        if history["count"] >= count:
            return history["items"][0]  # type: ignore[no-any-return]
        await asyncio.sleep(0.02)
    raise AssertionError(history)
