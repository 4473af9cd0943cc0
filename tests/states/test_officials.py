"""Who works in a chat, since when and until when (T5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from states.officials import Official, Standing

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_official_works_from_the_day_of_admission_to_the_day_of_leaving() -> None:
    """T5: the author is checked at the moment of writing."""
    official = Official(1, 2, Standing.GONE, NOW, NOW + HOUR)
    assert [official.works(NOW + HOUR * n) for n in (-1, 0, 1, 2)] == [False, True, False, False]
    assert Official(1, 2, Standing.WORKS, NOW).works(NOW + 9999 * HOUR)


@pytest.mark.parametrize("standing", [Standing.ASKED, Standing.REFUSED])
def test_nobody_works_before_the_cur_has_said_yes(standing: Standing) -> None:
    assert not Official(1, 2, standing, NOW).works(NOW + HOUR)
