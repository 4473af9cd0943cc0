"""messages.send: what it takes and refuses, each limit exactly at and one over (vk-api.md §4, §7)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.conftest import BOT, OTHER, PERSON, Ask
from vk_emulator.api.calls import Vk

CHAT = 2_000_000_001  # the community's number of the first chat in the demo world


def button(kind: str = "text", **fields: Any) -> dict[str, Any]:
    return {"action": {"type": kind, "label": "Да", **fields}}


def keyboard(rows: list[list[dict[str, Any]]], **fields: Any) -> str:
    return json.dumps({"buttons": rows, **fields})


def test_a_person_writes_first_then_the_community_may(ask: Ask) -> None:
    assert ask("messages.send", peer_id=1001, random_id=1, message="раз") == 901
    assert ask("messages.send", PERSON, peer_id=-101, random_id=1, message="привет") == 1
    assert ask("messages.send", peer_id=1001, random_id=1, message="раз") == 2
    assert ask("messages.send", peer_id=999, random_id=1, message="кто это") == 901


def test_who_comes_by_a_link_brings_its_ref(ask: Ask, vk: Vk) -> None:
    """vk-api.md §3.2: with the message it was given for, to the community only."""
    assert ask("messages.send", PERSON, peer_id=-101, random_id=1, message="раз", ref="stop", ref_source="poster") == 1
    assert ask("messages.send", PERSON, peer_id=-101, random_id=2, message="два") == 2
    first, second = ask("messages.getHistory", peer_id=1001, rev=1)["items"]
    assert (first["ref"], first["ref_source"]) == ("stop", "poster") and not {"ref", "ref_source"} & set(second)
    assert ask("messages.send", peer_id=1001, random_id=3, message="три", ref="stop") == 3
    assert "ref" not in ask("messages.getHistory", peer_id=1001, count=1)["items"][0]
    assert ask("messages.send", PERSON, peer_id=-101, random_id=4, message="x", ref="a" * 256) == 100


def test_peer_ids_answers_with_items_and_errors_inside(wrote: Ask) -> None:
    items = wrote("messages.send", peer_ids=f"1001,1002,{CHAT},2000000099", random_id=5, message="всем")
    assert items[0] == {"peer_id": 1001, "message_id": 2, "conversation_message_id": 2}
    assert items[1]["error"]["code"] == 901 and items[1]["message_id"] == 0
    assert items[2] == {"peer_id": CHAT, "message_id": 0, "conversation_message_id": 1}
    assert items[3]["error"]["code"] == 917


@pytest.mark.parametrize(("count", "fits"), [(100, True), (101, False)])
def test_a_hundred_peer_ids(wrote: Ask, count: int, fits: bool) -> None:
    answer = wrote("messages.send", peer_ids=list(range(1, count + 1)), random_id=5, message="x")
    assert (answer != 100) is fits


def test_random_id_is_mandatory_and_unique(wrote: Ask, vk: Vk) -> None:
    assert wrote("messages.send", peer_id=1001, message="без") == 100
    assert wrote("messages.send", peer_id=1001, random_id=2**64 + 1, message="x") == 100
    assert wrote("messages.send", peer_id=1001, random_id=2**31 - 1, message="x") == 2
    assert wrote("messages.send", peer_id=1001, random_id=2**31 - 1, message="ещё") == 2
    vk.world.switches.duplicate_random_id = "zero"
    item = wrote("messages.send", peer_ids=1001, random_id=2**31 - 1, message="ещё")[0]
    assert item == {"peer_id": 1001, "message_id": 0, "conversation_message_id": 0}
    vk.world.switches.duplicate_random_id = "error"
    assert wrote("messages.send", peer_id=1001, random_id=2**31 - 1, message="ещё") == 100
    assert wrote("messages.send", peer_id=1001, random_id=0, message="а") == 3
    assert wrote("messages.send", peer_id=1001, random_id=0, message="а") == 4
    assert wrote("messages.send", peer_id=1001, random_id=2**64 - 7, message="small bots send such") == 5


@pytest.mark.parametrize(("others", "same"), [(99, True), (100, False)])
def test_the_last_hundred_messages_bound_the_window(wrote: Ask, others: int, same: bool) -> None:
    first = wrote("messages.send", peer_id=1001, random_id=9, message="x")
    for _ in range(others):
        wrote("messages.send", PERSON, peer_id=-101, random_id=0, message="ещё")
    assert (wrote("messages.send", peer_id=1001, random_id=9, message="x") == first) is same


@pytest.mark.parametrize(("seconds", "same"), [(3599, True), (3600, False)])
def test_the_hour_bounds_the_window(wrote: Ask, vk: Vk, seconds: int, same: bool) -> None:
    first = wrote("messages.send", peer_id=1001, random_id=9, message="x")
    wrote("emulator.advanceClock", seconds=seconds)
    assert (wrote("messages.send", peer_id=1001, random_id=9, message="x") == first) is same


def test_the_scope_of_random_id_is_a_switch(wrote: Ask, vk: Vk) -> None:
    first = wrote("messages.send", peer_id=1001, random_id=9, message="x")
    wrote("messages.send", OTHER, peer_id=-101, random_id=0, message="я")
    second = wrote("messages.send", peer_id=1002, random_id=9, message="x")
    assert second not in (first, 0)
    vk.world.switches.dedup_scope = "sender"
    wrote("messages.send", "user-1003", peer_id=-101, random_id=0, message="я")
    assert wrote("messages.send", peer_id=1003, random_id=9, message="x") in (first, second)


@pytest.mark.parametrize(("unit", "letter", "size"), [("utf16", "😀", 2), ("codepoint", "😀", 1), ("byte", "я", 2)])
def test_text_is_limited_in_its_unit(wrote: Ask, vk: Vk, unit: str, letter: str, size: int) -> None:
    vk.world.switches.text_unit = unit
    fits = letter * (4096 // size)
    assert wrote("messages.send", peer_id=1001, random_id=0, message=fits) == 2
    assert wrote("messages.send", peer_id=1001, random_id=0, message=fits + "a") == 914


def test_an_empty_message_is_refused(wrote: Ask) -> None:
    assert wrote("messages.send", peer_id=1001, random_id=0) == 100
    assert wrote("messages.send", peer_id=1001, random_id=0, message="  ") == 100
    assert wrote("messages.send", peer_id=1001, random_id=0, lat="55.1", long="61.4") == 2
    assert wrote("messages.send", peer_id=1001, random_id=0, lat="91", long="61.4") == 100


@pytest.mark.parametrize(
    ("rows", "inline", "fits"),
    [
        ([[button()] * 5], False, True),
        ([[button()] * 6], False, False),
        ([[button()]] * 10, False, True),
        ([[button()]] * 11, False, False),
        ([[button()] * 4] * 10, False, True),
        ([[button()] * 5] * 8 + [[button()]], False, False),
        ([[button()]] * 6, True, True),
        ([[button()]] * 7, True, False),
        ([[button()] * 5] * 2, True, True),
        ([[button()] * 5] * 2 + [[button()]], True, False),
        ([[button(label="я" * 40)]], True, True),
        ([[button(label="я" * 41)]], True, False),
        ([[button(payload=json.dumps({"a": "x" * 246}))]], True, True),
        ([[button(payload=json.dumps({"a": "x" * 247}))]], True, False),
        ([[button(payload="[1]")]], True, False),
        ([[button("callback", payload="{}")]], True, True),
        ([[button("callback")]], True, False),
        ([[button("open_link", link="https://e.ru")]], True, True),
        ([[button("open_link")]], True, False),
        ([[button("open_link", link="javascript:alert(1)")]], True, False),
        ([[{"action": {"type": "location"}}]], False, True),
        ([[{"action": {"type": "location"}}] + [button()] * 2], False, False),
        ([[{**button(), "color": "positive"}]], True, True),
        ([[{**button(), "color": "pink"}]], True, False),
        ([[{**button("open_link", link="https://e.ru"), "color": "positive"}]], True, False),
        ([], False, True),
        ([], True, False),
        ([[]], False, False),
    ],
)
def test_keyboards(wrote: Ask, rows: Any, inline: bool, fits: bool) -> None:
    given = keyboard(rows, inline=inline)
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", keyboard=given) == (2 if fits else 911)


def test_other_bad_keyboards(wrote: Ask, vk: Vk) -> None:
    for bad in ("{", "[]", "5", '{"buttons":5}', '{"buttons":[5]}', '{"buttons":[[5]]}', "[" * 5000):
        assert wrote("messages.send", peer_id=1001, random_id=0, message="x", keyboard=bad) == 911
    both = keyboard([[button()]], inline=True, one_time=True)
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", keyboard=both) == 911
    vk.world.communities[101].settings["bots_capabilities"] = False
    good = keyboard([[button()]])
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", keyboard=good) == 912


@pytest.mark.parametrize(("count", "fits"), [(1, True), (10, True), (11, False), (0, False)])
def test_carousels(wrote: Ask, count: int, fits: bool) -> None:
    element = {"title": "т" * 80, "description": "о" * 80, "buttons": [button()]}
    given = json.dumps({"type": "carousel", "elements": [element] * count})
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", template=given) == (2 if fits else 911)
    if fits:
        assert wrote("messages.send", peer_id=1001, random_id=0, template=given, lat=1, long=1) == 100


@pytest.mark.parametrize(("size", "fits"), [(1000, True), (1001, False)])
def test_payload_of_the_message(wrote: Ask, size: int, fits: bool) -> None:
    payload = json.dumps({"a": "x" * (size - 9)})
    assert len(payload) == size
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", payload=payload) == (2 if fits else 100)


def test_forward_from_a_private_dialogue_into_a_chat(wrote: Ask) -> None:
    forward = json.dumps({"peer_id": 1001, "conversation_message_ids": [1]})
    item = wrote("messages.send", peer_ids=CHAT, random_id=1, message="карточка", forward=forward)[0]
    got = wrote("messages.getByConversationMessageId", peer_id=CHAT, conversation_message_ids=1)["items"][0]
    assert item["conversation_message_id"] == 1 and got["id"] == 0
    assert got["fwd_messages"][0]["text"] == "Здравствуйте" and got["fwd_messages"][0]["from_id"] == 1001
    reply = json.dumps({"peer_id": CHAT, "conversation_message_ids": [1], "is_reply": True})
    assert wrote("messages.send", peer_ids=CHAT, random_id=2, message="ответ", forward=reply)[0].get("error") is None
    assert wrote("messages.send", peer_id=1001, random_id=2, message="не туда", forward=reply) == 100
    lost = json.dumps({"peer_id": 1001, "conversation_message_ids": [77]})
    assert wrote("messages.send", peer_id=1001, random_id=3, message="x", forward=lost) == 921
    foreign = json.dumps({"owner_id": 1002, "peer_id": 1001, "conversation_message_ids": [1]})
    assert wrote("messages.send", peer_id=1001, random_id=4, message="x", forward=foreign) == 921


def test_a_payload_stays_in_its_dialogue(wrote: Ask) -> None:
    """A button's payload is between a person and the bot: a chat that gets the forward does not see it."""
    wrote("messages.send", PERSON, peer_id=-101, random_id=0, message="Да", payload='{"a":1}')
    forward = {"peer_id": 1001, "conversation_message_ids": [2]}
    wrote("messages.send", peer_ids=CHAT, random_id=0, forward=json.dumps(forward))
    got = wrote("messages.getByConversationMessageId", peer_id=CHAT, conversation_message_ids=1)["items"][0]
    assert got["fwd_messages"][0]["text"] == "Да" and "payload" not in got["fwd_messages"][0]
    reply = json.dumps({**forward, "is_reply": True})
    wrote("messages.send", peer_id=1001, random_id=0, message="Хорошо", forward=reply)
    assert wrote("messages.getHistory", peer_id=1001, count=1)["items"][0]["reply_message"]["payload"] == '{"a":1}'


