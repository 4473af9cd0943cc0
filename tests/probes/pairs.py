"""Few combinations in which every two values of two switches meet somewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random
from typing import Any

Row = dict[str, Any]
TRIES = 30


def rows(values: Mapping[str, Sequence[Any]], seed: int = 1) -> list[Row]:
    """By greed: each row is the one of thirty that has most pairs which were in none yet."""
    names, chance = sorted(values), Random(seed)
    left = {(a, x, b, y) for a, b in combinations(names, 2) for x in values[a] for y in values[b]}
    made: list[Row] = []
    while left:
        begun = sorted(left, key=repr)[0]
        row = max(
            (built(values, names, begun, left, chance) for _ in range(TRIES)),
            key=lambda one: len(left & pairs(one, names)),
        )
        left -= pairs(row, names)
        made.append(row)
    return made


def built(
    values: Mapping[str, Sequence[Any]], names: list[str], begun: tuple[Any, ...], left: set[Any], chance: Random
) -> Row:
    row: Row = {begun[0]: begun[1], begun[2]: begun[3]}
    for name in chance.sample(names, len(names)):
        if name not in row:
            row[name] = max(
                chance.sample(list(values[name]), len(values[name])), key=lambda one: new(row, name, one, left)
            )
    return row


def new(row: Row, name: str, value: Any, left: set[Any]) -> int:
    return sum(pair(name, value, other, its) in left for other, its in row.items())


def pairs(row: Row, names: list[str]) -> set[Any]:
    return {pair(a, row[a], b, row[b]) for a, b in combinations(names, 2)}


def pair(a: str, x: Any, b: str, y: Any) -> tuple[Any, ...]:
    return (a, x, b, y) if a < b else (b, y, a, x)
