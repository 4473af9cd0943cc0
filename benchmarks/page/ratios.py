"""Ratios that hold on any machine: ours to the plain bot, large batches to single events; and whether one has fallen.

Figures of one run stand against each other, never against figures of another machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from benchmarks.page.figures import Figures

RECORDED = Path(__file__).with_suffix(".json")
LEFT = 2 / 3
"""A ratio may fall by a third of what is recorded."""
WATCHED = (
    ("turns/s, ours to vkbottle, 50 at once", "free", "ours, 50 at once", "vkbottle, 50 at once", "turns/s"),
    ("CPU a turn, vkbottle to ours, 50 at once", "free", "vkbottle, 50 at once", "ours, 50 at once", "CPU ms a turn"),
    ("events/s, batches of 64 to 1, SQLite", "batches", "SQLite, 64", "SQLite, 1", "events/s"),
)
"""What, part, row, the row under the line, column: each is better when it is higher."""


def found(figures: Figures) -> dict[str, float]:
    """Of what this run has measured."""
    ratios = {}
    for what, name, row, other, column in WATCHED:
        part = figures.get(name)
        above, below = (part.median(one, column) if part else None for one in (row, other))
        if above and below:
            ratios[what] = above / below
    return ratios


def fallen(recorded: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """In words, what has fallen by more than a third, or was recorded and could not be measured."""
    missing = [f"{what}: не измерено, записано {was:.2f}" for what, was in recorded.items() if what not in now]
    low = [
        f"{what}: {now[what]:.2f}, записано {was:.2f}"
        for what, was in recorded.items()
        if what in now and now[what] < was * LEFT
    ]
    return missing + low


def load() -> dict[str, float]:
    """
    Raises:
        SystemExit: nothing has been recorded.
    """
    if not RECORDED.exists():
        raise SystemExit(f"{RECORDED}: отношения не записаны. Запишите: python benchmarks/speed.py --quick --record")
    kept = json.loads(RECORDED.read_text(encoding="utf-8"))
    return {what: float(value) for what, value in kept["ratios"].items()}


def record(now: Mapping[str, float], command: str, machine: str) -> None:
    """Writes these ratios as those that later runs are compared with."""
    kept = {"command": command, "machine": machine, "ratios": {what: round(value, 3) for what, value in now.items()}}
    RECORDED.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
