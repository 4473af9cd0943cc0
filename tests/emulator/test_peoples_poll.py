"""Long poll in the format of people with a community's token: what most small vk_api bots poll (vk-api.md 6.1)."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from tests.emulator.conftest import OTHER, PERSON, Ask
from vk_emulator.api.calls import Vk
from vk_emulator.server import Emulator

BOT = "group-101"


async def polled(emulator: Emulator, server: dict[str, Any], **more: Any) -> dict[str, Any]:
    params = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": 0, **more}
    async with aiohttp.ClientSession() as http, http.get("http://" + server["server"], params=params) as answer:
        found: dict[str, Any] = json.loads(await answer.text())
        return found


async def test_a_community_polls_in_the_format_of_people(emulator: Emulator) -> None:
    server = emulator.call("messages.getLongPollServer", BOT, need_pts=1, lp_version=3)
    assert server["pts"] == server["ts"] == 0
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message="Яма <на> дороге")
    emulator.call("messages.send", BOT, peer_id=1001, random_id=9, message="Приняли")
    answer = await polled(emulator, server)
    theirs, ours = (one for one in answer["updates"] if one[0] == 4)
    assert theirs[2] & 2 == 0 and theirs[3] == 1001 and theirs[5] == "Яма &lt;на&gt; дороге"
    assert ours[2] & 2 and ours[3] == 1001 and ours[8] == 9, "its own messages too, with their random_id"
    assert (await polled(emulator, server, ts=answer["ts"]))["updates"] == []
    assert await polled(emulator, server, key="x") == {"failed": 2}


async def test_the_mode_says_how_much_is_given(emulator: Emulator) -> None:
    server = emulator.call("messages.getLongPollServer", BOT)
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message="x")
    lengths = {mode: len((await polled(emulator, server, mode=mode))["updates"][0]) for mode in (0, 2, 128, 130)}
    assert lengths == {0: 6, 2: 8, 128: 7, 130: 9}


async def test_who_has_not_asked_has_no_such_queue(emulator: Emulator) -> None:
    server = emulator.call("messages.getLongPollServer", BOT)
    other = {**server, "server": server["server"].replace("-101", "-102")}
    assert await polled(emulator, other) == {"failed": 3}
    emulator.call("messages.send", PERSON, peer_id=-102, random_id=0, message="x")
    assert (await polled(emulator, server))["updates"] == [], "another community's dialogue"
    assert set(emulator.world.mailboxes) == {-101}


def test_the_history_gives_what_was_missed(ask: Ask) -> None:
    began = ask("messages.getLongPollServer", BOT, need_pts=1)["pts"]
    for person in (PERSON, OTHER):
        ask("messages.send", person, peer_id=-101, random_id=0, message=f"от {person}")
    found = ask("messages.getLongPollHistory", BOT, pts=began)
    assert [one["text"] for one in found["messages"]["items"]] == [f"от {PERSON}", f"от {OTHER}"]
    assert [one[0] for one in found["history"] if one[0] == 4] == [4, 4] and "more" not in found
    assert {one["id"] for one in found["profiles"]} == {1001, 1002}
    assert ask("messages.getLongPollHistory", BOT, pts=found["new_pts"])["messages"]["count"] == 0


def test_what_is_too_old_too_new_or_too_much(ask: Ask, vk: Vk) -> None:
    ask("messages.getLongPollServer", BOT)
    vk.world.switches.lp_history_events = 300
    for number in range(250):
        ask("messages.send", PERSON, peer_id=-101, random_id=0, message=str(number))
    first = ask("messages.getLongPollHistory", BOT, pts=0)
    assert first["messages"]["count"] == 200 and first["more"] is True
    rest = ask("messages.getLongPollHistory", BOT, pts=first["new_pts"])
    texts = [one["text"] for one in (*first["messages"]["items"], *rest["messages"]["items"])]
    assert texts == [str(number) for number in range(250)], "none is lost between two calls, none comes twice"
    for number in range(100):
        ask("messages.send", PERSON, peer_id=-101, random_id=0, message=str(number))
    assert ask("messages.getLongPollHistory", BOT, pts=0) == 907
    assert ask("messages.getLongPollHistory", BOT, pts=10**6) == 908
    assert ask("messages.getLongPollHistory", BOT, ts=0) == 10
    assert ask("messages.getLongPollHistory", BOT, ts=0, max_msg_id=1)["messages"]["count"]


def test_a_chat_is_seen_as_the_token_sees_it(ask: Ask, vk: Vk) -> None:
    """Without an administrator's right only what mentions the community (vk-api.md 3.2)."""
    began = ask("messages.getLongPollServer", BOT, need_pts=1)["pts"]
    chat = next(one for one in vk.world.chats.values() if -101 in one.members)
    chat.members[-101].admin = False
    member = next(account for account in chat.members if account > 0)
    for text in ("между собой", "/start"):
        ask("messages.send", f"user-{member}", chat_id=chat.numbers[member], random_id=0, message=text)
    items = ask("messages.getLongPollHistory", BOT, pts=began)["messages"]["items"]
    assert [one["text"] for one in items] == ["/start"]
