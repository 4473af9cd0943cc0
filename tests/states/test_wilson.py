"""Wilson's interval against published values, and what it may never do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from states.statistics.wilson import wilson
from tests.form import examples


@pytest.mark.parametrize(
    ("good", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_it_gives_the_published_figures(good: int, of: int, low: float, high: float) -> None:
    found = wilson(good, of)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@settings(max_examples=examples(300))
@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_lies_inside_and_the_mirror_is_the_same(counted: tuple[int, int]) -> None:
    good, of = counted
    found, mirrored = wilson(good, of), wilson(of - good, of)
    assert found is not None and mirrored is not None
    assert 0 <= found.low <= good / of <= found.high <= 1
    assert mirrored.low == pytest.approx(1 - found.high, abs=1e-12)


def test_more_messages_give_a_narrower_interval() -> None:
    few, many = wilson(9, 10), wilson(900, 1000)
    assert few is not None and many is not None
    assert many.high - many.low < few.high - few.low


def test_nothing_counted_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_a_part_above_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="whole"):
        wilson(3, 2)
