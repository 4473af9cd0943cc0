"""What older versions of the API answer otherwise, and what a call with several recipients refuses as a whole."""

from __future__ import annotations

import json

import pytest

from tests.emulator.conftest import PERSON, Ask
from vk_emulator.api.calls import Vk
from vk_emulator.world_file import WorldFileError, parse_world

FULL = """
users:
  - {id: 1, first_name: Анна, last_name: Ким, sex: женский, bdate: 1.2.1990, city: Миасс, first_name_dat: Анне}
"""


def test_groups_by_id_was_a_list(ask: Ask) -> None:
    assert ask("groups.getById")["groups"][0]["id"] == 101
    assert ask("groups.getById", v="5.138")[0]["id"] == 101
    assert ask("groups.getById", v="5.139")["profiles"] == []


def test_a_random_id_was_not_demanded(wrote: Ask) -> None:
    assert wrote("messages.send", peer_id=1001, message="x") == 100
    assert wrote("messages.send", peer_id=1001, message="x", v="5.89") > 0


def test_several_were_called_user_ids(wrote: Ask) -> None:
    assert wrote("messages.send", user_ids="1001", random_id=1, message="x") == 100
    (item,) = wrote("messages.send", user_ids="1001", random_id=1, message="x", v="5.131")
    assert item["peer_id"] == 1001 and item["message_id"] > 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"message": "ж" * 4097}, 914),
        ({"message": " "}, 100),
        ({}, 100),
        ({"message": "x", "keyboard": json.dumps({"buttons": [[{"action": {"type": "nothing"}}]]})}, 911),
        ({"message": "x", "keyboard": "{"}, 911),
    ],
)
def test_what_is_wrong_with_the_message_is_the_error_of_the_call(wrote: Ask, given: dict[str, str], code: int) -> None:
    assert wrote("messages.send", peer_ids="1001,1002", random_id=1, **given) == code


def test_a_recipient_has_an_error_of_its_own(wrote: Ask) -> None:
    good, closed = wrote("messages.send", peer_ids="1001,1002", random_id=1, message="x")
    assert good["message_id"] > 0 and "error" not in good
    assert closed["error"]["code"] == 901


def test_unknown_calls_are_named(ask: Ask, vk: Vk) -> None:
    for _ in range(2):
        assert ask("secret.get") == 3
    assert ask("asr.process", PERSON) == 3
    assert ask("emulator.state", "")["unknown"] == {"secret.get": 2, "asr.process": 1}
    for number in range(300):
        ask(f"made.up{number}")
    assert len(vk.unknown) == 100


def test_a_profile_says_what_the_world_file_says(vk: Vk) -> None:
    vk.world.users.clear()
    parse_world(FULL, "world", vk.world)
    fields = "sex,bdate,city,first_name_dat"
    body = vk.call("users.get", "group-101", {"user_ids": "1", "fields": fields, "name_case": "dat"})["response"][0]
    assert (body["sex"], body["bdate"], body["city"]["title"]) == (1, "1.2.1990", "Миасс")
    assert body["first_name"] == body["first_name_dat"] == "Анне" and body["last_name"] == "Ким", "given, or as it is"
    assert vk.call("users.get", "group-101", {"user_ids": "1", "name_case": "voc"})["error"]["error_code"] == 100
    with pytest.raises(WorldFileError, match="женский или мужской"):
        parse_world(FULL.replace("женский", "да").replace("id: 1,", "id: 2,"), "world", vk.world)
