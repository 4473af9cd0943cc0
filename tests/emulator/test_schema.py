"""Answers and events against VK's published schema, where it is present. Deviations are listed with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from emulator.api import METHODS, Vk
from tests.emulator.conftest import BOT, PERSON, Ask

SCHEMA = Path(__file__).parents[3] / "shared" / "vk-api-schema"
CHAT = 2_000_000_001
INLINE = json.dumps(
    {"inline": True, "buttons": [[{"action": {"type": "text", "label": "Да"}, "color": "primary"}]]}
)
CALLBACK = json.dumps(
    {"inline": True, "buttons": [[{"action": {"type": "callback", "label": "Да", "payload": "{}"}}]]}
)

# Where we follow observed behaviour or the documentation instead of the schema, and why.
DEVIATIONS = {
    "message_event": "the schema says payload is a string; real events carry an object (vk-api.md 3.1)",
    "message_typing_state": "the schema's list of states is odd; libraries see 'typing' (vk-api.md 3.1)",
    "execute": "its answer is whatever the script returns; the schema calls it an object",
    "groups.getById": "takes `fields`, but the object of its answer forbids every field beyond the basic ones",
    "secondary": "the schema names the colour default; the documentation and all libraries say secondary (§7)",
}
# Methods outside the published schema of 5.199.
UNPUBLISHED = {"messages.sendMessageEvent": "private method of VK's own clients; presses a callback button"}

pytestmark = pytest.mark.skipif(not SCHEMA.is_dir(), reason=f"the published schema is not at {SCHEMA}")


def loaded(uri: str) -> Resource[Any]:
    path = SCHEMA / uri.split("http://vk.schema/")[-1]
    content = modern(json.loads(path.read_text(encoding="utf-8")))
    return Resource.from_contents(content, default_specification=DRAFT7)


def modern(node: Any) -> Any:
    """Some files say `required: true` in the property as draft 3 did; draft 7 wants a list in the object."""
    if isinstance(node, list):
        return [modern(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {
        key: modern(value)
        for key, value in node.items()
        if not (key == "required" and value in (True, False))
    }
    properties = node.get("properties")
    if isinstance(properties, dict):
        needed = [
            name
            for name, value in properties.items()
            if isinstance(value, dict) and value.get("required") is True
        ]
        if needed:
            made["required"] = sorted({*made.get("required", []), *needed})
    return made


REGISTRY: Registry[Any] = Registry(retrieve=loaded)


def validator(file: str, name: str) -> Draft7Validator:
    return Draft7Validator({"$ref": f"http://vk.schema/{file}#/definitions/{name}"}, registry=REGISTRY)


def responses_of(method: str) -> dict[str, str]:
    section = method.split(".")[0]
    path = SCHEMA / section / "methods.json"
    for found in json.loads(path.read_text(encoding="utf-8"))["methods"]:
        if found["name"] == method:
            return {key: value["$ref"] for key, value in found["responses"].items()}
    return {}


def problems(method: str, body: Any) -> list[str]:
    """Empty when one of the method's documented answers fits."""
    section = method.split(".")[0]
    said: list[str] = []
    for reference in responses_of(method).values():
        file, _, name = reference.partition("#/definitions/")
        where = str((Path("/") / section / file).resolve()).lstrip("/")
        errors = [e for e in validator(where, name).iter_errors(body) if not excused(e)]
        if not errors:
            return []
        said += [f"{method} {name}: {list(e.absolute_path)} {e.message[:160]}" for e in errors[:3]]
    return said or [f"{method}: not in the schema"]


def excused(error: Any) -> bool:
    return error.validator == "enum" and error.instance == "secondary"


