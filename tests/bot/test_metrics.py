"""The numbers for Prometheus: on loopback only, only where asked for, counts and nothing else (R18)."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from bot.app import admin_service_of
from bot.process.advice import Refusal
from bot.upkeep import metrics
from tests.transcripts.emulated import EmulatedStage
from tests.transcripts.script import Player


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.virtual
async def test_without_a_port_nothing_listens(stage: EmulatedStage) -> None:
    assert stage.bot is not None
    assert await metrics.serve(stage.bot, admin_service_of(stage.bot).stats) is None


async def test_the_numbers_are_those_of_stats(stage: EmulatedStage, player: Player, tmp_path: Path) -> None:
    await player.line({"отправила": "мария", "текст": "Большая яма на дороге, город Миасс, улица Ленина, дом 5."})
    assert stage.bot is not None
    stage.bot.settings = stage.bot.settings.model_copy(update={"metrics_port": free_port()})
    desk = admin_service_of(stage.bot)
    runner = await metrics.serve(stage.bot, desk.stats)
    assert runner is not None
    try:
        assert [site.name.split("//")[1].split(":")[0] for site in runner.sites] == ["127.0.0.1"]
        await stage.settle()
        async with stage.http.get(f"http://127.0.0.1:{stage.bot.settings.metrics_port}/metrics") as answer:
            text = await answer.text()
        said = await desk.stats()
        shown = dict(re.findall(r"^(priemnaya_\S+) (\S+)$", text, re.MULTILINE))
        for side in ("inbox", "outbox"):
            for state, value in said[side].items():
                assert float(shown[f'priemnaya_{side}{{state="{state}"}}']) == value
        assert shown["priemnaya_balanced"] == "1.0" and shown["priemnaya_store_down"] == "0.0"
        assert shown['priemnaya_last_start{what="lost"}'] == "0.0"
        assert shown["priemnaya_sender_halted"] == "0.0"
        assert "1001" not in text and "яма" not in text
        with pytest.raises(Refusal, match="занят"):
            await metrics.serve(stage.bot, desk.stats)
    finally:
        await runner.cleanup()
