"""A seed in which people also comment under the community's posts (BOT_COMMENTS=answer), beside all else that is drawn.

The plan of a seed without comments is not touched by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from benchmarks.rig.stand import BOT, COMMUNITY
from bot.process import log
from bot.vk.comments import EVENTS
from storage.db.keyring import Keys
from tests.simulation import troubles, walls
from tests.simulation.acts_comments import (
    POSTS,
    TROUBLES,
    answers_comments,
    comes_by_link,
    people_comment,
    sees_alarms,
    stray_kinds,
)
from tests.simulation.acts_resident import FORGET
from tests.simulation.chance import Chance
from tests.simulation.director import Director
from tests.simulation.mutations import replaced
from tests.simulation.people import Official, Person, Resident
from tests.simulation.plan import ALONE, Plan, drawn, some
from tests.simulation.stage import Scene
from tests.simulation.walls import Wall

COMES = "comes_by_link"
MORNING = 8 * 3600.0
"""From the night in which the stage was made to its forenoon: at night nobody is invited."""
SERVICE = "service-1"


def commented(seed: int, **fixed: Any) -> Plan:
    """The plan of a seed with comments. What an older copy does not know is another matter: none is put back."""
    chance, plan = Chance(seed).stream("comments"), drawn(seed)
    rare = () if chance.random() < 0.4 else some(chance, tuple(TROUBLES), 0.35)
    values: dict[str, Any] = {
        "resident_acts": plan.resident_acts + some(chance, (COMES, COMES, FORGET), 0.5),
        "troubles": (*(one for one in plan.troubles if one not in ALONE), *rare),
        "acts_each": chance.choice((1, 2, 2)),
        "storm": max(plan.storm, chance.choice((60.0, 120.0, 240.0))),
        "switches": {**plan.switches, **stray_kinds(chance)},
        "binds": False,
        "comments": True,
    }
    own = {"comments": "answer", "vk_service_token": SERVICE, "comments_pause": chance.choice((0, 1, 2))}
    values["settings"] = {**plan.settings, **own, "comments_per_minute": chance.choice((1, 5))}
    if "settings" in fixed:
        fixed = {**fixed, "settings": {**values["settings"], **fixed["settings"]}}
    return replace(plan, **{**values, **fixed})


class Commenting(Director):
    """One seed with a wall."""

    known_troubles = {**troubles.TROUBLES, **TROUBLES}

    def __init__(self, plan: Plan, scene: Scene, told: Callable[[str], None] | None = None) -> None:
        super().__init__(plan, scene, told)
        self.wall = Wall(self.record)
        self.crowd: list[asyncio.Task[None]] = []

    def begin(self) -> asyncio.Task[None]:
        self.world.clock.advance(MORNING)
        for name in EVENTS:
            self.world.communities[COMMUNITY].events[name] = 1
        self.wall.posts = [self.net.call("emulator.addPost", "", group_id=COMMUNITY, text=text) for text in POSTS]
        return super().begin()

    async def play(self) -> None:
        with listening(self):
            await super().play()

    async def going_on_duty(self) -> list[asyncio.Task[None]]:
        """Whoever comments, and the ЦУР's people who look after it, are there when the storm begins."""
        on_duty = await super().going_on_duty()
        self.crowd = [self.loop.create_task(body) for body in self.bodies()]
        watchers = [self.loop.create_task(sees_alarms(official)) for official in self.centre()]
        return [*on_duty, *watchers, *self.crowd]

    def bodies(self) -> Iterator[Coroutine[Any, Any, None]]:
        chance = self.scene.chance.stream("crowd")
        for user in sorted(user for user in self.world.users if user > 20_000):
            me = Person(self.scene, self.idle, self.truth, user, self.scene.chance.stream(f"comments {user}"))
            yield people_comment(self, me, chance.choice((1, 2, 3)))
        for official in self.centre():
            yield answers_comments(self, official, chance.choice((0, 2, 5)))

    def centre(self) -> list[Official]:
        return [
            self.official(self.record, chat, chat.owner, f"comments {chat.key}")
            for _, chat in self.record.chats()
            if chat.cur
        ]

    async def does(self, me: Resident, name: str) -> None:
        await (comes_by_link(self, me) if name == COMES else super().does(me, name))

    def applied(self) -> None:
        super().applied()
        for post, one in self.wall.fresh():
            self.note("comment", post.id, one.id, one.author, one.text)

    def mend(self) -> None:
        super().mend()
        self.world.switches.change("comment_limit", 0)
        for number in self.wall.posts:
            self.world.walls[BOT].posts[number].closed = False

    def settled_down(self) -> bool:
        done = all(task.done() for task in self.crowd)
        return done and super().settled_down() and walls.settled_down(self.wall)

    def violations(self) -> list[str]:
        found = super().violations()
        return [*found, *(walls.violations(self.wall) if self.readable else ())]


@contextmanager
def listening(director: Commenting) -> Iterator[None]:
    """To all that is kept while a seed is played: statements, what is sealed, lines of the log."""
    wall, raw, seals = director.wall, director.scene.files.database.raw, Keys.seal

    async def seal(keys: Keys, field: Any, values: Sequence[tuple[int, str, str]]) -> list[str]:
        for _, _, text in values:
            wall.reads(text, f"запечатаны в {field}", sealed=True)
        return await seals(keys, field, values)

    def write(_: log.Log, level: int, event: str, fields: dict[str, object]) -> None:
        wall.reads(log.one_line(log.only_allowed({**fields, "event": event})), "в журнале")

    raw.set_trace_callback(lambda statement: wall.reads(statement, "в базе"))
    with replaced((Keys, "seal", seal), (log.Log, "_write", write)):
        try:
            yield
        finally:
            raw.set_trace_callback(None)
