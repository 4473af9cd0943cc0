"""A folder for a region that has none yet: from a table of municipalities, one of bodies and a shipped set of topics.

It must never make up a number, a contact or an act: what nobody has given stands in the checklist.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.process.advice import Refusal
from bot.region import table_file
from bot.region.directory_yaml import DECISIONS, STATUSES, data_of
from bot.region.shipped import beside_program

CHECKLIST = "checklist.md"
FEDERAL = ("112", "101", "102", "103", "104")
LATIN = {
    **dict(zip("абвгдеёзийклмнопрстуфхцыэ", "abvgdeeziyklmnoprstufhcye", strict=True)),
    "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ь": "", "ъ": "",
}  # fmt: skip
ANYTHING = "остальное"
"""In the table of bodies: whatever nobody else answers in this municipality."""

Rows = list[dict[str, Any]]


class _PlainDumper(yaml.SafeDumper):
    """Writes each day out where it stands, not as a reference to the one before."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class RegionPlan:
    """`groups`: codes of the groups of topics that are taken over, empty for all of `topics`."""

    name: str
    timezone: str
    places: Path
    bodies: Path
    topics: Path
    groups: Sequence[str]
    today: date


def files(wanted: RegionPlan) -> dict[str, str]:
    """The text of each file by its name."""
    shipped = beside_program(wanted.topics)
    groups = [
        row for row in _rows(shipped / "topics.yaml", "groups") if row["code"] in wanted.groups or not wanted.groups
    ]
    if lost := sorted(set(wanted.groups) - {group["code"] for group in groups}):
        raise Refusal(
            f"Групп тем нет: {', '.join(lost)}. "
            f"Есть: {_column_in_words(_rows(shipped / 'topics.yaml', 'groups'), 'code')}."
        )
    places = places_of(table_file.read(wanted.places), wanted.today)
    agencies, routes = bodies_of(table_file.read(wanted.bodies), places, groups, wanted.today)
    made = {
        "region.yaml": _region(wanted, shipped, len(places)),
        "places.yaml": {"places": places},
        "topics.yaml": {"groups": groups},
        "agencies.yaml": {"agencies": agencies},
        "routes.yaml": {"routes": routes},
    }
    texts = {
        name: yaml.dump(_plain(section), Dumper=_PlainDumper, allow_unicode=True, sort_keys=False, width=110)
        for name, section in made.items()
    }
    same = {name: (shipped / name).read_text(encoding="utf-8") for name in (DECISIONS, STATUSES)}
    return {**texts, **same, CHECKLIST: checklist(wanted)}


def places_of(lines: Sequence[table_file.Line], today: date) -> Rows:
    """Columns «название», «октмо», «населённые пункты»; the first settlement is the centre."""
    made: Rows = []
    for number, cells in lines:
        name, settlements = cells.get("название", ""), _parts(cells.get("населенные пункты", ""))
        if not name or not settlements:
            raise Refusal(
                f"Муниципалитеты, строка {number}: нужны «название» и «населённые пункты», первый из них — центр."
            )
        centre = settlements[0]
        twice = any(place["short"] == centre for place in made)
        city = name.casefold().startswith("город") or "городской" in name.casefold()
        made.append(
            {
                "code": code_of(centre, made), "kind": "city_okrug" if city else "municipal_okrug", "name": name,
                "short": f"{centre} ({'город' if city else 'округ'})" if twice else centre, "centre": centre,
                "settlements": settlements[1:], "checked": today,
            }
        )  # fmt: skip
    return made


