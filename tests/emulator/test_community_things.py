"""What small bots do to their community: pictures of chats, tags, the blacklist, a search among documents."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import BOT, PERSON, Ask
from tests.emulator.test_uploads import PNG, uploaded
from vk_emulator.api.calls import Vk
from vk_emulator.play.people import picture
from vk_emulator.server import Emulator

OURS = {"group_id": 101}
CHAT = 2_000_000_001


async def test_a_chat_gets_a_picture_and_loses_it(emulator: Emulator) -> None:
    there = emulator.call("photos.getChatUploadServer", BOT, chat_id=1)["upload_url"]
    file = await uploaded(there, "file", "a.png", picture(200))
    for bad in (PNG, b"words", picture(199)):
        assert (await uploaded(there, "file", "a.png", bad))["error_code"] == 4606
    done = emulator.call("messages.setChatPhoto", BOT, file=file["response"])
    assert done["chat"]["photo_200"].startswith(emulator.base) and done["chat"]["is_default_photo"] is False
    shown = emulator.call("messages.getConversationsById", BOT, peer_ids=CHAT)["items"][0]["chat_settings"]
    assert shown["photo"]["photo_50"] == done["chat"]["photo_50"]
    assert last_action(emulator)["photo"]["photo_100"] == done["chat"]["photo_100"]
    assert emulator.call("messages.deleteChatPhoto", BOT, chat_id=1)["chat"]["is_default_photo"] is True
    assert last_action(emulator) == {"type": "chat_photo_remove"}
    crossed = emulator.call("docs.save", BOT, file=file["response"])
    assert crossed["error"]["error_code"] == 105, "a picture of a chat is no document, nor the other way round"
    server = emulator.call("docs.getMessagesUploadServer", PERSON, peer_id=-101)["upload_url"]
    document = await uploaded(server, "file", "a.txt", b"words")
    assert emulator.call("messages.setChatPhoto", BOT, file=document["file"])["error"]["error_code"] == 917


def last_action(emulator: Emulator) -> Any:
    record = emulator.call("emulator.record")["dialogues"]
    official = next(one for one in record if one.get("key") == "mindor")
    peer = official["peer_ids"]["user-1006"]
    return emulator.call("messages.getHistory", "user-1006", peer_id=peer, count=1)["items"][0]["action"]


def test_a_picture_is_for_who_rules_the_chat(ask: Ask) -> None:
    for bad in ("", "x", "00|0"):
        assert ask("messages.setChatPhoto", file=bad) == (100 if not bad else 22)
    ask("emulator.setChatAdmin", "", chat="mindor", member=-101, admin=0)
    assert ask("photos.getChatUploadServer", chat_id=1) == 925
    assert ask("messages.deleteChatPhoto", chat_id=1) == 925


def test_tags_are_given_and_taken(ask: Ask) -> None:
    assert ask("groups.getTagList", **OURS) == []
    assert ask("groups.tagAdd", **OURS, tag_name="Ждёт", tag_color="e64646") == 1
    assert ask("groups.tagAdd", **OURS, tag_name="Новый") == 1
    assert ask("groups.tagBind", **OURS, tag_id=1, user_id=1001, act="bind") == 1
    assert ask("groups.tagBind", **OURS, tag_id=1, user_id=1001, act="bind") == 1
    assert ask("groups.tagUpdate", **OURS, tag_id=2, tag_name="Старый") == 1
    first, second = ask("groups.getTagList", **OURS)
    assert first == {"id": 1, "name": "Ждёт", "color": "e64646", "uses": 1}
    assert (second["name"], second["uses"]) == ("Старый", 0)
    assert ask("groups.tagBind", **OURS, tag_id=1, user_id=1001, act="unbind") == 1
    assert ask("groups.tagDelete", **OURS, tag_id=1) == 1
    assert [one["id"] for one in ask("groups.getTagList", **OURS)] == [2]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("groups.tagAdd", {}),
        ("groups.tagAdd", {"tag_name": "x" * 21}),
        ("groups.tagAdd", {"tag_name": "x", "tag_color": "красный"}),
        ("groups.tagBind", {"tag_id": 9, "user_id": 1001, "act": "bind"}),
        ("groups.tagBind", {"tag_id": 1, "user_id": 7, "act": "bind"}),
        ("groups.tagBind", {"tag_id": 1, "user_id": 1001, "act": "tie"}),
        ("groups.tagUpdate", {"tag_id": 9, "tag_name": "x"}),
        ("groups.tagDelete", {"tag_id": 9}),
    ],
)
def test_a_wrong_tag_is_refused(ask: Ask, name: str, given: dict[str, Any]) -> None:
    ask("groups.tagAdd", **OURS, tag_name="Ждёт")
    assert ask(name, **OURS, **given) == 100
    assert ask(name, PERSON, **OURS, **given) == 203, "a stranger has no tags"


def test_the_blacklist(ask: Ask) -> None:
    for user, code in ((1003, 900), (1004, 902)):
        ask("emulator.setBlocked", "", group_id=101, user_id=user, code=code)
    told = ask("groups.getBanned", **OURS, fields="sex")
    assert told["count"] == 1 and told["items"][0]["type"] == "profile"
    assert told["items"][0]["profile"]["id"] == 1003 and "sex" in told["items"][0]["profile"]
    assert ask("groups.getBanned", **OURS, owner_id=1003)["count"] == 1
    assert ask("groups.getBanned", **OURS, owner_id=1004) == 104


def test_documents_are_found_by_their_names(ask: Ask, vk: Vk) -> None:
    for owner, title in ((-101, "Смета 2026.pdf"), (-101, "План.pdf"), (1001, "Смета.doc")):
        body = {"title": title, "size": 1, "ext": "pdf", "date": 1, "type": 1, "url": "/files/x"}
        vk.world.add_attachment("doc", owner, owner, body, "")
    found = ask("docs.search", q="смета")
    assert [one["title"] for one in found["items"]] == ["Смета 2026.pdf"] and found["count"] == 1
    assert [one["title"] for one in ask("docs.search", PERSON, q="смета")["items"]] == ["Смета.doc"]
    for one in vk.world.attachments.values():
        one.public = True
    assert ask("docs.search", PERSON, q="смета")["count"] == 2
    assert ask("docs.search", PERSON, q="смета", search_own=1)["count"] == 1
