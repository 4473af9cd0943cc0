"""Loops that live only while they have something to do: one heap for all communities says when each begins again.

It must never run one loop twice at once, nor let a loop that fails end anything but itself.
"""

from __future__ import annotations

import asyncio
import heapq
import math
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext

from bot.process.clock import Clock, Wakeup
from bot.process.log import OF_COMMUNITY, log
from bot.process.retry import look_after

LONGEST_PAUSE = 30.0
"""So long a loop that fails again and again pauses: what it fails for may be over (a database that was away). At
least so often the clock is looked at."""
JUMP = 1.0
"""Seconds by which a clock that nobody has set never leaves the monotonic one within that time."""


class Turn:
    """A loop of one community, and the bell that begins it. `first`: it waits before it does anything, so the ring that
    has begun it is `given` to its first `wait`; one that was told to stop before that does not begin again for it.
    `slots`: how many such loops run at once. `phase`, from 0 to 1: where in its period it has its place, so that those
    of thousands of communities do not come together."""

    __slots__ = (
        "body", "community", "due", "failed", "first", "given", "name", "phase", "rung", "slots", "task", "turns",
    )  # fmt: skip

    def __init__(
        self,
        turns: Turns,
        community: int,
        body: Callable[[], Awaitable[None]],
        name: str,
        *,
        first: bool = False,
        slots: asyncio.Semaphore | None = None,
        phase: float | None = None,
    ) -> None:
        self.turns, self.community, self.body, self.name = turns, community, body, name
        self.first, self.slots, self.phase = first, slots, phase
        self.rung = self.given = False
        self.due = math.inf
        self.failed = 0
        self.task: asyncio.Task[None] | None = None

    def notify(self) -> None:
        """Lets the loop run soon; one that runs just now runs once more."""
        self.rung = True
        if self.task is None:
            self.turns.begin(self)

    def clear_signal(self) -> None:
        """Clears the signal: whatever was rung for is seen by the look that follows."""
        self.rung = self.given = False

    def within(self, seconds: float) -> None:
        """Lets the loop begin in so many seconds at the latest."""
        if self.task is not None:
            self.rung = True
        elif (due := self.turns.clock.monotonic() + seconds) < self.due:
            self.due = due
            self.turns.later(self)

    async def wait(self, seconds: float) -> bool:
        """Whether the loop goes on, for somebody has rung meanwhile. Else it ends, and begins again in so many
        seconds or when somebody rings."""
        if self.rung or self.given:
            self.clear_signal()
            return True
        now = self.turns.clock.monotonic()
        if self.phase is not None and seconds < math.inf:
            seconds = (self.phase * seconds - now) % seconds
        self.due = now + seconds
        return False

    def turn(self) -> AbstractAsyncContextManager[None]:
        """The place among the loops that may run at once."""
        return nullcontext() if self.slots is None else self.slots


class Turns:
    """All of them. `run` begins what is due; a bell begins its loop at once."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._heap: list[tuple[float, int, Turn]] = []
        self._pushed = 0
        self._sooner = Wakeup()
        self._offset = self._ahead()
        self._running: set[asyncio.Task[None]] = set()
        self._ended = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Begins each loop when it is due, until told to stop."""
        while not stopping.is_set():
            soonest = self._heap[0][0] - self.clock.monotonic() if self._heap else LONGEST_PAUSE
            await self._sooner.wait(min(soonest, LONGEST_PAUSE))
            now, jumped = self.clock.monotonic(), self._clock_has_jumped()
            while self._heap and (jumped or self._heap[0][0] <= now):
                due, _, turn = heapq.heappop(self._heap)
                if turn.task is None and turn.due == due:  # else it was begun by its bell meanwhile
                    turn.rung = turn.first
                    self.begin(turn)

    def _clock_has_jumped(self) -> bool:
        """Whether somebody has set the clock: what was to wait for a moment of it is looked at again (F23)."""
        before, self._offset = self._offset, self._ahead()
        return abs(self._offset - before) > JUMP

    def _ahead(self) -> float:
        """Seconds by which wall-clock time is ahead of the monotonic clock."""
        return self.clock.now().timestamp() - self.clock.monotonic()

    def wake(self) -> None:
        """Lets `run` look whether it was told to stop."""
        self._sooner.notify()

    def begin(self, turn: Turn) -> None:
        """Runs the loop's next turn as a task, unless everything is ending."""
        if self._ended:
            return
        turn.due = math.inf
        turn.task = asyncio.create_task(self._whole(turn))  # noqa: TID251 - kept, and waited for in `drain`
        self._running.add(turn.task)

    def end(self, turn: Turn) -> None:
        """Ends the loop at once, whatever it waits for."""
        turn.due = math.inf
        if turn.task is not None:
            turn.task.cancel()

    async def end_turns(self, turns: Sequence[Turn], seconds: float) -> None:
        """These are given their time; then they are cut off."""
        running = [turn.task for turn in turns if turn.task is not None]
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
        for turn in turns:
            turn.due = math.inf

    async def drain(self, seconds: float) -> None:
        """Lets no loop begin any more, and gives those that run so many seconds."""
        self._ended = True
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)  # noqa: TID251 - cancelled just now

    async def _whole(self, turn: Turn) -> None:
        """One run of a loop's body; after a failure it waits longer and longer."""
        OF_COMMUNITY.set(turn.community)
        try:
            async with turn.turn():
                turn.rung, turn.given = False, turn.rung and turn.first
                await turn.body()
            turn.failed = 0
        except Exception as error:  # noqa: BLE001 - one community that fails disturbs no other
            turn.failed += 1
            turn.due = self.clock.monotonic() + min(LONGEST_PAUSE, look_after(turn.failed - 1).total_seconds())
            log.error("loop_failed", loop=turn.name, error=type(error).__name__, failed=turn.failed)
        finally:
            if turn.task is not None:
                self._running.discard(turn.task)
            turn.task, turn.given = None, False
        if turn.rung and not turn.failed:
            self.begin(turn)
        elif turn.due < math.inf:
            self.later(turn)

    def later(self, turn: Turn) -> None:
        """Puts the loop among those that wait, by when it is due."""
        self._pushed += 1  # two that are due at once are taken in this order, and never compared
        heapq.heappush(self._heap, (turn.due, self._pushed, turn))
        if self._heap[0][2] is turn:
            self._sooner.notify()
