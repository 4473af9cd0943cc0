"""The term of an erasure by its ground (R13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from states.decision import Decision
from states.lifecycle.rights import ErasureRequest, ErasureTerms, Ground, due

ZONE = timezone(timedelta(hours=5))
ASKED = datetime(2026, 11, 25, 20, 30, tzinfo=UTC)
"""Thursday the 26th in the region already."""


def weekday(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("ground", "last"),
    [
        (Ground.WITHDRAWN, date(2026, 12, 26)),
        (Ground.DEMANDED, date(2026, 12, 10)),
        (Ground.UNLAWFUL, date(2026, 12, 10)),
    ],
)
def test_a_withdrawal_has_thirty_days_and_a_demand_ten_working_days(ground: Ground, last: date) -> None:
    """R13."""
    found = due(ground, ASKED, ZONE, weekday)
    assert found.astimezone(ZONE).date() == last
    assert found == datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=ZONE)


def test_the_terms_are_settings() -> None:
    """R13: CFG, confirmed by the lawyer."""
    terms = ErasureTerms(days=7, working_days=1)
    assert due(Ground.WITHDRAWN, ASKED, ZONE, weekday, terms).date() == date(2026, 12, 3)
    assert due(Ground.DEMANDED, ASKED, ZONE, weekday, terms).date() == date(2026, 11, 27)


def test_a_decision_carries_a_request() -> None:
    request = ErasureRequest(5, ASKED, due(Ground.WITHDRAWN, ASKED, ZONE, weekday))
    assert request.ground is Ground.WITHDRAWN
    assert Decision(erasure=request).erasure == request
    assert Decision().erasure is None
