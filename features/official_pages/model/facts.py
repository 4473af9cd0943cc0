"""What is known of a page, each fact with source and day. It must never make a value of what nobody measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

VK = "VK"
"""The source of what VK's methods tell."""
TABLE = "таблица"
HAND = "сотрудник ЦУР"


class Name(StrEnum):
    """What a fact is about. Stored as these words: one may be added, never renamed."""

    STATE = "state"
    ADDRESS = "address"
    ABOUT = "about"
    SITE = "site"
    PHONE = "phone"
    PLACE = "place"
    COVER = "cover"
    MESSAGES = "messages"
    POSTS = "posts"
    MEMBERS = "members"
    COMMENTS = "comments"
    ANSWERED = "answered"
    ANSWER_MINUTES = "answer_minutes"
    QR = "qr"
    PLAIN = "plain"
    WIDGET = "widget"


NAMES = {
    Name.STATE: "состояние",
    Name.ADDRESS: "ссылка",
    Name.ABOUT: "описание",
    Name.SITE: "сайт",
    Name.PHONE: "телефон",
    Name.PLACE: "адрес",
    Name.COVER: "обложка",
    Name.MESSAGES: "сообщения открыты",
    Name.POSTS: "записей за неделю",
    Name.MEMBERS: "подписчиков",
    Name.COMMENTS: "комментариев людей за неделю",
    Name.ANSWERED: "из них с ответом страницы",
    Name.ANSWER_MINUTES: "ответ на комментарий, минут (медиана)",
    Name.QR: "QR-код у входа",
    Name.PLAIN: "простой язык",
    Name.WIDGET: "виджет госуслуг",
}
YES, NO = "да", "нет"
"""Values of what is there or not; a number is written in digits, and what is not known has no fact."""


@dataclass(frozen=True, slots=True)
class Fact:
    """`day`: since when it has this value, `seen`: the last day on which somebody looked and it still had it."""

    page: int
    name: Name
    value: str
    source: str
    day: date
    seen: date


def latest(facts: Iterable[Fact]) -> dict[Name, Fact]:
    """By name, the newest fact."""
    found: dict[Name, Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact.day):
        found[fact.name] = fact
    return found


def merge_fact(known: Mapping[Name, Fact], said: Fact) -> Fact:
    """What is to be kept of something said now: the same value goes on, another one begins."""
    before = known.get(said.name)
    if before is None or before.value != said.value or before.source != said.source:
        return said
    return Fact(before.page, before.name, before.value, before.source, before.day, max(before.seen, said.seen))


def number(fact: Fact | None) -> int | None:
    """A counted value; None where nobody counted."""
    return int(fact.value) if fact is not None and fact.value.isdecimal() else None
