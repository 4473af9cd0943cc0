"""The short form of `benchmarks/daily_sums.py`: the sums equal a recount, which would notice if they did not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import update

from benchmarks import daily_sums
from benchmarks.daily_sums import COMMUNITY, MASTER, Lives, checks, run
from storage.db.database import Database
from storage.db.migrations import migrate
from storage.db.schema import daily
from tests.form import either


@pytest.mark.parametrize("seed", range(either(2, 10)))
async def test_the_sums_are_those_of_a_recount(seed: int, tmp_path: Path) -> None:
    found = await run(either(1500, 20_000), seed, tmp_path)
    assert [one.line() for one in found if one.differ] == [], f"seed {seed}"
    assert len(found) == 7 and min(one.compared for one in found) >= 20


async def test_one_wrong_sum_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily_sums, "FILTERS", 5)
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    await migrate(url, master=MASTER)
    db = await Database.open(url, master=MASTER, community=COMMUNITY)
    try:
        rng = random.Random(1)
        await Lives(rng, 300).begin(db)
        row = await db.run(lambda tx: tx.row(daily.select().where(daily.c.received > 0)))
        assert row is not None
        cell = [daily.c[name] == row[name] for name in ("day", "agency", "place", "topic", "door")]
        wrong = update(daily).where(*cell).values(received=row["received"] + 1)
        await db.run(lambda tx: tx.execute(wrong))
        counts, *_, rebuilt = await checks(db, rng)
        assert (counts.differ, rebuilt.differ) == (1, 2)
    finally:
        await db.close()
