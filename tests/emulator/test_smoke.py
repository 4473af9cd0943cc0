"""The same conversation in three clients that others wrote; the emulator's record must be the same after each."""

from __future__ import annotations

import json
import sys

import pytest

from tests import outside
from tests.emulator.smoke import script
from tests.emulator.smoke.director import ROOT, hold
from vk_emulator.api.calls import Vk

CLIENTS = ("vk_api", "vkbottle", "vk-io")


def command(client: str) -> tuple[list[str], list[str]]:
    if client == "vk-io":
        return [outside.node(), str(ROOT / "tests" / "node" / "smoke.mjs")], [str(script.CONVERSATION)]
    return [sys.executable, "-m", f"tests.emulator.smoke.with_{client}"], []


@pytest.mark.parametrize("client", CLIENTS)
async def test_the_conversation(client: str) -> None:
    program, more = command(client)
    held = await hold(program, *more)
    steps = script.conversation()["steps"]
    assert [line["step"] for line in held.lines] == [step["name"] for step in steps]
    for line, step in zip(held.lines, steps, strict=True):
        assert line["saw"] == step["sees"], step["name"]
        assert line["read"] == step.get("reads"), step["name"]
    assert held.record == json.loads(script.RECORD.read_text(encoding="utf-8"))
    assert held.crashes == []


def test_a_large_random_id_overflows_and_still_keeps_doubles_away(vk: Vk) -> None:
    """vk-io's own numbers go up to 1.7e16 (vk-api.md 4.3, vk_api 212): VK takes them."""
    given = {"peer_id": -101, "random_id": 10294037198236700, "message": "один раз"}
    first, second = (vk.call("messages.send", "user-1001", given)["response"] for _ in range(2))
    assert first == second
    [dialogue] = vk.call("emulator.record", "")["response"]["dialogues"]
    assert [-(2**31) <= message["random_id"] < 2**31 for message in dialogue["messages"]] == [True]
