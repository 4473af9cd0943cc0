"""Every transcript through emulator, bot and SQLite, those that move appeals through PostgreSQL too, without a real
clock; six of them on real sockets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from states.directory import Directory
from tests.form import BOTH, either
from tests.transcripts.emulated import EmulatedStage, emulated, sqlite_url
from tests.transcripts.forgotten import everybody_forgotten, named
from tests.transcripts.script import Player, directed, pages_of, read, transcripts
from tests.transcripts.virtual import Ground
from vk_emulator.server import running

MOVES = {
    "01",
    "10",
    "11",
    "12",
    "13",
    "14",
    "17",
    "18",
    "19",
    "20",
    "21",
    "50",
    "52",
    "53",
    "55",
    "57",
    "59",
    "60",
    "62",
    "66",
    "67",
    "73",
}
"""Transcripts whose point is what storage does: routes, parking, undo, links, restart. The long form on PostgreSQL."""
MOVES_MOST = {"12", "14", "17", "21", "50", "53", "59", "62", "66", "73"}
"""Those of them that do most with rows of several people at once: played for a landing."""
MOVES_FIRST = {"14", "59"}
"""For every change: an answer taken back, and everything of one person."""


ON_POSTGRESQL = either(MOVES_MOST if BOTH else MOVES_FIRST, MOVES)
ON_SOCKETS = {"01", "26", "59", "76"}
ON_SOCKETS_AND_POSTGRESQL = {"17", "66"}
"""Files, a refusal, two residents and a new official: what differs most on a real wire. A lost chat, an answer taken
back and a restart wait for a minute of a real clock, so virtual time plays them; tests/kill restarts on a real wire."""


def numbered(numbers: set[str]) -> list[Path]:
    return [transcript for transcript in transcripts() if transcript.stem.split("_")[0] in numbers]


async def play(script: dict[str, Any], stage: EmulatedStage) -> None:
    if pages := pages_of(script):
        await stage.has_pages(pages)
    await Player(stage).play(script["talk"])
    await everybody_forgotten(stage)


@pytest.mark.virtual
@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
async def test_through_emulator_bot_and_sqlite(
    path: Path, region: Directory, tmp_path: Path, virtual_ground: Ground
) -> None:
    script = read(path)
    async with virtual_ground.stage(tmp_path, directed(region, script)) as stage:
        await play(script, stage)


@pytest.mark.virtual
@pytest.mark.parametrize("path", numbered(ON_POSTGRESQL), ids=lambda path: path.stem)
async def test_through_emulator_bot_and_postgresql(
    path: Path, region: Directory, tmp_path: Path, postgresql_ground: Ground
) -> None:
    script = read(path)
    async with postgresql_ground.stage(tmp_path, directed(region, script)) as stage:
        await play(script, stage)


async def play_on_sockets(path: Path, region: Directory, folder: Path, database: str) -> None:
    script = read(path)
    async with (
        running(port=0, data=folder / "vk", seed=1) as emulator,
        emulated(emulator.url, database, directed(region, script)) as stage,
    ):
        await play(script, stage)


@pytest.mark.parametrize("path", numbered(ON_SOCKETS), ids=lambda path: path.stem)
async def test_on_sockets_and_sqlite(path: Path, region: Directory, tmp_path: Path) -> None:
    await play_on_sockets(path, region, tmp_path, sqlite_url(tmp_path))


@pytest.mark.parametrize("path", numbered(ON_SOCKETS_AND_POSTGRESQL if BOTH else {"17"}), ids=lambda path: path.stem)
async def test_on_sockets_and_postgresql(path: Path, region: Directory, tmp_path: Path, postgresql_url: str) -> None:
    await play_on_sockets(path, region, tmp_path, postgresql_url)


def test_digits_inside_a_pseudonym_are_nobody() -> None:
    """Hashes hold any four digits sooner or later."""
    assert not named("decided", "9c1001.58b490", set()) and not named("subject", "786c1002b7ef", set())
    texts = ("[id1001|Мария]", "v1|101|screen|1001|2|0", '{"user":1002}', "1003")
    assert all(named("body", text, set()) for text in texts)
