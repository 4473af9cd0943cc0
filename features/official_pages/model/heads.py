"""The monthly rating of heads' pages: each part by itself, from what was measured in that month. It must never make a
zero of what nobody measured, and never a sum of too few parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import fmean, median

from features.official_pages.model.card import ENOUGH_POSTS, card
from features.official_pages.model.facts import Fact, Name, latest, number
from features.official_pages.model.page import Network

ANSWERS_LATE = 72
"""Hours after which an answer to a comment counts nothing; until `Norms.hours` it counts in full."""


class RatingPart(StrEnum):
    """The parts of a head's rating, in the order of the table."""

    LOOK = "look"
    POSTS = "posts"
    ANSWERED = "answered"
    SPEED = "speed"
    AUDIENCE = "audience"


TITLES = {
    RatingPart.LOOK: "Оформление",
    RatingPart.POSTS: "Записи",
    RatingPart.ANSWERED: "Ответы",
    RatingPart.SPEED: "Скорость",
    RatingPart.AUDIENCE: "Подписчики",
}


@dataclass(frozen=True, slots=True)
class Norms:
    """What gives a full part: posts a week, hours until an answer (an urgent message has as many, R46), subscribers in
    per cent of the people who live there (Belgorod asks for 20, reference/pages.md 2.2). `least`: with fewer parts,
    which is less than most of the five, there is no score."""

    posts: int = ENOUGH_POSTS
    hours: int = 4
    audience: int = 20
    least: int = 3

    @property
    def words(self) -> str:
        """How the rating is counted, in sentences for its page."""
        return (
            "Каждая часть от 0 до 100. Оформление: доля пройденных пунктов проверки. Записи: "
            f"{self.posts} в неделю и больше дают 100. Ответы: доля комментариев, на которые страница ответила. "
            f"Скорость: ответ за {self.hours} ч даёт 100, за {ANSWERS_LATE} ч ноль. "
            f"Подписчики: {self.audience} % жителей муниципалитета дают 100. Балл: среднее измеренных частей, если их "
            f"{self.least} или больше. Чего не измеряли, то не ноль: этой части просто нет."
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """`value` as it was counted (per cent, posts a week, hours), `points` from 0 to 100."""

    value: float
    points: float


Parts = Mapping[RatingPart, Measured]


def of_month(facts: Iterable[Fact], first: date, last: date) -> list[Fact]:
    """What was seen in these days: a fact that began before them counts if somebody looked again within them."""
    return [fact for fact in facts if fact.day <= last and fact.seen >= first]


def parts(facts: Sequence[Fact], residents: int, norms: Norms, network: Network = Network.VK) -> Parts:
    """The parts of a head's rating. `facts`: those of the month. `residents`: of the municipality, 0 where nobody
    told."""
    found = {
        RatingPart.LOOK: _look(facts, network),
        RatingPart.POSTS: _posts(facts, norms),
        RatingPart.ANSWERED: _answered_share(facts),
        RatingPart.SPEED: _speed(facts, norms),
        RatingPart.AUDIENCE: _audience(facts, residents, norms),
    }
    return {part: measure for part, measure in found.items() if measure is not None}


def score(known: Parts, norms: Norms) -> float | None:
    """The mean of the measured parts; None where there are too few to compare."""
    return fmean(measure.points for measure in known.values()) if len(known) >= norms.least else None


def _look(facts: Sequence[Fact], network: Network) -> Measured | None:
    """The six points by VK and the four by hand, without the posts: they are a part of their own."""
    check = card(latest(fact for fact in facts if fact.name is not Name.POSTS), network)
    return Measured(100 * check.share, 100 * check.share) if check.was_looked_at and check.share is not None else None


def _posts(facts: Sequence[Fact], norms: Norms) -> Measured | None:
    """Posts a week against the norm; None where nothing was measured."""
    weeks = _numbers_of(facts, Name.POSTS)
    return Measured(fmean(weeks), min(100.0, 100 * fmean(weeks) / norms.posts)) if weeks else None


def _answered_share(facts: Sequence[Fact]) -> Measured | None:
    """The share of the month's comments that were answered; None where nobody commented."""
    comments = sum(_numbers_of(facts, Name.COMMENTS))
    share = 100 * sum(_numbers_of(facts, Name.ANSWERED)) / comments if comments else None
    return None if share is None else Measured(share, min(100.0, share))


def _speed(facts: Sequence[Fact], norms: Norms) -> Measured | None:
    """The median of the weeks' medians: the times themselves are not kept."""
    weeks = _numbers_of(facts, Name.ANSWER_MINUTES)
    if not weeks:
        return None
    hours = median(weeks) / 60
    left = (ANSWERS_LATE - hours) / (ANSWERS_LATE - norms.hours)
    return Measured(hours, 100 * min(1.0, max(0.0, left)))


def _audience(facts: Sequence[Fact], residents: int, norms: Norms) -> Measured | None:
    """Members against the residents; None where nothing was measured."""
    members = number(latest(facts).get(Name.MEMBERS))
    if members is None or not residents:
        return None
    share = 100 * members / residents
    return Measured(share, min(100.0, 100 * share / norms.audience))


def _numbers_of(facts: Sequence[Fact], name: Name) -> list[int]:
    return [many for fact in facts if fact.name is name and (many := number(fact)) is not None]
