"""A running bot on an emulator for tests of the wire, with a player that speaks as people do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from emulator.server import running
from states.directory import Directory
from tests.transcripts.emulated import EmulatedStage, emulated, sqlite_url
from tests.transcripts.script import Player


@pytest.fixture
async def stage(region: Directory, tmp_path: Path) -> AsyncIterator[EmulatedStage]:
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), region) as opened,
    ):
        yield opened


@pytest.fixture
def player(stage: EmulatedStage) -> Player:
    return Player(stage)
