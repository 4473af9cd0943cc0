"""A whole in its parts as one lying bar, and one bar alone for a cell of a table: how many bodies are there, who waits.

It has no links: a strip is too low to press, and the rows under it lead to the same lists.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.charts.chart import Cell, Chart, Table, figure, label
from bot.charts.mark import Mark, drawing, rect
from bot.charts.numbers import Figure, bar_value, percent, plain
from bot.charts.paint import PANEL, Look
from bot.charts.scale import known_values

KINDS = ("bar", "warn", "other", "rest")
"""Of the first, second, third and fourth part."""
SEAM, LEAST = 1.5, 2.0
"""Between two parts; the width that shows that somebody is there at all."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part; `href` leads to the list of what it counts, None is a value that nobody knows."""

    name: str
    value: Figure
    href: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the strip shows. ValueError for more parts than there are kinds of hatching and colour."""

    title: str
    about: str
    parts: tuple[Part, ...]
    kinds: tuple[str, ...] = KINDS
    wide: float = 342
    high: float = 14

    def __post_init__(self) -> None:
        if len(self.parts) > len(self.kinds):
            raise ValueError("more parts than a strip can tell apart")

    @property
    def whole(self) -> float:
        """The sum of the parts that are known."""
        return sum(known_values(part.value for part in self.parts))


def parts(data: Parts, look: Look = PANEL) -> Chart:
    """The table has each part with its share of what is known."""
    about = f"{data.about} {parts_in_words(data)}".strip()
    svg = drawing("parts", data.title, about, (data.wide, data.high), marks(data), look)
    rows = tuple(
        (label(part.name, part.href), figure(part.value, "", part.href), _share(part, data)) for part in data.parts
    )
    return Chart(svg, Table(("что", "сколько", "доля"), rows))


def _share(part: Part, data: Parts) -> Cell:
    """The part's share of the whole as a cell."""
    share = part.value / data.whole if part.value is not None and data.whole else None
    return figure(share, percent(share))


def parts_in_words(data: Parts) -> str:
    """The parts in a sentence: «Есть страница: 3 590, ждут подпись: 138.»"""
    joined = ", ".join(f"{part.name}: {plain(part.value)}" for part in data.parts)
    return f"{joined[:1].upper()}{joined[1:]}." if joined else ""


def marks(data: Parts) -> list[Mark]:
    """The drawing: one bar in parts."""
    found, x = [], 0.0
    for kind, wide in zip(data.kinds, widths(data), strict=False):
        if wide:
            found.append(rect(kind, x, 0, wide, data.high, min(3, wide / 2)))
            x += wide + SEAM
    return found


def widths(data: Parts) -> list[float]:
    """The width of each part in proportion; what is nearly nothing is drawn as wide as can be seen, the others give
    way."""
    values = [bar_value(part.value) if part.value is not None else 0.0 for part in data.parts]
    there = [value for value in values if value]
    if not there:
        return [0.0] * len(values)
    room = data.wide - SEAM * (len(there) - 1)
    small = {place for place, value in enumerate(values) if 0 < value / data.whole * room < LEAST}
    rest = sum(value for place, value in enumerate(values) if place not in small) or 1
    left = room - LEAST * len(small)
    return [LEAST if place in small else value / rest * left for place, value in enumerate(values)]


def level(value: Figure, most: float, name: str, wide: float = 62, kind: str = "bar", look: Look = PANEL) -> str:
    """One bar as SVG for a cell; nothing is drawn for nothing known, and the cell beside it says so."""
    long = wide * min(1.0, bar_value(value) / most) if value is not None and most > 0 else 0
    inside = [rect(kind, 0, 0, max(1, long), 12, 2)] if value else []
    return drawing("level", f"{name}: {plain(value)}", "", (wide, 12), inside, look)
