"""The part of the talk about communities, people, settings and servers for events."""

from __future__ import annotations

from collections.abc import Iterator

from tests.emulator.schema.talk import BOT, CENTRE, OTHER, PERSON, Ask, Step

OURS = {"group_id": 101}
PEOPLE = "domain,photo_50,photo_100,photo_200,verified,sex,about,online,screen_name,can_write_private_message"
MARKS = "verified,members_count,can_message,description,status,site,addresses,cover,contacts,"
MARKS += "is_government_organization,trust_mark"


def groups(ask: Ask) -> Iterator[Step]:
    yield "groups.getLongPollServer", BOT, OURS
    yield "groups.getLongPollSettings", BOT, OURS
    yield "groups.setLongPollSettings", BOT, {**OURS, "enabled": 1, "message_new": 1, "api_version": "5.199"}
    yield "groups.getTokenPermissions", BOT, {}
    yield "groups.getById", BOT, {}
    yield "groups.getById", BOT, {"fields": MARKS}
    yield "groups.getById", PERSON, {"group_ids": "101"}
    yield "groups.getById", "service-1", {"group_ids": "101", "fields": MARKS}
    yield "groups.getMembers", BOT, OURS
    yield "groups.getMembers", BOT, {**OURS, "fields": "domain"}
    yield "groups.getMembers", BOT, {**OURS, "filter": "managers"}
    for token in (BOT, PERSON):
        yield "groups.isMember", token, {**OURS, "user_id": 1001}
        yield "groups.isMember", token, {**OURS, "user_ids": "1001,1009"}
        yield "groups.isMember", token, {**OURS, "user_id": 1001, "extended": 1}
    yield "groups.tagAdd", BOT, {**OURS, "tag_name": "Ждёт", "tag_color": "e64646"}
    yield "groups.tagBind", BOT, {**OURS, "tag_id": 1, "user_id": 1001, "act": "bind"}
    yield "groups.tagUpdate", BOT, {**OURS, "tag_id": 1, "tag_name": "Дождался"}
    yield "groups.getTagList", BOT, OURS
    yield "groups.tagDelete", BOT, {**OURS, "tag_id": 1}
    ask("emulator.setBlocked", "", group_id=101, user_id=1005, code=900)
    yield "groups.getBanned", BOT, {**OURS, "fields": "sex"}
    ask("emulator.setBlocked", "", group_id=101, user_id=1005, code=0)
    yield "groups.leave", PERSON, OURS
    yield "groups.join", PERSON, OURS
    yield "groups.getSettings", CENTRE, OURS
    yield "groups.setSettings", BOT, {**OURS, "messages": 1}
    yield "groups.edit", BOT, {**OURS, "description": "Ответим каждому"}
    order = ask("emulator.addOrder", "", group_id=101, user_id=1001, total=500)
    for token in (BOT, PERSON):
        yield "market.getOrderById", token, {"order_id": order, "user_id": 1001}
    yield "users.get", BOT, {"user_ids": "1001,1002", "fields": PEOPLE}
    yield "users.get", OTHER, {}
    for token in (PERSON, "service-1"):
        yield "friends.get", token, {"user_id": 1001}
        yield "photos.get", token, {"owner_id": 1001, "album_id": "saved", "extended": 1}
    yield "users.search", PERSON, {"q": "Ольга", "fields": "sex"}
    yield "status.get", PERSON, {"group_id": 101}
    yield "database.getCities", PERSON, {"q": "М"}
    yield "utils.getServerTime", BOT, {}
    for name in ("id1001", "priemnaya74", "nobody"):
        yield "utils.resolveScreenName", BOT, {"screen_name": name}
    yield "execute", BOT, {"code": "return {a: API.users.get({user_ids: 1001}), b: API.no.such()};"}


def callback_servers(ask: Ask) -> Iterator[Step]:
    """Callback API (vk-api.md §10)."""
    yield "groups.getCallbackConfirmationCode", BOT, OURS
    server = {"url": "http://127.0.0.1:9/vk", "title": "Бот", "secret_key": "тайна"}
    yield "groups.addCallbackServer", BOT, {**OURS, **server}
    made = ask("groups.addCallbackServer", BOT, **OURS, **server)
    number = made.get("server_id", 1)
    named = {**OURS, "server_id": number}
    yield "groups.getCallbackServers", BOT, OURS
    yield "groups.getCallbackServers", BOT, {**OURS, "server_ids": number}
    yield "groups.editCallbackServer", BOT, {**named, **server, "title": "Другой"}
    yield "groups.getCallbackSettings", BOT, named
    yield "groups.setCallbackSettings", BOT, {**named, "message_new": 1, "api_version": "5.199"}
    yield "groups.deleteCallbackServer", BOT, named
