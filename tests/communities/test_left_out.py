"""A region without the feature `communities`: not while one is active, and what is kept of people ends all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import features
from bot.cli import check
from bot.process.advice import Refusal
from bot.upkeep.communities import left_out
from states.directory import Directory
from states.lifecycle.rights import ErasureRequest, Ground
from storage.privacy import erasures
from storage.records import appeals
from tests.communities.town import HOME, MARIA, SECOND, Town, town


@pytest.fixture
async def here(tmp_path: Path, region: Directory) -> AsyncIterator[Town]:
    async with town(tmp_path, region, erasure_minutes=0) as made:
        yield made


def leave_out(here: Town, wanted: str) -> None:
    here.settings = here.settings.model_copy(update={"features": wanted})


async def test_it_is_refused_while_one_is_active(here: Town) -> None:
    await here.add(SECOND)
    await here.stop()
    leave_out(here, "all,-communities")
    found = await check.everything(here.settings, features.chosen(here.settings.features), fix=False)
    assert [one.todo for one in found if "некому вести" in one.text] == [left_out.BACK]
    with pytest.raises(Refusal, match="некому вести другие сообщества, а их работает 1. Верните её"):
        await here.start()
    leave_out(here, "all")
    await here.start()
    assert left_out.findings(here.bot.features, 1) == [] == left_out.findings((), 0)


@pytest.mark.parametrize("command", ["community_pause", "community_remove"])
async def test_without_it_the_home_is_heard_and_people_of_others_are_erased(here: Town, command: str) -> None:
    """R12–R15: the terms of what people wrote do not end with a feature."""
    await here.add(SECOND)
    await here.sends(MARIA, SECOND, 5)
    await here.types(command, id=SECOND)
    await here.until(lambda: SECOND not in here.bot.others, "не работает")
    now, db = here.bot.clock.now(), here.bot.db.of(SECOND)
    await db.run(lambda tx: erasures.ask(tx, ErasureRequest(MARIA, now, now, Ground.WITHDRAWN), now))
    leave_out(here, "none")
    await here.restart()
    for _ in range(100):
        kept = await here.bot.db.of(SECOND).run(lambda tx: appeals.of_residents(tx, [MARIA]))
        if not kept.get(MARIA):
            break
        await asyncio.sleep(0.1)
    assert not kept.get(MARIA), "её данные ещё здесь"
    await here.sends(MARIA, HOME, 7)


async def test_what_is_asked_of_it_ends_with_a_reason(here: Town) -> None:
    leave_out(here, "none")
    await here.restart()
    with pytest.raises(AssertionError, match="Команды community_list нет: возможность отключена"):
        await here.types("community_list")
    assert (await here.types("stats"))["communities"]["active"] == 0
    assert left_out.is_left_out(here.bot.features) and not left_out.is_left_out(features.installed())
