"""From figures to places on the paper: an axis from zero with few round steps. It must never cut the foot of a bar."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.charts.letters import room as room_of
from bot.charts.numbers import Figure


@dataclass(frozen=True, slots=True)
class Scale:
    """Of what stands between `low` and `high` to what lies between `start` and `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where on the paper the value lies."""
        part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)


def known_values(values: Iterable[Figure]) -> list[float]:
    return [value for value in values if value is not None]


def upright(values: Iterable[Figure], top: float, foot: float) -> Scale:
    """A scale for bars: from zero at the foot to the greatest value at the top."""
    return Scale(0, max(known_values(values), default=0) or 1, foot, top)


def step(greatest: float, most: int = 3) -> float:
    """The smallest round step (1, 2, 2.5 or 5 with zeros) of which at most so many fit below the greatest value."""
    if greatest <= 0:
        return 1
    rough = float(10 ** math.floor(math.log10(greatest / most)))
    return next(rough * factor for factor in (1, 2, 2.5, 5, 10, 20) if greatest / (rough * factor) < most + 1)


def grid(greatest: float, most: int = 3) -> list[float]:
    """Values of the grid's lines, above zero."""
    each = step(greatest, most)
    return [each * turn for turn in range(1, most + 1) if each * turn <= greatest]


def runs(values: Sequence[Figure]) -> list[list[int]]:
    """Places of known values that stand side by side: a line is drawn through each run and never across a gap."""
    found: list[list[int]] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        if place and values[place - 1] is not None:
            found[-1].append(place)
        else:
            found.append([place])
    return found


def every(labels: Sequence[str], room: float, size: float = 12) -> int:
    """The least n for which each n-th label can be written so that none touches the next; `room` is from one label to
    the next."""
    widest = max((room_of(label, size) for label in labels), default=0) + 6
    return max(1, math.ceil(widest / room))


def labelled_places(count: int, each: int) -> list[int]:
    """Which labels to write: counted back from the last, which is always written."""
    return [place for place in range(count) if (count - 1 - place) % each == 0]
