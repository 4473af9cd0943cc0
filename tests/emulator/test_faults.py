"""Each fault of a call over real sockets: was it applied, what did the client see (delivery.md §16)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from emulator.api import Vk
from emulator.faults import CALL_MODES
from emulator.server import Emulator
from tests.emulator.conftest import PERSON, Ask

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
    assert (
        status == 200
        and json.loads(text)["response"][0]["conversation_message_id"] == 2
        and written(ready) == 1
    )


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
    assert (
        ready.call("messages.send", PERSON, peer_id=-101, random_id=0, message="я")["error"]["error_code"]
        == 10
    )


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


def test_chance_is_seeded(wrote: Ask) -> None:
    def run() -> list[bool]:
        rule = {"method": "utils.getServerTime", "mode": "error", "probability": 0.5}
        wrote("emulator.setFaults", rules=[rule], seed=5)
        return [wrote("utils.getServerTime") == 10 for _ in range(30)]

    first = run()
    assert first == run() and 0 < sum(first) < 30


@pytest.mark.parametrize(
    "rules",
    [5, "x", [5], [{}], [{"mode": "explode"}], [{"mode": "error", "code": "x"}], [{"mode": "error", "zzz": 1}],
     [{"mode": "error", "probability": 2}], [{"method": "longpoll", "mode": "late"}], [{"mode": "error", "who": "me"}]],
)  # fmt: skip
def test_bad_rules_change_nothing(wrote: Ask, rules: object) -> None:
    wrote("emulator.setFaults", rules=[{"mode": "error"}])
    assert wrote("emulator.setFaults", rules=rules) == 100
    assert len(wrote("emulator.state")["faults"]["rules"]) == 1


def test_every_mode_is_tested_above() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [mode for mode in CALL_MODES if f'"{mode}"' not in text] == []
