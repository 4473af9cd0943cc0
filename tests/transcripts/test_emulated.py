"""Every transcript through emulator, bot and SQLite; those that move appeals through PostgreSQL too."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.server import running
from states.directory import Directory
from tests.transcripts.emulated import emulated, sqlite_url
from tests.transcripts.forgotten import everybody_forgotten, named
from tests.transcripts.script import Player, directed, read, transcripts

MOVES = {
    "01", "10", "11", "12", "13", "14", "17", "18", "19", "20", "21",
    "50", "52", "53", "55", "57", "59", "60", "62", "66", "67", "73",
}
"""Transcripts whose point is what storage does: routes, parking, undo, links, restart."""


async def play(path: Path, database: str, region: Directory, folder: Path) -> None:
    script = read(path)
    async with (
        running(port=0, data=folder / "vk", seed=1) as emulator,
        emulated(emulator.url, database, directed(region, script)) as stage,
    ):
        await Player(stage).play(script["talk"])
        await everybody_forgotten(stage)


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
async def test_through_emulator_bot_and_sqlite(path: Path, region: Directory, tmp_path: Path) -> None:
    await play(path, sqlite_url(tmp_path), region, tmp_path)


@pytest.mark.parametrize("path", [one for one in transcripts() if one.stem[:2] in MOVES], ids=lambda path: path.stem)
async def test_through_emulator_bot_and_postgresql(
    path: Path, region: Directory, tmp_path: Path, postgresql_url: str
) -> None:
    await play(path, postgresql_url, region, tmp_path)


def test_digits_inside_a_pseudonym_are_nobody() -> None:
    """Hashes hold any four digits sooner or later."""
    assert not named("decided", "9c1001.58b490", set()) and not named("subject", "786c1002b7ef", set())
    texts = ("[id1001|Мария]", "v1|101|screen|1001|2|0", '{"user":1002}', "1003")
    assert all(named("body", text, set()) for text in texts)
