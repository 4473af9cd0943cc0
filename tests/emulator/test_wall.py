"""A community's wall: who may do what with which token, what a thread shows, who learns of it, what VK refuses."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll
from vkbottle import API
from vkbottle.http import AiohttpClient

from tests.emulator.conftest import BOT, OTHER, PERSON, Ask
from tests.emulator.smoke.to_emulator import session_for
from vk_emulator.api.calls import Vk
from vk_emulator.server import Emulator
from vk_emulator.world.walls import Post, Wall

SERVICE, LEADS = "service-1", "user-1010"
EVENTS = ("wall_post_new", "wall_reply_new", "wall_reply_edit", "wall_reply_delete", "wall_reply_restore")


@pytest.fixture
def post(ask: Ask) -> int:
    return int(ask("wall.post", LEADS, owner_id=-101, from_group=1, message="Засыпали ямы")["post_id"])


@pytest.fixture
def said(ask: Ask, post: int) -> int:
    return int(ask("wall.createComment", PERSON, owner_id=-101, post_id=post, message="А у школы?")["comment_id"])


@pytest.fixture
def heard(ask: Ask, vk: Vk) -> Any:
    """What the community's long poll got since: kind and object."""
    ask("groups.setLongPollSettings", group_id=101, **dict.fromkeys(EVENTS, 1))
    since = vk.world.queue(-101).last
    return lambda: [(item.event["type"], item.event["object"]) for item in vk.world.queue(-101).after(since)]


def thread(ask: Ask, post: int, **more: Any) -> list[dict[str, Any]]:
    found = ask("wall.getComments", SERVICE, owner_id=-101, post_id=post, thread_items_count=10, count=100, **more)
    return list(found["items"])


def test_whose_token_reads(ask: Ask, post: int, said: int) -> None:
    for name, more in (("wall.get", {}), ("wall.getComments", {"post_id": post})):
        assert ask(name, BOT, owner_id=-101, **more) == 27
        assert ask(name, SERVICE, owner_id=-101, **more)["count"] == 1
        assert ask(name, PERSON, owner_id=-101, **more)["count"] == 1
    assert [ask("wall.getComment", token, owner_id=-101, comment_id=said) for token in (BOT, SERVICE)] == [27, 28]
    assert ask("wall.getComment", PERSON, owner_id=-101, comment_id=said)["items"][0]["text"] == "А у школы?"
    assert ask("messages.send", SERVICE, peer_id=1001, message="?", random_id=1) == 28
    assert ask("users.get", "service-x") == 5


@pytest.mark.parametrize("name", ["post", "editComment", "deleteComment", "restoreComment", "reportComment"])
def test_what_a_community_may_not(ask: Ask, post: int, said: int, name: str) -> None:
    params = {"owner_id": -101, "post_id": post, "comment_id": said, "message": "?", "reason": 1}
    assert ask(f"wall.{name}", BOT, **params) == 27 and ask(f"wall.{name}", SERVICE, **params) == 28
    assert ask("likes.add", BOT, type="post", owner_id=-101, item_id=post) == 27


def test_posts_newest_first_a_page_at_a_time(ask: Ask, vk: Vk) -> None:
    written = [Post(number, -101, -101, at, "") for number, at in ((1, 100), (2, 300), (3, 200))]
    vk.world.walls[-101] = Wall(-101, {one.id: one for one in written}, next_id=4)
    found = ask("wall.get", SERVICE, domain="priemnaya74", count=2)
    assert (found["count"], [one["date"] for one in found["items"]]) == (3, [300, 200])
    assert [one["date"] for one in ask("wall.get", SERVICE, owner_id=-101, offset=2)["items"]] == [100]


def test_own_page_and_posts_of_others(ask: Ask, post: int) -> None:
    ask("wall.post", PERSON, message="У себя")
    assert [one["text"] for one in ask("wall.get", PERSON)["items"]] == ["У себя"]
    ask("wall.post", LEADS, owner_id=-101, message="От себя")
    texts = {
        wanted: [one["text"] for one in ask("wall.get", SERVICE, owner_id=-101, filter=wanted)["items"]]
        for wanted in ("owner", "others", "all")
    }
    assert texts["owner"] == ["Засыпали ямы"] and texts["others"] == ["От себя"] and len(texts["all"]) == 2
    assert ask("wall.post", PERSON, owner_id=-101, message="Чужой") == 214
    assert ask("wall.post", LEADS, owner_id=-101) == 100, "nothing said"


