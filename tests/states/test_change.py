"""«Лучше» and «хуже» (R52): one rule, with the direction of the difference, and never for what chance may do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.statistics.change import LEAST, Good, MeasuredFigure, Verdict, mean_of, median_of, share_of, verdict

SHARES = st.integers(1, 5000).flatmap(lambda whole: st.integers(0, whole).map(lambda part: share_of(part, whole)))


@given(SHARES, SHARES)
def test_it_goes_with_the_difference_and_turns_with_it(now: MeasuredFigure, was: MeasuredFigure) -> None:
    said, turned = verdict(now, was, Good.MORE), verdict(was, now, Good.MORE)
    if said is None:
        assert turned is None
        return
    assert (said is Verdict.BETTER) is (now.value > was.value)
    assert turned is not said and verdict(now, was, Good.LESS) is turned
    assert min(now.of, was.of) >= LEAST and round(now.value, 1) != round(was.value, 1)


@pytest.mark.parametrize(
    ("now", "was", "expected"),
    [
        ((1746, 2000), (1668, 2000), Verdict.BETTER),  # 87,3 % after 83,4 %
        ((1668, 2000), (1746, 2000), Verdict.WORSE),
        ((43, 50), (41, 50), None),  # two messages more are noise
        ((5, 5), (0, 5), None),  # too few to say anything
        ((0, 0), (41, 50), None),  # a week without answers is not better
        ((500, 1000), (500, 1000), None),
        ((999_400, 1_000_000), (998_600, 1_000_000), None),  # written the same
    ],
)
def test_of_shares(now: tuple[int, int], was: tuple[int, int], expected: Verdict | None) -> None:
    assert verdict(share_of(*now), share_of(*was), Good.MORE) is expected


def test_of_medians_by_the_bins_between_which_they_lie() -> None:
    quick, slow = {8: 400, 9: 50}, {8: 100, 12: 350}
    assert verdict(median_of(quick), median_of(slow), Good.LESS) is Verdict.BETTER
    assert verdict(median_of(slow), median_of(quick), Good.LESS) is Verdict.WORSE
    assert verdict(median_of({8: 16, 12: 15}), median_of({8: 15, 12: 16}), Good.LESS) is None, "half and half"
    assert median_of({}) is None
    endless = median_of({36: 40})
    assert endless is not None and endless.high == float("inf")


def test_of_marks_by_their_spread() -> None:
    good, bad = {5: 300, 1: 30}, {5: 200, 1: 130}
    assert verdict(mean_of(good), mean_of(bad), Good.MORE) is Verdict.BETTER
    assert verdict(mean_of({5: 20, 1: 20}), mean_of({5: 18, 1: 22}), Good.MORE) is None
    assert mean_of({5: 0}) is None