def conversation(ask: Ask) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """One call of every method, in an order in which each succeeds."""
    ask("messages.send", PERSON, peer_id=-101, random_id=0, message="Здравствуйте", lat=55, long=61)
    official = ask("emulator.state")["chats"][0]["peer_ids"]["user-1006"]
    forward = json.dumps({"peer_id": 1001, "conversation_message_ids": [1]})
    yield "messages.send", BOT, {"peer_ids": "1001,1003", "random_id": 1, "message": "x", "keyboard": INLINE}
    yield "messages.send", BOT, {"peer_id": 1001, "random_id": 2, "message": "x", "keyboard": CALLBACK}
    yield "messages.send", BOT, {"peer_ids": CHAT, "random_id": 3, "message": "карточка", "forward": forward}
    yield "messages.send", PERSON, {"peer_id": -101, "random_id": 3, "message": "y"}
    yield "messages.edit", BOT, {"peer_id": 1001, "cmid": 2, "message": "z", "keyboard": INLINE}
    yield "messages.getHistory", BOT, {"peer_id": 1001}
    yield "messages.getHistory", PERSON, {"peer_id": -101, "extended": 1}
    yield "messages.getById", BOT, {"message_ids": "1,2"}
    yield "messages.getById", BOT, {"message_ids": "1,2", "extended": 1}
    for extended in (0, 1):
        yield (
            "messages.getByConversationMessageId",
            BOT,
            {
                "peer_id": CHAT,
                "conversation_message_ids": "1",
                "extended": extended,
            },
        )
    yield "messages.getConversations", BOT, {}
    yield "messages.getConversations", PERSON, {"extended": 1}
    yield "messages.getConversationsById", BOT, {"peer_ids": f"1001,{CHAT}"}
    yield "messages.getConversationsById", BOT, {"peer_ids": f"1001,{CHAT}", "extended": 1}
    yield "messages.getConversationMembers", BOT, {"peer_id": CHAT}
    yield "messages.getConversationMembers", PERSON, {"peer_id": -101}
    yield "messages.sendReaction", BOT, {"peer_id": 1001, "cmid": 1, "reaction_id": 5}
    yield "messages.getHistory", BOT, {"peer_id": 1001, "count": 200}
    yield "messages.deleteReaction", BOT, {"peer_id": 1001, "cmid": 1}
    yield "messages.markAsRead", BOT, {"peer_id": 1001}
    yield "messages.markAsAnsweredConversation", BOT, {"peer_id": 1001}
    yield "messages.markAsImportantConversation", BOT, {"peer_id": 1001}
    yield "messages.setActivity", BOT, {"peer_id": 1001, "type": "typing"}
    yield "messages.pin", BOT, {"peer_id": CHAT, "cmid": 1}
    yield "messages.getConversationsById", BOT, {"peer_ids": CHAT}
    yield "messages.unpin", BOT, {"peer_id": CHAT}
    yield "messages.delete", BOT, {"peer_id": 1001, "cmids": "2,77", "delete_for_all": 1}
    yield "messages.createChat", "user-1006", {"user_ids": "1007", "title": "Новая"}
    number = official - 2_000_000_000
    yield "messages.addChatUser", "user-1006", {"chat_id": number, "user_id": 1007}
    yield "messages.removeChatUser", BOT, {"chat_id": 1, "member_id": 1007}
    yield "messages.editChat", BOT, {"chat_id": 1, "title": "Иначе"}
    yield "messages.getChat", "user-1006", {"chat_id": number}
    yield "messages.getChat", "user-1006", {"chat_ids": number}
    yield "messages.getInviteLink", BOT, {"peer_id": CHAT}
    yield "messages.joinChatByInviteLink", PERSON, ask("messages.getInviteLink", peer_id=CHAT)
    yield "messages.isMessagesFromGroupAllowed", BOT, {"group_id": 101, "user_id": 1001}
    yield "messages.denyMessagesFromGroup", PERSON, {"group_id": 101}
    yield "messages.allowMessagesFromGroup", PERSON, {"group_id": 101}
    yield "messages.getLongPollServer", PERSON, {"need_pts": 1}
    pressed = ask("messages.sendMessageEvent", PERSON, peer_id=-101, cmid=3, payload="{}")
    yield "messages.sendMessageEventAnswer", BOT, {**pressed, "user_id": 1001, "peer_id": 1001}
    yield "groups.getLongPollServer", BOT, {"group_id": 101}
    yield "groups.getLongPollSettings", BOT, {"group_id": 101}
    yield "groups.setLongPollSettings", BOT, {"group_id": 101, "message_new": 1}
    yield "groups.getTokenPermissions", BOT, {}
    yield "groups.getById", BOT, {}
    yield "groups.getById", BOT, {"fields": "verified,members_count,can_message"}
    yield "groups.getMembers", BOT, {"group_id": 101}
    yield "groups.getMembers", BOT, {"group_id": 101, "fields": "domain"}
    yield "groups.getMembers", BOT, {"group_id": 101, "filter": "managers"}
    yield "groups.isMember", BOT, {"group_id": 101, "user_id": 1001}
    yield "groups.isMember", BOT, {"group_id": 101, "user_ids": "1001"}
    yield "groups.isMember", BOT, {"group_id": 101, "user_id": 1001, "extended": 1}
    yield "groups.leave", PERSON, {"group_id": 101}
    yield "groups.join", PERSON, {"group_id": 101}
    yield "groups.getSettings", "user-1010", {"group_id": 101}
    yield "groups.setSettings", BOT, {"group_id": 101, "messages": 1}
    yield "users.get", BOT, {"user_ids": "1001", "fields": "domain,photo_50,verified"}
    yield "utils.getServerTime", BOT, {}
    yield "utils.resolveScreenName", BOT, {"screen_name": "id1001"}
    yield "photos.getMessagesUploadServer", BOT, {"peer_id": 1001}
    yield "docs.getMessagesUploadServer", BOT, {"peer_id": 1001, "type": "doc"}
    yield from uploads()
    yield "execute", BOT, {"code": "return 1;"}


