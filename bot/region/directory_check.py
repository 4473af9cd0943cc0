"""What must hold between the parts of a directory; every fault is one Russian sentence.

It must never guess what a wrong line meant: a wrong directory is not loaded at all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot.region import directory_office as office
from bot.region.directory_rows import BUTTON, SECTIONS, SINGLE, GroupRow, RouteRow, TopicRow, model_of

_CALLED = {
    "groups": "группа",
    "topics": "тема",
    "agencies": "орган",
    "places": "муниципалитет",
    "communities": "сообщество",
    "emergency": "номер",
    "routes": "правило для",
    "outside": "внешний контакт",
    "doors": "ссылка",
    "faq": "частый вопрос",
    "wordings": "фраза",
}


@dataclass(frozen=True, slots=True)
class LocatedPart:
    """A part of the directory with the place in its file where it stands."""

    where: str
    row: Any
    topics: tuple[str, ...] = ()
    """Where each topic of a group stands."""


@dataclass(frozen=True, slots=True)
class DirectorySource:
    """All parts of all files, in order."""

    parts: dict[str, list[LocatedPart]]

    def rows(self, section: str) -> list[LocatedPart]:
        """The rows of this section; none where it is missing."""
        return self.parts.get(section, [])

    def topics(self) -> Iterator[tuple[str, TopicRow, GroupRow]]:
        """Every topic, where it stands, and its group."""
        for part in self.rows("groups"):
            for where, topic in zip(part.topics, part.row.topics, strict=True):
                yield where, topic, part.row


def where(file: str, line: int, section: str, item: object) -> str:
    """Where a fault stands, in words: «файл regions/x/topics.yaml, строка 12, тема «Ямы»»."""
    named = item_in_words(section, item)
    return f"файл {file}, строка {line}" + (f", {named}" if named else "")


def item_in_words(section: str, item: object) -> str:
    """The item in words, «тема «Ямы»», where it has a name; else ""."""
    if not isinstance(item, dict) or section not in _CALLED:
        return ""
    name = item.get("name") or item.get("code") or item.get("number") or item.get("agency")
    return f"{_CALLED[section]} «{name}»" if name is not None else ""


def faults(source: DirectorySource, today: date | None) -> list[str]:
    """A sentence for each fault between parts that are each well-formed."""
    return [
        *_missing_parts(source),
        *_zone(source),
        *_doubles(source),
        *_strangers(source),
        *_routes(source),
        *_offices(source),
        *_doors(source),
        *_joinable(source),
        *(_future(source, today) if today else ()),
    ]


def warnings(source: DirectorySource, today: date | None, stale: timedelta) -> list[str]:
    """A sentence for each thing that works but deserves a look: old dates (R61), topics that nobody answers."""
    return [*(_old(source, today, stale) if today else ()), *_topics_without_agency(source), *_none_joinable(source)]


def _old(source: DirectorySource, today: date, stale: timedelta) -> Iterator[str]:
    """A warning for each date of checking that is longer ago than `stale`."""
    for where, checked in _days_of_checking(source):
        if today - checked > stale:
            yield (
                f"{where}: проверено {_day(checked)}, это больше {stale.days} дней назад. "
                "Проверьте ещё раз и поставьте новую дату."
            )


def _days_of_checking(source: DirectorySource) -> Iterator[tuple[str, date]]:
    """Everything that has a day of checking, and where it stands."""
    for stands, day in _days(source):
        if day is not None:
            yield stands, day
    for stands, topic, _ in source.topics():
        if topic.checked is not None:
            yield stands, topic.checked


def undated_faults(source: DirectorySource) -> Iterator[str]:
    """What must have a day of checking and has none. A group whose topics all have their own needs none."""
    for stands, day in _days(source):
        if day is None:
            yield f"{stands}: checked — не указано. Добавьте строку «checked: …»."


def _days(source: DirectorySource) -> Iterator[tuple[str, date | None]]:
    """Where each date of checking stands, and the date or None."""
    for section in (name for name in SECTIONS if name != WORDINGS):
        for part in source.rows(section):
            own = section == "groups" and all(topic.checked for topic in part.row.topics)
            yield part.where, part.row.checked or (part.row.topics[0].checked if own else None)
    for part in source.rows("agencies"):
        for phone in part.row.phones:
            yield f"{part.where}, телефон {phone.number}", phone.checked


def _topics_without_agency(source: DirectorySource) -> Iterator[str]:
    """Topics that wait for the ЦУР somewhere though nobody said so in control_centre."""
    everywhere = {part.row.code for part in source.rows("places")}
    served: dict[tuple[str | None, str | None], set[str]] = {}
    for part in source.rows("routes"):
        for topic_code, group_code, place in _keys(part.row):
            places = everywhere if place is None else {place}
            served.setdefault((topic_code, group_code), set()).update(places)
    for part in source.rows("control_centre"):
        for key in [*((code, None) for code in part.row.topics), *((None, code) for code in part.row.groups)]:
            served[key] = everywhere
    for stands, topic, group in source.topics():
        there = served.get((topic.code, None), set()) | served.get((None, group.code), set())
        missing = everywhere - there - served.get((None, None), set())
        if missing:
            only = "" if missing == everywhere else f" в муниципалитетах: {', '.join(sorted(missing))}"
            yield (
                f"{stands}: никто не назначен{only}, сообщения будут ждать ЦУР. Добавьте её в routes "
                "или, если так и надо, в control_centre."
            )


def _none_joinable(source: DirectorySource) -> Iterator[str]:
    """A directory of an older program: without the key nobody is offered to join, and the ЦУР can't merge."""
    if not any(topic.joinable for _, topic, _ in source.topics()):
        yield (
            "темы: ни у одной нет joinable: true, поэтому никому не предложат присоединиться и объединить нельзя. "
            "Поставьте его темам об общих бедах: дороги, свет, вода, мусор, транспорт."
        )


