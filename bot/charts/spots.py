"""Places for numbers on a map: inside an outline, never upon each other. It knows nothing of their meaning."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

Point = tuple[float, float]
LEVELS, ROUNDS = 9, 40


@dataclass(slots=True)
class Spot:
    """Moved while places are sought."""

    x: float
    y: float


def inside_of(rings: Sequence[Sequence[Point]]) -> Point:
    """The middle of the widest stretch inside the outline, of some levels of its height; holes are outside."""
    heights = [y for ring in rings for _, y in ring]
    low, tall = min(heights), max(heights) - min(heights)
    levels = [low + tall * (turn + 0.5) / LEVELS for turn in range(LEVELS)]
    found = [(right - left, (left + right) / 2, y) for y in levels for left, right in _stretches(rings, y)]
    if not found:
        return rings[0][0]
    middle = low + tall / 2
    widest = max(wide for wide, _, _ in found)
    good = [stretch for stretch in found if stretch[0] > 0.7 * widest]
    _, x, y = min(good, key=lambda stretch: (abs(stretch[2] - middle), stretch[1]))
    return x, y


def _stretches(rings: Sequence[Sequence[Point]], y: float) -> list[tuple[float, float]]:
    """From where to where the outline is crossed at this height."""
    crossings = sorted(
        x + (y - from_y) * (to_x - x) / (to_y - from_y)
        for ring in rings
        for (x, from_y), (to_x, to_y) in pairwise([*ring, ring[0]])
        if (from_y <= y) != (to_y <= y)
    )
    return list(zip(crossings[::2], crossings[1::2], strict=False))


def apart(spots: Sequence[Spot], least: float) -> list[Spot]:
    """The same spots, each pair pushed along its line until it is that far apart."""
    placed = [Spot(spot.x, spot.y) for spot in spots]
    for _ in range(ROUNDS):
        moved = [_push(spot, other, least) for spot, other in combinations(placed, 2)]
        if not any(moved):
            break
    return placed


def _push(spot: Spot, other: Spot, least: float) -> bool:
    """Moves two spots apart that are nearer than `least`; whether it had to."""
    far = math.dist((spot.x, spot.y), (other.x, other.y))
    if far >= least - 0.01:
        return False
    across, down = ((other.x - spot.x) / far, (other.y - spot.y) / far) if far else (1.0, 0.0)
    half = (least - far) / 2
    spot.x, spot.y = spot.x - across * half, spot.y - down * half
    other.x, other.y = other.x + across * half, other.y + down * half
    return True
