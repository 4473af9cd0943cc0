"""The production calendar from its JSON file, which an operator may edit: read strictly, every fault told in Russian.

It must never load a calendar in doubt: a day in the wrong list moves every deadline.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, ValidationError

from bot.config.region_folder import file_in
from bot.process.advice import Refusal
from states.worktime.calendar import SATURDAY, Calendar

CALENDAR = Path(__file__).parents[2] / "regions" / "calendar.json"
"""The one that comes with the program."""

LIMIT = 200_000
OCTOBER = 10
"""When the decree for the next year is out."""

MonthDay = Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")]
Year = Annotated[str, StringConstraints(pattern=r"^20\d\d$")]


class CalendarErrors(Refusal):
    """The calendar is wrong; `lines` say where and what to do."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


class _StrictPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class YearRow(_StrictPart):
    """One year of the file. `verified`: somebody has compared it with its `source`."""

    verified: bool
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    working_days: Annotated[int, Field(ge=200, le=300)]
    off: list[MonthDay]
    working: list[MonthDay]
    short: list[MonthDay]


class CalendarRow(_StrictPart):
    about: str = ""
    years: Annotated[dict[Year, YearRow], Field(min_length=1)]


class OwnYear(_StrictPart):
    """Days of one year that a region adds to the common calendar, with the act that says so."""

    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    off: list[MonthDay] = []
    working: list[MonthDay] = []
    short: list[MonthDay] = []


class OwnRow(RootModel[dict[Year, OwnYear]]):
    """Days of one region: `source` is its act."""


def read(path: Path = CALENDAR, *, own: Path | None = None) -> Calendar:
    """The calendar of the country; the days of the region, from the folder `own`, overrule it.

    Raises:
        CalendarErrors: everything that is wrong.
    """
    there, calendar = file_in(own, path.name) if own else None, _country(path, _bytes(path))
    return apply_own_days(calendar, there) if there else calendar


def apply_own_days(calendar: Calendar, file: Path) -> Calendar:
    """The calendar with the days that a region has by its own act: they rest, work or are short whatever the country
    does."""
    try:
        rows = OwnRow.model_validate(_json(file, _bytes(file))).root
    except ValidationError as error:
        raise CalendarErrors([_fault_sentence(file, typed_dict_type) for typed_dict_type in error.errors()]) from error
    errors: list[str] = []
    days: dict[str, set[date]] = {"off": set(), "working": set(), "short": set()}
    for year, row in rows.items():
        for key, found in days.items():
            found |= set(_days(file, year, key, getattr(row, key), errors))
    errors += [f"файл {file}: день {day:%Y-%m-%d} и рабочий, и нет." for day in sorted(days["off"] & days["working"])]
    if errors:
        raise CalendarErrors(errors)
    rest, work = days["off"], days["working"]
    return replace(
        calendar,
        off=calendar.off - work | {day for day in rest if day.weekday() < SATURDAY},
        working=calendar.working - rest | {day for day in work if day.weekday() >= SATURDAY},
        short=calendar.short - rest - work | days["short"] - rest,
    )


@lru_cache(maxsize=1)
def _country(path: Path, content: bytes) -> Calendar:
    """Checked once while the file says the same: whoever asks for the policy asks for it."""
    try:
        rows = CalendarRow.model_validate(_json(path, content)).years
    except ValidationError as error:
        raise CalendarErrors([_fault_sentence(path, typed_dict_type) for typed_dict_type in error.errors()]) from error
    errors: list[str] = []
    days: dict[str, list[date]] = {"off": [], "working": [], "short": []}
    for year, row in rows.items():
        for key, found in days.items():
            found += _days(path, year, key, getattr(row, key), errors)
    calendar = Calendar(
        years=frozenset(int(year) for year in rows),
        unverified=frozenset(int(year) for year, row in rows.items() if not row.verified),
        **{key: frozenset(found) for key, found in days.items()},
    )
    errors += [] if errors else _faults(path, rows, calendar)
    if errors:
        raise CalendarErrors(errors)
    return calendar


def warnings(calendar: Calendar, today: date) -> tuple[str, ...]:
    """Warnings about the calendar of this year, and from October on of the next one (R50)."""
    lines = []
    for year in (today.year, today.year + 1) if today.month >= OCTOBER else (today.year,):
        if year not in calendar.years:
            lines.append(
                f"Производственного календаря на {year} год нет: сроки считаются только по субботам и воскресеньям. "
                "Впишите год в regions/calendar.json."
            )
        elif not calendar.is_verified(year):
            lines.append(
                f"Производственный календарь на {year} год не сверен с постановлением Правительства. "
                'Сверьте и поставьте в regions/calendar.json: "verified": true.'
            )
    return tuple(lines)


