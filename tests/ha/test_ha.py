"""The short form: one leader is killed under load. No row that was acknowledged is lost, the bot goes on by itself."""

from __future__ import annotations

import asyncio

import pytest

from tests.ha.run import ROWS, Failovers, failovers
from tests.kill.invariants import INVARIANTS
from tests.kill.run import Plan

PLAN = Plan(kills=1, seed=20261128, residents=6)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Failovers:
    return asyncio.run(failovers(PLAN, tmp_path_factory.mktemp("ha"), load=4.0))


def test_no_acknowledged_row_is_lost(done: Failovers) -> None:
    print(f"\n{done.table()}")
    assert [one.lost for one in done.kills] == [0] * PLAN.kills
    assert all(one.acknowledged >= ROWS for one in done.kills), done.table()


def test_the_bot_goes_on_by_itself(done: Failovers) -> None:
    assert done.log.count('"started"') == 1 and done.log.count('"store_up"') == PLAN.kills
    assert done.log.count('"rows_lost"') == 0 and "Traceback" not in done.log


@pytest.mark.parametrize("name", INVARIANTS)
def test_invariant_holds_after_a_failover(done: Failovers, name: str) -> None:
    assert list(INVARIANTS[name](done.evidence)) == [], f"зерно {PLAN.seed}\n{done.table()}"
