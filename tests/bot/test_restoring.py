"""`bot restore` as the administrator runs it: what the copy does not have is not called stolen (F24, T22)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.config.keys import master_of
from bot.delivery import recovery
from bot.process.advice import Refusal
from bot.upkeep import audit_checkpoints, retention
from bot.upkeep.backups import make_copy, places_named
from bot.upkeep.restore import restore_copy
from storage.db.database import Database
from storage.privacy import audit
from tests.transcripts.emulated import COMMUNITY, EmulatedStage


async def day(stage: EmulatedStage) -> None:
    """A day with a line in the log, and its end noted in the second place."""
    await stage.unbind("miass-gorod")
    await stage.bind_to("miass-gorod", "miass-gorod")
    assert stage.bot is not None
    await retention.daily(stage.bot, stage.bot.clock.now())


async def put_back(stage: EmulatedStage, file: Path) -> list[str]:
    """What is wrong with the audit log after it."""
    await restore_copy(stage.settings, file, None, only_check=False)
    db = await Database.open(stage.settings.database_url, master=master_of(stage.settings), community=COMMUNITY)
    try:
        path = audit_checkpoints.path_of(stage.settings)
        return await audit.verify(db, audit_checkpoints.read(path, COMMUNITY))
    finally:
        await db.close()


async def test_the_log_of_the_copy_is_whole_and_the_lost_days_are_not_missed(
    stage: EmulatedStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "LATE", timedelta())
    await day(stage)
    assert stage.bot is not None
    places = places_named(stage.settings, str(tmp_path / "copies"))
    made = await make_copy(stage.bot.db, places, stage.bot.clock.now())
    noted = audit_checkpoints.read(audit_checkpoints.path_of(stage.settings), COMMUNITY)
    await day(stage)
    assert audit_checkpoints.read(audit_checkpoints.path_of(stage.settings), COMMUNITY)[: len(noted)] == noted
    await stage.stop()
    try:
        assert await put_back(stage, made.path) == []
        place = audit_checkpoints.path_of(stage.settings)
        kept = audit_checkpoints.read(place, COMMUNITY)[: len(noted)]
        assert kept == noted, "what the copy has is still held against it"
        place.write_text("ничего похожего\n")
        with pytest.raises(Refusal, match="База возвращена"):
            await put_back(stage, made.path)
    finally:
        audit_checkpoints.path_of(stage.settings).unlink()
        await stage.start()
