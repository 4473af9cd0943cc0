"""Consents through the real bot: each a message of its own, asked anew when its text changes, recorded (R6–R9)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.config import consents
from bot.config.settings import policy_of
from handlers.views.screens import show
from states.dialogue import AskingConsent, AskingPublication
from storage.db import schema
from storage.db.transaction import Transaction
from tests.handlers.given import dialogue, facts
from tests.transcripts.emulated import RESIDENTS, EmulatedStage, settings_for
from tests.transcripts.script import Player

pytestmark = pytest.mark.virtual

ROOT = Path(__file__).parents[2]
MARIA = RESIDENTS["мария"]
ANEW = "Согласие. Новая редакция: теперь отвечает и другой орган. Отозвать: команда «Удалить мои данные»."


async def rows(stage: EmulatedStage, table: Any) -> list[dict[str, Any]]:
    async def body(tx: Transaction) -> list[dict[str, Any]]:
        return [dict(row) for row in await tx.rows(select(table))]

    assert stage.bot is not None
    return await stage.bot.db.run(body)


async def test_the_consent_stands_alone_with_its_two_buttons(stage: EmulatedStage, player: Player) -> None:
    """R6; and it says how it is taken back, by a command that works (R12)."""
    await player.line({"мария": "яма на дороге"})
    await player.line({"мария слышит": "[Даю согласие]"})
    assert stage.bot is not None
    text = stage.bot.policy.consent
    (asked,) = [one for one in await stage.dialogue("мария") if one.text == text]
    assert [button["label"] for button in asked.buttons] == ["Даю согласие", "Не даю", "Подробнее"]
    assert "«Удалить мои данные»" in text
    await player.line({"мария": "Удалить мои данные"})
    await player.line({"мария слышит": "Удалить всё"})


async def test_a_new_text_asks_anew(stage: EmulatedStage, player: Player, tmp_path: Path) -> None:
    """R8: nothing is taken under the old consent; both are on record, each with its text's hash."""
    await player.line({"отправила": "мария", "текст": "Яма на дороге в Миассе, ул. Ленина, 5. Машины бьют колёса."})
    await stage.settle()
    await stage.stop()
    file = tmp_path / "consent.txt"
    file.write_text(ANEW, encoding="utf-8")
    stage.settings = stage.settings.model_copy(update={"consent_file": str(file)})
    await stage.start()
    await player.line({"мария": "И фонарь не горит"})
    await player.line({"мария слышит": [ANEW, "[Даю согласие]"]})
    last = [row for row in await rows(stage, schema.inbox) if row["peer"] == MARIA and row["kind"] == "message"][-1]
    assert last["content"] is False, "R7: without the new consent no word is kept"
    await player.line({"мария нажимает": "Даю согласие"})
    await stage.wait(5)
    await player.line({"мария слышит": "[Отмена]"})
    recorded = [row for row in await rows(stage, schema.consent) if row["resident"] == MARIA]
    settings = stage.settings
    old = policy_of(settings.model_copy(update={"consent_file": ""}), 101).consent_hash
    assert [row["text_hash"] for row in recorded] == [old, policy_of(settings, 101).consent_hash]
    assert all(row["given"] and row["cmid"] for row in recorded)


async def test_publication_is_agreed_to_apart_and_taken_back(stage: EmulatedStage, player: Player) -> None:
    """R9: off by default, a message of its own; refusing it changes nothing else."""
    await player.line({"согласилась": "мария", "текст": "Яма на дороге в Миассе, ул. Ленина, 5"})
    await player.line({"мария": "Мои данные"})
    await player.line({"мария слышит": ["публикацию: не дано", "[Разрешить публикацию]"]})
    await player.line({"мария нажимает": "Разрешить публикацию"})
    await player.line({"мария слышит": ["без вашего имени", "https://vk.com/club101", "[Разрешаю публикацию]"]})
    assert stage.bot is not None
    asked = [one for one in await stage.dialogue("мария") if one.text == stage.bot.policy.publish]
    assert len(asked) == 1 and len(asked[0].buttons) == 2
    await player.line({"мария нажимает": "Разрешаю публикацию"})
    await player.line({"мария слышит": "публикацию: дано"})
    await player.line({"мария нажимает": "Отозвать разрешение"})
    await player.line({"мария слышит": "публикацию: не дано"})
    recorded = [row for row in await rows(stage, schema.consent) if row["text_hash"] == stage.bot.policy.publish_hash]
    assert [row["given"] for row in recorded] == [True, False]


def test_the_drafts_say_what_the_law_asks_for() -> None:
    """rules.md §4.2: operator, purpose, data, actions, recipients, term, how to withdraw."""
    for part in ("Оператор:", "Зачем:", "Что:", "Увидит ", "Храним ", "Отозвать:"):
        assert part in consents.CONSENT
    for part in (
        "{consent}",
        "Что делаем с данными:",
        "передаём в орган",
        "на серверах в России",
        "Срок:",
        "Политика:",
    ):
        assert part in consents.MORE
    for part in ("Оператор:", "Что:", "Где:", "Зачем:", "Срок:", "Отозвать:"):
        assert part in consents.PUBLISH


def test_the_page_for_the_lawyer_shows_what_the_bot_shows() -> None:
    """docs/ru/consent.md: both texts word for word, their buttons, and where an own text is named (R6, R9, R11)."""
    page = (ROOT / "docs" / "ru" / "consent.md").read_text(encoding="utf-8")
    more, publish = re.findall(r"```text\n(.*?)\n```", page, re.DOTALL)
    settings = settings_for("http://127.0.0.1:1/method/", "sqlite+aiosqlite:///x").model_copy(
        update={
            "operator_name": "Администрация Н-ского округа",
            "operator_address": "450000, город Н-ск, площадь Мира, 1",
            "operator_email": "pd@n-sk.test",
            "policy_url": "https://n-sk.test/policy",
        }
    )
    shown = policy_of(settings, 101)
    consent, _, _ = more.partition("\n\n")
    assert (consent, more, publish) == (shown.consent, shown.consent_more, shown.publish)
    assert len(consent.splitlines()) == 7, "as the page counts them"
    talk = facts(dialogue(), policy=shown)
    for step in (AskingConsent(), AskingPublication()):
        screen = show(step, dialogue(), talk)
        assert screen.text in (consent, publish) and screen.keyboard is not None
        for button in [button for row in screen.keyboard.rows for button in row]:
            assert f"«{button.label}»" in page
    for name in ("BOT_CONSENT_FILE", "BOT_PUBLISH_FILE", "BOT_RETENTION_DAYS", "BOT_PUBLISH_DAYS"):
        assert f"`{name}`" in page
