"""F1, G2: the points that are aimed at are those of the code, and a plan that aims at one dies there."""

from __future__ import annotations

import pytest

from tests.simulation.crash_points import AIMED, NEVER_HERE, PER_POINT, REACHING, plan_of
from tests.simulation.many import outcomes
from tests.simulation.plan import LIVELY


def test_every_point_of_a_life_is_aimed_at() -> None:
    assert set(AIMED) | set(NEVER_HERE) == set(LIVELY)
    assert set(REACHING) <= set(AIMED)


@pytest.mark.parametrize("name", ["files: uploaded", "sweep: page noticed"])
def test_a_point_that_is_seldom_reached_is_hit(name: str) -> None:
    begin = AIMED.index(name) * PER_POINT
    played = list(outcomes([plan_of(seed) for seed in range(begin, begin + 8)]))
    assert {one.seed: one.wrong for one in played if one.wrong} == {}
    assert sum(one.died[name] for one in played) >= 3
