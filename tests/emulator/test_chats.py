"""Chats: membership, what a bot sees, numbers of its own for each account (vk-api.md 3.2, 12.8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import OTHER, PERSON, Ask
from vk_emulator.api.calls import Vk

BASE = 2_000_000_000


def peers(ask: Ask, key: str) -> dict[str, int]:
    return next(chat["peer_ids"] for chat in ask("emulator.state")["chats"] if chat["key"] == key)


def events(vk: Vk) -> list[dict[str, Any]]:
    return [item.event for item in vk.world.queue(-101).items]


def test_every_account_numbers_its_chats_itself(ask: Ask) -> None:
    numbers = [chat["peer_ids"] for chat in ask("emulator.state")["chats"]]
    assert [n["group-101"] for n in numbers] == [BASE + i for i in range(1, 7)]
    for chat in numbers:
        others = {peer for token, peer in chat.items() if token != "group-101"}
        assert chat["group-101"] not in others


def test_a_bot_sees_mentions_slashes_and_as_administrator_everything(ask: Ask, vk: Vk) -> None:
    official = peers(ask, "mindor")["user-1006"]
    ask("emulator.setChatAdmin", chat="mindor", member=-101, admin=0)
    for text in ("просто так", "/команда", "@priemnaya74 привет", "[club101|бот] эй"):
        ask("messages.send", "user-1006", peer_id=official, random_id=0, message=text)
    seen = [e["object"]["message"]["text"] for e in events(vk)]
    assert seen == ["/команда", "[club101|@priemnaya74] привет", "[club101|бот] эй"]
    got = ask("messages.getByConversationMessageId", peer_id=BASE + 1, conversation_message_ids="1,2,3,4")
    assert [m["conversation_message_id"] for m in got["items"]] == [2, 3, 4]
    ask("emulator.setChatAdmin", chat="mindor", member=-101, admin=1)
    ask("messages.send", "user-1006", peer_id=official, random_id=0, message="просто так")
    assert events(vk)[-1]["object"]["message"]["text"] == "просто так"
    assert events(vk)[-1]["object"]["message"]["id"] == 0


def test_who_may_remove_whom(ask: Ask) -> None:
    """Administrators remove anybody but the owner (15); others only whom they brought in themselves (925)."""
    ask("messages.addChatUser", "user-1010", chat_id=peers(ask, "mindor")["user-1010"] - BASE, user_id=1009)
    number = {who: peer - BASE for who, peer in peers(ask, "mindor").items()}
    remove = "messages.removeChatUser"
    assert ask(remove, "user-1009", chat_id=number["user-1009"], member_id=1010) == 925
    assert ask(remove, "user-1010", chat_id=number["user-1010"], member_id=1006) == 925
    assert ask(remove, chat_id=number["group-101"], member_id=1006) == 15
    assert ask(remove, "user-1010", chat_id=number["user-1010"], member_id=1009) == 1
    assert ask(remove, chat_id=number["group-101"], member_id=1010) == 1
    assert ask(remove, chat_id=number["group-101"], member_id=1010) == 935


def test_no_edits_and_replies_in_chats_unless_switched_on(ask: Ask, vk: Vk) -> None:
    official = peers(ask, "mindor")["user-1006"]
    ask("messages.send", "user-1006", peer_id=official, random_id=0, message="раз")
    ask("messages.edit", "user-1006", peer_id=official, cmid=1, message="два")
    ask("messages.send", peer_ids=BASE + 1, random_id=0, message="ответ")
    assert [e["type"] for e in events(vk)] == ["message_new"]
    vk.world.switches.chat_edit_events = vk.world.switches.chat_reply_events = "on"
    ask("messages.edit", "user-1006", peer_id=official, cmid=1, message="три")
    ask("messages.send", peer_ids=BASE + 1, random_id=0, message="ответ")
    assert [e["type"] for e in events(vk)] == ["message_new", "message_edit", "message_reply"]


def test_a_new_chat_and_the_bot_in_it(ask: Ask, vk: Vk) -> None:
    made = ask("messages.createChat", "user-1006", user_ids="1007,1008", title="Рабочая")
    assert made["peer_ids"] == [1007, 1008]
    assert ask("messages.addChatUser", "user-1006", chat_id=made["chat_id"], user_id=-101) == 1
    action = events(vk)[-1]["object"]["message"]["action"]
    assert action == {"type": "chat_invite_user", "member_id": -101}
    peer = events(vk)[-1]["object"]["message"]["peer_id"]
    assert ask("messages.send", peer_ids=peer, random_id=0, message="я здесь")[0]["conversation_message_id"] > 0
    assert ask("messages.getConversationsById", peer_ids=peer) == {"count": 0, "items": []}
    assert ask("messages.getConversationMembers", peer_id=peer) == 917
    ask("emulator.setChatAdmin", chat=made["chat_id"] and vk.world.next_chat - 1, member=-101, admin=1)
    assert ask("messages.getConversationsById", peer_ids=peer)["count"] == 1
    members = ask("messages.getConversationMembers", peer_id=peer)["items"]
    assert {m["member_id"] for m in members} == {1006, 1007, 1008, -101}
    assert [m["member_id"] for m in members if m["is_owner"]] == [1006]


@pytest.mark.parametrize(("value", "member"), [("negative", -101), ("positive", 101), ("absent", None)])
def test_how_the_invitation_names_the_bot_is_a_switch(ask: Ask, vk: Vk, value: str, member: int | None) -> None:
    vk.world.switches.invite_member_id = value
    made = ask("messages.createChat", "user-1006", title="Рабочая")
    ask("messages.addChatUser", "user-1006", chat_id=made["chat_id"], user_id=-101)
    assert events(vk)[-1]["object"]["message"]["action"].get("member_id") == member


def test_kicked_and_invited_again(ask: Ask, vk: Vk) -> None:
    official = peers(ask, "mindor")["user-1006"]
    assert ask("messages.removeChatUser", "user-1006", chat_id=official - BASE, member_id=-101) == 1
    action = events(vk)[-1]["object"]["message"]["action"]
    assert action == {"type": "chat_kick_user", "member_id": -101}
    assert ask("messages.send", peer_ids=BASE + 1, random_id=0, message="x")[0]["error"]["code"] == 917
    assert ask("messages.getByConversationMessageId", peer_id=BASE + 1, conversation_message_ids=1) == 917
    ask("messages.addChatUser", "user-1006", chat_id=official - BASE, user_id=-101)
    item = ask("messages.send", peer_ids=BASE + 1, random_id=0, message="x")[0]
    assert item["conversation_message_id"] == 3
    ask("messages.removeChatUser", "user-1006", chat_id=official - BASE, member_id=-101)
    vk.world.switches.rejoin_peer = "new"
    ask("messages.addChatUser", "user-1006", chat_id=official - BASE, user_id=-101)
    assert ask("messages.send", peer_ids=BASE + 1, random_id=0, message="x")[0]["error"]["code"] == 917
    assert ask("messages.send", peer_ids=BASE + 7, random_id=0, message="x")[0]["conversation_message_id"] == 6


def test_leaving_and_rights(ask: Ask, vk: Vk) -> None:
    mine = peers(ask, "cur")["user-1006"]
    assert ask("messages.removeChatUser", "user-1006", chat_id=mine - BASE, member_id=1007) == 925
    assert ask("messages.removeChatUser", "user-1006", chat_id=mine - BASE, member_id=1003) == 935
    assert ask("messages.removeChatUser", "user-1006", chat_id=mine - BASE, member_id=1006) == 1
    assert ask("messages.send", "user-1006", peer_id=mine, random_id=0, message="x") == 922
    assert ask("messages.getHistory", "user-1006", peer_id=mine) == 917
    assert ask("messages.addChatUser", "user-1006", chat_id=mine - BASE) == 1
    assert ask("messages.addChatUser", PERSON, chat_id=1, user_id=1002) == 917


def test_links(ask: Ask) -> None:
    owner = peers(ask, "cur")["user-1010"]
    assert ask("messages.getInviteLink", "user-1007", peer_id=peers(ask, "cur")["user-1007"]) == 919
    link = ask("messages.getInviteLink", "user-1010", peer_id=owner)["link"]
    number = ask("messages.joinChatByInviteLink", PERSON, link=link)["chat_id"]
    assert ask("messages.getChat", PERSON, chat_id=number)["title"] == "ЦУР: координаторы"
    assert ask("messages.joinChatByInviteLink", PERSON, link=link) == 15
    ask("messages.getInviteLink", "user-1010", peer_id=owner, reset=1)
    assert ask("messages.joinChatByInviteLink", OTHER, link=link) == 100
    assert ask("messages.joinChatByInviteLink", link=link) == 27


def test_a_member_sees_only_what_came_after_joining(ask: Ask) -> None:
    owner = peers(ask, "cur")["user-1010"]
    ask("messages.send", "user-1010", peer_id=owner, random_id=0, message="до")
    ask("messages.addChatUser", "user-1010", chat_id=owner - BASE, user_id=1001)
    ask("messages.send", "user-1010", peer_id=owner, random_id=0, message="после")
    peer = peers(ask, "cur")["user-1001"]
    texts = [m["text"] for m in ask("messages.getHistory", PERSON, peer_id=peer)["items"]]
    assert texts == ["после", ""]
    assert ask("messages.getByConversationMessageId", PERSON, peer_id=peer, conversation_message_ids=1)["count"] == 0


def test_settings_of_the_community_bound_it(ask: Ask) -> None:
    ask("emulator.setSettings", group_id=101, bots_add_to_chat=0, messages=0)
    made = ask("messages.createChat", "user-1006", title="Рабочая")
    assert ask("messages.addChatUser", "user-1006", chat_id=made["chat_id"], user_id=-101) == 15
    assert ask("messages.send", PERSON, peer_id=-101, random_id=0, message="x") == 902
    peer = ask("messages.getConversationsById", PERSON, peer_ids=-101)["items"][0]
    assert peer["can_write"] == {"allowed": False, "reason": 915}


def test_mass_mentions_and_disable_mentions(ask: Ask, vk: Vk) -> None:
    peer = peers(ask, "mindor")["user-1010"]

    def mentions() -> list[int]:
        return ask("messages.getConversationsById", "user-1010", peer_ids=peer)["items"][0].get("mentions", [])

    ask("messages.send", peer_ids=BASE + 1, random_id=0, message="[id1010|Елена], смотрите")
    ask("messages.send", peer_ids=BASE + 1, random_id=0, message="[id1010|Елена]", disable_mentions=1)
    ask("messages.send", peer_ids=BASE + 1, random_id=0, message="@all", disable_mentions=1)
    assert mentions() == [1, 3]
    vk.world.switches.mass_mention_passes = "off"
    ask("messages.send", peer_ids=BASE + 1, random_id=0, message="@all", disable_mentions=1)
    assert mentions() == [1, 3]
