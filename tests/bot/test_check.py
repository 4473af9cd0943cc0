"""`python -m bot check` finds each thing that bites (vk-api.md §12.14) and says where to click."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import features
from bot import app
from bot.cli import check
from bot.cli.check import Finding, FindingMark
from bot.process import admin_socket
from tests.transcripts.emulated import COMMUNITY, EmulatedStage


async def findings(stage: EmulatedStage, *, fix: bool = False) -> list[Finding]:
    """As the command does, with the bot stopped: two processes must not open one file."""
    await stage.settle()
    await stage.stop()
    try:
        return await check.everything(stage.settings, features.installed(), fix=fix)
    finally:
        await stage.start()


def lines(found: list[Finding], mark: FindingMark) -> str:
    return "\n".join(finding.line() for finding in found if finding.mark is mark)


async def test_a_good_community_has_nothing_wrong(stage: EmulatedStage) -> None:
    found = await findings(stage)
    assert not lines(found, FindingMark.BAD)
    good = lines(found, FindingMark.GOOD)
    assert "Long Poll включён" in good
    assert "Чат miass-gorod: бот администратор" in good


@pytest.mark.parametrize(
    ("setting", "said", "todo"),
    [
        ({"longpoll": False}, "Long Poll выключен", "Работа с API"),
        ({"scopes": "messages,manage"}, "нет прав: фотографии, файлы", "Создать ключ"),
        ({"api_version": "5.131"}, "Версия Long Poll 5.131", "выберите 5.199"),
    ],
)
async def test_a_wrong_setting_is_said(stage: EmulatedStage, setting: dict[str, Any], said: str, todo: str) -> None:
    await stage.call("emulator.setSettings", group_id=COMMUNITY, **setting)
    wrong = lines(await findings(stage), FindingMark.BAD)
    assert said in wrong
    assert todo in wrong
    await stage.call("emulator.setSettings", group_id=COMMUNITY, longpoll=True)


async def test_an_event_that_is_off_is_named_and_can_be_switched_on(stage: EmulatedStage) -> None:
    token = f"group-{COMMUNITY}"
    await stage.call("groups.setLongPollSettings", token, group_id=COMMUNITY, enabled=1, message_event=0)
    assert "Не включены события: действие с сообщением" in lines(await findings(stage), FindingMark.BAD)
    assert not lines(await findings(stage, fix=True), FindingMark.BAD)


async def test_a_chat_without_rights_is_said(stage: EmulatedStage) -> None:
    await stage.call("emulator.setChatAdmin", chat="miass-gorod", member=-COMMUNITY, admin=0)
    wrong = lines(await findings(stage), FindingMark.BAD)
    assert "Чат miass-gorod: у бота нет прав администратора" in wrong
    assert "Назначить администратором" in wrong


async def test_what_makes_a_page_official_is_named(stage: EmulatedStage) -> None:
    """R58: VK shows a bot neither the mark nor the form, so both are named to be looked at."""
    looked_at = lines(await findings(stage), FindingMark.LOOK)
    assert "Госорганизация" in looked_at and "Решаем вместе" in looked_at
    assert "На странице нет контактов" in looked_at


async def test_a_dead_token_is_said(stage: EmulatedStage) -> None:
    settings = stage.settings.model_copy(update={"vk_token": "group-999"})
    await stage.settle()
    await stage.stop()
    wrong = lines(await check.everything(settings, features.installed(), fix=False), FindingMark.BAD)
    await stage.start()
    assert "Ключ сообщества не работает (ошибка 5)" in wrong


async def test_nobody_at_vks_address(stage: EmulatedStage) -> None:
    settings = stage.settings.model_copy(update={"vk_api_url": "http://127.0.0.1:1/method/"})
    await stage.settle()
    await stage.stop()
    wrong = lines(await check.everything(settings, features.installed(), fix=False), FindingMark.BAD)
    await stage.start()
    assert "ВКонтакте не отвечает" in wrong


async def test_a_running_bot_is_asked_for_what_it_holds(stage: EmulatedStage) -> None:
    """Every day, beside the bot: the directory and the chats are seen all the same."""
    assert stage.bot is not None
    path = admin_socket.socket_of(stage.settings.database_url)
    door = await admin_socket.open_socket(path, app.admin_service_of(stage.bot).carry_out)
    assert door is not None
    try:
        found = await check.everything(stage.settings, features.installed(), fix=False)
    finally:
        door.close()
    seen = lines(found, FindingMark.GOOD)
    assert "Бот работает, база у него" in seen and "Справочник загружен" in seen
    assert "Чат miass-gorod: бот администратор" in seen and not lines(found, FindingMark.BAD)


async def test_a_running_bot_holds_its_file(stage: EmulatedStage) -> None:
    """The check still looks at VK, and says why it cannot look into the database."""
    found = await check.everything(stage.settings, features.installed(), fix=False)
    assert "База данных" in lines(found, FindingMark.LOOK)


async def test_an_own_consent_that_does_not_say_how_to_withdraw_is_noticed(
    stage: EmulatedStage, tmp_path: Path
) -> None:
    """R12."""
    own = tmp_path / "consent.txt"
    own.write_text("Согласен на всё", encoding="utf-8")
    stage.settings = stage.settings.model_copy(update={"consent_file": str(own)})
    assert "не сказано, как его отозвать" in lines(await findings(stage), FindingMark.LOOK)


async def test_the_administrators_page_shows_what_is_really_printed(stage: EmulatedStage) -> None:
    """docs/ru/administrator.md: every line of its picture, in this order."""
    page = (Path(__file__).parents[2] / "docs" / "ru" / "administrator.md").read_text(encoding="utf-8")
    (picture,) = re.findall(r"```text\n(.*?)\n```", page, re.DOTALL)
    printed = "\n".join(check.report_lines(await findings(stage), everything=True)).splitlines()
    at = 0
    for line in picture.splitlines():
        if line != "…":
            assert line in printed[at:], line
            at += printed[at:].index(line) + 1
