"""An event loop without a real clock or sockets: time jumps to the next timer, chance orders what is ready.

Every callback belongs to the life of a bot process or to the world. When a life ends, its callbacks never run again.
"""

from __future__ import annotations

import asyncio
import heapq
import random
from asyncio import events
from collections.abc import Callable
from contextvars import Context, ContextVar
from typing import Any

OF_LIFE: ContextVar[Mortal | None] = ContextVar("of_life", default=None)
A_TURN = 1e-6
"""Seconds that a turn takes: a loop that waits for the clock must see it move."""
MOST_STEPS = 300_000
"""A seed that needs more goes round in circles."""


class Mortal:
    """A process that may end between any two steps. `steps_left` counts down to a death at an await."""

    def __init__(self) -> None:
        self.dead = False
        self.steps = 0
        self.steps_left: int | None = None

    def step(self) -> bool:
        """Whether the next callback may run."""
        if self.dead:
            return False
        self.steps += 1
        if self.steps_left is not None:
            self.steps_left -= 1
            if self.steps_left < 0:
                self.die("await")
        return not self.dead

    def die(self, where: str) -> None:
        self.dead = True


class Endless(Exception):
    """The loop went on for ever, or nothing can ever happen again."""


class VirtualLoop(asyncio.BaseEventLoop):
    """`time()` is virtual seconds since the beginning of the seed."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self._now = 0.0
        self.steps = 0
        self.most_steps = MOST_STEPS
        self.graveyard: list[tuple[Mortal, asyncio.Task[Any]]] = []
        self.troubles: list[str] = []
        self.set_task_factory(self._born)
        self.set_exception_handler(self._troubled)

    def time(self) -> float:
        return self._now

    def call_soon(self, callback: Any, *args: Any, context: Context | None = None) -> events.Handle:
        """Without the questions of a debugging loop and of threads: this is what a seed does most."""
        handle = events.Handle(callback, args, self, context)
        self._ready.append(handle)  # type: ignore[attr-defined]
        return handle

    def call_at(self, when: float, callback: Any, *args: Any, context: Context | None = None) -> events.TimerHandle:
        timer = events.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)  # type: ignore[attr-defined]
        timer._scheduled = True
        return timer

    def _born(self, loop: asyncio.AbstractEventLoop, body: Any, context: Context | None = None) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(body, loop=loop, context=context)
        task._log_destroy_pending = False  # type: ignore[attr-defined]
        life = (context.get(OF_LIFE) if context is not None else None) or OF_LIFE.get()
        if life is not None:
            self.graveyard.append((life, task))
        return task

    def _troubled(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None and OF_LIFE.get() is None:
            self.troubles.append(f"{context.get('message')}: {error!r}")

    def _run_once(self) -> None:
        ready = self._ready  # type: ignore[attr-defined]
        if not ready:
            self._jump()
        if len(ready) > 1:
            turn = list(ready)
            ready.clear()
            # Everyone who is ready now has a turn before anyone who comes later: chance is fair.
            self._chance.shuffle(turn)
        else:
            turn = [ready.popleft()] if ready else []
        self.steps += len(turn)
        self._now += A_TURN
        if self.steps > self.most_steps:
            raise Endless(f"{self.steps} steps")
        for handle in turn:
            if handle._cancelled:
                continue
            life = handle._context.get(OF_LIFE)
            if life is None or life.step():
                handle._run()

    def _jump(self) -> None:
        """To the next timer; all that are due at that moment become ready."""
        scheduled = self._scheduled  # type: ignore[attr-defined]
        while scheduled:
            handle = heapq.heappop(scheduled)
            handle._scheduled = False
            life = handle._context.get(OF_LIFE)
            if handle._cancelled or (life is not None and life.dead):
                continue
            self._now = max(self._now, handle._when)
            self._ready.append(handle)  # type: ignore[attr-defined]
            while scheduled and scheduled[0]._when <= self._now:
                other = heapq.heappop(scheduled)
                other._scheduled = False
                if not other._cancelled:
                    self._ready.append(other)  # type: ignore[attr-defined]
            return
        if not self._stopping:  # type: ignore[attr-defined]
            raise Endless("nothing can ever happen again")

    def _timer_handle_cancelled(self, handle: events.TimerHandle) -> None:
        """Cancelled timers are dropped when their time comes."""

    def run_in_executor(self, _executor: Any, function: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """There are no threads: at once, here."""
        done = self.create_future()
        try:
            done.set_result(function(*args))
        except Exception as error:  # noqa: BLE001 - it is the caller's
            done.set_exception(error)
        return done

    def _asyncgen_finalizer_hook(self, agen: Any) -> None:
        """A generator that was left half way is closed by its loop, unless its process is no more."""
        life = OF_LIFE.get()
        if not self.is_closed() and (life is None or not life.dead):
            self.call_soon(self.create_task, agen.aclose())

    def bury(self) -> None:
        """End the coroutines of dead lives, in the order they were born; whatever they still want to do is refused."""
        for _, task in self.graveyard:
            lay_to_rest(task)
        self.graveyard.clear()

    def let_go(self) -> None:
        """A long run does not keep what has ended: the tasks of dead lives, and those of the living that are done."""
        gone = [task for life, task in self.graveyard if life.dead or task.done()]
        self.graveyard = [(life, task) for life, task in self.graveyard if not life.dead and not task.done()]
        for task in gone:
            lay_to_rest(task)

    def close(self) -> None:
        self._ready.clear()  # type: ignore[attr-defined]
        self._scheduled.clear()  # type: ignore[attr-defined]
        super().close()


def lay_to_rest(task: asyncio.Task[Any]) -> None:
    if not task.done():
        end(task.get_coro())
        asyncio.tasks._unregister_task(task)  # type: ignore[attr-defined] # nobody waits for it any more
    elif not task.cancelled():
        task.exception()


def end(body: Any) -> None:
    try:
        body.close()
    except BaseException:
        return


def run(loop: VirtualLoop, body: Callable[[], Any]) -> Any:
    """The result of a coroutine of the world; afterwards nothing of the loop is left."""
    try:
        return loop.run_until_complete(body())
    finally:
        loop.bury()
        loop.close()
