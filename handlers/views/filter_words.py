"""A filter in words, as it stands over a list, at the head of a file and in a chat. The words say exactly what is
searched and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from handlers.text.words import date_words
from handlers.views.cards import status_words
from handlers.views.titles import door_title, place_title, topic_title
from states.directory import Directory
from states.lifecycle.counted import Outcome
from states.statistics.cells import Circle
from states.statistics.filter import NONE, By, Filter, TermOutcome, View

VIEWS = {
    View.ANY: "все",
    View.OPEN: "все открытые",
    View.URGENT: "опасность, просрочено или истекает сегодня",
    View.NEW: "новые: никто ещё не ответил",
    View.UNASSIGNED: "без адресата",
    View.OWN_LATE: "срок ЦУР вышел",
    View.TODAY: "истекает сегодня",
    View.OVERDUE: "просрочено",
    View.LONG_OVERDUE: "просрочено на три дня и больше",
    View.BACK: "житель пишет, что не решено",
    View.NOT_ACCEPTED: "не приняли три рабочих дня",
    View.PROMISED: "обещанный день прошёл",
    View.DANGER: "опасность, никто не принял",
    View.UNDELIVERED: "ответ не дошёл до жителя",
}
BY = {
    By.RECEIVED: "поступили",
    By.ACCEPTED: "приняты",
    By.FIRST: "первый ответ",
    By.FINAL: "окончательный ответ",
    By.RETURNED: "возвращены",
    By.REOPENED: "«не решено»",
    By.RATED: "оценены",
    By.ENDED: "закончены",
    By.TERM: "срок наступил",
}
OUTCOMES = {
    Outcome.SOLVED: "решено",
    Outcome.EXPLAINED: "разъяснено",
    Outcome.DECLINED: "отклонено",
    Outcome.OUTSIDE: "отвечают другие",
    Outcome.WITHDRAWN: "отозвано",
    Outcome.UNANSWERED: "закрыто без ответа",
}

TERMS = {TermOutcome.KEPT: "ответ в срок", TermOutcome.LATE: "ответ позже срока", TermOutcome.WAITING: "без ответа"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition in words, and the filter without it."""

    words: str
    without: Filter


NOBODY: Mapping[int, str] = MappingProxyType({})


def conditions(wanted: Filter, directory: Directory, people: Mapping[int, str] = NOBODY) -> tuple[Condition, ...]:
    """`people`: names of colleagues; without one it says the id."""
    return (*_conditions(wanted, directory), *_leads(wanted, people))


def in_words(wanted: Filter, directory: Directory) -> str:
    """«просрочено; Миасс; поступили 20–26 ноября 2026»; «все сообщения» without conditions."""
    return "; ".join(condition.words for condition in conditions(wanted, directory)) or "все сообщения"


def _conditions(wanted: Filter, directory: Directory) -> Iterator[Condition]:
    """Each condition in words, with the filter that is left without it."""
    if wanted.view:
        yield Condition(VIEWS[wanted.view], replace(wanted, view=View.ANY))
    if wanted.statuses:
        yield Condition(_or(status_words(status) for status in wanted.statuses), replace(wanted, statuses=()))
    if wanted.outcomes:
        yield Condition(
            _or(OUTCOMES.get(outcome, "не закончено") for outcome in wanted.outcomes), replace(wanted, outcomes=())
        )
    if wanted.topics:
        yield Condition(_or(_topics(wanted.topics, directory)), replace(wanted, topics=()))
    if wanted.places:
        names = (
            (place_title(directory, place) or place) if place != NONE else "место не указано" for place in wanted.places
        )
        yield Condition(_or(names), replace(wanted, places=()))
    if wanted.agencies:
        yield Condition(
            _or(agency_words(directory, agency) for agency in wanted.agencies), replace(wanted, agencies=())
        )
    if wanted.doors:
        names = (f"ссылка «{door_title(directory, door)}»" if door != NONE else "без ссылки" for door in wanted.doors)
        yield Condition(_or(names), replace(wanted, doors=()))
    if (days := period(wanted)) or wanted.by is not By.RECEIVED:
        plain = replace(wanted, by=By.RECEIVED, since=None, until=None)
        yield Condition(f"{BY[wanted.by]} {days}".strip(), plain)
    yield from _marks(wanted)


