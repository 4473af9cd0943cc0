"""A running bot on an emulator for tests of the wire, a player that speaks as people do, the file of a directory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from states.directory import Directory
from tests.bot.directory_source import GOOD
from tests.transcripts.emulated import EmulatedStage, emulated, sqlite_url
from tests.transcripts.script import Player
from tests.transcripts.virtual import Ground
from vk_emulator.server import running


@pytest.fixture
def ground(request: pytest.FixtureRequest) -> Ground | None:
    """For a test that is marked `virtual`; any other has real sockets and a file."""
    if request.node.get_closest_marker("virtual") is None:
        return None
    made: Ground = request.getfixturevalue("virtual_ground")
    return made


@pytest.fixture
async def stage(region: Directory, tmp_path: Path, ground: Ground | None) -> AsyncIterator[EmulatedStage]:
    if ground is not None:
        async with ground.stage(tmp_path, region) as opened:
            yield opened
        return
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), region) as opened,
    ):
        yield opened


@pytest.fixture
def player(stage: EmulatedStage) -> Player:
    return Player(stage)


@pytest.fixture
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Of a directory: the small one with the `ROWS` of the tests' file, where it has any; else the test writes it."""
    made = tmp_path / "topics.yaml"
    if rows := getattr(request.module, "ROWS", ""):
        made.write_text(GOOD + rows, encoding="utf-8")
    return made
