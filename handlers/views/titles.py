"""How people call a message: what, where, until when, who. «Яма · Миасс, Ленина, 5», for nobody knows numbers by heart.

Names come from the directory as they are; it must never show a resident's words but the address.
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from handlers.text.relayed import in_chat, one_line
from handlers.text.words import WEEKDAYS, day, near_day
from states.directory import Directory
from states.facts import Facts
from states.lifecycle.appeal import Appeal
from states.worktime.deadlines import Deadline, TermClock

ADDRESS_LIMIT = 60
CENTRE = "центр управления регионом"

HOURS = (TermClock.ROUTE, TermClock.FIRST_ANSWER)
"""Clocks of working hours; the others end with a day."""

_COMMON = ("администрация", "министерство", "управление", "губернатор", "инспекция", "комитет", "служба", "охрана")
_STREET = re.compile(r"\b(?:улица|ул\.?|дом|д\.)\s+", re.IGNORECASE)
_ASIDE = re.compile(r"\s?\((?:город|сёла|село|посёлок)\)")


def inside_sentence(name: str) -> str:
    """Inside a sentence: «Администрация Миасса» is «администрация Миасса», «Минздрав» and «ЖКХ» stay."""
    first = name.split(maxsplit=1)[0] if name else ""
    common = first.casefold() in _COMMON or (first[1:].islower() and not first.startswith(("Мин", "Гос")))
    return name[:1].lower() + name[1:] if common else name


def agency_title(directory: Directory, code: str | None) -> str:
    """«администрация Миасса»; the ЦУР where no agency is named."""
    agency = directory.agency_by_code.get(code) if code else None
    return inside_sentence(_ASIDE.sub("", agency.short)) if agency else CENTRE


def topic_title(directory: Directory, code: str | None) -> str:
    """The topic's name as the head of a title; «Сообщение» without one."""
    topic = directory.topic_by_code.get(code) if code else None
    return topic.name if topic else "Сообщение"


def place_title(directory: Directory, code: str | None) -> str:
    """The short name of the municipality without what stands in brackets; "" without one."""
    place = directory.place_by_code.get(code) if code else None
    return _ASIDE.sub("", place.short) if place else ""


def door_title(directory: Directory, code: str) -> str:
    """The name of a link; of one that the directory has no more, its code."""
    door = directory.door_by_code.get(code)
    return door.name if door is not None else code


def brief(address: str) -> str:
    """«улица Ленина, дом 5» is «Ленина, 5»; harmless in a chat: a bracket that the cut left open begins no mention."""
    shown = one_line(in_chat(address), ADDRESS_LIMIT).replace("[", "(").replace("]", ")")
    return _STREET.sub("", shown).strip(" ,.")


def title(appeal: Appeal, directory: Directory) -> str:
    """«Ямы и разбитый асфальт · Миасс, Ленина, 5»."""
    return " · ".join(filter(None, (topic_title(directory, appeal.topic), place_and_address(appeal, directory))))


def place_and_address(appeal: Appeal, directory: Directory) -> str:
    """Where it is: «Миасс, Ленина, 5»."""
    return ", ".join(filter(None, (place_title(directory, appeal.place), brief(appeal.address))))


def title_with_number(appeal: Appeal, directory: Directory) -> str:
    """The title of an appeal in a list: people know it by what and where, its number comes last."""
    return f"{title(appeal, directory)}, №{appeal.code}"


def without_address(appeal: Appeal, directory: Directory) -> str:
    """The title for those who may read no more than what and in which municipality (I4)."""
    return " · ".join(filter(None, (topic_title(directory, appeal.topic), place_title(directory, appeal.place))))


def until(at: datetime, zone: tzinfo) -> str:
    """«до пн 30 ноября, 18:00», also where it is read days later."""
    then = at.astimezone(zone)
    return f"до {WEEKDAYS[then.weekday()]} {day(at, zone)}, {then:%H:%M}"


def until_day(at: datetime, zone: tzinfo) -> str:
    """«до пн 30 ноября»: a promised day has no hour (R45)."""
    return f"до {WEEKDAYS[at.astimezone(zone).weekday()]} {day(at, zone)}"


def term(deadline: Deadline, facts: Facts) -> str:
    """Until when the running clock is, for where it is read at once (R45, R46): «сегодня до 18:00», «завтра до 18:00»,
    «до пн 30 ноября, 18:00», and «до пн 30 ноября» of a promised day."""
    at, zone = deadline.due_at, facts.policy.zone
    if deadline.clock not in HOURS:
        return until_day(at, zone)
    near = near_day(at, facts.now, zone)
    return f"{near} до {at.astimezone(zone):%H:%M}" if near else until(at, zone)
