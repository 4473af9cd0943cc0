"""`bot appeals`: where every message stands, in whose hands, until when; no word and no name of anybody."""

from __future__ import annotations

import json

import pytest

from bot import app
from bot.cli import records_commands
from tests.transcripts.emulated import EmulatedStage
from tests.transcripts.script import Player
from tests.world.said import card as is_card

pytestmark = pytest.mark.virtual

PIT = "Большая яма на дороге, город Миасс, улица Ленина, дом 5, мой телефон 8 912 000 11 22"


async def shown(stage: EmulatedStage, *, everything: bool = False) -> list[dict[str, object]]:
    assert stage.bot is not None
    await stage.settle()
    said = await app.admin_service_of(stage.bot).carry_out("appeals", {"everything": everything})
    assert "Ленина" not in json.dumps(said, ensure_ascii=False), "no word of a resident"
    return list(said["appeals"])


async def test_it_follows_an_appeal(stage: EmulatedStage, player: Player) -> None:
    assert await shown(stage) == []
    await player.line({"отправила": "мария", "текст": PIT})
    (one,) = await shown(stage)
    card = next(said for said in await stage.chat("miass-gorod") if is_card(said.text))
    assert (one["status"], one["agency"], one["card"]) == ("routed", "miass-gorod", card.cmid)
    assert one["due_at"] is not None and f"\n№{one['code']}" in card.text
    assert set(one).isdisjoint({"resident", "body", "pieces", "address"})
    await player.line({"чат miass-gorod нажимает": "Принять"})
    assert [row["status"] for row in await shown(stage)] == ["in_work"]
    await player.line({"мария нажимает": "Мои сообщения"})
    await player.line({"чат miass-gorod отвечает": "Яму засыпали сегодня утром, дорога открыта."})
    await stage.wait(31)
    assert await shown(stage) == [], "nothing is open"
    assert [row["status"] for row in await shown(stage, everything=True)] == ["answered"]


def test_in_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"code": "1125-K7QF", "agency": "miass-gorod", "status": "routed", "due_at": "2026-11-25T10:00:00+00:00"}
    waits = {"code": "1125-AAAA", "agency": None, "status": "waiting", "due_at": "2026-11-25T13:00:00+00:00"}
    done = {"code": "1125-BBBB", "agency": "mindor", "status": "closed", "due_at": None}
    said = {"now": "2026-11-25T11:00:00+00:00", "appeals": [row, waits, done]}
    monkeypatch.setattr(records_commands, "run_command", lambda *_: said)
    monkeypatch.setattr(records_commands, "read", lambda: type("Settings", (), {"timezone": "Asia/Yekaterinburg"}))
    records_commands.appeals()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("  ")[0] == "1125-K7QF" and "передано, ждёт ответа" in lines[0]
    assert lines[0].endswith("до 25.11.2026 15:00  ПРОСРОЧЕНО") and "ЦУР" in lines[1] and "ПРОСРОЧЕНО" not in lines[1]
    assert lines[2].endswith("закрыто") and lines[3] == "Всего: 3."
    records_commands.appeals(as_json=True)
    assert json.loads(capsys.readouterr().out) == said
