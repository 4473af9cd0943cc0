"""One walk from one seed, and what it is counted by."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path

from states.lifecycle.appeal import Action
from tests.walks.people import TOLD, People
from tests.walks.world import ANNA, BORIS, World

SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "walks.txt"
STEPS = 50


class Failed(Exception):
    """A walk broke something that must hold."""

    def __init__(self, what: str, done: list[str]) -> None:
        super().__init__(what)
        self.what, self.done = what, done


@dataclass
class Figures:
    """So that a run that checks nothing can be seen: what was decided, moved and said."""

    walks: int = 0
    events: int = 0
    appeals: int = 0
    said: int = 0
    moves: set[Action] = field(default_factory=set)
    rows: set[tuple[str, str]] = field(default_factory=set)

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.walks + other.walks,
            self.events + other.events,
            self.appeals + other.appeals,
            self.said + other.said,
            self.moves | other.moves,
            self.rows | other.rows,
        )

    def line(self) -> str:
        return (
            f"прогулок {self.walks}, событий {self.events}, сообщений жителей {self.appeals}, сказано {self.said}, "
            f"разных действий {len(self.moves)}, строк таблицы {len(self.rows)}"
        )


def walk(seed: int, steps: int = STEPS) -> Figures:
    """What two residents and three officials did, or `Failed` with the last things they did."""
    done: list[str] = []
    try:
        world = asyncio.run(walked(seed, steps, done))
    except AssertionError as error:
        raise Failed(str(error), done) from error
    moves = {line.action for line in world.history}
    rows = {(str(line.before), str(line.action)) for line in world.history if line.before is not None}
    return Figures(1, world.events, len(world.appeals), len(world.said), moves, rows)


async def walked(seed: int, steps: int, done: list[str]) -> World:
    chance = random.Random(seed)
    world = World.new(chance)
    people = People(world, chance)
    for _ in range(2):
        await people.appears()
    for number in range(steps):
        done.append("…")
        done[-1] = f"{number}. {await people.act()}"
    for who in (ANNA, BORIS):
        done.append(f"{who}: Назад")
        await people.gets_out(who)
    return world


async def refused(seed: int, steps: int) -> World:
    """Residents only, who write and press whatever comes and never agree."""
    chance = random.Random(seed)
    world = World.new(chance)
    people = People(world, chance, agrees=False)
    for _ in range(steps):
        await world.wait(chance.choice((1, 5, 31, 90_000)))
        await people.resident(chance.choice(TOLD))
    return world
