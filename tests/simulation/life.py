"""One life of the bot's process: the real start, the real loops, and an end at any point."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeVar

import bot.admin.admin_service
import bot.app
import bot.config.settings
import bot.delivery.work
from bot.app import loops, wire_runtime
from bot.config import calendar_file
from bot.config.settings import Settings
from bot.runtime import Runtime
from features.callback.beside import beside as callback_beside
from features.callback.routes import Callback
from handlers.decide import decide
from states.decision import Decision
from states.events import Event
from states.facts import Facts
from storage.db.crash_points import listen_to_points
from storage.db.database import Database
from storage.db.master import Master
from tests.simulation import gates
from tests.simulation.clocks import OwnClock
from tests.simulation.loop import OF_LIFE, Mortal, VirtualLoop
from tests.simulation.net import Net
from tests.simulation.session import Session
from tests.simulation.store import Files, SimStore

T = TypeVar("T")
MASTER = Master(bytes(range(32)))


class Death(BaseException):
    """The process ends here. Nothing of the bot can catch it."""


class Life(Mortal):
    """`point` is asked at each crash point and may say that this is the end."""

    def __init__(
        self,
        files: Files,
        settings: Settings,
        net: Net,
        clock: OwnClock,
        point: Callable[[str], bool] = lambda _: False,
        may_die: Callable[[], bool] = lambda: True,
        breaks: Callable[[Event], bool] = lambda _: False,
    ) -> None:
        super().__init__()
        self.settings = settings
        self.net = net
        self.clock = clock
        self.bot: Runtime | None = None
        self.way_in: Callback | None = None
        self.task: asyncio.Task[None] | None = None
        self.context = copy_context()
        self.error: BaseException | None = None
        self.statements_left: int | None = None
        self.died_at = ""
        self.watch: Callable[[], None] = lambda: None
        self.ended: Callable[[], None] = lambda: None
        self._may_die = may_die
        self._asked = point
        self.breaks = breaks
        self.store = SimStore(files, self, self.before_statement, lambda: self.watch())
        self.url = files.url

    def begin(self, loop: VirtualLoop) -> None:
        self.context.run(OF_LIFE.set, self)
        self.task = loop.create_task(self._live(), context=self.context)

    @property
    def over(self) -> bool:
        return self.dead or (self.task is not None and self.task.done())

    async def _live(self) -> None:
        try:
            db = await Database.over(self.store, self.url, worker=self.settings.worker, master=MASTER)
            session: Any = Session(self.net, self, self.point)
            self.bot = await wire_runtime(self.settings, self.clock, db, session)
            self.way_in = callback_beside(self.bot)
            await loops(self.bot)
            await db.close()
        except asyncio.CancelledError:
            self.died_at = "stopped while starting"
        except Exception as error:  # noqa: BLE001 - told by whoever watches this life
            self.error = error
        if not self.dead:
            self.dead = True
            self.store.drop()
            self.ended()

    def point(self, name: str) -> None:
        """A crash point is passed."""
        if OF_LIFE.get() is self and self._asked(name):
            self.die(name)
            raise Death(name)

    def before_statement(self) -> None:
        if self.statements_left is not None:
            self.statements_left -= 1
            if self.statements_left < 0:
                self.statements_left = None
                if self._may_die():
                    self.die("statement")
                    raise Death("statement")

    def step(self) -> bool:
        if self.steps_left == 0 and not self._may_die():
            self.steps_left = None
        return super().step()

    def die(self, where: str) -> None:
        """Connections close, what was open is rolled back: at once between two steps, else when the step is left."""
        self.dead = True
        self.died_at = where
        if where in ("await", "killed"):
            self.store.drop()
        self.ended()

    def stop(self) -> None:
        """SIGTERM."""
        if self.bot is not None:
            self.within(self.bot.stop)
        elif self.task is not None:
            self.task.cancel()

    def rings(self) -> None:
        """Every loop looks whether there is something for it."""
        if self.bot is not None:
            self.within(self.bot.notify_all)

    def within(self, work: Callable[[], object]) -> None:
        """A bell begins a loop (bot/process/turns.py), which must end with this process."""
        self.context.copy().run(work)


class HandlerBroke(Exception):
    """A bug of a handler (F20)."""


def decided(facts: Facts, happened: Event) -> Decision:
    """What `bot.delivery.work` calls: the real `decide`, or a handler that raises."""
    life = OF_LIFE.get()
    if isinstance(life, Life) and life.breaks(happened):
        raise HandlerBroke
    return decide(facts, happened)


def passing(name: str) -> None:
    """What `storage.db.crash_points.crash_point` calls: whoever's life this is passes a point."""
    life = OF_LIFE.get()
    if isinstance(life, Life):
        life.point(name)


def load_once() -> None:
    """What is the same in every life is loaded once in a process of the simulation."""
    listen_to_points(passing)
    gates.install()
    bot.delivery.work.decide = decided
    bot.config.settings.calendar_file = SimpleNamespace(read=cache(calendar_file.read))  # type: ignore[assignment]
