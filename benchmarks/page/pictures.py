"""Pictures of the speed page, drawn by the project's own charts from the same figures.

A picture is made where its part was measured in two rows at least; it has no figure of its own.
"""

from __future__ import annotations

from benchmarks.page.figures import Figures, Part
from bot.charts.bars import Bars, Pair, bars
from bot.charts.lines import Lines, Series, lines
from bot.charts.paint import PAPER

Picture = tuple[str, str, str]
"""The part, what it shows in words, the SVG."""


def pictures(figures: Figures) -> dict[str, Picture]:
    """By the name of the file in docs/pictures."""
    found: dict[str, Picture] = {}
    for name, of, alt, draw in DRAWN:
        part = figures.get(of)
        if part is not None and len(part.samples) > 1:
            found[f"speed-{name}.svg"] = (of, alt, draw(part, alt))
    return found


def history(part: Part, alt: str) -> str:
    return line(part, alt, "messages", {"CPU ms a turn": "CPU ms a turn"})


def batches(part: Part, alt: str) -> str:
    """Both engines as pairs of bars, by the size of the batch."""
    sizes = dict.fromkeys(row.rpartition(", ")[2] for row in part.samples)
    pairs = tuple(
        Pair(size, part.median(f"SQLite, {size}", "events/s"), part.median(f"PostgreSQL, {size}", "events/s"))
        for size in sizes
    )
    return bars(Bars("Events a second", alt, pairs, "SQLite", "PostgreSQL", "batch", 420), PAPER).svg


def communities(part: Part, alt: str) -> str:
    return line(part, alt, "communities", {"memory, MB": "MB", "% of a core": "% of a core"})


def workers(part: Part, alt: str) -> str:
    return line(part, alt, "workers", {"events/s": "events/s"})


def line(part: Part, alt: str, head: str, columns: dict[str, str]) -> str:
    """Lines over the rows in their order."""
    series = tuple(
        Series(name, tuple(part.median(row, column) for row in part.samples)) for column, name in columns.items()
    )
    return lines(Lines(alt, alt, tuple(part.samples), series, head=head), PAPER).svg


DRAWN = (
    ("history", "years", "What a turn costs, by messages in the database", history),
    ("batches", "batches", "Events a second, by the size of the batch", batches),
    ("communities", "communities", "Memory and processor of one process, by communities", communities),
    ("workers", "workers", "Events a second, by workers of PostgreSQL", workers),
)
