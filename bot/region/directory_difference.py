"""What an import of a directory would change, in lines for a person. It must never change anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date
from itertools import groupby
from typing import Any

from handlers.text.words import WEEKDAYS
from states.directory import Appeal59, ControlCentre, Directory, Duty, Phone, Route, Settlement
from states.lifecycle.templates import Template
from states.worktime.calendar import LastDay
from states.worktime.deadlines import TERMS, Term, Terms, Unit
from states.worktime.schedule import MIDNIGHT, Hours, Schedule

_WORDS = {
    "name": "название",
    "short": "кратко",
    "level": "уровень",
    "place": "муниципалитет",
    "words": "слова",
    "checked_on": "проверено",
    "anonymous_card": "карточка без профиля",
    "group": "группа",
    "urgent": "срочная",
    "description": "пояснение",
    "kind": "вид",
    "centre": "центр",
    "aliases": "другие имена",
    "districts": "районы",
    "nicknames": "прозвища",
    "population": "жителей в центре",
    "residents": "жителей всего",
    "where": "что спросить о месте",
    "scene": "где бывает",
    "schedule": "часы работы",
    "terms": "сроки",
    "approval": "второй взгляд на ответ",
    "health": "о здоровье",
    "joinable": "общая беда: один ответ многим",
    "appeal59": "обращения по 59-ФЗ",
    "phones": "телефоны",
    "templates": "шаблоны",
    "role": "роль",
    "contact": "контакт",
    "about": "вопрос на плакате",
    "topic": "тема",
    "address": "адрес",
    "agency": "орган",
    "page": "официальная страница",
    "closed": "закрыта",
    "screen_name": "короткое имя",
    "number": "номер",
    "audience": "для кого",
    "hours": "часы",
    "cost": "цена звонка",
    "source": "источник",
    "question": "вопрос",
    "answer": "ответ",
    "link": "ссылка",
    "phone": "телефон",
    "phrases": "как спрашивают",
    "until": "верно до",
    "was": "как было",
    "now": "как надо",
}


def difference(old: Directory | None, new: Directory) -> tuple[str, ...]:
    """Lines for a person: «+ тема …», «− орган …», «~ … было … стало …»; empty when nothing changes."""
    if old is None:
        return _first(new)
    lines: list[str] = []
    for what, attribute in (("регион", "region"), ("официальный канал", "formal_channel"),
                            ("экстренные номера", "emergency"), ("канал проверен", "checked_on"),
                            ("часы работы", "schedule"), ("сроки", "terms"), ("номера", "numbers"),
                            ("часы и сроки проверены", "office_checked_on"), ("ждёт решения ЦУР", "control_centre"),
                            ("сколько муниципалитетов", "places_count"),
                            ("дежурство", "duty"), ("часовой пояс", "timezone")):  # fmt: skip
        was, now = getattr(old, attribute), getattr(new, attribute)
        if was != now:
            lines.append(f"~ {what}: {_was_and_now(was, now)}")
    for what, section, key in (("сообщество", "communities", "id"), ("орган", "agencies", "code"),
                               ("группа", "groups", "code"), ("тема", "topics", "code"),
                               ("муниципалитет", "places", "code"),
                               ("внешний контакт", "outside", "code"), ("ссылка", "doors", "code"),
                               ("телефон доверия", "crisis", "who"), ("частый вопрос", "faq", "code"),
                               ("фраза", "wordings", "code")):  # fmt: skip
        lines += _entry_changes(what, key, getattr(old, section), getattr(new, section))
    there, here = (
        (_settlement_in_words(old, settlement) for settlement in old.settlements),
        (_settlement_in_words(new, settlement) for settlement in new.settlements),
    )
    lines += _added_and_removed("населённый пункт", there, here)
    lines += _routes(old, new)
    return tuple(lines)


def _first(new: Directory) -> tuple[str, ...]:
    """A first import is told by counts: a thousand lines would be read by nobody."""
    counts = (
        ("сообществ", new.communities), ("органов", new.agencies), ("групп", new.groups), ("тем", new.topics),
        ("муниципалитетов", new.places), ("населённых пунктов", new.settlements), ("правил", new.routes),
        ("внешних контактов", new.outside), ("ссылок", new.doors), ("телефонов доверия", new.crisis),
        ("частых вопросов", new.faq), ("фраз", new.wordings),
    )  # fmt: skip
    return (f"+ регион «{new.region}»", *(f"+ {what}: {len(rows)}" for what, rows in counts if rows))


def _entry_changes(what: str, key: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[str]:
    was = {getattr(entry, key): entry for entry in old}
    now = {getattr(entry, key): entry for entry in new}
    for code, entry in now.items():
        if code not in was:
            yield f"+ {what} «{entry.name}» ({code})"
    for code, entry in was.items():
        if code not in now:
            yield f"− {what} «{entry.name}» ({code})"
    for code in [code for code in now if code in was]:
        for field in fields(now[code]):
            left, right = getattr(was[code], field.name), getattr(now[code], field.name)
            if left != right:
                said = _WORDS.get(field.name, field.name)
                yield f"~ {what} «{now[code].name}» ({code}), {said}: {_was_and_now(left, right)}"


def _was_and_now(was: object, now: object) -> str:
    """Both values in words, «было …, стало …»; of two lists what came and what went, for nobody compares a hundred
    words."""
    if not (isinstance(was, tuple) and isinstance(now, tuple) and was and now):
        return f"было {_value_in_words(was)}, стало {_value_in_words(now)}"
    came = [_part(part) for part in now if part not in was]
    gone = [_part(part) for part in was if part not in now]
    said = [f"добавлено «{', '.join(came)}»"] if came else []
    said += [f"убрано «{', '.join(gone)}»"] if gone else []
    return "; ".join(said) or f"другой порядок: «{', '.join(map(_part, now))}»"


def _value_in_words(value: object) -> str:
    match value:
        case None | ():
            return "пусто"
        case bool():
            return "да" if value else "нет"
        case date():
            return value.strftime("%d.%m.%Y")
        case tuple():
            return "«" + ", ".join(map(_part, value)) + "»"
        case Schedule():
            return f"«{schedule_in_words(value)}»"
        case Terms():
            return f"«{terms_in_words(value)}»"
        case Appeal59():
            return f"«{value.act}; {value.identification}»"
        case Duty():
            return f"«{duty_in_words(value)}»"
        case ControlCentre():
            named = ", ".join((*value.topics, *value.groups)) or "ничего"
            return f"«{named}»" + (f" (проверено {_value_in_words(value.checked_on)})" if value.checked_on else "")
        case _:
            return f"«{value}»"


def duty_in_words(duty: Duty) -> str:
    """Who is on duty, in words: «Олег Петров, Анна Лис; заместитель Вера Ким; 112: по прямой линии»."""
    people = ", ".join(officer.name for officer in duty.people) or "никто не назван"
    substitute = f"заместитель {duty.substitute.name}" if duty.substitute else ""
    hours = schedule_in_words(duty.schedule) if duty.schedule else ""
    handover = f"112: {duty.handover}" if duty.handover else ""
    checked = f"проверено {_value_in_words(duty.checked_on)}" if duty.checked_on else ""
    return "; ".join(filter(None, (people, substitute, hours, handover, checked)))


def _part(value: object) -> str:
    """One item of a list in words."""
    match value:
        case Phone(checked_on=day) if day:
            return f"{value.name} ({_value_in_words(day)})"
        case Phone():
            return value.name
        case Template():
            return f"{value.name}: {value.text}"
        case _:
            return str(value)


def _added_and_removed(what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    was, now = set(old), set(new)
    yield from (f"+ {what}: {word}" for word in sorted(now - was))
    yield from (f"− {what}: {word}" for word in sorted(was - now))


def _settlement_in_words(known: Directory, settlement: Settlement) -> str:
    return f"{settlement.name} → {_place(known, settlement.place)}"


def _place(known: Directory, code: str | None) -> str:
    """The short name of the place; «везде» for None."""
    if code is None:
        return "везде"
    return known.place_by_code[code].short if code in known.place_by_code else code


def _routes(old: Directory, new: Directory) -> Iterator[str]:
    """A line for each changed route: who answered for what it is about, and who will."""
    was = {(route.topic, route.group, route.place): route for route in old.routes}
    now = {(route.topic, route.group, route.place): route for route in new.routes}
    for key, entry in now.items():
        before = was.get(key)
        if before is None:
            yield f"+ правило: {route_in_words(new, entry)}"
        elif before.agency != entry.agency:
            yield f"~ правило: {route_in_words(new, entry)}, было {_agency(old, before.agency)}"
        elif before.checked_on != entry.checked_on:
            told = _was_and_now(before.checked_on, entry.checked_on)
            yield f"~ правило: {route_in_words(new, entry)}, проверено: {told}"
    yield from (f"− правило: {route_in_words(old, entry)}" for key, entry in was.items() if key not in now)


def route_in_words(known: Directory, route: Route) -> str:
    """The route in words: «тема «Ямы на дорогах», Миасс → Администрация Миасса»."""
    if route.topic:
        topic = known.topic_by_code.get(route.topic)
        about = f"тема «{topic.name if topic else route.topic}»"
    elif route.group:
        group = known.group_by_code.get(route.group)
        about = f"группа «{group.name if group else route.group}»"
    else:
        about = "всё остальное"
    return f"{about}, {_place(known, route.place)} → {_agency(known, route.agency)}"


def _agency(known: Directory, code: str) -> str:
    """The short name of the agency; its code where it is unknown."""
    return known.agency_by_code[code].short if code in known.agency_by_code else code


# Hours and terms in words

_UNITS = {Unit.MINUTES: "раб. мин", Unit.HOURS: "раб. ч", Unit.WORKING_DAYS: "раб. дн.", Unit.DAYS: "дн."}
_TERMS = {
    "route": "передать",
    "first_answer": "первый ответ",
    "urgent": "срочный",
    "after_interim": "после промежуточного",
    "postponed": "отсрочка",
    "question": "вопрос жителю",
}
_RULES = {
    LastDay.PREV: "выходной переносится назад",
    LastDay.NEXT: "выходной переносится вперёд",
    LastDay.NONE: "выходной не переносится",
}


def schedule_in_words(schedule: Schedule) -> str:
    """The schedule in words: «пн–чт 09:00–13:00, 14:00–18:00; пт …; не подтверждено»."""
    said = []
    for hours, days in groupby(range(7), key=lambda day: schedule.week[day]):
        first, *_, last = [*(named := list(days)), named[-1]]
        if hours:
            named_days = WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}–{WEEKDAYS[last]}"
            said.append(f"{named_days} {_spans(hours)}")
    said += [f"{own.day:%d.%m.%Y} {_spans(own.hours) or 'закрыто'}" for own in schedule.own_days]
    said += [] if schedule.by_calendar else ["без праздников"]
    return "; ".join([*said, "подтверждено" if schedule.confirmed else "не подтверждено"])


def _spans(hours: Hours) -> str:
    """The hours of a day in words."""
    return ", ".join(f"{_clock(span.start)}–{_clock(span.end)}" for span in hours)


def _clock(minutes: int) -> str:
    """Minutes after midnight as «09:00»."""
    return "24:00" if minutes == MIDNIGHT else f"{minutes // 60:02}:{minutes % 60:02}"


def terms_in_words(terms: Terms) -> str:
    """The terms in words: «передать 1 раб. ч (не подтверждено), …»."""
    said = []
    for name in TERMS:
        term: Term = getattr(terms, name)
        mark = f" (по акту: {term.source})" if term.confirmed else " (не подтверждено)"
        said.append(f"{_TERMS[name]} {term.amount} {_UNITS[term.unit]}{mark}")
    return ", ".join([*said, _RULES[terms.last_day]])


def unconfirmed_in_words(terms: Terms) -> str:
    """Terms that no act of the region confirms (R46)."""
    return ", ".join(_TERMS[name] for name in terms.unconfirmed_names)
