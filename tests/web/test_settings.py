"""«Настройки»: each with its value and meaning, no secret, what no act confirms, what the check finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.meanings import EXAMPLE, is_secret, meanings
from bot.config.settings import NAMES, Settings
from bot.web.pages.admin.settings import all_findings, rows_by_group, unconfirmed_by_act
from bot.web.site import Site
from states.directory import Directory
from tests.web.administrator import sign_in
from tests.web.browser import AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser

SECRETS = {"vk_token": "vk1.a.hush-a", "vk_service_token": "hush-b", "master_key_file": "/run/hush-c"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={**SECRETS, "database_url": "postgresql+asyncpg://u:hush-d@h/d", "undo_seconds": 45}
    )


async def test_every_setting_is_there_and_no_secret(browser: Browser) -> None:
    await sign_in(browser)
    shown = (await browser.get("/settings")).text
    assert all(f"<code>{name}</code>" in shown for name in NAMES)
    assert "hush-" not in shown
    assert "задан" in shown and "не задан" in shown
    assert "<b>45</b><small>своё значение</small>" in shown and "по умолчанию" in shown
    assert "Сколько дней хранить сообщение после закрытия" in shown
    assert "Общие сроки" in shown and "/directory/edit/office" in shown and "Не решено: " in shown
    assert "Без чата: " in shown


@pytest.mark.parametrize("user", [AT_CUR, AT_MINDOR, OF_MIASS, READER])
async def test_administrators_only(browser: Browser, user: int) -> None:
    await browser.sign_in(user)
    assert (await browser.get("/settings")).status_code == 403


def test_every_setting_has_its_meaning() -> None:
    known = meanings(EXAMPLE)
    without = {name for name in Settings.model_fields if not known.get(name)}
    assert without == set() and meanings(Path("nowhere")) == {}


def test_what_is_secret() -> None:
    secret = {name for name in Settings.model_fields if is_secret(name)}
    assert secret >= {"vk_token", "vk_service_token", "database_url", "read_database_url", "master_key_file"}
    assert not is_secret("policy_url") and not is_secret("operator_name")


def test_every_setting_stands_once(settings: Settings) -> None:
    names = [row.name for _, rows in rows_by_group(settings) for row in rows]
    assert sorted(names) == sorted(NAMES)


def test_what_an_act_confirms_is_not_listed(site: Site, region: Directory) -> None:
    """R46."""
    before = unconfirmed_by_act(site)
    assert any("Общие часы работы" in what for what, _, _ in before)
    agency = replace(region.agencies[0], schedule=region.schedule, terms=region.terms)
    sure = replace(region, schedule=replace(region.schedule, confirmed=True), agencies=(agency, *region.agencies[1:]))
    after = unconfirmed_by_act(replace(site, directory=lambda: sure))
    assert not any("Общие часы работы" in what for what, _, _ in after)
    assert any(what.startswith(f"{agency.short}: свои сроки") for what, _, _ in after)


def test_a_text_that_is_not_there_is_a_finding(site: Site) -> None:
    broken = replace(site, settings=site.settings.model_copy(update={"consent_file": "нет.txt"}))
    assert [one.text for one in all_findings(broken, set())][0] == "Текст согласия не читается."
