"""VK is away from the bot for five minutes while a resident goes on writing: whoever asks the bot is told (F10)."""

from __future__ import annotations

import asyncio
import re
from zoneinfo import ZoneInfo

import pytest

from bot.app import admin_service_of
from bot.cli.upkeep_commands import last_checks
from bot.upkeep import metrics, ready
from tests.transcripts.emulated import EmulatedStage

pytestmark = pytest.mark.virtual

AWAY = ({"method": "*", "mode": "reject_reset"}, {"method": "longpoll", "mode": "drop"})


async def minute(stage: EmulatedStage) -> None:
    """Without a look at VK, which is away."""
    await stage.call("emulator.advanceClock", seconds=60)
    await asyncio.sleep(1)


async def shown(stage: EmulatedStage) -> tuple[list[str], str, float]:
    """What a monitor reads, a line of `stats` or none, the number of the metrics."""
    assert stage.bot is not None
    said = await admin_service_of(stage.bot).stats()
    lines = [one for one in last_checks(said, ZoneInfo("UTC")) if "ВКонтакте" in one and "Ночная" not in one]
    number = re.search(r"^priemnaya_unheard_seconds (\S+)$", metrics.text(said, stage.bot).decode(), re.MULTILINE)
    assert number is not None
    return ready.hindered(stage.bot), "".join(lines), float(number[1])


async def test_five_minutes_show_everywhere_until_they_are_over(stage: EmulatedStage) -> None:
    await stage.settle()
    assert await shown(stage) == ([], "", 0.0)
    await stage.call("emulator.setFaults", rules=list(AWAY))
    for _ in range(5):
        await minute(stage)
    why, line, seconds = await shown(stage)
    assert [line] == why and line.startswith("ВКонтакте не отвечает боту с ") and 240 <= seconds <= 330
    await stage.call("emulator.clearFaults")
    await asyncio.sleep(90)  # a pause between two tries, and one poll
    assert await shown(stage) == ([], "", 0.0)