def test_a_long_talk_in_replies(wrote: Ask) -> None:
    for cmid in range(1, 60):
        reply = json.dumps({"peer_id": 1001, "conversation_message_ids": [cmid], "is_reply": True})
        assert wrote("messages.send", peer_id=1001, random_id=0, message="x", forward=reply) == cmid + 1
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", reply_to=60) == 61
    last = wrote("messages.getHistory", peer_id=1001, count=1)["items"][0]["reply_message"]
    assert last["conversation_message_id"] == 60 and "reply_message" not in last


@pytest.mark.parametrize(("count", "fits"), [(100, True), (101, False)])
def test_a_hundred_forwards(wrote: Ask, count: int, fits: bool) -> None:
    forward = json.dumps({"peer_id": 1001, "conversation_message_ids": [1] * count})
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", forward=forward) == (2 if fits else 913)


def test_depth_and_number_of_all_forwards(wrote: Ask) -> None:
    for depth in range(1, 46):
        forward = json.dumps({"peer_id": 1001, "conversation_message_ids": [depth]})
        assert wrote("messages.send", peer_id=1001, random_id=0, message="x", forward=forward) == depth + 1
    too_deep = json.dumps({"peer_id": 1001, "conversation_message_ids": [46]})
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", forward=too_deep) == 913
    many = json.dumps({"peer_id": 1001, "conversation_message_ids": [2] * 5 + [41] * 10})
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", forward=many) == 47  # 10 + 410
    more = json.dumps({"peer_id": 1001, "conversation_message_ids": [45] * 12})
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", forward=more) == 913


