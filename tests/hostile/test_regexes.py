"""T8: no expression of the pure code needs more than time in line with the text, whatever the text."""

from __future__ import annotations

import re

import pytest

from tests.hostile import regexes

EVERY = regexes.every()


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.where)
def test_no_expression_stumbles(one: regexes.Found) -> None:
    took, kind = regexes.worst(one.pattern)
    assert took < regexes.SLOWEST, f"{took:.2f} с на {regexes.LONG} знаков вида {kind}"


def test_all_of_them_were_found() -> None:
    assert len(EVERY) > 60
    assert {"handlers.text.relayed._CALL", "matching.likeness._FLAT", "screening.obscene:_words"} <= {
        one.where for one in EVERY
    }


@pytest.mark.parametrize(
    "bad",
    [
        r"(a+)+$",
        r"[,\s]+(?:кв|дом)\d",
        r"\w+@\w+\.ru",
        r"(?:я|яя)+!",
        r"[а-я]+\d",
    ],
)
def test_one_that_stumbles_is_found(bad: str) -> None:
    """Teeth. The exponential one gets a shorter text, or this test would not end."""
    pattern = re.compile(bad)
    if bad in (r"(a+)+$", r"(?:я|яя)+!"):
        slow = regexes.seconds(pattern, ("a" if "a" in bad else "я") * 24 + "\x00")
        assert slow > 20 * regexes.seconds(pattern, ("a" if "a" in bad else "я") * 12 + "\x00")
    else:
        assert regexes.worst(pattern)[0] > regexes.SLOWEST
