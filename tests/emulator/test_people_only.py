"""Methods that VK has for people only: a community gets 27 also where the emulator lacks them, as its schema says."""

from __future__ import annotations

import json

import pytest

from tests.emulator.conftest import BOT, PERSON, Ask
from tests.emulator.schema import published
from vk_emulator.api.calls import METHODS, Vk
from vk_emulator.api.people_only import PEOPLE_ONLY


@pytest.mark.parametrize("name", ["friends.add", "users.getFollowers", "photos.getAll", "status.set", "market.get"])
def test_a_community_gets_27_and_a_person_3(ask: Ask, vk: Vk, name: str) -> None:
    assert (ask(name, BOT), ask(name, PERSON), ask(name, "nobody")) == (27, 3, 5)
    assert vk.unknown[name] == 3, "named all the same"


def test_a_method_that_is_here_and_one_in_a_script(ask: Ask, vk: Vk) -> None:
    assert ask("wall.get", BOT, owner_id=-101) == 27
    told = vk.call("execute", BOT, {"code": "return API.friends.add({});"})
    assert told["response"] is False and told["execute_errors"][0]["error_code"] == 27
    assert json.dumps(told).count("friends.add") >= 1


def test_no_name_of_the_list_takes_a_communitys_token() -> None:
    ours = {name: METHODS[name].kinds for name in PEOPLE_ONLY & set(METHODS)}
    assert not [name for name, kinds in ours.items() if "group" in kinds]


@pytest.mark.skipif(not published.here(), reason=published.ABSENT)
def test_the_list_is_the_schemas() -> None:
    sections = {path.parent.name for path in published.SCHEMA.glob("*/methods.json")}
    whole = {
        name: one.get("access_token_type", ())
        for section in sections
        for name, one in published.methods(section).items()
    }
    theirs = {name for name, kinds in whole.items() if "user" in kinds and "group" not in kinds}
    assert theirs == {name for name in PEOPLE_ONLY if name.split(".")[0] in sections}
