"""Reading, editing, deleting, marks and reactions, for both sides (vk-api.md 6.1)."""

from __future__ import annotations

import json

from tests.emulator.conftest import OTHER, PERSON, Ask
from vk_emulator.api.calls import Vk

CHAT = 2_000_000_001
NORMAL = json.dumps({"buttons": [[{"action": {"type": "text", "label": "Меню", "payload": '{"m":1}'}}]]})
INLINE = json.dumps({"inline": True, "buttons": [[{"action": {"type": "text", "label": "Да"}}]]})


def test_history_for_both_sides(wrote: Ask) -> None:
    wrote("messages.send", peer_id=1001, random_id=77, message="ответ")
    mine = wrote("messages.getHistory", PERSON, peer_id=-101)
    theirs = wrote("messages.getHistory", peer_id=1001)
    assert mine["count"] == theirs["count"] == 2
    assert [m["out"] for m in mine["items"]] == [0, 1] and [m["out"] for m in theirs["items"]] == [1, 0]
    assert theirs["items"][0]["random_id"] == 77 and mine["items"][0]["random_id"] == 0
    assert [m["peer_id"] for m in mine["items"]] == [-101, -101]
    assert wrote("messages.getHistory", OTHER, peer_id=-101)["count"] == 0


def test_history_pages(wrote: Ask) -> None:
    for number in range(2, 11):
        wrote("messages.send", PERSON, peer_id=-101, random_id=0, message=f"{number}")

    def page(**params: object) -> list[int]:
        items = wrote("messages.getHistory", peer_id=1001, **params)["items"]
        return [m["conversation_message_id"] for m in items]

    assert page(count=3) == [10, 9, 8]
    assert page(count=3, offset=2) == [8, 7, 6]
    assert page(count=3, rev=1) == [1, 2, 3]
    assert page(count=200) == list(range(10, 0, -1))
    assert wrote("messages.getHistory", peer_id=1001, count=201) == 100
    assert page(start_message_id=5, count=2) == [5, 4]


def test_chat_history_for_a_community_is_a_switch(wrote: Ask, vk: Vk) -> None:
    peer = wrote("emulator.state")["chats"][0]["peer_ids"]
    wrote("messages.send", "user-1006", peer_id=peer["user-1006"], random_id=0, message="в чате")
    assert wrote("messages.getHistory", peer_id=CHAT)["items"] == []
    vk.world.switches.chat_history = "full"
    assert [m["text"] for m in wrote("messages.getHistory", peer_id=CHAT)["items"]] == ["в чате"]
    vk.world.switches.chat_history = "error"
    assert wrote("messages.getHistory", peer_id=CHAT) == 15
    assert [m["text"] for m in wrote("messages.getByConversationMessageId", peer_id=CHAT, cmids="1")["items"]]


def test_keyboards_in_history(wrote: Ask) -> None:
    wrote("messages.send", peer_id=1001, random_id=0, message="меню", keyboard=NORMAL)
    wrote("messages.send", peer_id=1001, random_id=0, message="да?", keyboard=INLINE)
    mine = wrote("messages.getHistory", PERSON, peer_id=-101, extended=1)
    assert [("keyboard" in m) for m in mine["items"]] == [True, True, False]
    assert mine["conversations"][0]["current_keyboard"]["buttons"][0][0]["action"]["label"] == "Меню"
    theirs = wrote("messages.getHistory", peer_id=1001)
    assert [("keyboard" in m) for m in theirs["items"]] == [True, False, False]
    wrote("messages.send", peer_id=1001, random_id=0, message="убрал", keyboard='{"buttons":[]}')
    conversation = wrote("messages.getConversationsById", PERSON, peer_ids=-101)["items"][0]
    assert "current_keyboard" not in conversation


def test_a_one_time_keyboard_goes_away(wrote: Ask) -> None:
    once = json.dumps({**json.loads(NORMAL), "one_time": True})
    wrote("messages.send", peer_id=1001, random_id=0, message="меню", keyboard=once)
    assert "current_keyboard" in wrote("messages.getConversationsById", PERSON, peer_ids=-101)["items"][0]
    wrote("messages.send", PERSON, peer_id=-101, random_id=0, message="Меню", payload='{"m":1}')
    assert "current_keyboard" not in wrote("messages.getConversationsById", PERSON, peer_ids=-101)["items"][0]


def test_a_lasting_keyboard_stays(wrote: Ask) -> None:
    """vk-api.md §7: a keyboard stays until it is replaced, also when one of its buttons is pressed."""
    wrote("messages.send", peer_id=1001, random_id=0, message="меню", keyboard=NORMAL)
    wrote("messages.send", PERSON, peer_id=-101, random_id=0, message="Меню", payload='{"a":1}')
    assert "current_keyboard" in wrote("messages.getConversationsById", PERSON, peer_ids=-101)["items"][0]


