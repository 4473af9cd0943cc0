"""How many official pages there should be by which day (BOT_PAGES_PLAN)."""

from __future__ import annotations

from datetime import date

import pytest

from states.statistics.pages_plan import pages_by, read


def test_a_straight_line_between_its_days() -> None:
    known = read("2025-11-30:700 2026-11-30:6000")
    assert pages_by(known, date(2025, 11, 30)) == 700 and pages_by(known, date(2026, 11, 30)) == 6000
    assert pages_by(known, date(2026, 5, 31)) == pytest.approx(700 + 5300 * 182 / 365)


def test_no_plan_beyond_what_was_told() -> None:
    known = read("2026-01-01:1 2026-02-01:2 2026-03-01:4")
    assert pages_by(known, date(2025, 1, 1)) is None and pages_by((), date(2026, 11, 30)) is None
    assert pages_by(known, date(2026, 3, 1)) == 4


@pytest.mark.parametrize("text", ["2026-01-01", "вчера:5", "2026-02-01:1 2026-01-01:2", "2026-01-01:-5"])
def test_what_is_no_plan(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(text)
