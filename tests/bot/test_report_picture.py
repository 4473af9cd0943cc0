"""The picture of a report in the ЦУР's chat, its words without the library, its files on the command line (R52)."""

from __future__ import annotations

import base64
import sys
from datetime import timedelta
from typing import Any

import pytest

from bot import app
from features.statistics import picture
from features.statistics.jobs import close_due
from states.statistics.periods import Span, around
from storage.db.errors import Unavailable
from storage.records import closed_periods
from tests.transcripts.emulated import EmulatedStage
from tests.transcripts.script import Player

pytestmark = pytest.mark.virtual

REPORT = {
    "span": "week",
    "day": "2026-11-24",
    "timezone": "Asia/Yekaterinburg",
    "address": "",
    "region_folder": "regions/chelyabinsk",
    "least": 30,
}


async def asked(player: Player) -> None:
    await player.line({"отправила": "мария", "текст": "Большая яма на дороге в Миассе, улица Ленина, дом 5"})
    await player.line({"чат cur пишет": "/отчёт неделя"})


async def documents(stage: EmulatedStage) -> list[tuple[str, bytes]]:
    official = stage.official("cur", 1)
    answer = await stage.call(
        "messages.getHistory", f"user-{official}", peer_id=stage.peer_of("cur", official), count=50
    )
    found = [one["doc"] for item in answer["items"] for one in item.get("attachments") or [] if one["type"] == "doc"]
    return [(one["title"], await stage.file(one["url"])) for one in found]


async def test_a_picture_comes_as_a_file(stage: EmulatedStage, player: Player) -> None:
    await asked(player)
    await player.line({"чат cur видит": ["Отчёт за неделю", "<doc>"]})
    ((name, content),) = await documents(stage)
    assert name.startswith("Отчёт за неделю ") and name.endswith(".png") and content.startswith(b"\x89PNG")


async def test_without_its_library_the_figures_come_in_words(
    stage: EmulatedStage, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    await asked(player)
    await player.line(
        {"чат cur видит": ["Не удалось передать: картинка отчёта.\n\nЗа неделю сообщений не было.", "Поступило: 0"]}
    )
    assert await documents(stage) == []


async def test_a_report_that_cannot_be_made_stops_nobody(
    stage: EmulatedStage, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("something")

    monkeypatch.setattr(picture, "fill_report", broken)
    await asked(player)
    await player.line({"чат cur видит": ["Отчёт за неделю", "Не удалось передать: картинка отчёта."]})
    await player.line({"чат cur пишет": "/сводка"})
    await player.line({"чат cur видит": ["К "]})


async def test_one_that_waits_where_reports_are_switched_off_ends_with_a_reason(
    stage: EmulatedStage, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.runtime.documents_of", lambda _: {})
    await asked(player)
    await player.line({"чат cur видит": ["Отчёт за неделю", "Не удалось передать: картинка отчёта.", "отключена"]})
    assert await documents(stage) == []


async def test_an_administrator_gets_the_files_and_counts_anew(stage: EmulatedStage, player: Player) -> None:
    await player.line({"отправила": "мария", "текст": "Большая яма на дороге в Миассе, улица Ленина, дом 5"})
    await player.line({"чат miass-gorod видит": ["Большая яма"]})
    assert stage.bot is not None
    service = app.admin_service_of(stage.bot)
    rebuilt = await service.carry_out("statistics_rebuild", {"timezone": "Asia/Yekaterinburg"})
    assert rebuilt["days"] == 2, "that on which it came, and that of its term"
    for form, begins in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
        said = await service.carry_out("report", {**REPORT, "form": form})
        assert base64.b64decode(said["content"]).startswith(begins)
    early = await service.carry_out("report", {**REPORT, "day": "2040-01-02", "form": "png"})
    assert early == {"error": "Этот период ещё не начался."}


async def test_it_is_read_beside_the_writer_and_by_the_writer_where_that_is_ended(
    stage: EmulatedStage, player: Player
) -> None:
    bot = stage.bot
    assert bot is not None
    asked_for: list[str] = []

    class Ended:
        async def run(self, body: Any) -> Any:
            asked_for.append("reader")
            raise Unavailable("ended")

    bot.readers = Ended()
    await asked(player)
    await player.line({"чат cur видит": ["Отчёт за неделю", "<doc>"]})
    assert asked_for and len(await documents(stage)) == 1


async def test_a_week_is_closed_in_the_first_minutes_after_it(
    stage: EmulatedStage, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R52: by the loop of the bot itself, once, and what is not over stays open."""
    bot = stage.bot
    assert bot is not None
    await player.line({"отправила": "мария", "текст": "Большая яма на дороге в Миассе, улица Ленина, дом 5"})
    await player.line({"чат miass-gorod видит": ["Большая яма"]})
    await close_due(bot)
    assert await bot.db.run(closed_periods.closed_stretches) == set()
    now = bot.clock.now()
    week = around(Span.WEEK, now.astimezone(bot.policy.zone).date())
    monkeypatch.setattr(bot.clock, "now", lambda: now + timedelta(days=6))
    await close_due(bot)
    assert await bot.db.run(closed_periods.closed_stretches) == {week}
    monkeypatch.setattr(bot.clock, "now", lambda: now + timedelta(days=8))
    await close_due(bot)
    found = await bot.db.run(lambda tx: closed_periods.find(tx, week))
    assert found is not None and (found.at, found.by) == (now + timedelta(days=6), 0)
