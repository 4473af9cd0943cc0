"""The rating of heads' pages, worked by hand: parts from what was measured, and nothing made of what was not."""

from __future__ import annotations

from datetime import date

import pytest

from features.official_pages.model.facts import HAND, VK, Fact, Name
from features.official_pages.model.heads import Norms, RatingPart, of_month, parts, score

NORMS = Norms()
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


def fact(name: Name, value: str, day: int, seen: int = 0, month: int = 10) -> Fact:
    source = HAND if name is Name.QR else VK
    return Fact(1, name, value, source, date(2026, month, day), date(2026, 10, seen or day))


MEASURED = [
    fact(Name.ABOUT, "да", 1, 28), fact(Name.SITE, "да", 1, 28), fact(Name.PHONE, "нет", 1, 28),
    fact(Name.QR, "да", 5), fact(Name.POSTS, "2", 7), fact(Name.POSTS, "1", 14), fact(Name.MEMBERS, "3000", 14),
    fact(Name.COMMENTS, "10", 7), fact(Name.ANSWERED, "9", 7), fact(Name.COMMENTS, "10", 14),
    fact(Name.ANSWERED, "6", 14), fact(Name.ANSWER_MINUTES, "1320", 7), fact(Name.ANSWER_MINUTES, "3240", 14),
]  # fmt: skip


def test_five_parts_by_hand() -> None:
    """3 of 4 points; 1.5 posts of 3; 15 of 20 comments; the median of 22 and 54 hours is 38, half the way from 4 to
    72; 3,000 of 30,000 people are 10 of 20 per cent."""
    known = parts(MEASURED, 30_000, NORMS)
    points = {part: one.points for part, one in known.items()}
    assert points == pytest.approx(
        {
            RatingPart.LOOK: 75,
            RatingPart.POSTS: 50,
            RatingPart.ANSWERED: 75,
            RatingPart.SPEED: 50,
            RatingPart.AUDIENCE: 50,
        }
    )
    assert known[RatingPart.SPEED].value == pytest.approx(38) and known[RatingPart.AUDIENCE].value == pytest.approx(10)
    assert score(known, NORMS) == pytest.approx(60)


def test_what_nobody_measured_is_no_zero() -> None:
    assert parts([], 30_000, NORMS) == {}
    silent = parts([fact(Name.COMMENTS, "0", 7), fact(Name.ANSWERED, "0", 7), fact(Name.POSTS, "", 7)], 0, NORMS)
    assert silent == {}, "no comments can be answered, and a hidden wall has no posts"
    few = parts([fact(Name.POSTS, "0", 7), fact(Name.MEMBERS, "10", 7)], 100, NORMS)
    assert few[RatingPart.POSTS].points == 0, "counted, and there were none"
    assert score(few, NORMS) is None, "two parts are too few to compare"
    assert RatingPart.AUDIENCE not in parts([fact(Name.MEMBERS, "10", 7)], 0, NORMS)


def test_a_part_is_never_more_than_a_hundred_and_never_below_nothing() -> None:
    many = parts(
        [fact(Name.POSTS, "30", 7), fact(Name.MEMBERS, "900", 7), fact(Name.ANSWER_MINUTES, "1", 7),
         fact(Name.COMMENTS, "1", 7), fact(Name.ANSWERED, "2", 7)], 1000, NORMS,
    )  # fmt: skip
    assert {one.points for one in many.values()} == {100.0}
    assert parts([fact(Name.ANSWER_MINUTES, "6000", 7)], 0, NORMS)[RatingPart.SPEED].points == 0


def test_a_month_has_what_was_seen_in_it() -> None:
    before, began = fact(Name.SITE, "да", 1, 3, month=9), fact(Name.PHONE, "да", 20, 12, month=9)
    gone = Fact(1, Name.ABOUT, "да", VK, date(2026, 9, 1), date(2026, 9, 30))
    later = Fact(1, Name.POSTS, "3", VK, date(2026, 11, 2), date(2026, 11, 2))
    assert of_month([before, began, gone, later], FIRST, LAST) == [before, began]


def test_the_norms_are_told() -> None:
    assert "5 в неделю" in Norms(posts=5).words and "если их 3 или больше" in NORMS.words
