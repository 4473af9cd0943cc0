"""What people meet: what stands between a person and the number stays within its bars, and what
an official's action leaves in the chat; the tables of the docs are true."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks import dialogue, dialogue_officials

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks.md"


def test_ten_stories_stay_within_the_bars_and_stand_in_the_docs() -> None:
    lines = dialogue.rows(asyncio.run(dialogue.all_played()))
    assert len(lines) == 10 and not dialogue.broken(lines)
    page = PAGE.read_text(encoding="utf-8")
    missing = [line for line in lines if f"| {' | '.join(line)} |" not in page]
    assert not missing, "python benchmarks/dialogue.py --write"


def test_an_action_leaves_one_message_and_takes_three_taps_at_most() -> None:
    rows = dialogue_officials.rows()
    assert len(rows) >= 9 and [row.name for row in rows if not row.holds] == []
    page = PAGE.read_text(encoding="utf-8")
    missing = [row for row in rows if f"| {' | '.join(dialogue_officials.cells(row))} |" not in page]
    assert not missing, "python benchmarks/dialogue.py --write"