def uploads() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Saves need what an upload gave; the seal is computed as the upload server does."""
    from emulator.uploads import seal
    from emulator.world import World

    photo = json.dumps([{"file": "a.png", "width": 20, "height": 10}])
    yield "photos.saveMessagesPhoto", BOT, {"photo": photo, "server": 1, "hash": seal(World(), photo)}
    for kind in ("doc", "audio_message", "graffiti"):
        told = json.dumps({"kind": kind, "file": "a.pdf", "name": "a.pdf", "size": 5})
        yield "docs.save", BOT, {"file": told.encode().hex() + "|" + seal(World(), told)}


def test_every_answer_fits_the_schema(ask: Ask, vk: Vk) -> None:
    said: list[str] = []
    called: set[str] = set()
    for method, token, params in conversation(ask):
        body = vk.call(method, token, params)
        assert "response" in body, (method, body)
        called.add(method)
        if method not in DEVIATIONS:
            said += problems(method, body)
    missing = (
        {name for name, found in METHODS.items() if "control" not in found.kinds} - called - set(UNPUBLISHED)
    )
    assert missing == set()
    assert said == []


def test_every_event_fits_the_schema(ask: Ask, vk: Vk) -> None:
    for method, token, params in conversation(ask):
        vk.call(method, token, params)
    ask("messages.edit", PERSON, peer_id=-101, cmid=1, message="правка")
    ask("messages.markAsRead", PERSON, peer_id=-101)
    ask("messages.setActivity", PERSON, peer_id=-101)
    ask("messages.sendReaction", PERSON, peer_id=-101, cmid=1, reaction_id=3)
    said: list[str] = []
    kinds: set[str] = set()
    bare = {
        "message_reply": "callback_message",
        "message_edit": "callback_message",
        "group_leave": "callback_group_leave",
    }
    for item in vk.world.queue(-101).items:
        event = item.event
        kinds.add(event["type"])
        if event["type"] in DEVIATIONS:
            continue
        check = validator("callback/objects.json", bare.get(event["type"], f"callback_{event['type']}"))
        errors = [e for e in check.iter_errors(event["object"]) if not excused(e)]
        said += [f"{event['type']}: {list(e.absolute_path)} {e.message[:160]}" for e in errors[:3]]
    assert kinds >= {
        "message_new", "message_reply", "message_edit", "message_event", "message_allow", "message_deny",
        "message_read", "message_typing_state", "message_reaction_event", "group_join", "group_leave",
    }  # fmt: skip
    assert said == []


def test_errors_have_the_texts_of_the_schema() -> None:
    from emulator.errors import TEXTS

    published = json.loads((SCHEMA / "errors.json").read_text(encoding="utf-8"))["errors"]
    known = {found["code"] for found in published.values()}
    documented_only = {
        979,
        983,
        984,
        995,
        1017,
        1021,
        1117,
        3609,
        42,
        1009,
        1010,
        1011,
        38,
        43,
        962,
        970,
        121,
        118,
    }
    assert {code for code in TEXTS if code not in known} <= documented_only
