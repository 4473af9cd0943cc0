"""An entry of the directory as fields of a form, and a form as an entry. Which fields it has, what stands beside them
and what is right say its rows (bot/region/directory_rows.py): it must never check by rules of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from bot.region.directory_rows import (
    LONG,
    ONCE,
    SECTIONS,
    SINGLE,
    DutyOfficerRow,
    PhoneRow,
    ScheduleRow,
    TermsRow,
    TopicRow,
)
from bot.region.directory_write import DAYS, Values
from states.directory import Directory, Level, PlaceKind, Regime, Scene, Where
from states.worktime.calendar import LastDay
from states.worktime.deadlines import TERMS, Unit

Typed = dict[str, str]
"""What stands in the fields of a form, by their names."""
Choices = list[tuple[str, str]]


class FieldKind(StrEnum):
    """How a field of the form looks; the templates know these words."""

    LINE = "line"
    TEXT = "text"
    WORDS = "words"
    FLAG = "flag"
    DAY = "day"
    NUMBER = "number"
    CHOICE = "choice"
    PHONES = "phones"
    SCHEDULE = "schedule"
    TERMS = "terms"
    OFFICER = "officer"
    OFFICERS = "officers"


@dataclass(frozen=True, slots=True)
class Field:
    """`once`: a code is given once and never changed."""

    name: str
    title: str
    kind: FieldKind = FieldKind.LINE
    hint: str = ""
    choices: Callable[[Directory], Choices] | None = None
    once: bool = False


LEVELS = {
    Level.GOVERNOR: "губернатор и правительство",
    Level.REGION: "министерства и ведомства",
    Level.MUNICIPALITY: "муниципалитет",
    Level.AGENCY: "другая организация",
}
KINDS = {PlaceKind.CITY_OKRUG: "городской округ", PlaceKind.MUNICIPAL_OKRUG: "муниципальный округ"}
REGIMES = {Regime.MESSAGE: "сообщения", Regime.APPEAL59: "обращения по 59-ФЗ"}
WHERES = {
    Where.HOUSE: "улицу и дом",
    Where.ROAD: "дорогу и километр",
    Where.STOP: "остановку",
    Where.CLINIC: "больницу",
    Where.SCHOOL: "школу",
    Where.NOWHERE: "ничего",
}
SCENES = {
    Scene.HOUSE: "в доме",
    Scene.YARD: "во дворе",
    Scene.STREET: "на улице",
    Scene.OTHER: "в другом месте",
}
UNITS = {
    Unit.MINUTES: "рабочих минут",
    Unit.HOURS: "рабочих часов",
    Unit.WORKING_DAYS: "рабочих дней",
    Unit.DAYS: "дней",
}
LAST_DAYS = {LastDay.PREV: "до выходного", LastDay.NEXT: "после выходного", LastDay.NONE: "не переносить"}
TERM_NAMES = {
    "route": "Передать тому, кто отвечает",
    "first_answer": "Первый ответ",
    "urgent": "Срочный ответ",
    "after_interim": "После промежуточного",
    "postponed": "Отсрочка",
    "question": "Вопрос жителю",
}
DAY_NAMES = ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье")
SPARE = 2
"""Empty lines for telephones below those that are there."""


def _choices_of(names: Mapping[Any, str]) -> Callable[[Directory], Choices]:
    return lambda known: [(code.value, name) for code, name in names.items()]


def places(known: Directory) -> Choices:
    """The municipalities as choices of a form, with «все места» on top."""
    return [("", "все места"), *((place.code, place.short) for place in known.places)]


def agencies(known: Directory) -> Choices:
    """All agencies to choose from."""
    return [(agency.code, agency.short) for agency in known.agencies]


def somewhere(known: Directory) -> Choices:
    """All places to choose from, and any."""
    return [("", "любой"), *places(known)[1:]]


def somebody(known: Directory) -> Choices:
    """All agencies to choose from, and whoever the routes name."""
    return [("", "по теме и месту"), *agencies(known)]


def topics(known: Directory) -> Choices:
    """The topics as choices of a form, with «любая» on top."""
    return [("", "любая"), *((topic.code, topic.name) for topic in known.topics)]


def scenes(known: Directory) -> Choices:
    """All scenes to choose from, and none."""
    return [("", "в разных местах"), *_choices_of(SCENES)(known)]


def groups(known: Directory) -> Choices:
    """All groups of topics to choose from."""
    return [(group.code, group.name) for group in known.groups]


def abouts(known: Directory) -> Choices:
    """What a route may be about, to choose from: a topic, a group, or everything else."""
    found = [("", "всё остальное")]
    for group in known.groups:
        found.append((f"group:{group.code}", f"Группа «{group.name}» целиком"))
        found += [(f"topic:{topic.code}", f"{group.name}: {topic.name}") for topic in known.topics_of(group.code)]
    return found


CHOICES: dict[str, Callable[[Directory], Choices]] = {
    "agency": agencies,
    "doors.agency": somebody,
    "doors.place": somewhere,
    "kind": _choices_of(KINDS),
    "level": _choices_of(LEVELS),
    "place": places,
    "regime": _choices_of(REGIMES),
    "scene": scenes,
    "topic": topics,
    "where": _choices_of(WHERES),
}
"""By the name of a field; behind that of a section where it is another question there."""
KIND_OF: dict[Any, FieldKind] = {
    bool: FieldKind.FLAG,
    date: FieldKind.DAY,
    int: FieldKind.NUMBER,
    PhoneRow: FieldKind.PHONES,
    ScheduleRow: FieldKind.SCHEDULE,
    TermsRow: FieldKind.TERMS,
}


@cache
def fields_of(section: str) -> tuple[Field, ...]:
    """What has a title, in the order of the row. A topic knows its group; a route names what it is about in one."""
    model = TopicRow if section == "topics" else SECTIONS[section]
    made = tuple(_field(section, name, row) for name, row in model.model_fields.items() if row.title)
    match section:
        case "topics":
            return Field("group", "Группа", FieldKind.CHOICE, choices=groups), *made
        case "routes":
            agency, place, checked = made
            return Field("about", "О чём", FieldKind.CHOICE, choices=abouts), place, agency, checked
        case _:
            return made


def _field(section: str, name: str, row: FieldInfo) -> Field:
    """The form's field for one value of a row."""
    choices = CHOICES.get(f"{section}.{name}", CHOICES.get(name))
    kind = FieldKind.CHOICE if choices else FieldKind.TEXT if LONG in row.metadata else _kind(row.annotation)
    return Field(name, row.title or "", kind, row.description or "", choices, ONCE in row.metadata)


