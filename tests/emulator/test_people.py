"""What a person's client hears (User Long Poll, version 3), and what the page does with public methods of VK alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.emulator.conftest import BOT, PERSON, Ask
from vk_emulator.acts.user_events import render_event
from vk_emulator.api.calls import Vk
from vk_emulator.server import Emulator
from vk_emulator.world.records import CHAT_BASE

Heard = Callable[[int], list[Any]]


@pytest.fixture
def heard(vk: Vk) -> Heard:
    """The events of an account since the last time it was asked about."""
    stood: dict[int, int] = {}

    def fresh(account: int) -> list[Any]:
        queue = vk.world.queue(account)
        seen, stood[account] = stood.get(account, 0), queue.last
        return [one for item in queue.after(seen) for one in render_event(vk.world, account, item.event)]

    return fresh


def unread(ask: Ask, token: str, peer: int) -> int:
    (item,) = ask("messages.getConversationsById", token, peer_ids=peer)["items"]
    return int(item.get("unread_count", 0))


def test_writing_marks_as_read_what_stands_above(wrote: Ask, heard: Heard) -> None:
    """VK does so for the person who writes; for a community nothing is known, so its marks stay."""
    for number in (1, 2):
        wrote("messages.send", peer_id=1001, random_id=number, message="ответ")
    assert unread(wrote, PERSON, -101) == 2
    heard(1001)
    wrote("messages.send", PERSON, peer_id=-101, random_id=0, message="спасибо")
    assert [event[:3] for event in heard(1001)] == [[6, -101, 3], [4, 4, 2]]  # read up to, then the own message
    assert unread(wrote, PERSON, -101) == 0
    wrote("messages.send", PERSON, peer_id=-101, random_id=0, message="ещё")
    assert [event[0] for event in heard(1001)] == [4]  # nothing above, nothing to mark

    assert unread(wrote, BOT, 1001) == 3
    wrote("messages.send", peer_id=1001, random_id=3, message="ответ")
    assert unread(wrote, BOT, 1001) == 3


def test_the_community_hears_that_it_was_read(wrote: Ask, vk: Vk) -> None:
    wrote("messages.send", peer_id=1001, random_id=1, message="ответ")
    wrote("messages.send", PERSON, peer_id=-101, random_id=0, message="спасибо")
    events = [item.event for item in vk.world.queue(-101).items]
    assert [event["type"] for event in events] == ["message_new", "message_reply", "message_read", "message_new"]
    assert events[2]["object"]["conversation_message_id"] == 2


def test_writing_in_a_chat_tells_the_others_that_it_was_read(ask: Ask, vk: Vk, heard: Heard) -> None:
    chat = vk.world.chat_keys["cur"]
    peers = {account: CHAT_BASE + number for account, number in chat.numbers.items()}
    ask("messages.send", "user-1010", peer_id=peers[1010], random_id=0, message="Коллеги")
    for account in (1006, 1007, 1010):
        heard(account)
    ask("messages.send", "user-1006", peer_id=peers[1006], random_id=0, message="Здесь")
    assert [event[:2] for event in heard(1006)] == [[6, peers[1006]], [4, 2]]
    assert [event[:2] for event in heard(1010)] == [[7, peers[1010]], [4, 2]]
    assert unread(ask, "user-1006", peers[1006]) == 0 and unread(ask, "user-1007", peers[1007]) == 2


def test_entering_a_chat_is_no_reading(ask: Ask, vk: Vk) -> None:
    """A service message is not written by hand."""
    chat = vk.world.chat_keys["cur"]
    peers = {account: CHAT_BASE + number for account, number in chat.numbers.items()}
    ask("messages.send", "user-1006", peer_id=peers[1006], random_id=0, message="Здесь")
    ask("messages.editChat", "user-1010", chat_id=chat.numbers[1010], title="Новая")
    assert unread(ask, "user-1010", peers[1010]) == 1


def test_every_act_of_the_community_is_heard(wrote: Ask, heard: Heard) -> None:
    heard(1001)
    wrote("messages.send", peer_id=1001, random_id=1, message="ответ")
    acts: list[tuple[str, dict[str, Any], list[Any]]] = [
        ("messages.setActivity", {"type": "typing"}, [61, -101, 1]),
        ("messages.edit", {"cmid": 2, "message": "другой"}, [5, 2]),
        ("messages.markAsRead", {}, [7, -101, 2]),
        ("messages.sendReaction", {"cmid": 1, "reaction_id": 4}, [601, 0, -101, 1]),
        ("messages.deleteReaction", {"cmid": 1}, [601, 0, -101, 1]),
        ("messages.delete", {"cmids": 2, "delete_for_all": 1}, [2, 2]),
    ]
    heard(1001)
    for name, params, told in acts:
        wrote(name, peer_id=1001, **params)
        (event,) = heard(1001)
        assert event[: len(told)] == told, name


def test_every_act_of_a_person_is_heard_by_the_others(ask: Ask, vk: Vk, heard: Heard) -> None:
    chat = vk.world.chat_keys["cur"]
    own, others = CHAT_BASE + chat.numbers[1006], CHAT_BASE + chat.numbers[1010]
    ask("messages.send", "user-1006", peer_id=own, random_id=0, message="Здесь")
    acts: list[tuple[str, dict[str, Any], list[Any]]] = [
        ("messages.setActivity", {"type": "typing"}, [62, 1006, chat.numbers[1010]]),
        ("messages.edit", {"cmid": 1, "message": "там"}, [5, 1]),
        ("messages.markAsRead", {}, []),
        ("messages.sendReaction", {"cmid": 1, "reaction_id": 4}, [601, 0, others, 1]),
        ("messages.delete", {"cmids": 1, "delete_for_all": 1}, [2, 1]),
    ]
    heard(1010)
    for name, params, told in acts:
        ask(name, "user-1006", peer_id=own, **params)
        assert [event[: len(told)] for event in heard(1010)] == ([told] if told else []), name


async def test_the_owner_puts_the_bot_out_of_a_chat_and_back(emulator: Emulator) -> None:
    """Over HTTP, with a person's token. Back in the chat the bot is no administrator, as in VK."""
    async with aiohttp.ClientSession() as session:

        async def call(name: str, token: str = "user-1006", **params: Any) -> Any:
            data = {"v": "5.199", "access_token": token, **params}
            async with session.post(emulator.url + name, data=data) as answer:
                body = await answer.json()
            return body.get("response", body.get("error", {}).get("error_code"))

        async def chat() -> Any:
            return next(chat for chat in (await call("emulator.state"))["chats"] if chat["key"] == "mindor")

        number = (await chat())["peer_ids"]["user-1006"] - CHAT_BASE
        server = emulator.world.queue(-101).last
        assert await call("messages.removeChatUser", "user-1010", chat_id=1, member_id=-101) == 917
        assert await call("messages.removeChatUser", chat_id=number, member_id=-101) == 1
        assert -101 not in (await chat())["members"]
        assert await call("messages.send", BOT, peer_id=CHAT_BASE + 1, random_id=0, message="я") == 917
        assert await call("messages.addChatUser", chat_id=number, user_id=-101) == 1
        assert await call("messages.addChatUser", chat_id=number, user_id=-101) == 15
        back = await chat()
        assert -101 in back["members"] and -101 not in back["admins"]
        assert await call("messages.send", BOT, peer_id=CHAT_BASE + 1, random_id=0, message="я") == 0
        await call("emulator.setChatAdmin", chat="mindor", member=-101, admin=1)
        assert -101 in (await chat())["admins"]
    events = [item.event["object"]["message"] for item in emulator.world.queue(-101).after(server)]
    acts = [(event["action"]["type"], event["action"]["member_id"], event["peer_id"]) for event in events]
    assert acts == [("chat_kick_user", -101, CHAT_BASE + 1), ("chat_invite_user", -101, CHAT_BASE + 1)]
