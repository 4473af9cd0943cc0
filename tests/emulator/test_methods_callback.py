"""groups.*Callback*: parameters, limits, rights; and deliveries as data for a simulation (vk-api.md §10)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.emulator.conftest import PERSON, Ask
from vk_emulator.acts import callbacks
from vk_emulator.acts.callbacks import Reply
from vk_emulator.api.calls import Vk
from vk_emulator.server import build
from vk_emulator.state import Keeper
from vk_emulator.world.clock import Clock

GOOD = {"group_id": 101, "url": "https://bot.example/hook", "title": "bot", "secret_key": "s" * 50}
MANAGER = "user-1010"


def test_servers_from_first_to_last(ask: Ask) -> None:
    assert ask("groups.getCallbackServers", group_id=101) == {"count": 0, "items": []}
    first = ask("groups.addCallbackServer", **GOOD)["server_id"]
    second = ask("groups.addCallbackServer", MANAGER, group_id=101, url="http://10.0.0.7:8080/", title="б" * 14)
    items = ask("groups.getCallbackServers", group_id=101)["items"]
    assert items[0] == {
        "id": first,
        "title": "bot",
        "creator_id": 0,
        "url": "https://bot.example/hook",
        "secret_key": "s" * 50,
        "status": "wait",
    }
    assert items[1]["creator_id"] == 1010 and items[1]["secret_key"] == ""
    assert ask("groups.editCallbackServer", group_id=101, server_id=first, url="http://localhost/", title="new") == 1
    changed = ask("groups.getCallbackServers", group_id=101, server_ids=str(first))["items"][0]
    assert (changed["url"], changed["title"], changed["secret_key"]) == ("http://localhost/", "new", "s" * 50)
    assert ask("groups.deleteCallbackServer", group_id=101, server_id=first) == 1
    left = ask("groups.getCallbackServers", group_id=101)
    assert [item["id"] for item in left["items"]] == [second["server_id"]] and left["count"] == 1
    for name in ("editCallbackServer", "deleteCallbackServer", "setCallbackSettings", "getCallbackSettings"):
        assert ask(f"groups.{name}", **{**GOOD, "server_id": first}) == 104


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": ""},
        {"url": "ftp://bot.example/"},
        {"url": "bot.example"},
        {"url": "http://"},
        {"url": "http://a:99999/"},
        {"url": "http://[::1"},
        {"url": "http://a b/"},
        {"url": "http://a/\n"},
        {"title": ""},
        {"title": "т" * 15},
        {"secret_key": "с" * 51},
        {"group_id": ""},
        {"group_id": 999},
    ],
)
def test_what_is_refused(ask: Ask, wrong: dict[str, Any]) -> None:
    assert ask("groups.addCallbackServer", **{**GOOD, **wrong}) == 100
    assert ask("groups.getCallbackServers", group_id=101)["count"] == 0


def test_ten_servers_and_rights(ask: Ask) -> None:
    assert all(ask("groups.addCallbackServer", **GOOD)["server_id"] for _ in range(10))
    assert ask("groups.addCallbackServer", **GOOD) == 2000
    assert ask("groups.getCallbackServers", PERSON, group_id=101) == 203
    ask("emulator.setSettings", group_id=101, scopes="messages")
    assert ask("groups.getCallbackConfirmationCode", group_id=101) == 15


def test_settings(ask: Ask) -> None:
    assert ask("groups.getCallbackSettings", group_id=101) == 104
    server = ask("groups.addCallbackServer", **GOOD)["server_id"]
    given = {"group_id": 101, "server_id": server}
    assert ask("groups.setCallbackSettings", **given, api_version="5.131", message_new=1, zzz=1) == 1
    shown = ask("groups.getCallbackSettings", **given)
    assert shown["api_version"] == "5.131" and sum(shown["events"].values()) == 1
    for bad in ("5.80", "6.1", "five", "5.1e3"):
        assert ask("groups.setCallbackSettings", **given, api_version=bad) == 100
    assert len(ask("groups.getCallbackConfirmationCode", group_id=101)["code"]) == 8


def connected(vk: Vk, ask: Ask) -> None:
    ask("groups.setCallbackSettings", group_id=101, server_id=ask("groups.addCallbackServer", **GOOD)["server_id"],
        message_new=1)  # fmt: skip
    (post,) = callbacks.take(vk)
    assert (post.body["type"], post.body["group_id"], post.delivery) == ("confirmation", 101, None)
    callbacks.take_reply(vk.world, post, Reply(200, callbacks.code(vk.world, 101)))


def test_a_simulation_steps_through_deliveries_without_sockets(vk: Vk, ask: Ask) -> None:
    connected(vk, ask)
    ask("messages.send", PERSON, peer_id=-101, random_id=0, message="раз")
    ask("messages.send", PERSON, peer_id=-101, random_id=0, message="два")
    clock, heard = vk.world.clock, []
    for _ in range(100):  # the server answers every third request only
        due = callbacks.next_due(vk.world)
        if due is None:
            break
        clock.set(max(due, clock.now()))
        for post in callbacks.take(vk):
            heard.append((post.body["object"]["message"]["text"], post.headers.get("X-Retry-Counter", "0")))
            callbacks.take_reply(vk.world, post, Reply(200, "ok") if len(heard) % 3 == 0 else None)
    assert heard == [("раз", "0"), ("два", "0"), ("раз", "1"), ("два", "1"), ("два", "2"), ("два", "3")]
    assert vk.crashes == []


def test_the_same_seed_gives_the_same_deliveries(tmp_path: Path) -> None:
    def run() -> list[str]:
        vk = build(data=tmp_path, seed=3, clock=Clock(virtual=True)).vk
        asked: Ask = lambda name, token="group-101", /, **more: vk.call(name, token, more).get("response")  # noqa: E731
        connected(vk, asked)
        asked("messages.send", PERSON, peer_id=-101, random_id=0, message="раз")
        return [post.body["event_id"] for post in callbacks.take(vk)]

    assert run() == run() != []


def test_a_late_answer_to_an_old_address_changes_nothing(vk: Vk, ask: Ask) -> None:
    server = ask("groups.addCallbackServer", **GOOD)["server_id"]
    (post,) = callbacks.take(vk)
    ask("groups.editCallbackServer", **GOOD, server_id=server)
    callbacks.take_reply(vk.world, post, Reply(200, callbacks.code(vk.world, 101)))
    assert ask("groups.getCallbackServers", group_id=101)["items"][0]["status"] == "wait"
    assert len(callbacks.take(vk)) == 1 and callbacks.take(vk) == []
    ask("groups.deleteCallbackServer", group_id=101, server_id=server)
    callbacks.take_reply(vk.world, post, None)
    assert callbacks.next_due(vk.world) is None


def test_a_dead_server_does_not_eat_the_memory(vk: Vk, ask: Ask) -> None:
    connected(vk, ask)
    for number in range(callbacks.MAX_WAITING + 5):
        callbacks.offer(vk.world, 101, "message_new", {"number": number}, "")
    (server,) = callbacks.servers_of(vk.world, 101)
    assert len(server.waiting) == callbacks.MAX_WAITING
    assert callbacks.take(vk)[0].body["object"] == {"number": 5}


def test_a_kept_world_has_its_servers(vk: Vk, ask: Ask, tmp_path: Path) -> None:
    connected(vk, ask)
    ask("messages.send", PERSON, peer_id=-101, random_id=0, message="раз")
    (post,) = callbacks.take(vk)
    Keeper(vk, tmp_path).save()
    fresh = build(data=tmp_path, clock=Clock(virtual=True)).vk
    assert Keeper(fresh, tmp_path).load()
    callbacks.resend_flying(fresh.world)
    assert [again.body for again in callbacks.take(fresh)] == [post.body]