WORDINGS = "wordings"
"""Words of the region's own: no fact that somebody has to check."""
UNSPOKEN = "Пока жители читают слова программы. Перепишите «Как сейчас» или удалите запись."
"""What to do about those whose sentence the program has no more."""

_NEEDED = {
    "region": "название и официальный канал",
    "agencies": "органы",
    "groups": "группы и темы",
    "places": "муниципалитеты",
    "emergency": "экстренные номера",
    "communities": "сообщества",
}


def _missing_parts(source: DirectorySource) -> Iterator[str]:
    for section, what in _NEEDED.items():
        if not source.rows(section):
            yield f"справочник: нет раздела {section} ({what}). Добавьте его, пример — regions/chelyabinsk."
    for part in source.rows("region"):
        wanted, there = part.row.places_count, len(source.rows("places"))
        if wanted is not None and wanted != there:
            yield (
                f"{part.where}: places_count = {wanted}, а муниципалитетов в справочнике {there}. "
                "Добавьте недостающие или исправьте число."
            )


def _zone(source: DirectorySource) -> Iterator[str]:
    """A sentence for a time zone that there is not: the bot would know no hour."""
    for part in source.rows("region"):
        name = part.row.timezone
        try:
            ZoneInfo(name or "UTC")
        except (KeyError, OSError, ValueError):
            yield f"{part.where}: часового пояса «{name}» нет. {advice(name, available_timezones())}"


def _doubles(source: DirectorySource) -> Iterator[str]:
    """A sentence for each section, code or name that stands twice."""
    for section in SINGLE:
        for part in source.rows(section)[1:]:
            first = source.rows(section)[0]
            yield f"{part.where}: раздел {section} уже есть ({first.where}). Оставьте один."
    kinds: tuple[tuple[str, Callable[[Any], object]], ...] = (
        ("agencies", lambda row: row.code),
        ("groups", lambda row: row.code),
        ("places", lambda row: row.code),
        ("communities", lambda row: row.id),
        ("outside", lambda row: row.code),
        ("doors", lambda row: row.code),
        ("crisis", lambda row: row.who),
        ("faq", lambda row: row.code),
        ("wordings", lambda row: row.code),
    )
    for section, key in kinds:
        yield from _twice((part.where, key(part.row)) for part in source.rows(section))
    yield from _twice((stands, topic.code) for stands, topic, _ in source.topics())


def _twice(pairs: Iterable[tuple[str, object]]) -> Iterator[str]:
    """A sentence for each code that is taken already."""
    seen: dict[object, str] = {}
    for where, code in pairs:
        if code in seen:
            yield f"{where}: код «{code}» уже занят ({seen[code]}). Дайте другой код."
        seen.setdefault(code, where)


