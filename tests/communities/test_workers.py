"""Two workers on one PostgreSQL database: each runs a part of the communities, and what one leaves the other takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import app
from bot.runtime import Runtime
from features.communities import fleet
from states.directory import Directory
from storage.db.schema import meta
from storage.records import shares
from tests.communities.town import MARIA, SECOND, THIRD, Town, town
from tests.storage.conftest import _address, _sql
from tests.storage.conftest import postgresql as postgresql  # noqa: PLC0414

BOTH = {SECOND, THIRD}


@pytest.fixture
async def here(
    tmp_path: Path, region: Directory, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    monkeypatch.setattr(fleet, "LOOK", 0.3)
    monkeypatch.setattr(fleet, "BELIEVED_HERE", timedelta(seconds=2))
    await _sql(postgresql, "CREATE DATABASE town TEMPLATE template0")
    async with town(tmp_path, region, _address(postgresql, "town")) as made:
        await made.add(SECOND, THIRD)
        yield made
    await _sql(postgresql, "DROP DATABASE town WITH (FORCE)")


async def run_by(here: Town, *bots: Runtime) -> Sequence[set[int]]:
    """Once they share: what each runs."""
    await here.until(lambda: all(len(bot.others) == len(BOTH) / len(bots) for bot in bots), "поделили")
    return [set(bot.others) for bot in bots]


async def rows_of_workers(here: Town) -> int:
    """How many say that they are there, or have not said that they go."""
    at_work = select(meta.c.name).where(meta.c.name.startswith(shares.AT_WORK))
    return len(await here.bot.db.run(lambda tx: tx.rows(at_work)))


async def says_nothing(_: fleet.Fleet) -> None:
    """A process that was killed."""


async def test_two_workers_share_communities_and_one_that_stops_or_dies_is_replaced(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F26: told to stop it leaves its part at once; killed, the other takes it when it is believed to be gone."""
    for killed in (False, True):
        async with app.running(here.settings.model_copy(update={"worker": 1})) as second:
            loops = asyncio.create_task(app.loops(second))
            first_runs, second_runs = await run_by(here, here.bot, second)
            assert first_runs | second_runs == BOTH
            for id in BOTH:
                here.write(MARIA, -id, "Начать")
                await here.hears(MARIA, id, "Согласие на обработку")
            if killed:
                with monkeypatch.context() as dead:
                    dead.setattr(fleet.Fleet, "left", says_nothing)
                    loops.cancel()
                    await asyncio.gather(loops, return_exceptions=True)
                assert await rows_of_workers(here) == 2
            else:
                second.stop()
                await loops
                assert await rows_of_workers(here) == 1
        assert await run_by(here, here.bot) == [BOTH]
    for id in BOTH:
        await here.sends(MARIA, id, 5)
        said = here.texts(MARIA, id)
        assert sum("Приняли" in text for text in said) == 1 and sum("Согласие на обр" in text for text in said) == 1
