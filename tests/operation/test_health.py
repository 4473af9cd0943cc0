"""Whether the bot is ready: as a monitor and an administrator ask it, and why it is not."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.process.health import Health
from bot.runtime import Runtime
from bot.upkeep import ready
from bot.upkeep.keep_alive import STANDS
from tests.bot.test_metrics import free_port
from tests.operation.typed import WITHIN, post
from vk_emulator.server import running

NOW = datetime.fromisoformat("2026-11-28T05:10:00+00:00")


async def shown(port: int, what: str) -> tuple[int, str]:
    def ask() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/{what}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return await asyncio.to_thread(ask)


async def test_a_ready_bot_says_so_and_a_stopped_one_does_not_answer(tmp_path: Path, template: Path) -> None:
    port = free_port()
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template, metrics_port=port)
        done = await here.typing("health")
        assert done.code == 1 and "не запущен" in done.out
        with here.starts() as bot:
            await bot.until('"started"')
            for _ in range(int(WITHIN * 10)):
                if (await shown(port, "ready"))[0] == 200:
                    break
                await asyncio.sleep(0.1)
            assert await shown(port, "live") == (200, "ok") and await shown(port, "ready") == (200, "ok")
            done = await here.typing("health")
            assert done.code == 0 and done.out == "Бот готов.\n"
    (await asyncio.to_thread(post(tmp_path / "bot", template=template).types, "health")).refused("BOT_METRICS_PORT")


def bot_with(**known: Any) -> Runtime:
    """What the question needs of a bot; its loops turned a second ago."""
    health = Health(turned=999.0)
    for name, value in known.pop("health", {}).items():
        setattr(health, name, value)
    stopping = asyncio.Event()
    if known.pop("stops", False):
        stopping.set()
    whole = {"swept": True, **known}
    clock = SimpleNamespace(monotonic=lambda: 1000.0, now=lambda: NOW)
    policy = SimpleNamespace(zone=ZoneInfo("Asia/Yekaterinburg"))
    return cast(Runtime, SimpleNamespace(health=health, clock=clock, policy=policy, stopping=stopping, **whole))


def test_why_it_is_not_ready() -> None:
    assert ready.hindrances(bot_with()) == [] == ready.standing(bot_with())
    stands = bot_with(health={"turned": 1000 - STANDS})
    assert ready.standing(stands) == ready.hindrances(stands) == ["Циклы бота стоят дольше двух минут."]
    down = datetime.fromisoformat("2026-11-28T05:05:00+00:00")
    assert ready.hindrances(bot_with(health={"down_since": down})) == ["База не принимает записей с 10:05."]
    assert ready.hindrances(bot_with(health={"halted": 5})) == ["ВКонтакте не даёт отправлять: ошибка 5."]
    silent = bot_with(health={"unheard": down})
    assert ready.hindrances(silent) == ["ВКонтакте не отвечает боту с 10:05 28.11."] and ready.standing(silent) == []
    refused = bot_with(health={"unheard": down, "refused": 10})
    assert ready.hindrances(refused) == ["ВКонтакте отвечает боту ошибкой 10 с 10:05 28.11."]
    assert ready.hindrances(bot_with(health={"unheard": NOW - timedelta(seconds=50)})) == [], "a connection that broke"
    assert ready.hindrances(bot_with(swept=False)) == ["Бот ещё дочитывает, что пришло без него."]
    assert ready.hindrances(bot_with(stops=True)) == ["Бот останавливается."]
    assert ready.standing(bot_with(health={"halted": 5}, swept=False)) == [], "not ready, and no reason to start again"
