"""VK's limit is filled and never passed (design.md §12)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest

from bot.delivery.send import send_in_one_call
from bot.process.clock import Clock
from bot.process.pace import SLOW, Pace, Permit
from bot.runtime import Runtime
from bot.vk.errors import NotReached

LIMIT = 19


class Steady:
    """A clock whose sleeps end late by `late`, as those of a busy process do."""

    def __init__(self, late: float = 0.0) -> None:
        self.now, self._late = 100.0, late

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds + self._late
        await asyncio.sleep(0)


async def taken(clock: Steady, pace: Pace, calls: int) -> list[float]:
    times = []
    for _ in range(calls):
        await pace.turn()
        times.append(clock.now)
    return times


def most_in_a_second(times: list[float]) -> int:
    return max(sum(begin <= at < begin + 0.99999 for at in times) for begin in times)


@pytest.mark.parametrize("late", [0.0, 0.03, 0.12, 0.4])
async def test_no_second_has_more_than_the_limit(late: float) -> None:
    clock = Steady(late)
    times = await taken(clock, Pace(cast(Clock, clock), LIMIT), 200)
    assert most_in_a_second(times) <= LIMIT


async def test_a_busy_process_makes_up_for_what_it_missed() -> None:
    """A tenth of a second late each time, and the limit is still filled."""
    clock = Steady(0.1)
    times = await taken(clock, Pace(cast(Clock, clock), LIMIT), 200)
    assert len(times) / (times[-1] - times[0]) > LIMIT * 0.9


async def test_calls_are_spread_over_the_second() -> None:
    clock = Steady()
    times = await taken(clock, Pace(cast(Clock, clock), LIMIT), 100)
    waits = [after - before for before, after in zip(times[5:], times[6:], strict=False)]
    assert max(waits) < 2 / LIMIT


async def test_a_turn_that_is_not_used_is_not_lost() -> None:
    clock = Steady()
    pace = Pace(cast(Clock, clock), LIMIT)
    for _ in range(1000):
        pace.give_back(await pace.turn())
    assert clock.now == 100.0 and not pace.short


@pytest.mark.parametrize("leaves, answered", [(0.09, 0.09), (0.4, 0.45), (0.0, 0.5), (0.3, 0.7)])
async def test_a_call_counts_from_when_it_left_and_a_slow_one_from_its_answer(leaves: float, answered: float) -> None:
    """Some leave so many seconds after their turn, or are answered so late, while others take theirs."""
    clock = Steady()
    pace, counted = Pace(cast(Clock, clock), LIMIT), []
    for number in range(200):
        permit = await pace.turn()
        at = clock.now
        if number % 31 < 3:
            permit.at = clock.now + leaves
            permit.note_answer(clock.now + answered)
            at += answered if answered - leaves > SLOW else leaves
        counted.append(at)
    assert most_in_a_second(counted) <= LIMIT


async def test_what_is_sent_says_when_it_left_and_that_its_answer_was_slow() -> None:
    clock, permit = Steady(), Permit(0.0)

    class Vk:
        async def batch(self, code: str) -> None:
            assert permit.at == clock.now == 100.0
            clock.now += 2 * SLOW
            raise NotReached("execute")

    bot = cast(Runtime, SimpleNamespace(vk=Vk(), clock=clock))
    assert await send_in_one_call(bot, [], permit) == [] and permit.at == clock.now


async def test_error_6_slows_down_and_good_calls_recover() -> None:
    clock = Steady()
    pace = Pace(cast(Clock, clock), LIMIT)
    await taken(clock, pace, 50)
    pace.too_fast()
    slow = await taken(clock, pace, 20)
    assert 20 / (slow[-1] - slow[0]) < LIMIT * 0.85
    await taken(clock, pace, 200)
    again = await taken(clock, pace, 50)
    assert 50 / (again[-1] - again[0]) > LIMIT * 0.95


@pytest.mark.virtual
async def test_first_come_first_served() -> None:
    pace = Pace(Clock(), 2)
    order: list[int] = []

    async def one(name: int) -> None:
        await pace.turn()
        order.append(name)

    async with asyncio.TaskGroup() as group:
        for name in range(8):
            group.create_task(one(name))
            await asyncio.sleep(0.01)
        assert pace.short
    assert order == list(range(8)) and not pace.short
