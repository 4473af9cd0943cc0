"""C.1 of what people meet: what stands between a person and the number stays within its bars, and the table is true."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks import dialogue

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks.md"


def test_ten_stories_stay_within_the_bars_and_stand_in_the_docs() -> None:
    lines = dialogue.rows(asyncio.run(dialogue.all_played()))
    assert len(lines) == 10 and not dialogue.broken(lines)
    page = PAGE.read_text(encoding="utf-8")
    missing = [line for line in lines if f"| {' | '.join(line)} |" not in page]
    assert not missing, "python benchmarks/dialogue.py --write"