def _bytes(path: Path) -> bytes:
    """The content of the file; CalendarErrors where it cannot be read or is too large."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CalendarErrors([f"файл {path}: не читается. Верните regions/calendar.json на место."]) from error
    if len(content) > LIMIT:
        raise CalendarErrors([f"файл {path}: слишком велик для календаря. Верните regions/calendar.json на место."])
    return content


def _json(path: Path, content: bytes) -> Any:
    """The JSON value; CalendarErrors with the line of the fault."""
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise CalendarErrors([f"файл {path}: кодировка не UTF-8. Сохраните файл в UTF-8."]) from error
    except json.JSONDecodeError as error:
        said = "JSON не читается. Проверьте кавычки, запятые и скобки рядом с этой строкой."
        raise CalendarErrors([f"файл {path}, строка {error.lineno}: {said}"]) from error
    except _Twice as error:
        raise CalendarErrors([f"файл {path}: «{error}» стоит дважды. Оставьте одно."]) from error
    except RecursionError as error:
        raise CalendarErrors([f"файл {path}: слишком много вложений. Верните прежний файл."]) from error


class _Twice(ValueError):
    """A key that is given twice: the later one would silently win."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; `_Twice` for a key that stands twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found


def _days(path: Path, year: str, key: str, said: Sequence[str], errors: list[str]) -> Iterator[date]:
    """The days of one list of a year; faults are added to `errors`."""
    seen: set[str] = set()
    for text in said:
        try:
            day = date.fromisoformat(f"{year}-{text}")
        except ValueError:
            errors.append(f"{_at(path, year, key)}: дня «{text}» в {year} году нет. Сначала месяц, потом день: 01-09.")
            continue
        if text in seen:
            errors.append(f"{_at(path, year, key)}: день «{text}» стоит дважды. Оставьте один.")
        seen.add(text)
        yield day


def _faults(path: Path, rows: dict[str, YearRow], calendar: Calendar) -> Iterator[str]:
    """Days in the wrong list, and a sum that is not the published one."""
    for year, row in rows.items():
        for day in sorted(day for day in calendar.off if day.year == int(year) and day.weekday() >= SATURDAY):
            yield f"{_at(path, year, 'off')}: {day:%m-%d} — и так выходной. Здесь стоят только будни."
        for day in sorted(day for day in calendar.working if day.year == int(year) and day.weekday() < SATURDAY):
            yield f"{_at(path, year, 'working')}: {day:%m-%d} — будний день. Здесь стоят только субботы и воскресенья."
        for day in sorted(day for day in calendar.short if day.year == int(year) and not calendar.is_working(day)):
            yield f"{_at(path, year, 'short')}: {day:%m-%d} — не рабочий день. Сократить можно только рабочий."
        there = _working_days(calendar, int(year))
        if there != row.working_days:
            yield (
                f"{_at(path, year, 'working_days')}: указано {row.working_days}, а по спискам выходит {there}. "
                "Сверьте списки с постановлением."
            )


def _working_days(calendar: Calendar, year: int) -> int:
    first = date(year, 1, 1)
    return sum(calendar.is_working(first + timedelta(days=at)) for at in range((date(year + 1, 1, 1) - first).days))


def _at(path: Path, year: str, key: str) -> str:
    """Where a fault stands: file, year, list."""
    return f"файл {path}, {year} год, {key}"


_SAID = {
    "missing": "не указано. Добавьте.",
    "extra_forbidden": "такого ключа нет. Уберите или исправьте.",
    "string_pattern_mismatch": "«{input}» не подходит. Год пишется как 2026, день — как 01-09 (месяц и день).",
    "string_type": "должно быть в кавычках, а стоит «{input}».",
    "string_too_short": "пусто. Впишите, откуда взят календарь.",
    "string_too_long": "слишком длинно. Сократите.",
    "bool_type": "«{input}» — не true и не false. Поставьте одно из них, без кавычек.",
    "int_type": "«{input}» — не число. Напишите число без кавычек.",
    "greater_than_equal": "{input} — слишком мало для года.",
    "less_than_equal": "{input} — слишком много для года.",
    "list_type": "должно быть списком в квадратных скобках.",
    "too_short": "нет ни одного года. Верните regions/calendar.json на место.",
}


def _fault_sentence(path: Path, error: Any) -> str:
    shown = [str(part) for part in error["loc"] if part != "[key]" and not isinstance(part, int)]
    shown = shown[1:] if len(shown) > 1 else shown
    where = ", ".join(f"{part} год" if part.isdecimal() else part for part in shown)
    said = _SAID.get(error["type"], 'ожидаются строки "ключ": значение. Сверьте с docs/reference/time.md.')
    return f"файл {path}{', ' if where else ''}{where}: " + said.format(input=str(error["input"])[:60])
