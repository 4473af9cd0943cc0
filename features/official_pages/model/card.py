"""The check of a page: six points that VK tells and four by hand, each met, not met or not measured.

It must never count a point that nobody measured: the share is of those measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from features.official_pages.model.facts import NO, YES, Fact, Name, number
from features.official_pages.model.page import OPEN, Network, PageState

MARKING = (Network.VK, Network.OK)
"""Where the state mark is given (№2523-р)."""
ENOUGH_POSTS = 3
"""Posts a week: what education in Kirov and the act of Chechnya ask for."""


@dataclass(frozen=True, slots=True)
class Point:
    """`met` is None where nobody measured. `mend`: what to do where it is not met. `seen`: when it was looked at."""

    title: str
    met: bool | None
    value: str
    mend: str
    by_hand: bool
    seen: date | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`names`: all of these facts make the point."""

    title: str
    names: tuple[Name, ...]
    mend: str
    by_hand: bool = False


MARK = "Госметка"
RULES = (
    Rule("Описание", (Name.ABOUT,), "напишите, чем занимается организация"),
    Rule("Сайт", (Name.SITE,), "укажите сайт"),
    Rule("Телефон", (Name.PHONE,), "укажите телефон в контактах"),
    Rule("Адрес", (Name.PLACE,), "укажите адрес на карте"),
    Rule("Обложка, сообщения открыты", (Name.COVER, Name.MESSAGES), "поставьте обложку и откройте сообщения"),
    Rule("Записей за неделю", (Name.POSTS,), f"пишите не реже {ENOUGH_POSTS} раз в неделю"),
    Rule(MARK, (Name.STATE,), "получите госметку через Госуслуги", True),
    Rule("QR-код у входа", (Name.QR,), "повесьте у входа QR-код страницы", True),
    Rule("Простой язык", (Name.PLAIN,), "пишите короче и без канцелярита", True),
    Rule("Виджет госуслуг", (Name.WIDGET,), "поставьте виджет «Решаем вместе»", True),
)


@dataclass(frozen=True, slots=True)
class Card:
    """The points of a page's check, in the order in which they are shown."""

    points: tuple[Point, ...]

    @property
    def measured_count(self) -> int:
        """How many points somebody measured, met or not."""
        return sum(point.met is not None for point in self.points)

    @property
    def passed_count(self) -> int:
        """How many points are met."""
        return sum(point.met is True for point in self.points)

    @property
    def was_looked_at(self) -> bool:
        """Whether anybody looked at the page: that it has a mark or not the registry itself says."""
        return any(point.met is not None and point.title != MARK for point in self.points)

    @property
    def to_mend(self) -> tuple[Point, ...]:
        """The points that were measured and are not met."""
        return tuple(point for point in self.points if point.met is False)

    @property
    def share(self) -> float | None:
        """The share of the measured points that are met; None where nothing was measured."""
        return self.passed_count / self.measured_count if self.measured_count else None


def card(known: Mapping[Name, Fact], network: Network = Network.VK) -> Card:
    """The check of a page by its facts. In a network that gives no state mark nobody measures it."""
    there = dict(known)
    if network not in MARKING:
        there.pop(Name.STATE, None)
    return Card(tuple(_point(rule, there) for rule in RULES))


def _point(rule: Rule, known: Mapping[Name, Fact]) -> Point:
    """One point of the check: met, not met, or None where something was not measured."""
    facts = [known[name] for name in rule.names if name in known]
    if len(facts) < len(rule.names):
        return Point(rule.title, None, "", rule.mend, rule.by_hand, None)
    met = [_MET.get(fact.name, _there)(fact) for fact in facts]
    seen, source = min(fact.seen for fact in facts), facts[0].source
    if None in met:
        return Point(rule.title, None, "", rule.mend, rule.by_hand, None)
    return Point(rule.title, all(met), _value(facts, met), rule.mend, rule.by_hand, seen, source)


def _value(facts: list[Fact], met: list[bool | None]) -> str:
    """What stands beside the point: a value, «нет», or nothing where it is met."""
    if facts[0].name is Name.POSTS:
        return facts[0].value if met[0] else f"{facts[0].value}, нужно {ENOUGH_POSTS}"
    return "" if all(met) else NO


def _there(fact: Fact) -> bool | None:
    """Whether the fact is there: «да», or the words themselves; «нет» and an empty value are known to lack."""
    return fact.value not in (NO, "")


def _often(fact: Fact) -> bool | None:
    """Whether there are enough posts a week; None where the fact holds no number."""
    posts = number(fact)
    return None if posts is None else posts >= ENOUGH_POSTS


def _has_mark(fact: Fact) -> bool | None:
    """Whether the page has the mark; None for one that is not there."""
    return fact.value == PageState.MARKED if fact.value in OPEN else None


_MET: dict[Name, Callable[[Fact], bool | None]] = {Name.POSTS: _often, Name.STATE: _has_mark}
BY_HAND = tuple(name for rule in RULES if rule.by_hand for name in rule.names if name is not Name.STATE)
"""What a person answers with yes or no."""
ANSWERS = (YES, NO)
