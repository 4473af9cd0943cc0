"""An older copy is put back under a running conversation: what residents, chats and the ЦУР read then (§13)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import recovery
from bot.upkeep.backups import copied, places_of
from bot.upkeep.restore import restored
from tests.transcripts.emulated import COMMUNITY, EmulatedStage
from tests.transcripts.script import Player

HOLE = "Большая яма на дороге, город Миасс, улица Ленина, дом 5"
SNOW = "Не убирают снег, город Миасс, улица Мира, дом 3"
LAST = "Мы восстановили бота после сбоя."


class Copies:
    """Makes a copy while the bot runs, and puts it back after the window."""

    def __init__(self, stage: EmulatedStage, folder: Path) -> None:
        self.stage = stage
        self.folder = folder
        self.made: Path | None = None

    async def make(self) -> None:
        assert self.stage.bot is not None
        await self.stage.settle()
        places = places_of(self.stage.settings, str(self.folder / "copies"))
        self.made = (await copied(self.stage.bot.db, COMMUNITY, places, self.stage.bot.clock.now())).path

    async def put_back(self, meanwhile: Callable[[], Awaitable[Any]] | None = None) -> None:
        assert self.made is not None
        await self.stage.stop()
        await restored(self.stage.settings, self.made, None, only_check=False)
        if meanwhile is not None:
            await meanwhile()
        await self.stage.start()


@pytest.fixture
async def copies(stage: EmulatedStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Copies]:
    monkeypatch.setattr(recovery, "LATE", timedelta())
    yield Copies(stage, tmp_path)


def sent_by_buttons(who: str, text: str, topic: str) -> list[dict[str, Any]]:
    return [
        {"согласилась": who, "текст": text},
        {f"{who} нажимает": topic},
        {f"{who} слышит": "[Отправить]"},
        {f"{who} нажимает": "Отправить"},
        {f"{who} слышит": "Номер сообщения: "},
    ]


async def numbers(stage: EmulatedStage, who: str) -> list[str]:
    said = "\n".join(one.text for one in await stage.dialogue(who))
    return list(dict.fromkeys(re.findall(r"Номер сообщения: (\d{4}-\w{4})", said)))


async def test_a_number_of_the_window_is_void_and_its_words_are_in_the_draft(
    stage: EmulatedStage, player: Player, copies: Copies
) -> None:
    await player.play([{"отправила": "мария", "текст": HOLE}, {"чат miass-gorod видит": ["Сообщение №"]}])
    await copies.make()
    await player.play(
        [
            *sent_by_buttons("иван", SNOW, "Снег и лёд на дороге"),
            {"чат miass-gorod видит": ["Сообщение №"]},
            {"чат miass-gorod отвечает": "Яму засыпали вчера", "на": "Большая яма"},
            {"ждать": 31},
            {"мария слышит": ["Яму засыпали вчера"]},
        ]
    )
    kept, void = (await numbers(stage, "мария"))[0], (await numbers(stage, "иван"))[0]
    await copies.put_back()
    await player.play(
        [
            {"иван слышит": [LAST, f"Сообщение №{void} не сохранилось", "Проверьте, всё ли верно", "снег"]},
            {"чат miass-gorod видит": [f"1. №{kept}", "[1. Уже отвечено] [1. Осталось]"]},
            {"чат cur видит": ["Бот восстановлен из копии", "Номеров, которые больше не действуют: 1", "<doc>"]},
            {"мария не слышит": [LAST]},
            {"чат miass-gorod отвечает": "Уберём завтра", "на": f"Сообщение №{void}"},
            {"чат miass-gorod видит": [f"Карточка №{void} недействительна"]},
            {"чат cur видит": [f"На недействительную карточку №{void} ответили"]},
            {"чат miass-gorod нажимает": "1. Уже отвечено", "на": "проверьте", "видно": "Отмечено"},
            {"иван нажимает": "Отправить"},
            {"иван слышит": ["Номер сообщения: "]},
            {"чат miass-gorod видит": ["Сообщение №"]},
        ]
    )
    texts = [one.text for one in await stage.dialogue("иван")]
    assert sum(LAST in one for one in texts) == 1
