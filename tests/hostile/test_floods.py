"""T9, F30: one resident writes fifty messages a second; nothing is lost and the others are answered as ever."""

from __future__ import annotations

from pathlib import Path

from states.directory import Directory
from tests.hostile.floods import flooded


async def test_a_flood_is_kept_and_hinders_nobody(region: Directory, tmp_path: Path) -> None:
    """Others are answered while it goes on, several times each. The long form, which looks at the clock: `python -m
    tests.hostile floods`, a minute and 500 people more."""
    figures = await flooded(tmp_path, region, seconds=6, a_second=50)
    print(figures.line())
    assert not figures.wrong(by_the_clock=False), figures.line()
    assert figures.written == 300 and len(figures.waits) >= 4
