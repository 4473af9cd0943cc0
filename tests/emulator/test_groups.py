"""Tokens, versions, rights, settings and people (vk-api.md §1, 2.17, 5.2, 6.1)."""

from __future__ import annotations

from tests.emulator.conftest import OTHER, PERSON, Ask
from vk_emulator.api.calls import Vk


def test_tokens_and_kinds(ask: Ask, vk: Vk) -> None:
    assert ask("users.get", "nonsense") == 5
    assert ask("users.get", "") == 5
    assert ask("users.get", "group-999") == 5
    assert ask("messages.addChatUser", chat_id=1) == 27
    assert ask("groups.getTokenPermissions", PERSON) == 15
    assert ask("no.such.method") == 3
    assert ask("Messages.send") == 3
    ask("emulator.revokeToken", name="group-101")
    assert ask("users.get") == 5
    ask("emulator.revokeToken", name="group-101", code=1117)
    assert ask("users.get") == 1117
    ask("emulator.revokeToken", name="group-101", restore=1)
    assert ask("users.get", user_ids="1001")[0]["first_name"] == "Ольга"


def test_the_version_is_mandatory(vk: Vk) -> None:
    for version in ("", "5", "5.80", "five", "5.x"):
        body = vk.request("users.get", PERSON, {"v": version}).body
        assert body is not None and body["error"]["error_code"] == 8
    body = vk.request("users.get", PERSON, {"v": "5.81"}).body
    assert body is not None and "response" in body


def test_errors_repeat_the_request_but_never_the_token(vk: Vk) -> None:
    params = {"v": "5.199", "peer_id": "1001", "access_token": "group-101"}
    body = vk.request("messages.send", "group-101", params).body
    assert body is not None
    shown = {item["key"]: item["value"] for item in body["error"]["request_params"]}
    assert shown == {"oauth": "1", "method": "messages.send", "v": "5.199", "peer_id": "1001"}


def test_missing_scopes(ask: Ask) -> None:
    assert ask("groups.getTokenPermissions")["mask"] == 4 + 4096 + 131072 + 262144
    ask("emulator.setSettings", group_id=101, scopes="photos")
    assert ask("messages.getConversations") == 15
    assert ask("groups.getLongPollServer", group_id=101) == 15
    assert ask("docs.getMessagesUploadServer", peer_id=1001) == 15
    assert [p["name"] for p in ask("groups.getTokenPermissions")["permissions"]] == ["photos"]
    assert ask("users.get") == []


def test_20_requests_a_second(vk: Vk, ask: Ask) -> None:
    vk.world.switches.rate_limit = "on"
    assert [ask("utils.getServerTime") > 6 for _ in range(20)] == [True] * 20
    assert ask("utils.getServerTime") == 6
    ask("emulator.advanceClock", seconds=1)
    assert ask("utils.getServerTime") > 6
    assert [ask("utils.getServerTime", PERSON) > 6 for _ in range(30)] == [True] * 30
    vk.world.switches.user_rate_limit = "on"
    assert [ask("utils.getServerTime", PERSON) == 6 for _ in range(4)] == [False] * 3 + [True]


def test_the_community_and_its_mark(ask: Ask, vk: Vk) -> None:
    group = ask("groups.getById")["groups"][0]
    assert group["id"] == 101 and group["screen_name"] == "priemnaya74"
    fields = "verified,is_government_organization,trust_mark"
    marked = ask("groups.getById", group_ids="priemnaya74", fields=fields)["groups"][0]
    assert marked["verified"] == 1 and "trust_mark" not in marked
    vk.world.switches.gov_fields = "present"
    marked = ask("groups.getById", group_id=101, fields=fields)["groups"][0]
    assert marked["is_government_organization"] is True and marked["trust_mark"] == 3
    assert ask("groups.getById", group_ids="999") == 100


def test_members_and_managers(ask: Ask, vk: Vk) -> None:
    assert ask("groups.isMember", group_id=101, user_id=1001) == 1
    both = ask("groups.isMember", group_id=101, user_ids="1001,1009")
    assert both == [{"user_id": 1001, "member": 1}, {"user_id": 1009, "member": 0}]
    assert ask("groups.getMembers", group_id=101, count=2) == {"count": 5, "items": [1001, 1002]}
    managers = ask("groups.getMembers", group_id=101, filter="managers")
    assert managers["items"] == [{"id": 1010, "role": "administrator"}]
    vk.world.switches.managers_visible = "15"
    assert ask("groups.getMembers", group_id=101, filter="managers") == 15
    ask("groups.join", "user-1009", group_id=101)
    assert vk.world.queue(-101).items[-1].event["object"] == {"user_id": 1009, "join_type": "join"}
    ask("groups.leave", "user-1009", group_id=101)
    assert vk.world.queue(-101).items[-1].event["type"] == "group_leave"


def test_settings_for_people_only(ask: Ask) -> None:
    assert ask("groups.getSettings", group_id=101) == 27
    assert ask("groups.getSettings", PERSON, group_id=101) == 203
    shown = ask("groups.getSettings", "user-1010", group_id=101)
    assert shown["messages"] == shown["bots_capabilities"] == shown["bots_add_to_chat"] == 1
    assert ask("groups.setSettings", group_id=101, bots_capabilities=0) == 1
    assert ask("groups.getSettings", "user-1010", group_id=101)["bots_capabilities"] == 0
    assert ask("groups.setLongPollSettings", "user-1010", group_id=101, enabled=0) == 1
    assert ask("groups.getLongPollServer", group_id=101) == 100
    assert ask("groups.getLongPollSettings", group_id=999) == 100


def test_people(ask: Ask) -> None:
    people = ask("users.get", user_ids="1001,id1002,nobody,5", fields="domain,photo_50")
    assert [p["id"] for p in people] == [1001, 1002] and people[0]["domain"] == "id1001"
    assert ask("users.get", OTHER)[0]["last_name"] == "Ахметшин"
    assert ask("users.get", user_ids="nobody") == 113
    assert ask("users.get", user_ids=list(range(1, 1002))) == 100
    assert ask("utils.resolveScreenName", screen_name="priemnaya74") == {"type": "group", "object_id": 101}


def test_consent_to_messages_is_an_event(ask: Ask, vk: Vk) -> None:
    ask("messages.allowMessagesFromGroup", PERSON, group_id=101, key="k")
    assert vk.world.queue(-101).items[-1].event["object"] == {"user_id": 1001, "key": "k"}
    ask("messages.denyMessagesFromGroup", PERSON, group_id=101)
    assert vk.world.queue(-101).items[-1].event["type"] == "message_deny"
    assert ask("messages.allowMessagesFromGroup", PERSON, group_id=5) == 100
