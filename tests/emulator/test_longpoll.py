"""Long polls over HTTP: good replies, `failed` codes, settings, cropping, waking up (vk-api.md §2)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.emulator.conftest import PERSON
from vk_emulator.server import Emulator


class Poller:
    def __init__(self, emulator: Emulator, token: str = "group-101") -> None:
        self.emulator = emulator
        self.token = token
        self.session = aiohttp.ClientSession()
        self.renew()

    def renew(self, *, ts: bool = True) -> None:
        if self.token.startswith("group"):
            server = self.emulator.call("groups.getLongPollServer", self.token, group_id=101)
            self.url = server["server"]
        else:
            server = self.emulator.call("messages.getLongPollServer", self.token)
            self.url = "http://" + server["server"]
        self.key = server["key"]
        self.ts = server["ts"] if ts else self.ts

    async def poll(self, wait: int = 0, **changed: Any) -> dict[str, Any]:
        params = {"act": "a_check", "key": self.key, "ts": self.ts, "wait": wait, **changed}
        async with self.session.get(self.url, params=params) as response:
            assert float(response.headers["X-Emulator-Clock"]) > 0
            return json.loads(await response.text())


@pytest.fixture
async def poller(emulator: Emulator) -> Any:
    made = Poller(emulator)
    yield made
    await made.session.close()


def say(emulator: Emulator, text: str = "привет", **more: Any) -> None:
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message=text, **more)


async def test_good_replies(emulator: Emulator, poller: Poller) -> None:
    assert await poller.poll() == {"ts": "0", "updates": []}
    say(emulator)
    answer = await poller.poll()
    assert answer["ts"] == "1" and await poller.poll() == answer  # reading consumes nothing
    event = answer["updates"][0]
    assert set(event) == {"type", "event_id", "v", "object", "group_id"}
    assert len(event["event_id"]) == 40 and int(event["event_id"], 16) and event["v"] == "5.199"
    assert event["object"]["client_info"]["inline_keyboard"] is True
    assert await poller.poll(ts="1") == {"ts": "1", "updates": []}


async def test_failed_codes(emulator: Emulator, poller: Poller) -> None:
    say(emulator)
    assert await poller.poll(key="старый") == {"failed": 2}
    for ts in ("5", "-1", "", "x", "9" * 30):
        assert await poller.poll(ts=ts) == {"failed": 1, "ts": 1}
    poller.url = poller.url.replace("101", "999")
    assert await poller.poll() == {"failed": 3}


async def test_history_is_as_deep_as_the_switches_say(emulator: Emulator, poller: Poller) -> None:
    emulator.call("emulator.setSwitches", lp_history_events=2)
    for number in range(4):
        say(emulator, f"{number}")
    assert await poller.poll() == {"failed": 1, "ts": 4}
    assert len((await poller.poll(ts="2"))["updates"]) == 2
    emulator.call("emulator.setSwitches", lp_history_seconds=60)
    emulator.call("emulator.advanceClock", seconds=61)
    assert await poller.poll(ts="2") == {"failed": 1, "ts": 4}
    assert await poller.poll(ts="4") == {"ts": "4", "updates": []}


async def test_settings_and_flags(emulator: Emulator, poller: Poller) -> None:
    settings = emulator.call("groups.getLongPollSettings", "group-101", group_id=101)
    assert settings["is_enabled"] and settings["events"]["message_new"] == 1
    emulator.call("groups.setLongPollSettings", "group-101", group_id=101, message_new=0, api_version="5.131")
    say(emulator)
    assert (await poller.poll())["updates"] == []
    emulator.call("groups.setLongPollSettings", "group-101", group_id=101, message_new=1)
    say(emulator)
    assert (await poller.poll())["updates"][0]["v"] == "5.131"
    emulator.call("groups.setLongPollSettings", "group-101", group_id=101, enabled=0)
    assert await poller.poll() == {"failed": 3}
    refused = emulator.call("groups.getLongPollServer", "group-101", group_id=101)
    assert refused["error"]["error_code"] == 100
    assert refused["error"]["error_msg"].endswith("longpoll for this group is not enabled")


async def test_a_parked_poll_wakes_on_events_and_on_the_clock(emulator: Emulator, poller: Poller) -> None:
    waiting = asyncio.ensure_future(poller.poll(wait=60))
    await asyncio.sleep(0.05)
    say(emulator)
    assert len((await waiting)["updates"]) == 1
    poller.ts = "1"
    waiting = asyncio.ensure_future(poller.poll(wait=60))
    await asyncio.sleep(0.05)
    emulator.call("emulator.advanceClock", seconds=3600)
    assert await waiting == {"ts": "1", "updates": []}


async def test_a_large_message_is_cropped(emulator: Emulator, poller: Poller) -> None:
    for _ in range(5):
        say(emulator, "я" * 4000)
    emulator.call("messages.getLongPollServer", PERSON)
    forward = json.dumps({"peer_id": -101, "conversation_message_ids": [1, 2, 3, 4, 5]})
    say(emulator, "смотрите", forward=forward)
    message = (await poller.poll())["updates"][-1]["object"]["message"]
    assert message["is_cropped"] is True and len(message["fwd_messages"]) == 1
    whole = emulator.call("messages.getByConversationMessageId", "group-101", peer_id=1001, conversation_message_ids=6)
    assert len(whole["items"][0]["fwd_messages"]) == 5


async def test_escaped_text_is_a_switch(emulator: Emulator, poller: Poller) -> None:
    emulator.call("emulator.setSwitches", lp_text_escaped="on")
    say(emulator, 'a<b>"&\n')
    assert (await poller.poll())["updates"][0]["object"]["message"]["text"] == "a&lt;b&gt;&quot;&amp;<br>"


async def test_the_last_batch_again_after_a_reconnect(emulator: Emulator, poller: Poller) -> None:
    emulator.call("emulator.setSwitches", lp_redeliver=2)
    say(emulator)
    first = await poller.poll()
    poller.renew(ts=False)
    poller.ts = first["ts"]
    assert [await poller.poll(), await poller.poll()] == [first, first]
    assert (await poller.poll())["updates"] == []


async def test_a_key_falls_silent(emulator: Emulator, poller: Poller) -> None:
    emulator.call("emulator.setSwitches", lp_silence_after=3600)
    emulator.call("emulator.advanceClock", seconds=3601)
    say(emulator)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(poller.poll(), 0.3)
    poller.renew(ts=False)
    assert len((await poller.poll())["updates"]) == 1


async def test_any_json_can_be_an_event(emulator: Emulator, poller: Poller) -> None:
    for event in ({"type": "message_new"}, [1], '"x"', None, 5):
        emulator.call("emulator.raw_event", group_id=101, event=event)
    assert (await poller.poll())["updates"] == [{"type": "message_new"}, [1], "x", None, 5]


async def test_a_persons_long_poll(emulator: Emulator) -> None:
    poller = Poller(emulator, PERSON)
    say(emulator, "привет & пока")
    emulator.call("messages.send", "group-101", peer_id=1001, random_id=0, message="ответ")
    emulator.call("messages.markAsRead", "group-101", peer_id=1001)
    updates = (await poller.poll())["updates"]
    await poller.session.close()
    assert [u[0] for u in updates] == [4, 4, 7]
    assert updates[0][2] & 2 and updates[0][5] == "привет &amp; пока" and updates[1][3] == -101


FAULTS = [
    ({"mode": "failed", "code": 1}, lambda a: a == {"failed": 1, "ts": 3}),
    ({"mode": "failed", "code": 2}, lambda a: a == {"failed": 2}),
    ({"mode": "failed", "code": 3}, lambda a: a == {"failed": 3}),
    ({"mode": "failed", "code": 4}, lambda a: a["failed"] == 4 and "max_version" in a),
    ({"mode": "trim"}, lambda a: a == {"failed": 1, "ts": 3}),
    ({"mode": "replay", "count": 1}, lambda a: len(a["updates"]) == 2 and a["ts"] == "3"),
    ({"mode": "ts_as_number"}, lambda a: a["ts"] == 3),
    ({"mode": "out_of_order"}, lambda a: [e["object"]["message"]["text"] for e in a["updates"]] == ["2"]),
    ({"mode": "unknown_event"}, lambda a: a["updates"][-1]["type"] == "aliens_landed"),
    ({"mode": "duplicate"}, lambda a: a["updates"][0]["event_id"] == a["updates"][1]["event_id"]),
]


@pytest.mark.parametrize(("rule", "right"), FAULTS, ids=[str(f[0]) for f in FAULTS])
async def test_faults_of_the_long_poll(emulator: Emulator, poller: Poller, rule: Any, right: Any) -> None:
    for number in range(3):
        say(emulator, f"{number}")
    emulator.call("emulator.setFaults", rules=[{"method": "longpoll", "times": 1, **rule}])
    answer = await poller.poll(ts="2")
    assert right(answer), answer
    poller.renew(ts=False)
    poller.ts = "3"
    assert await poller.poll() == {"ts": "3", "updates": []}


@pytest.mark.parametrize("code", [2, 3])
async def test_a_failed_key_is_dead(emulator: Emulator, poller: Poller, code: int) -> None:
    """vk-api.md 2.8: 2 and 3 want a new key; a client that polls on with the old one gets 2 for ever."""
    emulator.call("emulator.setFaults", rules=[{"method": "longpoll", "mode": "failed", "code": code, "times": 1}])
    assert await poller.poll() == {"failed": code}
    assert await poller.poll() == {"failed": 2}
    poller.renew(ts=False)
    assert await poller.poll(wait=0) == {"ts": "0", "updates": []}


async def test_out_of_order_reverses_a_batch_once(emulator: Emulator, poller: Poller) -> None:
    for number in range(3):
        say(emulator, f"{number}")
    emulator.call("emulator.setFaults", rules=[{"method": "longpoll", "mode": "out_of_order", "times": 1}])
    mixed, right = await poller.poll(ts="0"), await poller.poll(ts="0")
    assert [e["object"]["message"]["conversation_message_id"] for e in mixed["updates"]] == [3, 2, 1]
    assert mixed["updates"] == right["updates"][::-1] and mixed["ts"] == right["ts"] == "3"


async def test_bad_gateway_of_the_long_poll_loses_nothing(emulator: Emulator, poller: Poller) -> None:
    say(emulator)
    emulator.call("emulator.setFaults", rules=[{"method": "longpoll", "mode": "html502", "times": 2}])
    for _ in range(2):
        params = {"act": "a_check", "key": poller.key, "ts": "0", "wait": 0}
        async with poller.session.get(poller.url, params=params) as response:
            assert response.status == 502 and response.content_type == "text/html"
            assert "<html>" in await response.text()
    assert len((await poller.poll(ts="0"))["updates"]) == 1


async def test_broken_long_polls(emulator: Emulator, poller: Poller) -> None:
    emulator.call("emulator.setFaults", rules=[{"method": "longpoll", "mode": "drop"}])
    with pytest.raises(aiohttp.ClientError):
        await poller.poll()
    emulator.call("emulator.setFaults", rules=[{"method": "longpoll", "mode": "silent", "seconds": 0.2}])
    with pytest.raises(aiohttp.ClientError):
        await poller.poll()
    emulator.call("emulator.setFaults", rules=[], up=0)
    with pytest.raises(aiohttp.ClientError):
        await poller.poll()
    emulator.call("emulator.setFaults", up=1)
    waiting = asyncio.ensure_future(poller.poll(wait=30))
    await asyncio.sleep(0.05)
    emulator.call("emulator.setFaults", up=0)
    with pytest.raises(aiohttp.ClientError):
        await waiting
