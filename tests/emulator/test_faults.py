"""Each fault of a call over real sockets: was it applied, what did the client see (delivery.md §16)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.emulator.conftest import PERSON, Ask
from vk_emulator.api.calls import Vk
from vk_emulator.api.faults import CALL_MODES, HISTORY_MODES
from vk_emulator.server import Emulator

LOST = (aiohttp.ClientError, ConnectionError, asyncio.TimeoutError)


async def send(emulator: Emulator, text: str = "x", random_id: int = 0) -> Any:
    data = {"v": "5.199", "peer_ids": "1001", "random_id": str(random_id), "message": text}
    headers = {"Authorization": "Bearer group-101"}
    timeout = aiohttp.ClientTimeout(total=5)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.post(emulator.url + "messages.send", data=data, headers=headers) as response,
    ):
        return response.status, await response.text()


def written(emulator: Emulator) -> int:
    return len(emulator.world.peek_private(-101, 1001).messages) - 1  # type: ignore[union-attr]


@pytest.fixture
async def ready(emulator: Emulator) -> Emulator:
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message="привет")
    return emulator


def fault(emulator: Emulator, mode: str, **more: Any) -> None:
    rule = {"method": "messages.send", "mode": mode, "times": 1, "seconds": 0.2, **more}
    answer = emulator.call("emulator.setFaults", rules=json.dumps([rule]))
    assert answer["rules"][0]["mode"] == mode


@pytest.mark.parametrize("mode", ["reject_drop", "reject_reset", "reject_hang"])
async def test_lost_before(ready: Emulator, mode: str) -> None:
    fault(ready, mode)
    with pytest.raises(LOST):
        await send(ready)
    assert written(ready) == 0
    assert (await send(ready))[0] == 200 and written(ready) == 1


@pytest.mark.parametrize("mode", ["accept_drop", "accept_reset", "accept_hang"])
async def test_lost_after(ready: Emulator, mode: str) -> None:
    fault(ready, mode)
    with pytest.raises(LOST):
        await send(ready, random_id=5)
    assert written(ready) == 1
    status, text = await send(ready, random_id=5)
    assert status == 200 and json.loads(text)["response"][0]["conversation_message_id"] == 2 and written(ready) == 1


async def test_bad_gateways(ready: Emulator) -> None:
    fault(ready, "html502")
    assert (await send(ready))[0] == 502 and written(ready) == 0
    fault(ready, "accept_html502")
    assert (await send(ready))[0] == 502 and written(ready) == 1


async def test_mutilated_answers(ready: Emulator) -> None:
    fault(ready, "truncated")
    status, text = await send(ready)
    with pytest.raises(ValueError):
        json.loads(text)
    fault(ready, "wrong_type")
    assert json.loads((await send(ready))[1]) == ["unexpected"]
    fault(ready, "slow")
    assert "response" in json.loads((await send(ready))[1])
    assert written(ready) == 3


async def test_a_header_that_comes_twice(ready: Emulator) -> None:
    """A strict client refuses it, a lenient one reads it; the call was applied either way."""
    fault(ready, "duplicate_header", times=2)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(ready.base.rpartition(":")[2]))
    body = b"v=5.199&access_token=group-101&peer_ids=1001&random_id=0&message=x"
    head = f"POST /method/messages.send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    writer.write((head + kind).encode() + body)
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200") and answer.count(b"Content-Length:") == 2
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["response"][0]["peer_id"] == 1001
    with pytest.raises(LOST):
        await send(ready)  # aiohttp is strict
    assert written(ready) == 2


async def test_errors_by_code_and_match(ready: Emulator) -> None:
    fault(ready, "error", code=9, match={"text": "беда"})
    assert "response" in json.loads((await send(ready, "хорошо"))[1])
    error = json.loads((await send(ready, "беда пришла"))[1])["error"]
    assert error["error_code"] == 9
    fault(ready, "error", code=14)
    assert {"captcha_sid", "captcha_img", "redirect_uri"} <= set(json.loads((await send(ready))[1])["error"])
    fault(ready, "error", code=6, match={"peer_id": 1002})
    assert "response" in json.loads((await send(ready))[1])


async def test_late(ready: Emulator) -> None:
    fault(ready, "late", seconds=60)
    with pytest.raises(LOST):
        await send(ready)
    assert written(ready) == 0
    ready.call("emulator.advanceClock", seconds=59)
    assert written(ready) == 0
    ready.call("emulator.advanceClock", seconds=1)
    assert written(ready) == 1
    fault(ready, "late", seconds=0.1)
    with pytest.raises(LOST):
        await send(ready)
    await asyncio.sleep(0.3)
    assert written(ready) == 2


async def test_vk_down_and_up(ready: Emulator) -> None:
    ready.call("emulator.setFaults", up=0)
    with pytest.raises(LOST):
        await send(ready)
    async with (
        aiohttp.ClientSession() as session,
        session.get(ready.url + "emulator.clearFaults") as response,
    ):
        assert (await response.json())["response"] == {"up": True, "rules": []}
    assert (await send(ready))[0] == 200


async def test_faults_do_not_hit_people_unless_told(ready: Emulator) -> None:
    ready.call("emulator.setFaults", rules=[{"method": "*", "mode": "error", "code": 10}])
    assert ready.call("messages.send", PERSON, peer_id=-101, random_id=0, message="я") == 2
    assert ready.call("utils.getServerTime", "group-101")["error"]["error_code"] == 10
    ready.call("emulator.setFaults", rules=[{"method": "*", "mode": "error", "who": "all"}])
    assert ready.call("messages.send", PERSON, peer_id=-101, random_id=0, message="я")["error"]["error_code"] == 10


async def test_faults_of_one_account_hit_no_other(ready: Emulator) -> None:
    time = {"group": "group-101", "person": PERSON}
    for who, hit in (("group-101", "group"), (PERSON, "person"), ("group-102", "nobody")):
        ready.call("emulator.setFaults", rules=[{"method": "*", "mode": "error", "code": 10, "who": who}])
        failed = {name for name, token in time.items() if isinstance(ready.call("utils.getServerTime", token), dict)}
        assert failed == {hit} - {"nobody"}


def test_faults_inside_execute(wrote: Ask, vk: Vk) -> None:
    code = 'return [API.messages.send({peer_id:1001,random_id:0,message:"a"}),API.utils.getServerTime()];'
    wrote("emulator.setFaults", rules=[{"method": "messages.send", "mode": "error", "code": 9}])
    assert wrote("execute", code=code)[0] is False
    wrote("emulator.setFaults", rules=[{"method": "messages.send", "mode": "accept_drop"}])
    outcome = vk.request("execute", "group-101", {"v": "5.199", "code": code})
    assert outcome.rule is not None and outcome.rule.mode == "accept_drop" and outcome.body is not None
    wrote("emulator.setFaults", rules=[{"method": "messages.send", "mode": "reject_drop"}])
    outcome = vk.request("execute", "group-101", {"v": "5.199", "code": code})
    assert outcome.body is None and len(vk.world.peek_private(-101, 1001).messages) == 2  # type: ignore[union-attr]


def test_a_call_inside_execute_that_comes_late(wrote: Ask, vk: Vk) -> None:
    """F7: that call is carried out later, the rest at once, and the answer is lost."""
    calls = ",".join(f'API.messages.send({{peer_id:1001,random_id:{one},message:"{one}"}})' for one in (5, 6))
    wrote("emulator.setFaults", rules=[{"method": "messages.send", "mode": "late", "seconds": 60, "times": 1}])
    outcome = vk.request("execute", "group-101", {"v": "5.199", "code": f"return [{calls}];"})
    assert outcome.rule is not None and outcome.rule.mode == "late"
    dialogue = vk.world.peek_private(-101, 1001)
    assert dialogue is not None and [message.text for message in dialogue.messages[1:]] == ["6"]
    wrote("emulator.advanceClock", seconds=61)
    vk.run_due()
    assert [message.text for message in dialogue.messages[1:]] == ["6", "5"]


def test_history_that_lags_hides_or_is_empty(wrote: Ask, vk: Vk) -> None:
    """delivery.md §16: what is written is there, but the reading methods do not show it (yet)."""
    wrote("emulator.advanceClock", seconds=60)
    wrote("messages.send", PERSON, peer_id=-101, random_id=0, message="второе")

    def cmids(**rule: Any) -> tuple[list[int], list[int], list[int]]:
        wrote("emulator.setFaults", rules=[{"method": "history", **rule}])
        by_cmid = wrote("messages.getByConversationMessageId", peer_id=1001, conversation_message_ids="1,2")
        by_id, every = wrote("messages.getById", message_ids="1,2"), wrote("messages.getHistory", peer_id=1001)
        assert every["count"] == len(every["items"]) and by_cmid["count"] == len(by_cmid["items"])
        first, second, third = ([m["conversation_message_id"] for m in a["items"]] for a in (by_cmid, by_id, every))
        return first, second, third

    assert cmids(mode="lag", seconds=5) == ([1], [1], [1])
    last = wrote("messages.getConversationsById", peer_ids="1001")["items"][0]
    assert last["last_conversation_message_id"] == 2  # the list of dialogues is ahead of the history
    wrote("emulator.advanceClock", seconds=6)
    assert cmids(mode="lag", seconds=5) == ([1, 2], [1, 2], [2, 1])
    assert cmids(mode="hidden") == ([2], [2], [1])
    assert cmids(mode="hidden", match={"peer_id": 1002}) == ([1, 2], [1, 2], [2, 1])
    assert cmids(mode="empty") == ([], [], [])
    assert cmids(mode="non_admin") == ([1, 2], [1, 2], [2, 1])  # chats only
    assert len(wrote("messages.getHistory", PERSON, peer_id=-101)["items"]) == 2  # people are spared
    wrote("emulator.clearFaults")
    assert cmids(mode="lag", seconds=0) == ([1, 2], [1, 2], [2, 1])


def test_a_chat_is_empty_for_those_who_do_not_rule_it(wrote: Ask) -> None:
    chat = 2_000_000_001
    wrote("messages.send", peer_id=chat, random_id=0, message="карточка")
    wrote("emulator.setFaults", rules=[{"method": "history", "mode": "non_admin"}])
    asked = {"peer_id": chat, "conversation_message_ids": "1"}
    assert wrote("messages.getByConversationMessageId", **asked)["count"] == 1
    wrote("emulator.setChatAdmin", chat=1, member=-101, admin=0)
    assert wrote("messages.getByConversationMessageId", **asked)["count"] == 0


def test_chance_is_seeded(wrote: Ask) -> None:
    def run() -> list[bool]:
        rule = {"method": "utils.getServerTime", "mode": "error", "probability": 0.5}
        wrote("emulator.setFaults", rules=[rule], seed=5)
        return [wrote("utils.getServerTime") == 10 for _ in range(30)]

    first = run()
    assert first == run() and 0 < sum(first) < 30


@pytest.mark.parametrize(
    "rules",
    [5, "x", [5], [{}], [{"mode": "explode"}], [{"mode": {}}],
     [{"mode": ["error"]}], [{"method": "longpol", "mode": "error"}],
     [{"method": "messages.sendd", "mode": "error"}], [{"method": "message.*", "mode": "error"}],
     [{"method": "messages*", "mode": "error"}], [{"mode": "error", "code": "x"}], [{"mode": "error", "zzz": 1}],
     [{"mode": "error", "probability": 2}], [{"method": "longpoll", "mode": "late"}], [{"mode": "error", "who": "me"}]],
)  # fmt: skip
def test_bad_rules_change_nothing(wrote: Ask, rules: object) -> None:
    wrote("emulator.setFaults", rules=[{"mode": "error"}])
    assert wrote("emulator.setFaults", rules=rules) == 100
    assert len(wrote("emulator.state")["faults"]["rules"]) == 1


def test_every_mode_is_tested_above() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [mode for mode in (*CALL_MODES, *HISTORY_MODES) if f'"{mode}"' not in text] == []
