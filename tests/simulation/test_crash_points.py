"""The long form of the crash points counts what CI's short form does, and goes on after its last round (F1, G2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation import crash_points
from tests.simulation.points import NAMES
from tests.simulation.points_elsewhere import MIGRATE, STEPS
from tests.simulation.tally import Tally, keep


def test_rounds_are_counted_and_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash_points, "ROUND", STEPS)
    tally, done = Tally(), dict.fromkeys(NAMES, 0)
    for name in ("send: in flight", MIGRATE):
        crash_points.a_round(tally, name, 0, 1)
        done[name] += STEPS
    assert tally.violations == 0 and tally.seeds == STEPS
    assert tally.points[MIGRATE] == STEPS and tally.points["send: in flight"] > 0
    keep(tally, tmp_path / "points.json", seeds_of=done)
    again, so_far = crash_points.resumed(tmp_path / "points.json")
    assert (again.points, again.seeds, so_far) == (tally.points, STEPS, done)