def test_the_same_guid_makes_one_post(ask: Ask) -> None:
    made = [ask("wall.post", LEADS, owner_id=-101, from_group=1, message="Раз", guid="a")["post_id"] for _ in range(2)]
    assert made[0] == made[1] and ask("wall.get", SERVICE, owner_id=-101)["count"] == 1


def test_a_closed_wall_and_nobody(ask: Ask, vk: Vk) -> None:
    vk.world.communities[101].settings["wall_closed"] = True
    assert ask("wall.get", SERVICE, owner_id=-101) == 15
    assert ask("wall.get", SERVICE, domain="nobody") == 100 and ask("wall.get", SERVICE, owner_id=-9) == 100
    assert ask("groups.getById", SERVICE) == 100


def test_what_a_page_shows_of_itself(ask: Ask, vk: Vk) -> None:
    fields = "contacts,addresses,cover"
    (plain,) = ask("groups.getById", fields=fields)["groups"]
    assert "contacts" not in plain and plain["addresses"] == {"is_enabled": False} and plain["cover"] == {"enabled": 0}
    vk.world.communities[101].settings |= {
        "contacts": [{"phone": "+7 351 000-00-00"}],
        "addresses": True,
        "cover": True,
    }
    (full,) = ask("groups.getById", SERVICE, group_ids="priemnaya74", fields=fields)["groups"]
    assert full["contacts"][0]["phone"] and full["addresses"]["is_enabled"] and full["cover"] == {"enabled": 1}


def test_what_people_said_under_a_post_and_what_was_answered(ask: Ask) -> None:
    post = ask("emulator.addPost", "", group_id=101, text="Засыпали ямы")
    said = ask("emulator.addComment", "", group_id=101, post_id=post, from_id=1001, text="А у школы?")
    other = ask("emulator.addComment", "", group_id=101, post_id=post, from_id=1002)
    answer = ask("emulator.addComment", "", group_id=101, post_id=post, from_id=-101, reply_to=said)
    assert ask("wall.get", SERVICE, owner_id=-101)["items"][0]["comments"]["count"] == 3
    found = ask("wall.getComments", SERVICE, owner_id=-101, post_id=post, thread_items_count=10)
    assert (found["count"], found["current_level_count"]) == (3, 2)
    first, second = found["items"]
    assert (first["id"], first["from_id"], second["id"], second["thread"]["count"]) == (said, 1001, other, 0)
    assert first["text"] == "А у школы?"
    assert [(one["id"], one["from_id"]) for one in first["thread"]["items"]] == [(answer, -101)]
    without = ask("wall.getComments", SERVICE, owner_id=-101, post_id=post)["items"][0]["thread"]
    assert (without["count"], without["items"]) == (1, [])


def test_a_thread_has_two_levels(ask: Ask, post: int, said: int) -> None:
    """An answer to an answer stands beside it and says whom it answers."""
    under = {"owner_id": -101, "post_id": post}
    first = ask("wall.createComment", BOT, **under, message="Едем", reply_to_comment=said)
    second = ask("wall.createComment", OTHER, **under, message="И к нам", reply_to_comment=first["comment_id"])
    assert first["parents_stack"] == second["parents_stack"] == [said]
    (top,) = thread(ask, post)
    told = [(one["from_id"], one["reply_to_comment"], one["reply_to_user"]) for one in top["thread"]["items"]]
    assert told == [(-101, said, 1001), (1002, first["comment_id"], -101)]
    below = ask(
        "wall.getComments", SERVICE, **under, comment_id=said, sort="desc", start_comment_id=first["comment_id"]
    )
    assert [one["id"] for one in below["items"]] == [first["comment_id"]], "from that one on, the newest first"


def test_who_speaks(ask: Ask, post: int) -> None:
    under = {"owner_id": -101, "post_id": post, "message": "Здравствуйте"}
    for token, more in ((BOT, {}), (LEADS, {"from_group": 101}), (LEADS, {}), (PERSON, {})):
        assert ask("wall.createComment", token, **under, **more)["comment_id"]
    assert [one["from_id"] for one in thread(ask, post)] == [-101, -101, 1010, 1001]
    assert ask("wall.createComment", PERSON, **under, from_group=101) == 15, "he does not lead it"
    assert ask("wall.createComment", BOT, owner_id=1001, post_id=1, message="?") == 15, "on its own wall only"