def _strangers(source: DirectorySource) -> Iterator[str]:
    """Codes that nothing in the directory has."""
    places = {part.row.code for part in source.rows("places")}
    for section in ("communities", "agencies", "routes", "emergency", "doors", "faq"):
        for part in source.rows(section):
            if part.row.place is not None and part.row.place not in places:
                yield _stranger(part.where, "муниципалитета", part.row.place, places)
    agencies = {part.row.code for part in source.rows("agencies")}
    topics = {topic.code for _, topic, _ in source.topics()}
    groups = {part.row.code for part in source.rows("groups")}
    for part in source.rows("routes"):
        if part.row.agency not in agencies:
            yield _stranger(part.where, "органа", part.row.agency, agencies)
    for part in [*source.rows("routes"), *source.rows("control_centre")]:
        for code in part.row.topics:
            if code not in topics:
                yield _stranger(part.where, "темы", code, topics)
        for code in part.row.groups:
            if code not in groups:
                yield _stranger(part.where, "группы", code, groups)
    for part in source.rows("doors"):
        if part.row.topic is not None and part.row.topic not in topics:
            yield _stranger(part.where, "темы", part.row.topic, topics)
        if part.row.agency is not None and part.row.agency not in agencies:
            yield _stranger(part.where, "органа", part.row.agency, agencies)


def _stranger(where: str, what: str, code: str, known: Iterable[str]) -> str:
    """The sentence that this code is unknown, with the closest known one."""
    return f"{where}: {what} с кодом «{code}» в справочнике нет. {advice(code, known)}"


