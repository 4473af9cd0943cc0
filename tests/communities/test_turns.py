"""Loops that rest: begun by a bell or by their time, never twice at once; one that fails ends nothing but itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.process import turns as module
from bot.process.clock import Clock
from bot.process.turns import Turn, Turns


@pytest.fixture
async def turns() -> AsyncIterator[Turns]:
    made, stopping = Turns(Clock()), asyncio.Event()
    task = asyncio.create_task(made.run(stopping))
    yield made
    stopping.set()
    made.wake()
    await made.drain(1.0)
    await task


def loop_of(turns: Turns, waits: list[float], **more: object) -> tuple[Turn, list[float]]:
    """A loop that notes when it does something, and waits so long each time."""
    did: list[float] = []

    async def body() -> None:
        while True:
            did.append(turns.clock.monotonic())
            await asyncio.sleep(0)
            if not await turn.wait(waits.pop(0) if waits else float("inf")):
                return

    turn = Turn(turns, 7, body, "body", **more)  # type: ignore[arg-type]
    return turn, did


async def test_a_bell_begins_it_and_it_rests_again(turns: Turns) -> None:
    turn, did = loop_of(turns, [])
    turn.notify()
    turn.notify()
    await asyncio.sleep(0.02)
    assert len(did) == 1 and turn.task is None, "rung twice before it was heard is rung once"
    turn.notify()
    await asyncio.sleep(0.02)
    assert len(did) == 2


async def test_its_time_begins_it(turns: Turns) -> None:
    turn, did = loop_of(turns, [0.05, 0.05])
    turn.notify()
    await asyncio.sleep(0.3)
    assert len(did) == 3 and 0.045 < did[1] - did[0] < 0.2


async def test_a_clock_that_was_set_begins_all_that_wait(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    """F23: what is due in a minute was due in a day by the clock that was wrong (twins, seed 5135)."""
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.05)
    turn, did = loop_of(turns, [86_400.0])
    turn.notify()
    await asyncio.sleep(0.1)
    assert len(did) == 1
    turns.clock.offset = timedelta(days=1)
    await asyncio.sleep(0.1)
    assert len(did) == 2


async def test_a_ring_while_it_runs_is_not_lost(turns: Turns) -> None:
    turn, did = loop_of(turns, [])
    turn.notify()
    await asyncio.sleep(0)  # it has begun
    await asyncio.sleep(0)
    turn.notify()
    await asyncio.sleep(0.02)
    assert len(did) == 2 and turn.task is None


async def test_a_ring_begins_it_before_its_time_and_not_again_then(turns: Turns) -> None:
    turn, did = loop_of(turns, [0.1])
    turn.notify()
    await asyncio.sleep(0.02)
    turn.notify()
    await asyncio.sleep(0.2)
    assert len(did) == 2


async def test_one_that_waits_first_hears_the_ring_that_began_it(turns: Turns) -> None:
    heard: list[bool] = []

    async def body() -> None:
        heard.append(await turn.wait(float("inf")))
        heard.append(await turn.wait(float("inf")))

    turn = Turn(turns, 7, body, "body", first=True)
    turn.notify()
    await asyncio.sleep(0.02)
    assert heard == [True, False]


async def test_one_that_was_told_to_stop_does_not_turn_round_its_ring(turns: Turns) -> None:
    """It ends without hearing the ring that began it: begun again for that, it would turn for ever (twins, seed 9)."""
    begun: list[bool] = []

    async def body() -> None:
        begun.append(turn.rung)

    turn = Turn(turns, 7, body, "body", first=True)
    turn.notify()
    await asyncio.sleep(0.02)
    assert len(begun) == 1 and turn.task is None


async def test_one_that_fails_begins_again_and_ends_nothing_else(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.05)
    other, did = loop_of(turns, [0.05] * 5)
    tries = 0

    async def body() -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ZeroDivisionError

    failing = Turn(turns, 8, body, "failing")
    failing.notify()
    other.notify()
    await asyncio.sleep(0.4)
    assert tries == 3 and failing.failed == 0 and len(did) == 6


async def test_only_so_many_at_once(turns: Turns) -> None:
    slots, now, most = asyncio.Semaphore(2), 0, 0

    async def body() -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1

    every = [Turn(turns, number, body, "body", slots=slots) for number in range(6)]
    for one in every:
        one.notify()
    await asyncio.sleep(0.1)
    assert most == 2 and not any(one.task for one in every)


async def test_places_in_a_period_are_spread_and_kept(turns: Turns) -> None:
    """Whenever they were begun, thousands of communities do not come together."""
    period, places = 100.0, []
    for number in range(100):
        turn = Turn(turns, number, asyncio.sleep, "body", phase=number * 0.6180339887498949 % 1)  # type: ignore[arg-type]
        assert not await turn.wait(period)
        places.append(turn.due % period)
    places.sort()
    gaps = [after - before for before, after in zip(places, places[1:], strict=False)]
    assert max(gaps) < 2.0, "a hundred in a hundred seconds"


async def test_who_is_ended_is_given_its_time_and_no_more(turns: Turns) -> None:
    done: list[str] = []

    async def quick() -> None:
        await asyncio.sleep(0.05)
        done.append("quick")

    async def slow() -> None:
        await asyncio.sleep(60)
        done.append("slow")

    both = [Turn(turns, 1, quick, "quick"), Turn(turns, 1, slow, "slow")]
    for one in both:
        one.notify()
    await asyncio.sleep(0)
    await turns.end_turns(both, 0.2)
    await asyncio.sleep(0.01)
    assert done == ["quick"] and both[1].task is None