def test_who_takes_back_and_puts_back(ask: Ask, post: int, said: int) -> None:
    comment = {"owner_id": -101, "comment_id": said}
    assert ask("wall.deleteComment", OTHER, **comment) == 211
    assert ask("wall.restoreComment", PERSON, **comment) == 243
    assert ask("wall.deleteComment", PERSON, **comment) == 1 and thread(ask, post) == []
    assert ask("wall.deleteComment", PERSON, **comment) == 104
    assert ask("wall.getComment", PERSON, **comment)["items"] == []
    assert ask("wall.restoreComment", LEADS, **comment) == 1, "who leads the community may do both"
    assert ask("wall.editComment", LEADS, **comment, message="Иначе") == 211, "but not put words into a mouth"
    assert ask("wall.editComment", PERSON, **comment, message="А у школы № 5?") == 1
    assert thread(ask, post)[0]["text"] == "А у школы № 5?"
    assert ask("wall.deleteComment", PERSON, owner_id=-101, comment_id=999) == 104
    ours = ask("wall.createComment", BOT, owner_id=-101, post_id=post, message="Едем")["comment_id"]
    assert ask("wall.editComment", LEADS, owner_id=-101, comment_id=ours, message="Приехали") == 1


def test_a_deleted_comment_with_answers_stays_without_words(ask: Ask, post: int, said: int) -> None:
    ask("wall.createComment", OTHER, owner_id=-101, post_id=post, message="Да", reply_to_comment=said)
    ask("wall.deleteComment", PERSON, owner_id=-101, comment_id=said)
    (top,) = thread(ask, post)
    assert (top["deleted"], top["text"], top["from_id"], top["thread"]["count"]) == (True, "", 0, 1)


def test_likes(ask: Ask, post: int, said: int) -> None:
    for kind, item in (("post", post), ("comment", said)):
        thing = {"owner_id": -101, "type": kind, "item_id": item}
        assert [ask("likes.add", who, **thing)["likes"] for who in (PERSON, OTHER, OTHER)] == [1, 2, 2]
        assert ask("likes.delete", OTHER, **thing)["likes"] == 1
    assert thread(ask, post)[0]["likes"]["count"] == 1
    assert ask("likes.add", PERSON, owner_id=-101, type="song", item_id=1) == 100


def test_closed_comments(ask: Ask, post: int, said: int) -> None:
    under = {"owner_id": -101, "post_id": post}
    assert ask("wall.closeComments", OTHER, **under) == 15
    assert [ask("wall.closeComments", BOT, **under) for _ in range(2)] == [1, 0]
    assert [ask("wall.createComment", one, **under, message="?") for one in (PERSON, BOT)] == [213, 213]
    assert ask("wall.getComments", SERVICE, **under) == 212
    assert ask("wall.openComments", LEADS, **under) == 1 and len(thread(ask, post)) == 1


def test_comments_that_nobody_may_read_or_write(ask: Ask, vk: Vk, post: int) -> None:
    under = {"owner_id": -101, "post_id": post}
    assert ask("wall.getComments", SERVICE, owner_id=-101, post_id=99) == 100
    assert ask("wall.createComment", PERSON, owner_id=-101, post_id=99, message="?") == 100
    assert ask("wall.createComment", PERSON, **under) == 100, "nothing said"
    assert ask("wall.createComment", PERSON, **under, message="?", reply_to_comment=5000) == 100
    assert ask("emulator.addComment", "", group_id=101, post_id=post, from_id=1, reply_to=5000) == 100
    assert [ask(f"emulator.add{kind}", "", group_id=9, post_id=post, from_id=1) for kind in ("Post", "Comment")] == [
        100, 100,
    ]  # fmt: skip
    ask("emulator.setBlocked", "", group_id=101, user_id=1001, code=900)
    assert ask("wall.createComment", PERSON, **under, message="?") == 213, "who is on the blacklist"
    vk.world.communities[101].settings["comments_closed"] = True
    assert ask("wall.getComments", SERVICE, **under) == 212
    assert ask("wall.createComment", BOT, **under, message="?") == 212


