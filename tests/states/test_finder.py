"""A guess is sure only when it says so: several places mean a question (R59)."""

from __future__ import annotations

from states.finder import PlaceGuess
from tests.small import SmallFinder


def test_no_guess_is_never_sure() -> None:
    assert PlaceGuess() == PlaceGuess((), sure=False)


def test_the_small_finder_of_these_tests_asks_when_two_places_fit() -> None:
    """R59."""
    assert SmallFinder().place("Яма в Миассе") == PlaceGuess(("miass",), sure=True)
    assert not SmallFinder().place("Дорога Миасс — Аша").sure
