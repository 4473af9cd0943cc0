"""What stands out among counts (features.md §6.10)."""

from __future__ import annotations

from states.lifecycle.spikes import Spike, spikes


def test_few_messages_are_no_spike_and_many_are_none_where_there_always_are_many() -> None:
    few, usual, fourfold = Spike("pits", None, 4, 0.0), Spike("pits", "miass", 40, 10.1), Spike("heat", "miass", 40, 10)
    assert spikes((few, usual, fourfold)) == (fourfold,)


def test_the_largest_comes_first() -> None:
    one, two, three = Spike("b", None, 5, 0.0), Spike("a", "x", 9, 0.0), Spike("a", None, 5, 1.0)
    assert spikes((one, two, three)) == (two, three, one)
