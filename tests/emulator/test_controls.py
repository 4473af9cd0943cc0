"""emulator.*: state, record, clock, switches, reset, JSON bodies, and what is kept between runs."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import aiohttp
import pytest

from tests.emulator.conftest import PERSON, Ask
from vk_emulator import server
from vk_emulator.api.calls import METHODS, Vk
from vk_emulator.server import Emulator, running
from vk_emulator.world.switches import CHOICES, Switches

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "emulator.md"


def test_state_describes_the_world(ask: Ask) -> None:
    state = ask("emulator.state", "")
    assert state["communities"][0]["token"] == "group-101"
    assert [u["token"] for u in state["users"]] == [f"user-{n}" for n in range(1001, 1016)]
    assert [u["id"] for u in state["users"] if u["resident"]] == [*range(1001, 1006), *range(1011, 1016)]
    assert [c["key"] for c in state["chats"]] == [
        "mindor",
        "minzhkh",
        "minzdrav",
        "chel-gorod",
        "miass-gorod",
        "cur",
    ]
    assert all(-101 in c["members"] and -101 in c["admins"] for c in state["chats"])
    assert state["chats"][5]["cur"] is True and state["internal_errors"] == []


def test_a_person_more_is_a_resident_who_writes_and_is_named(ask: Ask) -> None:
    assert ask("emulator.addUser", "", user_id=5001, first_name="Гость", last_name="1") == 5001
    assert ask("messages.send", "user-5001", peer_id=-101, random_id=0, message="Здравствуйте")
    (named,) = ask("users.get", user_ids=5001)
    assert (named["first_name"], named["last_name"]) == ("Гость", "1")
    assert ask("emulator.state", "")["users"][-1]["resident"]
    for wrong in ({"user_id": 5001}, {"user_id": 0}, {"user_id": 2_000_000_000}, {}):
        assert ask("emulator.addUser", "", first_name="Гость", **wrong) == 100
    assert ask("emulator.addUser", "", user_id=5002) == 100
    ask("emulator.reset", "")
    assert ask("users.get", user_ids=5001) == []


def test_state_counts_refused_requests_by_error_code(emulator: Emulator) -> None:
    emulator.call("emulator.setSwitches", rate_limit="on")
    for number in range(23):
        emulator.call("messages.send", "group-101", peer_id=1001, random_id=number + 1, message="ответ")
    emulator.call("messages.send", "nobody", peer_id=1001, random_id=99, message="ответ")
    state = emulator.call("emulator.state")
    assert state["refused"]["5"] == 1 and state["refused"]["6"] == 3


def test_record_hides_nothing(wrote: Ask) -> None:
    wrote("messages.send", peer_id=1001, random_id=5, message="ответ")
    wrote("messages.delete", PERSON, peer_id=-101, cmids=1, delete_for_all=1)
    record = wrote("emulator.record")
    messages = record["dialogues"][0]["messages"]
    assert [(m["cmid"], m["random_id"], m["deleted"]) for m in messages] == [(1, 0, True), (2, 5, False)]
    assert record["calls"]["messages.send"] == 2
    newer = wrote("emulator.record", since=1)["dialogues"][0]["messages"]
    assert [m["cmid"] for m in newer] == [2]
    assert wrote("emulator.record", since=record["last"])["dialogues"] == []


@pytest.mark.parametrize("name", [f.name for f in fields(Switches)])
def test_every_switch_takes_its_values_and_no_others(ask: Ask, name: str) -> None:
    for value in CHOICES.get(name, ("0", "17")):
        assert str(ask("emulator.setSwitches", **{name: value})[name]) == value
    for bad in ("зелёный", "-1", "1.5", ""):
        assert ask("emulator.setSwitches", **{name: bad}) == 100
    assert ask("emulator.setSwitches", switches={"text_limit": 5, name: "зелёный"}) == 100
    assert ask("emulator.state")["switches"]["text_limit"] in (4096, 17)


def test_switches_and_methods_are_documented() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert [f.name for f in fields(Switches) if f"`{f.name}`" not in text] == []
    assert [name for name in METHODS if name.startswith("emulator.") and f"`{name}`" not in text] == []


def test_the_page_uses_public_methods_only() -> None:
    folder = Path(server.__file__).parent / "sandbox"
    script = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.js"))
    called = set(re.findall(r'"((?:messages|emulator|photos|docs)\.\w+)"', script))
    assert len(called) > 10 and called <= set(METHODS)


def test_the_clock_moves(ask: Ask, vk: Vk) -> None:
    before = vk.world.clock.now()
    assert ask("emulator.advanceClock", seconds="90.5")["clock"] == before + 90.5
    assert ask("emulator.setClock", now=1_800_000_000)["clock"] == 1_800_000_000
    assert ask("emulator.advanceClock", seconds="nan") == 100
    assert ask("utils.getServerTime") == 1_800_000_000


async def test_controls_by_json_form_and_query(emulator: Emulator) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(emulator.url + "emulator.setSwitches", json={"switches": {"text_limit": 9000}}) as r:
            assert (await r.json())["response"]["text_limit"] == 9000
        async with session.post(emulator.url + "emulator.setSwitches", data={"text_limit": "4096"}) as r:
            assert (await r.json())["response"]["text_limit"] == 4096
        async with session.get(emulator.url + "emulator.state") as r:
            assert len((await r.json())["response"]["users"]) == 15
        async with session.post(emulator.url + "users.get", json={"v": "5.199", "access_token": PERSON}) as r:
            assert (await r.json())["error"]["error_code"] == 8  # VK takes no JSON bodies
        async with session.get(emulator.base + "/health") as r:
            assert r.status == 200 and (await r.json())["status"] == "ok"
        async with session.get(emulator.base + "/") as r:
            assert r.status == 200 and "<html" in await r.text()


async def test_reset_begins_anew_and_pollers_learn_it(emulator: Emulator) -> None:
    server = emulator.call("groups.getLongPollServer", "group-101", group_id=101)
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message="привет")
    emulator.call("emulator.setSwitches", text_limit=9000)
    emulator.call("emulator.reset")
    assert emulator.call("messages.getHistory", PERSON, peer_id=-101)["count"] == 0
    assert emulator.call("emulator.state")["switches"]["text_limit"] == 4096
    async with aiohttp.ClientSession() as session:
        params = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": 0}
        async with session.get(server["server"], params=params) as response:
            assert (await response.json())["failed"] == 2
    fresh = emulator.call("groups.getLongPollServer", "group-101", group_id=101)
    assert int(fresh["ts"]) >= 1


async def test_the_world_is_kept_between_runs(tmp_path: Path) -> None:
    async with running(data=tmp_path) as first:
        first.call("messages.send", PERSON, peer_id=-101, random_id=5, message="привет")
        first.call("emulator.advanceClock", seconds=86400)
        clock, ts = first.world.clock.now(), first.world.queue(-101).last
    async with running(data=tmp_path) as second:
        assert second.call("messages.getHistory", PERSON, peer_id=-101)["items"][0]["text"] == "привет"
        assert second.world.queue(-101).last == ts and abs(second.world.clock.now() - clock) < 60
        second.call("emulator.setSwitches", dedup_window=999999)
        assert second.call("messages.send", PERSON, peer_id=-101, random_id=5, message="привет") == 1
    (tmp_path / "world.pickle").write_bytes(b"broken")
    async with running(data=tmp_path) as third:
        assert third.call("messages.getHistory", PERSON, peer_id=-101)["count"] == 0


async def test_a_restart_mends_vk(tmp_path: Path) -> None:
    """What was set in the world stays; a VK that was broken on purpose works again, so that a bot can start."""
    async with running(data=tmp_path) as first:
        first.call("emulator.setBlocked", group_id=101, user_id=1002, code=900)
        first.call("emulator.setSwitches", text_limit=100)
        first.call("emulator.setFaults", rules=[{"method": "*", "mode": "error", "code": 10}], up=0)
        first.call("emulator.revokeToken", name="group-101")
    async with running(data=tmp_path) as second:
        state = second.call("emulator.state")
        assert state["blocked"] == [{"group_id": 101, "user_id": 1002, "code": 900}]
        assert state["switches"]["text_limit"] == 100
        assert state["faults"] == {"up": True, "rules": []} and state["revoked"] == {}
