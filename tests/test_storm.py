"""The storm on paper counts what it says: arrivals, waits, and that a dearer turn is felt."""

from __future__ import annotations

import random

import pytest

from benchmarks.storm import MESSAGES, STORM, TIMES, Costs, begun, night, shares

CHEAP, DEAR = Costs(0.0155, 475.0), Costs(0.031, 475.0)


def test_the_day_is_whole_and_the_storm_is_twenty_times_its_mean() -> None:
    assert sum(shares()) == pytest.approx(1.0, abs=0.01) and len(shares()) == 24
    came = [int(moment // 3600) for moment in begun(10, random.Random(1))]
    storm = sum(STORM[0] <= hour < STORM[1] for hour in came)
    assert storm == pytest.approx(TIMES * MESSAGES * 10 / 24 * (STORM[1] - STORM[0]), rel=0.03)


def test_a_processor_that_is_full_makes_people_wait() -> None:
    one, many, full = night(1, CHEAP, 1), night(60, CHEAP, 1), night(60, DEAR, 1)
    assert one.busy < many.busy < 1 < full.busy
    assert max(one.waits) < 1 and max(full.waits) > 60 and full.backlog > 10 * many.backlog


def test_the_same_seed_is_the_same_night() -> None:
    assert night(5, CHEAP, 3) == night(5, CHEAP, 3) != night(5, CHEAP, 4)


def test_a_limit_of_vk_is_each_community_own() -> None:
    slow = Costs(0.0001, 0.1)
    assert max(night(1, slow, 1).waits) > max(night(1, CHEAP, 1).waits)
