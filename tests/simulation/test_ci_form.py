"""A few seeds of what CI plays by thousands, the crash points that lie in commands, and exact replay (G1, G2)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from benchmarks.rig.stand import ROOT
from tests.form import either
from tests.simulation import ci, troubles
from tests.simulation.kept_seeds import TWINS, kept
from tests.simulation.many import outcomes
from tests.simulation.plan import DRAWN, OF_TWINS, aimed, drawn
from tests.simulation.points import NAMES, POINTS
from tests.simulation.points_elsewhere import BACKUP, ELSEWHERE, MIGRATE, STEPS

REPLAYED = 5
TRACES = f"""
from tests.simulation.many import outcomes
from tests.simulation.plan import drawn
print([one.trace for one in outcomes([drawn(seed) for seed in range(40, {40 + REPLAYED})])])
"""


def test_some_seeds_that_failed_once_and_each_night_some_of_this_commit() -> None:
    seeds = [*kept()[:10], *either((), range(ci.of_commit(), ci.of_commit() + 5))]
    wrong = {outcome.seed: outcome.wrong for outcome in outcomes([drawn(seed) for seed in seeds]) if outcome.wrong}
    assert wrong == {}, "python -m tests.simulation --replay SEED"


def test_a_seed_is_played_again_exactly() -> None:
    """In other processes, where sets and dictionaries of words have other orders."""
    told = {
        subprocess.run(
            [sys.executable, "-c", TRACES],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1 and len(set(told.pop().split(","))) == REPLAYED


@pytest.mark.parametrize(
    "point", ["callback: kept", "files: uploaded", "restore: forgotten again", "work: failure noted"]
)
def test_what_few_people_lead_to_is_aimed_at(point: str) -> None:
    died: Counter[str] = Counter()
    for outcome in outcomes([aimed(seed, point) for seed in range(4)]):
        assert outcome.wrong == []
        died += outcome.died
    assert died[point] > 0


@pytest.mark.parametrize(("point", "times"), [(MIGRATE, STEPS), (BACKUP, 1)])
def test_a_command_that_was_killed_is_given_again(point: str, times: int) -> None:
    assert ELSEWHERE[point](times) == []


def test_what_ci_plays_has_every_trouble_and_nothing_that_the_commit_chose() -> None:
    plans = ci.plans(ci.CI)
    struck = Counter(name for plan in plans for name in plan.troubles)
    assert min(struck[name] for name in (*DRAWN, *troubles.OF_POSTS)) >= 5
    assert all(
        any(getattr(plan, what) for plan in plans) for what in ("approvals", "binds", "posts", "models", "closes")
    )
    assert {name for plan in ci.twins(ci.CI) for name in plan.troubles} >= set(OF_TWINS)
    known = {*kept(), *kept(TWINS)}
    assert not [plan for plan in (*plans, *ci.twins(ci.CI)) if plan.seed >= ci.COMMITS_FROM and plan.seed not in known]


def test_no_point_is_passed_over() -> None:
    assert sorted(POINTS) == list(range(1, 27))
    for form in (ci.CI, ci.NIGHT):
        enough = Counter(dict.fromkeys(NAMES, form.deaths))
        assert list(ci.too_few(form, enough)) == []
        enough[MIGRATE] -= 1
        assert [line for line in ci.too_few(form, enough) if MIGRATE in line] == list(ci.too_few(form, enough))
        assert len(ci.plans(form)) == form.seeds and {plan.seed for plan in ci.plans(form)} >= set(kept())
