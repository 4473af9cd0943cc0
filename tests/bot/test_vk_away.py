"""VK is away from the bot for five minutes while a resident goes on writing: whoever asks the bot is told, and the
resident reads one answer, not five equal ones (F10)."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from bot.app import admin_service_of
from bot.cli.upkeep_commands import last_checks
from bot.upkeep import metrics, ready
from tests.transcripts.emulated import COMMUNITY, EmulatedStage
from tests.transcripts.script import Player
from tests.transcripts.stage import Words

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
    return ready.hindrances(stage.bot), "".join(lines), float(number[1])


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


ALIKE = {
    "is anybody there": ("Алло", "Почему молчите?", "Ответьте", "Есть кто?", "Вы тут?"),
    "greets": ("Здравствуйте",) * 5,
    "asks when": ("Когда ответят?",) * 5,
    "asks where it stands": (
        "Где мой ответ?",
        "Что с моим сообщением?",
        "Ну что там?",
        "Есть новости?",
        "Ответ будет?",
    ),
    "hurries": ("Сколько можно ждать", "Ну что?", "Где ответ?", "Когда уже?", "Жду ответа"),
    "asks for help": ("помощь",) * 5,
    "asks for help in words": ("Как этим пользоваться?", "Что вы умеете?", "Как тут писать?", "Что делать?", "Помощь"),
    "own messages": ("Мои сообщения",) * 5,
    "own data": ("Мои данные",) * 5,
    "back": ("Назад",) * 5,
    "cancel": ("Отмена",) * 5,
    "begin": ("Начать",) * 5,
    "write": ("Написать сообщение",) * 5,
    "to an agency": ("Написать конкретному органу",) * 5,
    "thanks": ("Спасибо",) * 5,
    "yes": ("да",) * 5,
    "a sign": ("?",) * 5,
    "nothing understood": ("ывапролд",) * 5,
    "swears": ("Вы идиоты там",) * 5,
    "asks who": ("Кто вы?", "Ты бот?", "Вы живой человек?", "С кем я говорю?", "Это робот?"),
    "asks of water": ("Когда дадут воду?",) * 5,
    "a story": (
        "Яма на дороге",
        "Миасс, улица Ленина, дом 5",
        "очень большая",
        "пробили колесо",
        "сделайте что-нибудь",
    ),
}


async def said_after(stage: EmulatedStage, words: tuple[str, ...]) -> list[str]:
    """What the bot says once VK is back, to whom wrote all this meanwhile."""
    await stage.settle()
    before = len(await stage.dialogue("мария"))
    await stage.call("emulator.setFaults", rules=list(AWAY))
    for text in words:
        await minute(stage)
        await stage.write("мария", Words(text))
    await minute(stage)
    await stage.call("emulator.clearFaults")
    await asyncio.sleep(90)
    await stage.settle()
    return [one.text for one in (await stage.dialogue("мария"))[before:] if one.author == -COMMUNITY]


@pytest.mark.parametrize("before", ["a stranger", "agreed", "waits for an answer"])
@pytest.mark.parametrize("words", ALIKE.values(), ids=ALIKE)
async def test_nothing_is_said_twice_to_whom_wrote_meanwhile(
    stage: EmulatedStage, player: Player, before: str, words: tuple[str, ...]
) -> None:
    if (before, words) == ("a stranger", ALIKE["own data"]):
        return  # of a stranger who asks only for that nothing is kept, not even what he was told
    pit = "Большая яма на дороге, город Миасс, улица Ленина, дом 5."
    if before == "agreed":
        await player.line({"согласилась": "мария", "текст": "Здравствуйте"})
    if before == "waits for an answer":
        await player.line({"отправила": "мария", "текст": pit})
    counted = Counter(await said_after(stage, words))
    assert set(counted.values()) <= {1}, counted
