"""The bars of time can fail: what takes longer than a slow machine explains is too slow."""

from __future__ import annotations

import pytest

from tests import pace


def test_what_takes_long_is_too_slow_and_what_is_quick_is_not() -> None:
    assert pace.within(pace.USUAL * 1.5, pace.loop)
    assert not pace.within(pace.USUAL / 3, lambda: [pace.loop() for _ in range(2)], tries=3)


def test_a_slow_machine_has_more_time_but_not_any(monkeypatch: pytest.MonkeyPatch) -> None:
    for took, times in ((0.001, 1.0), (pace.USUAL * 2, 2.0), (1.0, pace.SLOWEST)):
        monkeypatch.setattr(pace, "spent", lambda work, took=took: took)
        assert pace.slowness() == times