def _marks(wanted: Filter) -> Iterator[Condition]:
    """Of rating, term, danger, repeat, choice and incident: each condition in words, with the filter without it."""
    if wanted.ratings:
        yield Condition("оценка " + _or(str(rating) for rating in wanted.ratings), replace(wanted, ratings=()))
    if wanted.terms:
        yield Condition(_or(TERMS[term] for term in wanted.terms), replace(wanted, terms=()))
    if wanted.urgent is not None:
        yield Condition("пишут об опасности" if wanted.urgent else "не об опасности", replace(wanted, urgent=None))
    if wanted.repeat is not None:
        yield Condition("повторы" if wanted.repeat else "не повторы", replace(wanted, repeat=None))
    if wanted.chosen is not None:
        words = "ведомство выбрал житель" if wanted.chosen else "ведомство выбрал не житель"
        yield Condition(words, replace(wanted, chosen=None))
    if wanted.incident:
        yield Condition(f"вместе с №{wanted.incident}", replace(wanted, incident=""))
    if wanted.words:
        yield Condition(f"«{wanted.words}»", replace(wanted, words=""))
    if wanted.circle is not None:
        yield Condition(in_circle(wanted.circle), replace(wanted, circle=None))


def _leads(wanted: Filter, people: Mapping[int, str]) -> Iterator[Condition]:
    """Of who leads and of what is put off: each condition in words, with the filter without it."""
    if wanted.leads:
        names = (people.get(user) or f"id{user}" for user in wanted.leads)
        yield Condition(f"ведёт {_or(names)}", replace(wanted, leads=()))
    if wanted.later is not None:
        yield Condition("отложено" if wanted.later else "не отложено", replace(wanted, later=None))


def _topics(codes: tuple[str, ...], directory: Directory) -> Iterator[str]:
    """A group by its name where all of its topics are wanted."""
    left = list(codes)
    for group in directory.groups:
        own = {topic.code for topic in directory.topics_of(group.code)}
        if len(own) > 1 and own.issubset(left):
            yield whole_group(group.name)
            left = [code for code in left if code not in own]
    for code in left:
        known = code in directory.topic_by_code or code.isascii()
        yield "без темы" if code == NONE else topic_title(directory, code) if known else f"«{code}»"


def whole_group(name: str) -> str:
    """«Дом и ЖКХ: вся группа»."""
    return f"{name}: вся группа"


def in_circle(circle: Circle) -> str:
    """«в круге 2,5 км, 55,1600; 61,4000»."""
    said = f"в круге {circle.radius:g} км, {circle.latitude:.4f}; {circle.longitude:.4f}"
    return said.replace(".", ",")


def _or(words: Iterator[str] | list[str]) -> str:
    """The words joined by «или»."""
    return " или ".join(words)


def agency_words(directory: Directory, code: str) -> str:
    """The short name, as it stands in lists."""
    agency = directory.agency_by_code.get(code)
    return agency.short if agency else "ведомство не назначено" if code in (NONE, "") else code


def period(wanted: Filter) -> str:
    """«20–26 ноября 2026», «с 20 ноября 2026», «по 26 ноября 2026»; empty without days."""
    since, until = wanted.since, wanted.until
    if since is None and until is None:
        return ""
    if since is None or until is None:
        day = since or until
        assert day is not None
        return f"{'с' if until is None else 'по'} {date_words(day)} {day.year}"
    return between(since, until)


def between(since: date, until: date) -> str:
    """«26 ноября 2026», «20–26 ноября 2026», «28 октября – 3 ноября 2026»."""
    if since == until:
        return f"{date_words(until)} {until.year}"
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day}–{date_words(until)} {until.year}"
    year = "" if since.year == until.year else f" {since.year}"
    return f"{date_words(since)}{year} – {date_words(until)} {until.year}"