def test_what_the_community_hears(ask: Ask, heard: Any) -> None:
    post = ask("wall.post", LEADS, owner_id=-101, from_group=1, message="Ямы")["post_id"]
    said = ask("wall.createComment", PERSON, owner_id=-101, post_id=post, message="А у школы?")["comment_id"]
    below = ask("wall.createComment", BOT, owner_id=-101, post_id=post, message="Едем", reply_to_comment=said)
    comment = {"owner_id": -101, "comment_id": said}
    ask("wall.editComment", PERSON, **comment, message="А у школы № 5?")
    ask("wall.deleteComment", PERSON, **comment)
    ask("wall.restoreComment", PERSON, **comment)
    kinds = [kind for kind, _ in heard()]
    assert kinds == [EVENTS[0], EVENTS[1], EVENTS[1], *EVENTS[2:]]
    new, own, changed, gone, back = (told for _, told in heard()[1:])
    assert (new["id"], new["from_id"], new["post_id"], new["owner_id"]) == (said, 1001, post, -101)
    assert (own["id"], own["from_id"], own["parents_stack"]) == (below["comment_id"], -101, [said])
    assert new["text"] == "А у школы?" and changed["text"] == back["text"] == "А у школы № 5?"
    gone_of = {"owner_id": -101, "id": said, "user_id": 1001, "deleter_id": 1001, "post_id": post}
    assert gone == gone_of, "and not what it said"


def test_a_wall_of_somebody_is_heard_by_nobody(ask: Ask, heard: Any) -> None:
    post = ask("wall.post", PERSON, message="У себя")["post_id"]
    said = ask("wall.createComment", OTHER, owner_id=1001, post_id=post, message="Привет")["comment_id"]
    comment = {"owner_id": 1001, "comment_id": said}
    for name in ("edit", "delete", "restore"):
        assert ask(f"wall.{name}Comment", OTHER, **comment, message="Пока") == 1
    assert heard() == []


def test_a_test_switches_its_events_on(ask: Ask, vk: Vk) -> None:
    assert ask("emulator.setSettings", "", group_id=101, **dict.fromkeys(EVENTS, 1)) != 100
    assert all(vk.world.communities[101].events[name] for name in EVENTS)
    assert ask("emulator.setSettings", "", group_id=101, message_of_nobody=1) == 100


def test_by_callback_too(ask: Ask, vk: Vk, post: int) -> None:
    made = ask("groups.addCallbackServer", group_id=101, url="http://127.0.0.1:9/", title="Бот")["server_id"]
    ask("groups.setCallbackSettings", group_id=101, server_id=made, **dict.fromkeys(EVENTS, 1))
    (server,) = vk.world.callbacks.servers[101]
    server.status = "ok"
    ask("wall.createComment", PERSON, owner_id=-101, post_id=post, message="А у школы?")
    waiting = [item[2].body for item in server.waiting]
    assert [(one["type"], one["object"]["text"]) for one in waiting] == [("wall_reply_new", "А у школы?")]


@pytest.mark.usefixtures("redirected")
async def test_vk_api_and_vkbottle_hear_and_answer(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator.call("groups.setLongPollSettings", BOT, group_id=101, **dict.fromkeys(EVENTS, 1))
    post = emulator.call("wall.post", LEADS, owner_id=-101, from_group=1, message="Ямы")["post_id"]

    def answered() -> int:
        session = session_for(emulator.base, BOT)
        longpoll = VkBotLongPoll(session, 101, wait=1)
        longpoll.session.trust_env = False
        person = session_for(emulator.base, PERSON)
        person.method("wall.createComment", {"owner_id": -101, "post_id": post, "message": "А у школы?"})
        for event in [one for _ in range(20) for one in longpoll.check()]:
            if event.type == VkBotEventType.WALL_REPLY_NEW and event.object.from_id > 0:
                told = {"owner_id": -101, "post_id": event.object.post_id, "reply_to_comment": event.object.id}
                return int(session.method("wall.createComment", {**told, "message": "Едем"})["comment_id"])
        raise AssertionError("no comment came")

    number = await asyncio.to_thread(answered)
    monkeypatch.setattr(API, "API_URL", emulator.url)
    http = AiohttpClient()
    try:
        read = await API(SERVICE, http_client=http).wall.get_comments(owner_id=-101, post_id=post, thread_items_count=5)
    finally:
        await http.close()
    assert read.items[0].text == "А у школы?" and read.items[0].thread is not None
    assert [one.id for one in read.items[0].thread.items or ()] == [number]
