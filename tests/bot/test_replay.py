"""The kept events through the handlers of today: the same decisions, and each change of a handler is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.upkeep.backups import make_copy, places_named
from bot.upkeep.replay import Replayed, replay, report_lines
from handlers.text import texts
from states.directory import Directory
from storage.db.errors import DatabaseLocked
from tests.storage.conftest import _address, _sql, postgresql  # noqa: F401
from tests.transcripts.emulated import EmulatedStage, emulated
from tests.transcripts.script import Player
from vk_emulator.server import running

TEXT = "Большая яма на дороге, город Миасс, улица Ленина, дом 5"


async def lived(stage: EmulatedStage, player: Player) -> None:
    await player.line({"отправила": "мария", "текст": f"{TEXT}."})
    await player.line({"отправила": "иван", "текст": "Не чистят снег, Челябинск, улица Труда, дом 10."})
    await player.line({"чат miass-gorod отвечает": "Выезжаем", "на": TEXT})
    await stage.wait(31)
    await player.line({"мария нажимает": "Мои сообщения"})
    await stage.settle()


async def again(stage: EmulatedStage, file: Path | None = None) -> Replayed:
    """While the bot is stopped; then it is started for the stage to stop."""
    await stage.stop()
    try:
        return await replay(stage.settings, file, None)
    finally:
        await stage.start()


async def test_the_handlers_of_today_decide_as_they_did(stage: EmulatedStage, player: Player) -> None:
    await lived(stage, player)
    found = await again(stage)
    assert found.differ == found.failed == []
    # What came before the consent, and what follows from words in chats, cannot be rebuilt.
    assert found.same >= 6 and found.same > found.unlike, (found.same, found.unlike)
    assert found.empty >= 6, "what was written in chats is not kept (docs/decisions/0010)"
    assert "Мария" not in "".join(report_lines(found)) and "яма" not in "".join(report_lines(found))


async def test_a_changed_handler_is_seen(stage: EmulatedStage, player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other words, and a handler that raises."""
    await lived(stage, player)
    monkeypatch.setattr(texts, "ASK_TOPIC", "О чём оно?")
    found = await again(stage)
    assert found.differ and all(one.endswith(": words") for one in found.differ) and found.failed == []
    assert any("слова" in line for line in report_lines(found))

    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("handlers.decide.wrote", broken)
    assert any(one.endswith("RuntimeError") for one in (await again(stage)).failed)


async def test_a_backup_is_replayed_while_the_bot_runs(stage: EmulatedStage, player: Player, tmp_path: Path) -> None:
    await lived(stage, player)
    assert stage.bot is not None
    places = places_named(stage.settings, str(tmp_path / "copies"))
    made = await make_copy(stage.bot.db, places, app.Clock().now())
    found = await replay(stage.settings, made.path, None)
    assert found.same >= 6 and found.differ == []
    with pytest.raises(DatabaseLocked):
        await replay(stage.settings, None, None)


async def test_on_postgresql_beside_the_running_bot(region: Directory, tmp_path: Path, postgresql: str) -> None:  # noqa: F811
    """Nobody has to stop: all rows are read as of one moment. Twice the same, so nothing was written."""
    await _sql(postgresql, "CREATE DATABASE replayed TEMPLATE template0")
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, _address(postgresql, "replayed"), region) as stage,
    ):
        await lived(stage, Player(stage))
        found = await replay(stage.settings, None, None)
        assert found.same >= 6 and found.same > found.unlike and found.differ == found.failed == [], found
        assert await replay(stage.settings, None, None) == found
    await _sql(postgresql, "DROP DATABASE replayed WITH (FORCE)")