def test_conversations_and_filters(wrote: Ask) -> None:
    wrote("messages.send", OTHER, peer_id=-101, random_id=0, message="и я")

    def peers(filtered: str) -> list[int]:
        items = wrote("messages.getConversations", filter=filtered)["items"]
        return [item["conversation"]["peer"]["id"] for item in items]

    assert peers("all") == peers("unread") == peers("unanswered") == [1002, 1001]
    wrote("messages.markAsRead", peer_id=1001)
    assert peers("unread") == [1002]
    wrote("messages.send", peer_id=1002, random_id=0, message="ответ")
    assert peers("unanswered") == [1001]
    wrote("messages.markAsAnsweredConversation", peer_id=1001, answered=1)
    assert peers("unanswered") == []
    wrote("messages.markAsImportantConversation", peer_id=1001, important=1)
    assert peers("important") == [1001]
    last = wrote("messages.getConversations", count=1)["items"][0]["conversation"]
    assert last["last_conversation_message_id"] == 2 and last["can_write"] == {"allowed": True}
    assert wrote("messages.getConversations", count=201) == 100


def test_by_ids(wrote: Ask) -> None:
    assert wrote("messages.getById", message_ids="1,99")["count"] == 1
    assert wrote("messages.getById", OTHER, message_ids="1")["count"] == 0
    assert wrote("messages.getById", peer_id=1001, cmids="1")["items"][0]["text"] == "Здравствуйте"
    assert wrote("messages.getByConversationMessageId", peer_id=1001, conversation_message_ids="1,5")["count"] == 1
    many = ",".join(str(n) for n in range(1, 101))
    assert wrote("messages.getByConversationMessageId", peer_id=1001, conversation_message_ids=many)["count"] == 1
    assert wrote("messages.getByConversationMessageId", peer_id=1001, conversation_message_ids=many + ",101") == 100


def test_edit(wrote: Ask, vk: Vk) -> None:
    wrote("messages.send", peer_id=1001, random_id=0, message="оригинал", keyboard=INLINE)
    assert wrote("messages.edit", peer_id=1001, cmid=2, message="правка") == 1
    got = wrote("messages.getHistory", peer_id=1001, count=1)["items"][0]
    assert got["text"] == "правка" and "keyboard" not in got and got["update_time"] > 0
    assert wrote("messages.edit", peer_id=1001, conversation_message_id=2, message="ещё") == 1
    assert wrote("messages.edit", peer_id=1001, message_id=2, message="и ещё") == 1
    assert wrote("messages.edit", peer_id=1001, cmid=1, message="чужое") == 15
    assert wrote("messages.edit", peer_id=1001, cmid=9, message="нет такого") == 100
    assert wrote("messages.edit", peer_id=1001, cmid=2, message="я" * 4096) == 1
    assert wrote("messages.edit", peer_id=1001, cmid=2, message="я" * 4097) == 914
    assert wrote("messages.edit", peer_id=1001, cmid=2, message="x", keyboard="{}") == 911
    vk.world.switches.edit_cmid_name = "cmid"
    assert wrote("messages.edit", peer_id=1001, conversation_message_id=2, message="ещё") == 100
    wrote("emulator.advanceClock", seconds=86400)
    assert wrote("messages.edit", peer_id=1001, cmid=2, message="впритык") == 1
    wrote("emulator.advanceClock", seconds=1)
    assert wrote("messages.edit", peer_id=1001, cmid=2, message="поздно") == 909


def test_edit_can_keep_what_is_omitted(wrote: Ask, vk: Vk) -> None:
    vk.world.switches.edit_drops_omitted = "off"
    wrote("messages.send", peer_id=1001, random_id=0, message="оригинал", keyboard=INLINE)
    wrote("messages.edit", peer_id=1001, cmid=2, message="правка")
    assert "keyboard" in wrote("messages.getHistory", peer_id=1001, count=1)["items"][0]


def test_a_persons_edit_is_an_event_and_a_deletion_is_none(wrote: Ask, vk: Vk) -> None:
    assert wrote("messages.edit", PERSON, peer_id=-101, cmid=1, message="Добрый день") == 1
    event = vk.world.queue(-101).items[-1].event
    assert event["type"] == "message_edit" and event["object"]["text"] == "Добрый день"
    before = vk.world.queue(-101).last
    item = wrote("messages.delete", PERSON, peer_id=-101, cmids=1, delete_for_all=1)[0]
    assert item["response"] == 1 and vk.world.queue(-101).last == before
    assert wrote("messages.getByConversationMessageId", peer_id=1001, conversation_message_ids=1)["count"] == 0