def test_odd_messages_to_forward_are_a_switch(wrote: Ask, vk: Vk) -> None:
    wrote("messages.editChat", chat_id=1, title="Новое имя")
    forward = json.dumps({"peer_id": CHAT, "conversation_message_ids": [1]})
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", forward=forward) == 3
    for code in (921, 969):
        vk.world.switches.forward_odd_messages = str(code)
        assert wrote("messages.send", peer_id=1001, random_id=0, message="x", forward=forward) == code


def test_blocks_are_reversible(wrote: Ask) -> None:
    for code in (900, 901, 902):
        wrote("emulator.setBlocked", user_id=1001, group_id=101, code=code)
        assert wrote("messages.send", peer_id=1001, random_id=0, message="x") == code
    wrote("messages.send", PERSON, peer_id=-101, random_id=0, message="я тут")
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x") == 3
    assert wrote("messages.denyMessagesFromGroup", PERSON, group_id=101) == 1
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x") == 901
    assert wrote("messages.allowMessagesFromGroup", PERSON, group_id=101) == 1
    assert wrote("messages.isMessagesFromGroupAllowed", group_id=101, user_id=1001) == {"is_allowed": 1}


def test_limits_that_nobody_knows_are_switches(wrote: Ask, vk: Vk) -> None:
    vk.world.switches.flood_limit = 2
    answers = [wrote("messages.send", peer_id=1001, random_id=0, message="x") for _ in range(3)]
    assert answers == [2, 3, 9]
    vk.world.switches.flood_limit, vk.world.switches.spam_limit = 0, 1
    answers = [wrote("messages.send", peer_id=1001, random_id=0, message="x") for _ in range(2)]
    assert answers == [4, 984]
    vk.world.switches.method_limit = 1
    assert [wrote("utils.getServerTime") > 100, wrote("utils.getServerTime")] == [True, 29]