def advice(word: str, known: Iterable[str]) -> str:
    """The nearest known word, for a slip of the keyboard."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"Может быть, «{near[0]}»?" if near else "Исправьте или уберите."


def _keys(row: RouteRow) -> list[tuple[str | None, str | None, str | None]]:
    """Topic, group and place of all that the route stands for."""
    found: list[tuple[str | None, str | None, str | None]] = [(code, None, row.place) for code in row.topics]
    found += [(None, code, row.place) for code in row.groups]
    return found or [(None, None, row.place)]


def _routes(source: DirectorySource) -> Iterator[str]:
    """A sentence for each route that catches everything or stands twice."""
    seen: dict[tuple[str | None, str | None, str | None], str] = {}
    for part in source.rows("routes"):
        for key in _keys(part.row):
            if key == (None, None, None):
                yield (
                    f"{part.where}: правило без темы, группы и муниципалитета отдало бы органу всё. "
                    "Назовите topics, groups или place."
                )
            elif key in seen:
                yield (
                    f"{part.where}: для «{key[0] or key[1] or 'всё остальное'}»"
                    f"{f' в {key[2]}' if key[2] else ''} правило уже есть ({seen[key]}). Оставьте одно."
                )
            seen.setdefault(key, part.where)


def _future(source: DirectorySource, today: date) -> Iterator[str]:
    """A sentence for each date of checking in the future."""
    for where, checked in _days_of_checking(source):
        if checked > today:
            yield (
                f"{where}: дата проверки {_day(checked)} ещё не наступила. Поставьте день, когда сведения проверили."
            )


def _offices(source: DirectorySource) -> Iterator[str]:
    """Hours, terms, regimes and canned answers; and a number that everybody may ring."""
    for part in [*source.rows("office"), *source.rows("agencies"), *source.rows("duty")]:
        yield from (f"{part.where}: {said}" for said in office.faults(part.row))
    for section, what, field in (("crisis", "телефон доверия", "number"), ("faq", "ответ", "answer")):
        for part in source.rows(section):
            if not part.row.needs_source and not (getattr(part.row, field) and part.row.source):
                yield (
                    f"{part.where}: {what} без {field} и source жителям не показать. "
                    "Впишите оба или поставьте needs_source: true."
                )
    numbers = source.rows("emergency")
    if numbers and all(part.row.place for part in numbers):
        yield f"{numbers[0].where}: нужен хотя бы один номер для всех. Уберите у него place."


def _doors(source: DirectorySource) -> Iterator[str]:
    """A link never says of one place what belongs to another."""
    serves = {part.row.code: part.row.place for part in source.rows("agencies")}
    for part in source.rows("doors"):
        place, theirs = part.row.place, serves.get(part.row.agency)
        if part.row.address and place is None:
            yield f"{part.where}: address без place: улица есть в разных городах. Назовите муниципалитет."
        if place is not None and theirs is not None and theirs != place:
            yield f"{part.where}: орган «{part.row.agency}» отвечает за {theirs}, а не за {place}. Исправьте одно."


def _joinable(source: DirectorySource) -> Iterator[str]:
    """Strangers never read what was written to one of them about his health, or to somebody who must stay unknown."""
    for stands, topic, group in source.topics():
        health = group.health if topic.health is None else topic.health
        for key, personal in (("health", health), ("anonymous_card", topic.anonymous_card)):
            if topic.joinable and personal:
                yield (
                    f"{stands}: joinable и {key} вместе нельзя: чужой прочёл бы ответ о личном. "
                    f"Уберите joinable: true или {key}: true."
                )


def _day(day: date) -> str:
    """The day as «25.11.2026»."""
    return day.strftime("%d.%m.%Y")


def route_keys(rows: Sequence[LocatedPart]) -> Iterator[tuple[RouteRow, tuple[str | None, str | None, str | None]]]:
    """Every single rule that the rows stand for."""
    for part in rows:
        for key in _keys(part.row):
            yield part.row, key


# What pydantic found, in words

_SAID = {
    "missing": "не указано. Добавьте строку «{key}: …».",
    "extra_forbidden": "такого ключа нет. {advice}",
    "string_too_long": "длиннее {max_length} знаков{seen}. Сократите.",
    "string_too_short": "пусто. Впишите значение.",
    "string_pattern_mismatch": "«{input}» не подходит. {pattern}",
    "string_type": "должно быть текстом, а стоит «{input}». Возьмите значение в кавычки.",
    "date_type": "«{input}» — не дата. Напишите день как 2026-11-24.",
    "bool_type": "«{input}» — не «true» и не «false». Поставьте одно из них.",
    "int_type": "«{input}» — не число. Напишите число без кавычек.",
    "enum": "«{input}» не подходит. Можно: {expected}.",
    "tuple_type": "должно быть списком: [первое, второе].",
    "dict_type": "ожидаются строки «mon-fri: [09:00-13:00, 14:00-18:00]».",
    "too_long": "слишком длинный список, можно до {max_length}. Сократите.",
    "model_type": "ожидаются строки «ключ: значение». Сверьте с примером.",
    "too_short": "список пуст. Добавьте хотя бы одну запись.",
    "greater_than_equal": "{input} слишком мало. Напишите число от {ge}.",
    "less_than_equal": "{input} слишком много. Напишите число до {le}.",
}
_PATTERNS = {
    "^[a-z]": "Код — латинские строчные буквы, цифры и дефис, до 40 знаков.",
    "^[а-я": "Слова — строчные буквы без «ё»: слово, слов*, два_слова; между равными по смыслу «|».",
    "^[A-Z]+": "Часовой пояс пишется как Europe/Moscow.",
    "^[A-Z": "Короткое имя стоит после vk.me/: латинские буквы, цифры, «_» и точка.",
    "^https": "Адрес начинается с https://.",
    "^[0-9+": "Номер — цифры, скобки, дефисы, в кавычках.",
    "^([01]": "Часы пишутся как 09:00-13:00.",
    "^(mon": "Дни пишутся как mon или mon-fri: mon, tue, wed, thu, fri, sat, sun.",
}


def sentence(row: Mapping[str, Any], key: str, section: str) -> str:
    """The sentence for one fault that pydantic found."""
    context = {**row.get("ctx", {}), "key": key, "input": str(row.get("input"))[:60]}
    context["seen"] = " (больше не видно на кнопке)" if context.get("max_length") == BUTTON else ""
    if row["type"] == "extra_forbidden":
        context["advice"] = advice(key, model_of(section, row["loc"]).model_fields)
    if row["type"] == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        context["pattern"] = next((said for begins, said in _PATTERNS.items() if pattern.startswith(begins)), "")
    if row["type"] == "enum":
        context["expected"] = re.sub(r"'(\w+)' or '(\w+)'$", r"\1 или \2", str(context["expected"])).replace("'", "")
    said = _SAID.get(row["type"], "значение «{input}» не подходит. Сверьте с docs/reference/directory.md.")
    return said.format(**context)