def _kind(annotation: Any) -> FieldKind:
    """Which kind of field a type of value gets."""
    parts, listed = list(_parts(annotation)), get_origin(annotation) is tuple
    if DutyOfficerRow in parts:
        return FieldKind.OFFICERS if listed else FieldKind.OFFICER
    return next((KIND_OF[part] for part in parts if part in KIND_OF), FieldKind.WORDS if listed else FieldKind.LINE)


def _parts(annotation: Any) -> Iterator[type]:
    """The classes that it is made of."""
    if isinstance(annotation, type):
        yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of entries, of a `section` of the files. `added`: a form makes a new one; `single`: there is one only."""

    section: str
    title: str
    added: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of this entry's form."""
        return fields_of(self.section)

    @property
    def single(self) -> bool:
        """Whether the section has one entry only."""
        return self.section in SINGLE


ENTRIES: dict[str, Entry] = {
    "agency": Entry("agencies", "Ведомство", "Добавить ведомство"),
    "topic": Entry("topics", "Тема", "Добавить тему"),
    "group": Entry("groups", "Группа тем"),
    "route": Entry("routes", "Правило", "Добавить правило"),
    "place": Entry("places", "Муниципалитет", "Добавить муниципалитет"),
    "number": Entry("emergency", "Экстренный номер", "Добавить номер"),
    "crisis": Entry("crisis", "Телефон доверия", "Добавить телефон доверия"),
    "faq": Entry("faq", "Частый вопрос", "Добавить частый вопрос"),
    "wording": Entry("wordings", "Фраза", "Сказать фразу своими словами"),
    "duty": Entry("duty", "Дежурство"),
    "outside": Entry("outside", "Внешний контакт", "Добавить контакт"),
    "door": Entry("doors", "Ссылка с кодом", "Добавить ссылку"),
    "community": Entry("communities", "Сообщество", "Добавить сообщество"),
    "region": Entry("region", "Регион"),
    "office": Entry("office", "Общие часы и сроки"),
    "centre": Entry("control_centre", "Что нарочно ждёт ЦУР"),
}


# From an entry to fields.


def values_as_typed(entry: Entry, item: Mapping[str, Any]) -> Typed:
    """The entry as somebody would have typed it into the form, by the names of fields."""
    made: Typed = {}
    for field in entry.fields:
        made |= _value_as_typed(field, item.get(field.name), item)
    return made


def _value_as_typed(field: Field, value: Any, item: Mapping[str, Any]) -> Typed:
    match field.kind:
        case FieldKind.WORDS:
            return {field.name: "\n".join(value or ())}
        case FieldKind.FLAG:
            return {field.name: "yes"} if value else {}
        case FieldKind.PHONES:
            return _phones_typed(value or ())
        case FieldKind.SCHEDULE:
            return _schedule_typed(value or {})
        case FieldKind.TERMS:
            return _terms_typed(value or {})
        case FieldKind.OFFICER | FieldKind.OFFICERS:
            officers = value or () if field.kind is FieldKind.OFFICERS else (value,) if value else ()
            return {field.name: "\n".join(f"{officer['user']} {officer['name']}" for officer in officers)}
        case FieldKind.CHOICE if field.name == "about":
            return {"about": _about(item)}
        case _:
            return {field.name: "" if value is None else str(value)}