def test_entities_and_mentions(wrote: Ask, vk: Vk) -> None:
    vk.world.switches.send_decodes_entities = "on"
    wrote("messages.send", peer_id=1001, random_id=0, message="a &lt; b &#33;")
    assert wrote("messages.getHistory", peer_id=1001, count=1)["items"][0]["text"] == "a < b !"
    wrote(
        "messages.send",
        PERSON,
        peer_id=-101,
        random_id=0,
        message="@priemnaya74 и @club101, @id1002 @nobody77",
    )
    text = wrote("messages.getHistory", peer_id=1001, count=1)["items"][0]["text"]
    assert text == "[club101|@priemnaya74] и [club101|@priemnaya74], [id1002|@id1002] @nobody77"


def test_an_administrator_answers_by_hand(wrote: Ask, vk: Vk) -> None:
    wrote("emulator.sendAs", "", group_id=101, user_id=1010, peer_id=1001, message="от человека")
    event = vk.world.queue(-101).items[-1].event
    assert event["type"] == "message_reply" and event["object"]["admin_author_id"] == 1010


def test_the_other_ways_to_name_a_peer(wrote: Ask) -> None:
    assert wrote("messages.send", user_id=1001, random_id=0, message="x") == 2
    assert wrote("messages.send", domain="id1001", random_id=0, message="x") == 3
    assert wrote("messages.send", chat_id=1, random_id=0, message="x") == 0
    assert wrote("messages.send", user_ids="1001", random_id=0, message="x") == 100
    assert wrote("messages.send", random_id=0, message="x") == 100
    assert wrote("messages.send", PERSON, peer_ids="-101", random_id=0, message="x") == 100
    assert wrote("messages.send", BOT, peer_id=-101, random_id=0, message="x") == 932
