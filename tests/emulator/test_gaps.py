"""What public bots asked for and the emulator lacked: searching people, albums, walls, older shapes, honest errors."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.conftest import BOT, PERSON, Ask
from tests.emulator.schema import published
from vk_emulator.api.absent import FOR_COMMUNITIES, SECTIONS
from vk_emulator.api.calls import METHODS, Vk
from vk_emulator.api.people_only import PEOPLE_ONLY
from vk_emulator.play.people import Chat, Person
from vk_emulator.server import build
from vk_emulator.wire.longpoll import json_bytes
from vk_emulator.world.clock import Clock
from vk_emulator.world_file import WorldFileError, parse_world

WORLD = """
communities:
  - {id: 5, name: Сообщество}
users:
  - {id: 1, first_name: Ян, last_name: Ли, sex: мужской, bdate: 15.6.1990, city: Миасс}
  - {id: 2, first_name: Яна, last_name: Ли, sex: женский, bdate: 1.1.2000, city: Чебаркуль}
  - {id: 3, first_name: Анна, last_name: Ли, sex: женский, bdate: '2.3'}
objects:
  - {type: photo, owner: 1, id: 7, album: profile, likes: 12}
  - {type: photo, owner: 1, id: 8}
"""


@pytest.fixture
def small(tmp_path: Path) -> Vk:
    made = build(WORLD, data=tmp_path, clock=Clock(1_780_000_000.0, virtual=True)).vk  # 28 May 2026
    made.world.switches.rate_limit = "off"
    return made


def found(vk: Vk, **sought: Any) -> list[int]:
    return [one["id"] for one in vk.call("users.search", "user-1", sought)["response"]["items"]]


@pytest.mark.parametrize(
    ("sought", "whom"),
    [
        ({}, [1, 2, 3]),
        ({"sex": 1}, [2, 3]),
        ({"sex": 2, "q": "ян"}, [1]),
        ({"hometown": "Миасс"}, [1]),
        ({"age_from": 36}, []),  # his birthday is in June
        ({"age_from": 35}, [1]),
        ({"age_to": 35}, [1, 2]),  # who hides the year is found by no age
        ({"age_from": 20, "age_to": 30, "sex": 1}, [2]),
        ({"birth_year": 1990}, [1]),
    ],
)
def test_people_are_sought_by_sex_age_and_city(small: Vk, sought: dict[str, Any], whom: list[int]) -> None:
    assert found(small, **sought) == whom


@pytest.mark.parametrize("name", ["city", "city_id"])
def test_people_are_sought_by_the_number_of_a_city(small: Vk, name: str) -> None:
    (city,) = small.call("database.getCities", "user-1", {"q": "Чеб"})["response"]["items"]
    assert found(small, **{name: city["id"]}) == [2]


def test_photos_of_a_profile_with_their_likes(small: Vk) -> None:
    asked = {"owner_id": 1, "album_id": "profile"}
    (plain,) = small.call("photos.get", "user-2", asked)["response"]["items"]
    assert plain["id"] == 7 and "likes" not in plain
    (full,) = small.call("photos.get", "user-2", {**asked, "extended": 1})["response"]["items"]
    assert full["likes"] == {"count": 12, "user_likes": 0}


def test_an_album_is_one_of_vks(tmp_path: Path) -> None:
    with pytest.raises(WorldFileError, match="«album».*profile"):
        build(WORLD.replace("album: profile", "album: лето"), data=tmp_path)
    with pytest.raises(WorldFileError, match="«album»"):
        build(WORLD.replace("type: photo, owner: 1, id: 7", "type: doc, owner: 1, id: 7"), data=tmp_path)


def test_walls_of_ones_own_by_name_and_by_number(ask: Ask, vk: Vk) -> None:
    for _ in range(2):
        ask("emulator.addPost", "", group_id=101)
    nothing = {"count": 0, "items": []}
    assert ask("wall.get", PERSON) == ask("wall.get", PERSON, domain="id1002") == nothing
    assert ask("wall.get", PERSON, owner_id=-999) == 100
    named = ask("wall.getById", PERSON, posts="-101_1,-101_2,-101_3,-999_1")
    assert [(one["owner_id"], one["id"]) for one in named["items"]] == [(-101, 1), (-101, 2)]
    vk.world.communities[101].settings["wall_closed"] = True
    assert ask("wall.getById", PERSON, posts="-101_1") == {"items": []}
    assert ask("wall.getById", PERSON, posts="-101_x") == 100 and ask("wall.getById", BOT, posts="-101_1") == 27


def test_a_community_is_edited(ask: Ask) -> None:
    assert ask("groups.edit", group_id=101, title="Ромашка", description="Цветы", website="https://site.example") == 1
    (shown,) = ask("groups.getById", fields="description,site")["groups"]
    assert (shown["name"], shown["description"], shown["site"]) == ("Ромашка", "Цветы", "https://site.example")
    assert ask("groups.edit", PERSON, group_id=101, title="Чужое") in (7, 15, 100, 203)


def test_an_order_is_seen_by_who_sells_and_who_buys(ask: Ask) -> None:
    number = ask("emulator.addOrder", "", group_id=101, user_id=1001, total=500, comment="Домофон 5")
    for token in (BOT, PERSON):
        shown = ask("market.getOrderById", token, order_id=number, user_id=1001)["order"]
        assert (shown["user_id"], shown["total_price"]["text"], shown["comment"]) == (1001, "500 ₽", "Домофон 5")
    assert ask("market.getOrderById", "user-1002", order_id=number) == 1436
    assert ask("market.getOrderById", order_id=number, user_id=1002) == 1436
    assert ask("market.getOrderById", order_id=number + 1) == 1436 and ask("market.getOrderById") == 100
    assert ask("emulator.addOrder", "", group_id=101, user_id=7) == 100


def test_what_an_owner_of_another_world_has_is_taken_as_it_is_named(wrote: Ask) -> None:
    """A bot names pictures of its own community: they are nothing that this world could know."""
    wrote("messages.send", peer_id=1001, random_id=0, message="а", attachment="photo-777_5,photo-101_5,photo1002_5")
    (shown,) = wrote("messages.getHistory", PERSON, peer_id=-101, count=1)["items"]
    assert [one["photo"]["owner_id"] for one in shown["attachments"]] == [-777]


def delete(vk: Vk, version: str, **named: Any) -> Any:
    told = vk.call("messages.delete", BOT, {"v": version, "delete_for_all": 1, **named})
    return told["error"]["error_code"] if "error" in told else told["response"]


def test_deleting_in_its_older_shape(wrote: Ask, vk: Vk) -> None:
    first, second, third = (wrote("messages.send", peer_id=1001, random_id=n, message="а") for n in (1, 2, 3))
    assert delete(vk, "5.131", message_ids=f"{first},999") == {str(first): 1}
    assert delete(vk, "5.131", peer_id=1001, cmids=3) == {"3": 1}
    assert delete(vk, "5.199", message_ids=third)[0]["response"] == 1 and second
    his = vk.world.by_id[1]
    assert his.sender == 1001 and delete(vk, "5.131", message_ids=1) == 924


class Once:
    """A stage that shows one message and keeps what is called."""

    group = 101

    def __init__(self, action: dict[str, Any]) -> None:
        self.action, self.sent = action, {}

    def call(self, method: str, token: str = "", **params: Any) -> Any:
        if method == "messages.getHistory":
            return {"items": [{"keyboard": {"buttons": [[{"action": self.action}]]}}]}
        self.sent.update(params if method == "messages.send" else {})
        return {"items": [{"conversation_message_id": 1}]}

    def until(self, ready: Any, seconds: float | None = None) -> Any:
        return ready()


@pytest.mark.parametrize("payload", [{}, {"payload": '{"a":1}'}])
def test_a_button_without_a_payload_sends_none(payload: dict[str, str]) -> None:
    stage = Once({"type": "text", "label": "Да", **payload})
    Person(stage, 1, "Ян").presses("Да", Chat("a", "А", {"user-1": 2_000_000_001}))
    assert stage.sent["message"] == "Да" and stage.sent.get("payload") == payload.get("payload")


def test_answers_are_raw_utf_8() -> None:
    assert json_bytes({"text": "Да 😀"}) == '{"text":"Да 😀"}'.encode()
    assert json.loads(json_bytes({"text": "\ud83d"})) == {"text": "\ud83d"}


def test_without_a_token_vk_says_so(vk: Vk) -> None:
    told = vk.call("users.get", "", {})["error"]
    assert (told["error_code"], told["error_msg"]) == (5, "User authorization failed: no access_token passed.")


@pytest.mark.parametrize(
    ("name", "token", "code", "words"),
    [
        ("account.setOnline", BOT, 27, "VK has account.setOnline, vk-emulator does not"),
        ("account.setOnline", PERSON, 3, "VK has account.setOnline, vk-emulator does not"),
        ("utils.getLinkStats", BOT, 3, "VK has utils.getLinkStats, vk-emulator does not"),
        (
            "mesages.send",
            BOT,
            3,
            "neither vk-emulator nor the schema of VK 5.199 knows mesages.send; did you mean messages.send?",
        ),
        ("wall.nonsense", BOT, 3, "neither vk-emulator nor the schema of VK 5.199 knows wall.nonsense"),
    ],
)
def test_a_method_that_is_not_here_names_the_emulator(vk: Vk, name: str, token: str, code: int, words: str) -> None:
    told = vk.call(name, token, {})["error"]
    assert (told["error_code"], told["emulator"]) == (code, words)


@pytest.mark.skipif(not published.here(), reason=published.ABSENT)
def test_each_method_of_the_schema_is_here_or_known_to_be_absent() -> None:
    sections = {path.parent.name for path in published.SCHEMA.glob("*/methods.json")}
    whole = {name for section in sections for name in published.methods(section)}
    assert whole - set(METHODS) - PEOPLE_ONLY == FOR_COMMUNITIES


def test_the_docs_list_what_is_not_here() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "emulator.md").read_text(encoding="utf-8")
    listed = re.search(r"^A community may call in VK.*?: (.*?)\.$", page, re.MULTILINE)
    assert listed is not None
    assert listed[1] == "; ".join(f"{section}.{', '.join(names.split())}" for section, names in SECTIONS.items())


def changes(vk: Vk, account: int, since: int) -> list[list[Any]]:
    from vk_emulator.acts.user_events import render_event

    items = vk.world.queue(account).after(since)
    return [one for item in items for one in render_event(vk.world, account, item.event) if one[0] == 52]


def test_event_52_tells_what_changed_in_a_chat(ask: Ask, vk: Vk) -> None:
    chat = next(one for one in vk.world.chats.values() if 1006 in one.members)
    (owner,) = [account for account in chat.members if account == chat.owner]
    token, since = f"user-{owner}", vk.world.queue(owner).last
    peer = vk.world.peer_of(chat.thread, owner)
    other = next(account for account in chat.members if account > 0 and account != owner)
    ask("messages.editChat", token, chat_id=peer - 2_000_000_000, title="Новое")
    ask("messages.removeChatUser", token, chat_id=peer - 2_000_000_000, user_id=other)
    assert changes(vk, owner, since) == [[52, 1, peer, 0], [52, 8, peer, other]]


def test_events_before_a_server_is_confirmed_come_after_it(ask: Ask, vk: Vk) -> None:
    """A bot adds its server and people write at once, as bots at a start do."""
    from vk_emulator.acts import callbacks
    from vk_emulator.world.callback_servers import Reply

    server = ask("groups.addCallbackServer", group_id=101, url="http://127.0.0.1:1/", title="bot")["server_id"]
    ask("groups.setCallbackSettings", group_id=101, server_id=server, message_new=1)
    (confirmation,) = callbacks.take(vk)
    ask("messages.send", PERSON, peer_id=-101, random_id=0, message="уже здесь")
    callbacks.take_reply(vk.world, confirmation, Reply(200, callbacks.code(vk.world, 101)))
    (post,) = callbacks.take(vk)
    assert post.body["object"]["message"]["text"] == "уже здесь"


def test_a_world_without_likes_still_reads(vk: Vk) -> None:
    assert parse_world(WORLD.replace(", likes: 12", ""), "мир.yaml", type(vk.world)()).attachments
