"""Every transcript through emulator, bot and a real database: SQLite for all, PostgreSQL for those that move appeals."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.server import running
from states.directory import Directory
from tests.transcripts.emulated import emulated, sqlite_url
from tests.transcripts.script import Player, read, transcripts


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
async def test_transcript_through_emulator_bot_and_sqlite(path: Path, region: Directory, tmp_path: Path) -> None:
    script = read(path)
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), region) as stage,
    ):
        await Player(stage).play(script["talk"])
