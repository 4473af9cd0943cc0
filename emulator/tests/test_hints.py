"""What VK leaves unsaid the emulator says, in a field that VK does not have, in the journal and in `emulator.state`."""

from __future__ import annotations

from typing import Any

import pytest

from vk_emulator.api.calls import Vk
from vk_emulator.server import build
from vk_emulator.wire.journal import request_json, request_of

BOT, PERSON = "group-101", "user-1001"
SAID: dict[str, Any] = {"peer_id": 1001, "random_id": 0, "message": "Да"}


@pytest.fixture
def vk(tmp_path: Any) -> Vk:
    made = build(data=tmp_path).vk
    made.call("messages.send", PERSON, {"peer_id": -101, "random_id": 0, "message": "Есть кто?"})
    return made


def hint(body: dict[str, Any]) -> str:
    return str(body.get("error", body).get("emulator", ""))


@pytest.mark.parametrize(
    ("method", "token", "params", "words"),
    [
        ("messages.send", BOT, SAID | {"attachment": "photo-101_5"}, "photo-101_5 is not in this world"),
        ("messages.send", BOT, SAID | {"attachment": "photo-101_5"}, "unknown_attachments=taken"),
        ("messages.send", BOT, SAID | {"peer_id": 1002}, "1002 has not written to community 101"),
        ("messages.send", BOT, {"peer_ids": "1001,1002", "random_id": 0, "message": "x"}, "1002 has not written"),
        ("messages.send", "abc", SAID, "group-101"),
        ("groups.getLongPollServer", BOT, {"group_id": 5}, "the token is of community 101, group_id names 5"),
        ("groups.getLongPollServer", BOT, {"group_id": 102}, "the token is of community 101, group_id names 102"),
        ("no.such", BOT, {}, "knows no.such"),
        ("execute", BOT, {"code": 'return API.messages.send({"peer_id":1002,"random_id":0,"message":"x"});'}, "1002"),
        ("messages.send", BOT, SAID, ""),
        ("users.get", BOT, {}, ""),
        ("users.get", "", {}, ""),
    ],
)
def test_why_in_its_own_words(vk: Vk, method: str, token: str, params: dict[str, Any], words: str) -> None:
    told = hint(vk.call(method, token, params))
    assert words in told and bool(words) == bool(told)
    assert vk.call("emulator.state", "", {})["response"]["hints"] == ({told: 1} if told else {})


def test_a_repeated_random_id_is_told(vk: Vk) -> None:
    first, second = (vk.call("messages.send", BOT, SAID | {"random_id": 5}) for _ in range(2))
    assert hint(first) == "" and "random_id 5 was used" in hint(second)
    assert first["response"] == second["response"]


def test_a_fault_a_switch_and_a_setting_are_told(vk: Vk) -> None:
    vk.call("emulator.setFaults", "", {"rules": [{"method": "users.get", "mode": "error", "code": 10}]})
    assert "fault rule" in hint(vk.call("users.get", BOT))
    vk.call("emulator.setSettings", "", {"group_id": 101, "bots_capabilities": 0, "scopes": ["photos"]})
    assert "`scopes`" in hint(vk.call("messages.send", BOT, SAID))
    vk.call("emulator.setSettings", "", {"group_id": 101, "scopes": ["messages"]})
    assert "bots_capabilities" in hint(vk.call("messages.send", BOT, SAID | {"keyboard": '{"buttons":[]}'}))
    assert [hint(vk.call("groups.getById", BOT)) for _ in range(30)][-1].startswith("the switches rate_limit=off")
    vk.call("emulator.revokeToken", "", {"name": BOT})
    assert "revoked" in hint(vk.call("groups.getById", BOT))


def test_the_journal_keeps_it(vk: Vk) -> None:
    body = vk.call("messages.send", BOT, SAID | {"peer_id": 1002})
    kept = request_of(0.0, "bot", "messages.send", BOT, {}, body, b"{}")
    assert kept.hint == hint(body) != "" and request_json(kept)["hint"] == kept.hint
    assert request_of(0.0, "bot", "messages.send", BOT, {}, None, b"").hint == ""
