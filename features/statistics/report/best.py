"""«Лучшие» as a picture ready to be published: who leads each group of size, by what figures, the formula below (R55).

Always light, for a post in VK. It never sets a small municipality against a large one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts.letters import fit
from bot.charts.mark import Mark, drawing, line, rect, text
from bot.charts.paint import PAPER
from bot.printing import picture
from features.statistics.report import flow

WIDE = 800.0
LEFT, RIGHT = 48.0, 752.0
ROW = 104.0
TOP = 150.0


@dataclass(frozen=True, slots=True)
class Leader:
    """Of one group of size. `kept` is the share in time, `score` the rating, both as they are written."""

    name: str
    size: str
    kept: str
    score: str


@dataclass(frozen=True, slots=True)
class Best:
    """What the picture shows: the leader of each group of size, the period and formula in words, and who signs it."""

    title: str
    when: str
    sender: str
    leaders: Sequence[Leader]
    formula: str


def as_picture(best: Best, zoom: int = 2) -> bytes:
    """The picture as PNG; `zoom` 2 doubles its pixels."""
    return picture.png(draw_best(best), zoom)


def draw_best(best: Best) -> str:
    """The picture as SVG, with the leaders in words for whoever cannot see it."""
    foot = TOP + ROW * len(best.leaders) + 22
    how = flow.plain(best.formula, LEFT, foot, RIGHT - LEFT, 14, 6, "dim")
    high = how.y + 46
    told = "; ".join(
        f"{leader.name}, {leader.size}: в срок {leader.kept} %, рейтинг {leader.score}" for leader in best.leaders
    )
    marks = [
        rect("ground", 0, 0, WIDE, high),
        rect("badge", 0, 0, WIDE, 10),
        text("label", LEFT, 66, fit(best.title, RIGHT - LEFT, 30, True), 30, True),
        text("dim", LEFT, 98, best.when, 18),
        text("dim", RIGHT, 128, "в срок", 15, anchor="end"),
        *(mark for place, leader in enumerate(best.leaders) for mark in _row(leader, TOP + ROW * place)),
        *how.marks,
        text("dim", LEFT, high - 20, fit(best.sender, RIGHT - LEFT, 14), 14),
    ]
    return drawing("best", f"{best.title}, {best.when}", told, (WIDE, high), marks, PAPER)


def _row(leader: Leader, y: float) -> list[Mark]:
    """One leader as a row."""
    return [
        line("grid", LEFT, y - 12, RIGHT, y - 12),
        text("label", LEFT, y + 28, fit(leader.name, 480, 26, True), 26, True),
        text("dim", LEFT, y + 56, leader.size, 16),
        text("value", RIGHT, y + 30, f"{leader.kept} %", 30, True, "end"),
        text("dim", RIGHT, y + 56, f"рейтинг {leader.score}", 16, anchor="end"),
    ]
