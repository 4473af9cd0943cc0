"""Friends, status, photos and cities, asked with a person's token; a community gets 27 for each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vk_emulator.server import build
from vk_emulator.world.world import World
from vk_emulator.world_file import WorldFileError, parse_world

WORLD = """
users:
  - {id: 1, first_name: Анна, last_name: Ким, city: Миасс, status: На даче, bdate: 1.2.1990}
  - {id: 2, first_name: Антон, last_name: Ли, city: Магнитогорск, friends: [1]}
  - {id: 3, first_name: Вера, last_name: Анютина}
communities:
  - {id: 5, name: Сообщество, settings: {status: Открыто}}
objects:
  - {type: photo, owner: 1, id: 7, title: Закат}
  - {type: photo, owner: 1, id: 8, access_key: k}
"""
Asked = Callable[..., Any]


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    vk = build(WORLD, data=tmp_path).vk
    vk.world.switches.rate_limit = "off"

    def ask(name: str, token: str = "user-2", /, **params: Any) -> Any:
        body = vk.call(name, token, params)
        return body["error"]["error_code"] if "error" in body else body["response"]

    return ask


def test_friends_are_friends_of_each_other(asked: Asked) -> None:
    assert asked("friends.get") == {"count": 1, "items": [1]}
    assert asked("friends.get", user_id=1)["items"] == [2]
    (shown,) = asked("friends.get", "service-1", user_id=1, fields="city")["items"]
    assert shown["city"]["title"] == "Магнитогорск"
    assert asked("friends.get", user_id=3) == {"count": 0, "items": []}
    assert asked("friends.get", user_id=9) == 113


def test_status_of_a_person_and_of_a_community(asked: Asked) -> None:
    assert asked("status.get", user_id=1) == {"text": "На даче"}
    assert asked("status.get") == {"text": ""}
    assert asked("status.get", group_id=5) == asked("status.get", user_id=-5) == {"text": "Открыто"}
    assert asked("status.get", group_id=6) == 100
    assert asked("users.get", user_ids=1, fields="status,photo_max")[0]["status"] == "На даче"


def test_people_are_found_by_the_beginnings_of_names(asked: Asked) -> None:
    assert [one["id"] for one in asked("users.search", q="ан")["items"]] == [1, 2, 3]
    assert [one["id"] for one in asked("users.search", q="ан ки")["items"]] == [1]
    assert [one["id"] for one in asked("users.search", birth_year=1990)["items"]] == [1]
    assert asked("users.search", q="", count=1, offset=1)["items"][0]["id"] == 2


def test_photos_that_one_may_see(asked: Asked) -> None:
    assert [one["text"] for one in asked("photos.get", owner_id=1)["items"]] == ["Закат"]
    assert [one["id"] for one in asked("photos.get", "user-1", rev=1)["items"]] == [8, 7]
    assert asked("photos.get", owner_id=1, album_id="wall")["count"] == 1
    assert asked("photos.get", owner_id=1, album_id="profile")["count"] == 0
    assert asked("photos.get", "user-1", photo_ids="8")["count"] == 1


def test_cities_of_the_world(asked: Asked) -> None:
    assert [one["title"] for one in asked("database.getCities")["items"]] == ["Магнитогорск", "Миасс"]
    (one,) = asked("database.getCities", q="ми")["items"]
    assert one == asked("users.get", user_ids=1, fields="city")[0]["city"]


@pytest.mark.parametrize("name", ["friends.get", "status.get", "users.search", "photos.get", "database.getCities"])
def test_a_community_gets_none_of_it(asked: Asked, name: str) -> None:
    assert asked(name, "group-5") == 27


def test_a_friend_has_to_be_there() -> None:
    with pytest.raises(WorldFileError, match="нет человека или сообщества с номером 9"):
        parse_world(WORLD.replace("friends: [1]", "friends: [9]"), "мир.yaml", World())