def bodies_of(lines: Sequence[table_file.Line], places: Rows, groups: Rows, today: date) -> tuple[Rows, Rows]:
    """Columns «название», «коротко», «муниципалитет» (empty: everywhere) and «темы»: codes or names of groups."""
    agencies: Rows = []
    routes: Rows = []
    by_name = {key: place["code"] for place in places for key in (place["name"], place["centre"], place["short"])}
    by_group = {key: group["code"] for group in groups for key in (group["code"], group["name"].casefold())}
    for number, cells in lines:
        name, where = cells.get("название", ""), cells.get("муниципалитет", "")
        if not name or (where and where not in by_name):
            raise Refusal(f"Органы, строка {number}: нужны «название» и «муниципалитет» из таблицы муниципалитетов.")
        topics = [part.casefold() for part in _parts(cells.get("темы", ""))]
        if lost := [topic for topic in topics if topic not in by_group and topic != ANYTHING]:
            raise Refusal(
                f"Органы, строка {number}: нет групп тем {', '.join(lost)}. Есть: {_column_in_words(groups, 'name')}."
            )
        short = cells.get("коротко", "") or name
        code, place = code_of(short, agencies), {"place": by_name[where]} if where else {}
        level = "municipality" if where else "region"
        agencies.append({"code": code, "name": name, "short": short[:40], "level": level, **place, "checked": today})
        if mine := [by_group[topic] for topic in topics if topic != ANYTHING]:
            routes.append({"agency": code, **place, "groups": mine, "checked": today})
        if ANYTHING in topics and place:
            routes.append({"agency": code, **place, "checked": today})
    return agencies, routes


def code_of(name: str, others: Rows) -> str:
    """In latin letters; a name that stands there already gets a number."""
    code = (
        re.sub(r"[^a-z0-9]+", "-", "".join(LATIN.get(letter, letter) for letter in name.casefold())).strip("-")[:36]
        or "x"
    )
    code, taken = code if code[0].isalpha() else f"n{code}", {other["code"] for other in others}
    return code if code not in taken else next(free for at in range(2, 999) if (free := f"{code}-{at}") not in taken)


def checklist(wanted: RegionPlan) -> str:
    """What only people there know, the first thing first."""
    told = "\n".join(f"- [ ] {line}" for line in TODO)
    return f"# {wanted.name}: что осталось\n\n{told}\n"


TODO = (
    "region.yaml, communities: номер сообщества во ВКонтакте вместо 1 и его название.",
    "region.yaml, formal_channel: куда подают официальное обращение.",
    "region.yaml, emergency: номера своих диспетчеров; позвоните по каждому.",
    "region.yaml, crisis: телефоны доверия; позвоните и поставьте день в checked.",
    "region.yaml, duty: кто читает тревоги (docs/howto/duty.md).",
    "places.yaml: районы городов (districts), прозвища (nicknames), старые названия (aliases), жители (population).",
    "agencies.yaml: телефоны, слова поиска (words), часы и сроки с актом (confirmed: true).",
    "routes.yaml: темы, за которые отвечает не вся группа; что нарочно решает ЦУР — control_centre.",
    "outside.yaml: кто отвечает, но не орган региона; faq.yaml: частые вопросы. Без них бот работает.",
    "map.geojson: контуры муниципалитетов, код места в properties.place. Без карты страницы работают.",
    "decisions.yaml: двенадцать решений региона.",
    "Проверка: python -m bot region check ПАПКА, потом python -m bot directory import ПАПКА.",
    "BOT_REGION_FOLDER в .env: эта папка.",
)


def _region(wanted: RegionPlan, shipped: Path, places: int) -> Mapping[str, Any]:
    """Only what holds in the whole country is taken over."""
    lines = [row for row in _rows(shipped / "region.yaml", "crisis") if row.get("number") and row.get("source")]
    numbers = [row for row in _rows(shipped / "region.yaml", "emergency") if row["number"] in FEDERAL]
    return {
        "region": {
            "name": wanted.name, "formal_channel": "https://www.gosuslugi.ru/", "timezone": wanted.timezone,
            "places_count": places, "checked": wanted.today,
        },
        "emergency": numbers,
        "crisis": lines,
        "communities": [{"id": 1, "name": "Приёмная", "checked": wanted.today}],
    }  # fmt: skip


def _rows(file: Path, section: str) -> Rows:
    return list(data_of(file)[0][section])


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.replace("|", ",").split(",") if part.strip()]


def _column_in_words(rows: Rows, key: str) -> str:
    return ", ".join(row[key] for row in rows)


def _plain(value: Any) -> Any:
    """Lists for what the reader keeps as tuples."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
