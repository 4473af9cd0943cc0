"""Rows for measurements of the panel are messages like others: as many as wanted, each legal, the sums right."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_daily_contract import as_counts, recounted, table_of

from benchmarks.panel_rows import BATCH, NOW, Wanted, batches, cloned, day_of, make
from states.lifecycle.appeal import Action
from states.statistics.filter import Filter
from storage.db.database import Database
from storage.db.schema import inbox, outbox
from storage.ops import search
from storage.records import appeals

WANTED = Wanted(messages=4000, seed=3, clones=4)


async def test_as_many_as_wanted_with_the_right_sums(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = await make(url, WANTED, 1)
    assert 0.95 * WANTED.messages < done <= WANTED.messages, done
    db = await Database.open(url, community=101)
    try:
        today = search.Today(NOW, NOW, NOW.date())
        assert await db.run(lambda tx: search.number(tx, Filter(), today)) == done
        assert as_counts(await table_of(db)) == await recounted(db)
        listed = await db.run(lambda tx: search.page(tx, Filter(), today, 0, 5000))
        opened = await db.run(lambda tx: appeals.by_code(tx, [row.code for row in listed.rows]))
        assert len(opened) == done
        assert await db.run(lambda tx: tx.row(outbox.select())) is None
        came = await db.run(lambda tx: tx.rows(inbox.select()))
        assert [row["key"] for row in came] == ["directory|1"]
    finally:
        await db.close()


def test_a_copy_is_another_resident_with_the_same_life() -> None:
    days = [day_of((WANTED, number)) for number in range(0, 365, 5)]
    told = [one for day in days for one in day]
    again = [cloned(one, 2) for one in told]
    assert cloned(told[0], 0) == told[0]
    assert len({one.code for one, _ in (*told, *again)}) == 2 * len(told)
    assert not {one.resident for one, _ in told} & {one.resident for one, _ in again}
    by_code = {one.code: one for one, _ in again}
    merged = 0
    for (one, lines), (copy, said) in zip(told, again, strict=True):
        assert (copy.counted, copy.status, copy.version) == (one.counted, one.status, one.version)
        assert [line.action for line in lines] == [line.action for line in said]
        assert {line.code for line in said} == {copy.code}
        assert (said[0].actor, said[0].action) == (copy.resident, Action.SUBMIT)
        for line in said:
            if line.action is Action.MERGE:
                merged += 1
                assert line.reason == by_code[line.reason].code
    assert merged


def test_batches_are_bounded() -> None:
    day = day_of((WANTED, 200))
    made = list(batches(WANTED, iter([day * (BATCH // len(day) + 1)])))
    assert len(made) > 1 and max(map(len, made)) == BATCH
    assert sum(map(len, made)) == WANTED.clones * len(day) * (BATCH // len(day) + 1)
