"""A bell wakes a loop, and never keeps one that is to end."""

from __future__ import annotations

import asyncio

import pytest

from bot.process.clock import Clock, Wakeup


@pytest.mark.virtual
async def test_a_bell_that_rings_while_its_loop_is_cancelled_does_not_save_it() -> None:
    """With `asyncio.wait_for` of Python 3.11 the loop went on for as long as it waits, and a restart with it."""
    bell, rounds = Wakeup(), 0

    async def loop() -> None:
        nonlocal rounds
        while True:
            await bell.wait(60)
            rounds += 1

    for _ in range(50):
        task = asyncio.create_task(loop())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        bell.notify()
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=1)
        assert done and task.cancelled()


@pytest.mark.virtual
async def test_it_is_heard_once_and_not_waited_for_longer_than_said() -> None:
    bell = Wakeup()
    bell.notify()
    bell.notify()
    await asyncio.wait_for(bell.wait(60), 1)
    started = asyncio.get_running_loop().time()
    await bell.wait(0.05)
    assert asyncio.get_running_loop().time() - started == pytest.approx(0.05, abs=0.001)
    await bell.wait(0)


@pytest.mark.parametrize(("ahead", "jumped"), [(0.2, 0), (-3.0, 0), (60.0, 1), (-60.0, 1)])
def test_an_answer_that_is_read_late_is_no_jump(ahead: float, jumped: int) -> None:
    """Of thousands of communities each would look at everything anew, be busier, and read later still."""
    clock, jumps = Clock(), []
    begun = clock.now()
    clock.follow(str(begun.timestamp() + ahead), lambda: jumps.append(ahead))
    late = (clock.now() - clock.offset - begun).total_seconds()
    assert len(jumps) == jumped
    offset = clock.offset.total_seconds()
    assert ahead - late <= offset + 1e-5 and offset <= ahead + 1e-5 if jumped else offset == 0
