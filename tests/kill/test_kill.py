"""The short form for every day: the bot is killed thirty times under load, then I1–I8 hold on VK's own record.

The same evidence, doctored, must fail: a checker that never bites proves nothing.
"""

from __future__ import annotations

import asyncio
from copy import deepcopy

import pytest

from tests.form import either
from tests.kill.doctor import DOCTORED, Doctored
from tests.kill.evidence import Evidence
from tests.kill.invariants import INVARIANTS, violations
from tests.kill.run import Figures, Plan, run

PLAN = Plan(kills=either(30, 60), seed=20261125, residents=8, faults=0.03, life=(0.05, 1.0))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[Evidence, Figures]:
    return asyncio.run(run(PLAN, tmp_path_factory.mktemp("kill")))


@pytest.fixture
def evidence(result: tuple[Evidence, Figures]) -> Evidence:
    return deepcopy(result[0])


def test_something_happened_meanwhile(result: tuple[Evidence, Figures]) -> None:
    figures = result[1]
    assert figures.kills >= PLAN.kills
    assert figures.appeals >= 10, figures.line()


@pytest.mark.parametrize("name", INVARIANTS)
def test_invariant_holds_after_sigkill(evidence: Evidence, name: str) -> None:
    assert list(INVARIANTS[name](evidence)) == [], f"зерно {PLAN.seed}"


@pytest.mark.parametrize(("name", "doctored"), DOCTORED, ids=lambda one: getattr(one, "__name__", one))
def test_a_doctored_record_is_caught(evidence: Evidence, name: str, doctored: Doctored) -> None:
    doctored(evidence)
    assert any(violation.startswith(f"{name}: ") for violation in violations(evidence))