def _about(item: Mapping[str, Any]) -> str:
    """What a route is about, as the form names it: a topic, a group, or ""."""
    if item.get("topics"):
        return f"topic:{item['topics'][0]}"
    return f"group:{item['groups'][0]}" if item.get("groups") else ""


def _phones_typed(phones: Sequence[Mapping[str, Any]]) -> Typed:
    made: Typed = {}
    for at, phone in enumerate(phones):
        for name in ("number", "about", "checked"):
            made[f"phones.{at}.{name}"] = str(phone.get(name) or "")
    return made


def _schedule_typed(schedule: Mapping[str, Any]) -> Typed:
    made: Typed = {}
    for days, spans in schedule.get("hours", {}).items():
        first, _, last = days.partition("-")
        for day in DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]:
            made[f"schedule.{day}"] = ", ".join(spans)
    own = [" ".join((str(day["day"]), ", ".join(day.get("hours", ())))).strip() for day in schedule.get("own_days", ())]
    made["schedule.own"] = "\n".join(own)
    return made | {f"schedule.{name}": "yes" for name in ("works_on_holidays", "confirmed") if schedule.get(name)}


def _terms_typed(terms: Mapping[str, Any]) -> Typed:
    made: Typed = {"terms.last_day": terms.get("last_day") or ""}
    for name in TERMS:
        term = terms.get(name) or {}
        unit = next((unit for unit in Unit if unit in term), None)
        if unit is not None:
            made |= {f"terms.{name}.amount": str(term[unit]), f"terms.{name}.unit": unit.value}
            made |= {f"terms.{name}.source": term.get("source", "")}
            made |= {f"terms.{name}.confirmed": "yes"} if term.get("confirmed") else {}
    return made


# From fields to an entry.


class Unread(Exception):
    """A field holds no date, number or hours."""


def read(entry: Entry, form: Typed, before: Mapping[str, Any]) -> tuple[Values, dict[str, str]]:
    """The entry as the form has it, and what could not be read, by field. What has no field stays as it was."""
    made, wrong = dict(before), {}
    for field in entry.fields:
        if field.once and before:
            continue
        made.pop(field.name, None)
        try:
            value = _read(field, form)
        except Unread as error:
            wrong[field.name] = str(error)
            continue
        if value not in (None, "", (), {}, False):
            made[field.name] = value
    if entry.section == "routes":
        _set_about(made, made.pop("about", ""))
    return made, wrong


def _set_about(made: Values, about: str) -> None:
    kind, _, code = about.partition(":")
    made.pop("topics", None), made.pop("groups", None)
    if code:
        made[f"{kind}s"] = (code,)


def _read(field: Field, form: Typed) -> Any:
    """The typed value of a field; Unread, with a sentence, where it means nothing."""
    said = form.get(field.name, "").strip()
    match field.kind:
        case FieldKind.WORDS:
            return tuple(_words(said))
        case FieldKind.FLAG:
            return bool(said)
        case FieldKind.DAY:
            return _day(said)
        case FieldKind.NUMBER:
            return _number(said)
        case FieldKind.PHONES:
            return _phones(form)
        case FieldKind.SCHEDULE:
            return _schedule(form)
        case FieldKind.TERMS:
            return _terms(form)
        case FieldKind.OFFICERS:
            return tuple(_officer(line) for line in said.splitlines() if line.strip())
        case FieldKind.OFFICER:
            return _officer(said) if said else None
        case _:
            return said


def _officer(line: str) -> Values:
    """The officer of a line such as «1234567 Олег Петров»; Unread for anything else."""
    user, _, name = line.strip().partition(" ")
    number = _number(user)
    if not name.strip() or number is None:
        raise Unread(f"«{line[:40]}»: нужны номер страницы и имя через пробел, например «1234567 Олег Петров».")
    return {"user": number, "name": name.strip()}


def _words(said: str) -> Iterable[str]:
    """The words between commas and lines, each once."""
    return dict.fromkeys(word.strip() for word in said.replace("\n", ",").split(",") if word.strip())


def _day(said: str) -> date | None:
    """The ISO date; None for nothing, Unread for anything else."""
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Unread(f"«{said[:20]}» — не дата. Напишите день как 2026-11-24.") from None


def _number(said: str) -> int | None:
    """The whole number; None for nothing, Unread for anything else."""
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 12):
        raise Unread(f"«{said[:20]}» — не число.")
    return int(said)


