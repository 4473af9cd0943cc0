"""Who works in a chat, since when and until when (T5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from states.people.officials import Official, Standing

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_official_works_from_the_day_of_admission_to_the_day_of_leaving() -> None:
    """T5: the author is checked at the moment of writing."""
    official = Official(1, 2, Standing.GONE, NOW, NOW + HOUR)
    assert [official.works(NOW + HOUR * n) for n in (-1, 0, 1, 2)] == [False, True, False, False]
    assert Official(1, 2, Standing.WORKS, NOW).works(NOW + 9999 * HOUR)


def test_what_is_written_in_the_second_of_the_admission_counts() -> None:
    """VK cuts the time of a message to the second."""
    admitted = Official(1, 2, Standing.WORKS, NOW.replace(microsecond=400_000))
    assert admitted.works(NOW) and not admitted.works(NOW - timedelta(seconds=1))


@pytest.mark.parametrize("standing", [Standing.ASKED, Standing.REFUSED])
def test_nobody_works_before_the_cur_has_said_yes(standing: Standing) -> None:
    assert not Official(1, 2, standing, NOW).works(NOW + HOUR)
