"""Broken input of any kind: never an HTTP 500, never a crash inside, always VK's kind of error."""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import examples
from vk_emulator.api.calls import METHODS, Vk
from vk_emulator.server import Emulator, build, known_methods
from vk_emulator.world.clock import Clock

NAMES = [name for name in known_methods() if name not in ("emulator.reset", "emulator.bot", "emulator.beside")]
KEYS = sorted(
    [
        "peer_id",
        "peer_ids",
        "user_id",
        "user_ids",
        "chat_id",
        "message",
        "random_id",
        "attachment",
        "forward",
        "forward_messages",
        "reply_to",
        "keyboard",
        "template",
        "payload",
        "lat",
        "long",
        "content_source",
        "cmid",
        "cmids",
        "conversation_message_ids",
        "message_ids",
        "message_id",
        "count",
        "offset",
        "rev",
        "start_message_id",
        "extended",
        "fields",
        "filter",
        "group_id",
        "group_ids",
        "event_id",
        "event_data",
        "reaction_id",
        "up_to_cmid",
        "type",
        "title",
        "link",
        "photo",
        "hash",
        "file",
        "code",
        "v",
        "member_id",
        "name",
        "rules",
        "switches",
        "seconds",
        "now",
        "chat",
        "member",
        "admin",
        "event",
        "domain",
        "sticker_id",
        "intent",
        "since",
        "up",
        "seed",
        "api_version",
        "message_new",
        "delete_for_all",
    ]
)
hostile = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "1",
            "101",
            "-101",
            "1001",
            "2000000001",
            "9" * 30,
            "1e999",
            "nan",
            "null",
            "true",
            "[]",
            "{}",
        ]
        + [
            "[" * 3000,
            '{"a":' * 3000,
            "\ud800",
            "\x00",
            "1,2,3",
            "-" * 50,
            "٣",
            "²",
            '{"type":"carousel","elements":[5]}',
        ]
        + ['{"buttons":[[{"action":{"type":["x"]}}]]}', '{"peer_id":{},"conversation_message_ids":[[1]]}']
        + [
            '{"peer_id":1001,"conversation_message_ids":[1],"is_reply":{"a":1}}',
            "return API.messages.send({a:[1]});",
        ]
        + [
            "photo1_1_1",
            "doc1001_1,photo-5_5",
            "a" * 5000,
            '[{"mode":"error"}]',
            '[{"mode":{}}]',
            "group-101",
        ]
    ),
    st.integers(),
    st.floats(),
    st.none(),
    st.booleans(),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)
SHARED: list[Vk] = []


def shared() -> Vk:
    if not SHARED:
        with tempfile.TemporaryDirectory() as folder:
            vk = build(data=Path(folder), clock=Clock(virtual=True)).vk
        vk.call("messages.send", "user-1001", {"peer_id": -101, "random_id": 0, "message": "x"})
        vk.call("messages.send", "group-101", {"peer_id": 2000000001, "random_id": 0, "message": "x"})
        SHARED.append(vk)
    return SHARED[0]


@settings(max_examples=examples(3000), deadline=None)
@given(
    st.sampled_from(NAMES),
    st.sampled_from(["group-101", "user-1001", "user-1006", "group-٣", "", "x"]),
    st.dictionaries(st.sampled_from(KEYS), hostile, max_size=6),
)
def test_any_parameters(name: str, token: str, params: dict[str, Any]) -> None:
    vk = shared()
    vk.world.switches.rate_limit = "off"
    vk.faults.clear()
    outcome = vk.request(name, token, {"v": "5.199", **params})
    assert vk.crashes == []
    assert outcome.body is not None
    json.dumps(outcome.body).encode()
    if "error" in outcome.body:
        assert outcome.body["error"]["error_code"] not in (1, 10)


@settings(max_examples=examples(500), deadline=None)
@given(st.text(alphabet="aAPI.({[]})\"'=+-*/<>!;,0123 \\\n@var while if return", max_size=60))
def test_any_script(code: str) -> None:
    vk = shared()
    vk.world.switches.rate_limit = "off"
    vk.call("execute", "group-101", {"code": code + ";"})
    assert vk.crashes == []


async def test_broken_requests(emulator: Emulator) -> None:
    chance = random.Random(1)
    url = emulator.url + "messages.send?v=5.199&access_token=user-1001"
    kinds = ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x"]
    kinds += [
        "application/json",
        "text/plain; charset=zzz",
        "application/x-www-form-urlencoded; charset=zzz",
        "мусор",
    ]
    async with aiohttp.ClientSession() as session:
        for number in range(60):
            data = chance.randbytes(chance.randrange(200)) if number % 3 else b"%ff%zz&=&a=%00&peer_id=[]"
            headers = {"Content-Type": kinds[number % len(kinds)]}
            async with session.post(url, data=data, headers=headers) as response:
                assert response.status == 200
                assert "error" in json.loads(await response.text())
        for path in ("", "x" * 3000, "%00", "..%2f..%2fetc", "эй"):
            async with session.get(emulator.url + path) as response:
                assert response.status == 200
                assert json.loads(await response.text())["error"]["error_code"] == 3
        for path in ("longpoll/x", "longpoll/999", "userlongpoll/0", "longpoll/101?wait=x&ts=%00&key=%ff"):
            async with session.get(f"{emulator.base}/{path}") as response:
                assert response.status == 200 and "failed" in json.loads(await response.text())
    assert emulator.vk.crashes == []


async def test_a_text_of_a_hundred_thousand_characters(emulator: Emulator) -> None:
    data = {
        "v": "5.199",
        "access_token": "user-1001",
        "peer_id": "-101",
        "random_id": "0",
        "message": "я" * 100_000,
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(emulator.url + "messages.send", data=data) as response,
    ):
        assert json.loads(await response.text())["error"]["error_code"] == 914


@pytest.mark.parametrize("event", [float("nan"), {"a": [float("inf")]}])
def test_a_number_that_json_does_not_know_is_refused(event: Any, tmp_path: Path) -> None:
    """FUZZ_SEED=1541989803: an event that was no JSON broke the answer of the next long poll."""
    vk = build(data=tmp_path, clock=Clock(virtual=True)).vk
    before = vk.world.queue(-101).last
    said = vk.call("emulator.raw_event", "", {"group_id": 101, "event": event})
    assert said["error"]["error_code"] == 100 and vk.world.queue(-101).last == before


def test_every_method_has_a_kind() -> None:
    for found in METHODS.values():
        assert set(found.kinds) <= {"group", "user", "service", "control"} and found.kinds
