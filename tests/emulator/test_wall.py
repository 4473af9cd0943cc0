"""wall.get and what a page shows of itself: a service token reads it, a community token does not (vk-api.md §6)."""

from __future__ import annotations

from tests.emulator.conftest import PERSON, Ask
from vk_emulator.api.calls import Vk

SERVICE = "service-1"


def test_whose_token(ask: Ask) -> None:
    assert ask("wall.get", owner_id=-101) == 27
    assert ask("wall.get", PERSON, owner_id=-101)["count"] == 0
    assert ask("wall.get", SERVICE, owner_id=-101)["count"] == 0
    assert ask("messages.send", SERVICE, peer_id=1001, message="?", random_id=1) == 28
    assert ask("users.get", "service-x") == 5


def test_posts_newest_first_a_page_at_a_time(ask: Ask, vk: Vk) -> None:
    vk.world.communities[101].settings["posts"] = [100, 300, 200]
    found = ask("wall.get", SERVICE, domain="priemnaya74", count=2)
    assert (found["count"], [one["date"] for one in found["items"]]) == (3, [300, 200])
    assert [one["date"] for one in ask("wall.get", SERVICE, owner_id=-101, offset=2)["items"]] == [100]


def test_a_closed_wall_and_nobody(ask: Ask, vk: Vk) -> None:
    vk.world.communities[101].settings["wall_closed"] = True
    assert ask("wall.get", SERVICE, owner_id=-101) == 15
    assert ask("wall.get", SERVICE, domain="nobody") == 100
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


def test_what_people_said_under_a_post_and_what_was_answered(ask: Ask, vk: Vk) -> None:
    post = ask("emulator.addPost", "", group_id=101)
    said = ask("emulator.addComment", "", group_id=101, post_id=post, from_id=1001)
    other = ask("emulator.addComment", "", group_id=101, post_id=post, from_id=1002)
    answer = ask("emulator.addComment", "", group_id=101, post_id=post, from_id=-101, reply_to=said)
    assert ask("wall.get", SERVICE, owner_id=-101)["items"][0]["comments"]["count"] == 2
    found = ask("wall.getComments", SERVICE, owner_id=-101, post_id=post, thread_items_count=10)
    assert (found["count"], found["current_level_count"]) == (3, 2)
    first, second = found["items"]
    assert (first["id"], first["from_id"], second["id"], second["thread"]["count"]) == (said, 1001, other, 0)
    assert [(one["id"], one["from_id"]) for one in first["thread"]["items"]] == [(answer, -101)]
    without = ask("wall.getComments", SERVICE, owner_id=-101, post_id=post)["items"][0]["thread"]
    assert (without["count"], without["items"]) == (1, [])


def test_comments_that_nobody_may_read(ask: Ask, vk: Vk) -> None:
    post = ask("emulator.addPost", "", group_id=101)
    assert ask("wall.getComments", owner_id=-101, post_id=post) == 27
    assert ask("wall.getComments", SERVICE, owner_id=-101, post_id=9) == 100
    assert ask("emulator.addComment", "", group_id=101, post_id=post, from_id=1, reply_to=5000) == 100
    assert ask("emulator.addComment", "", group_id=9, post_id=post, from_id=1) == 100
    vk.world.communities[101].settings["comments_closed"] = True
    assert ask("wall.getComments", SERVICE, owner_id=-101, post_id=post) == 212