def phone_lines(form: Typed) -> int:
    """How many lines for telephones a form has."""
    used = [int(at) for at in (name.split(".")[1] for name in form if name.startswith("phones.")) if at.isdigit()]
    return min(20, max((at + 1 for at in used if form.get(f"phones.{at}.number", "").strip()), default=0) + SPARE)


def _phones(form: Typed) -> tuple[Values, ...]:
    """The phones of the form."""
    found = []
    for at in range(phone_lines(form)):
        number, about, day = (form.get(f"phones.{at}.{name}", "").strip() for name in ("number", "about", "checked"))
        if number or about:
            phone: Values = {"number": number, "about": about, "checked": _day(day)}
            found.append({name: value for name, value in phone.items() if value})
    return tuple(found)


def _schedule(form: Typed) -> Values:
    """The schedule of the form; empty where nothing is typed."""
    hours = {day: _spans(said) for day in DAYS if (said := form.get(f"schedule.{day}", "").strip())}
    own = tuple(_own(line) for line in form.get("schedule.own", "").splitlines() if line.strip())
    if not hours and not own:
        return {}
    made: Values = {"hours": hours}
    if own:
        made["own_days"] = own
    return made | {name: True for name in ("works_on_holidays", "confirmed") if form.get(f"schedule.{name}")}


def _own(line: str) -> Values:
    """One special day with its hours; without hours it is closed."""
    day, _, hours = line.strip().partition(" ")
    known = _day(day)
    return {"day": known} | ({"hours": _spans(hours)} if hours.strip() else {})


def _spans(said: str) -> tuple[str, ...]:
    """The hours as the files write them, of «9:00–13:00, 14:00-18:00»."""
    tidy = said.replace("–", "-").replace("—", "-").replace(" ", "")
    return tuple("-".join(clock.zfill(5) for clock in span.split("-")) for span in tidy.split(",") if span)


def _terms(form: Typed) -> Values:
    """The terms of the form; Unread where one has no unit."""
    made: Values = {}
    for name, title in TERM_NAMES.items():
        amount = _number(form.get(f"terms.{name}.amount", "").strip())
        if amount is None:
            continue
        unit = form.get(f"terms.{name}.unit", "")
        if unit not in {allowed.value for allowed in Unit}:
            raise Unread(f"{title}: выберите, в чём считать.")
        made[name] = {unit: amount, "source": form.get(f"terms.{name}.source", "").strip()}
        made[name] |= {"confirmed": True} if form.get(f"terms.{name}.confirmed") else {}
    last = form.get("terms.last_day", "")
    return made | ({"last_day": last} if last else {})


# Where an entry stands.


def key_of(entry: Entry, item: Mapping[str, Any]) -> str:
    """What an entry is found by."""
    match entry.section:
        case "routes":
            return f"{_about(item)}@{item.get('place', '')}"
        case "emergency":
            return f"{item['number']}@{item.get('place', '')}"
        case "communities":
            return str(item["id"])
        case "crisis":
            return str(item["who"])
        case _:
            return "" if entry.single else str(item["code"])


def find_entry(entry: Entry, values: Values, key: str) -> Values | None:
    """The entry of this key; a topic knows its group."""
    if entry.single:
        item: Values = values.get(entry.section, {})
        return item
    if entry.section == "topics":
        for group in values["groups"]:
            for topic in group.get("topics", ()):
                if topic["code"] == key:
                    return {"group": group["code"], "checked": group.get("checked"), **topic}
        return None
    return next((value for value in values.get(entry.section, ()) if key_of(entry, value) == key), None)


def put(entry: Entry, values: Values, key: str | None, item: Values | None) -> None:
    """Into `values` instead of the entry of this key, or at the end; None takes it away."""
    if entry.single:
        values[entry.section] = item
    elif entry.section == "topics":
        _put_topic(values, key, item)
    else:
        rows: list[Values] = values.setdefault(entry.section, [])
        place = next((at for at, row in enumerate(rows) if key_of(entry, row) == key), len(rows))
        rows[place : place + 1] = [item] if item is not None else []


def _put_topic(values: Values, key: str | None, item: Values | None) -> None:
    """Puts a topic into its group in place, where it stood; into another group at the end. The day of the group is not
    written twice."""
    fresh = {name: value for name, value in item.items() if name != "group"} if item is not None else None
    for group in values["groups"]:
        topics = list(group.get("topics", ()))
        mine = item is not None and group["code"] == item.get("group")
        at = next((at for at, topic in enumerate(topics) if topic["code"] == key), None)
        if mine and fresh is not None:
            own = {name: value for name, value in fresh.items() if (name, value) != ("checked", group.get("checked"))}
            place = at if at is not None else len(topics)
            topics[place : place + 1] = [own]
        elif at is not None:
            del topics[at]
        group["topics"] = tuple(topics)
