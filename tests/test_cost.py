"""A bar can be missed: the measure of cost grows with the work, and is of the size that was measured."""

from __future__ import annotations

from tests.cost import KNOWN, cost, known


def test_twice_the_work_costs_twice_as_much() -> None:
    assert 0.7 * KNOWN < cost(known, times=100) < 1.4 * KNOWN
    assert 1.6 * KNOWN < cost(lambda: (known(), known()), times=100) < 2.5 * KNOWN