def test_delete(wrote: Ask) -> None:
    wrote("messages.send", peer_id=1001, random_id=0, message="ой")
    items = wrote("messages.delete", peer_id=1001, cmids="1,2,3", delete_for_all=1)
    assert [item.get("response", item.get("error", {}).get("code")) for item in items] == [924, 1, 104]
    assert [m["conversation_message_id"] for m in wrote("messages.getHistory", PERSON, peer_id=-101)["items"]] == [1]
    too_many = ",".join(str(n) for n in range(101))
    assert wrote("messages.delete", peer_id=1001, cmids=too_many) == 100


def test_for_all_is_taken_back_for_a_day_only(ask: Ask, vk: Vk) -> None:
    """Own messages for a day; administrators of a chat at any time, those of others too (924)."""
    ask("messages.send", PERSON, peer_id=-101, random_id=0, message="а")
    ask("messages.send", PERSON, peer_id=-101, random_id=0, message="б")

    def code(cmid: int) -> int:
        [item] = ask("messages.delete", PERSON, peer_id=-101, cmids=cmid, delete_for_all=1)
        return int(item.get("response") or item["error"]["code"])

    vk.world.clock.advance(86400)
    assert code(1) == 1
    vk.world.clock.advance(1)
    assert code(2) == 924
    [item] = ask("messages.delete", PERSON, peer_id=-101, cmids=2)
    assert item["response"] == 1  # for oneself at any time


def test_read_marks_and_typing(wrote: Ask, vk: Vk) -> None:
    wrote("messages.send", peer_id=1001, random_id=0, message="прочти")
    wrote("messages.markAsRead", PERSON, peer_id=-101)
    event = vk.world.queue(-101).items[-1].event
    assert event["type"] == "message_read" and event["object"]["conversation_message_id"] == 2
    conversation = wrote("messages.getConversationsById", peer_ids=1001)["items"][0]
    assert conversation["out_read_cmid"] == 2 and conversation["out_read"] == 2
    wrote("messages.setActivity", PERSON, peer_id=-101, type="typing")
    assert vk.world.queue(-101).items[-1].event["type"] == "message_typing_state"
    assert wrote("messages.setActivity", peer_id=1001, type="dancing") == 100
    assert wrote("messages.setActivity", peer_id=1002) == 901


def test_reactions(wrote: Ask, vk: Vk) -> None:
    assert wrote("messages.sendReaction", peer_id=1001, cmid=1, reaction_id=64) == 1
    assert wrote("messages.sendReaction", peer_id=1001, cmid=1, reaction_id=65) == 1009
    got = wrote("messages.getHistory", PERSON, peer_id=-101)["items"][0]
    assert got["reactions"] == [{"reaction_id": 64, "count": 1, "user_ids": [-101]}]
    wrote("messages.sendReaction", PERSON, peer_id=-101, cmid=1, reaction_id=1)
    assert vk.world.queue(-101).items[-1].event["object"]["reaction_id"] == 1
    wrote("messages.deleteReaction", PERSON, peer_id=-101, cmid=1)
    assert "reaction_id" not in vk.world.queue(-101).items[-1].event["object"]


def peers_of(ask: Ask, key: str) -> dict[str, int]:
    return next(chat["peer_ids"] for chat in ask("emulator.state")["chats"] if chat["key"] == key)


def test_pin_needs_the_right(wrote: Ask) -> None:
    wrote("messages.send", peer_ids=CHAT, random_id=0, message="важно")
    assert wrote("messages.pin", peer_id=CHAT, cmid=1)["conversation_message_id"] == 1
    shown = wrote("messages.getConversationsById", peer_ids=CHAT)["items"][0]["chat_settings"]
    assert shown["pinned_message"]["text"] == "важно"
    official = peers_of(wrote, "mindor")["user-1010"]
    wrote("messages.addChatUser", "user-1010", chat_id=official - 2_000_000_000, user_id=1009)
    newcomer = peers_of(wrote, "mindor")["user-1009"]
    later = wrote("messages.getConversationsById", "user-1009", peer_ids=newcomer)["items"][0]["chat_settings"]
    assert "pinned_message" not in later  # written before they came
    assert wrote("messages.unpin", peer_id=CHAT) == 1
    wrote("emulator.setChatAdmin", chat="mindor", member=-101, admin=0)
    assert wrote("messages.pin", peer_id=CHAT, cmid=1) == 925
