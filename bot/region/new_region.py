"""A folder for a region that has none yet: from a table of municipalities, one of bodies and a shipped set of topics.

It must never make up a number, a contact or an act: what nobody has given stands in the checklist.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import yaml

from bot.process.advice import Refusal
from bot.region import map_file, outlines
from bot.region import new_tables as tables
from bot.region.directory_check import advice
from bot.region.directory_rows import BUTTON
from bot.region.directory_yaml import DECISIONS, STATUSES, data_of
from bot.region.shipped import beside_program

CHECKLIST = "checklist.md"
FEDERAL = ("112", "101", "102", "103", "104")
LATIN = {
    **dict(zip("абвгдеёзийклмнопрстуфхцыэ", "abvgdeeziyklmnoprstufhcye", strict=True)),
    "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ь": "", "ъ": "",
}  # fmt: skip
LONGEST_CODE = 36
ANYTHING = "остальное"
"""In the table of bodies: whatever nobody else answers in this municipality."""
LISTED = {"aliases": "старые названия", "districts": "районы", "nicknames": "прозвища"}
PEOPLE = {"population": "жители центра", "residents": "жители"}
"""Keys of a place and the columns they come from."""
CITY = "город"
CITY_GROUPS = (
    "blago", "dorogi", "zhkh", "othody", "transport", "energo", "obr", "bez", "zhivotnye", "stroy", "zemlya", "torg",
    "kult", "sport", "vlast",
)  # fmt: skip
"""What a city answers for itself (131-ФЗ)."""

Rows = list[dict[str, Any]]


class _PlainDumper(yaml.SafeDumper):
    """Writes each day out where it stands, not as a reference to the one before."""

    def ignore_aliases(self, data: Any) -> bool:
        """Writes the same value out each time instead of as an anchor."""
        return True


@dataclass(frozen=True, slots=True)
class RegionPlan:
    """`groups`: codes of the groups of topics that are taken over, empty for all of `topics`. `settlements`: of a table
    of their own; `outlines`: GeoJSON."""

    name: str
    timezone: str
    places: Path
    bodies: Path
    topics: Path
    groups: Sequence[str]
    today: date
    settlements: Path | None = None
    outlines: Path | None = None


@dataclass(slots=True)
class Written:
    """What the tables say. By the code of a municipality: `numbers` its ОКТМО, `lines` where it stands. `todo`: what
    only people there can mend."""

    places: Rows = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    agencies: Rows = field(default_factory=list)
    routes: Rows = field(default_factory=list)
    todo: list[str] = field(default_factory=list)


def files(wanted: RegionPlan) -> dict[str, str]:
    """The text of each file by its name."""
    refuse_strange_region(wanted)
    shipped = beside_program(wanted.topics)
    groups = taken_groups(shipped, wanted.groups)
    made = Written()
    add_places(made, tables.read(wanted.places, tables.PLACES), wanted.today)
    if wanted.settlements is not None:
        add_settlements(made, tables.read(wanted.settlements, tables.SETTLEMENTS))
    refuse_places_without_centre(made)
    add_bodies(made, tables.read(wanted.bodies, tables.BODIES), groups, wanted.today)
    sections = {
        "region.yaml": _region(wanted, shipped, len(made.places)),
        "places.yaml": {"places": made.places},
        "topics.yaml": {"groups": groups},
        "agencies.yaml": {"agencies": made.agencies},
        "routes.yaml": {"routes": made.routes},
    }
    texts = {
        name: yaml.dump(_plain(section), Dumper=_PlainDumper, allow_unicode=True, sort_keys=False, width=110)
        for name, section in sections.items()
    }
    if wanted.outlines is not None:
        texts[map_file.NAME], lost = outlines.map_of(wanted.outlines, made.places, made.numbers)
        made.todo += lost
    same = {name: (shipped / name).read_text(encoding="utf-8") for name in (DECISIONS, STATUSES)}
    return {**texts, **same, CHECKLIST: checklist(wanted, made.todo)}


def refuse_strange_region(wanted: RegionPlan) -> None:
    """Refusal where the name is empty or too long, or the time zone is not in the zone database; the nearest one is
    named."""
    if not 0 < len(wanted.name.strip()) <= tables.LONGEST:
        raise Refusal(f"--name: нужно название, до {tables.LONGEST} знаков.")
    try:
        ZoneInfo(wanted.timezone)
    except (KeyError, OSError, ValueError):
        near = advice(wanted.timezone, available_timezones())
        raise Refusal(f"--timezone: пояса «{wanted.timezone}» нет. {near} Как в базе поясов: Europe/Moscow.") from None


def taken_groups(shipped: Path, wanted: Sequence[str]) -> Rows:
    """The shipped groups of topics that are asked for, all where none is. Refusal for a code that is not there, and for
    a folder without topics.yaml."""
    if not (shipped / "topics.yaml").is_file():
        raise Refusal(
            f"В папке {shipped} нет topics.yaml. Есть темы regions/chelyabinsk, их берут, если не назвать других."
        )
    every = _rows(shipped / "topics.yaml", "groups")
    wanted = CITY_GROUPS if list(wanted) == [CITY] else wanted
    if lost := sorted(set(wanted) - {group["code"] for group in every}):
        raise Refusal(f"Групп тем нет: {', '.join(lost)}. Есть: {_column_in_words(every, 'code')}.")
    return [group for group in every if group["code"] in wanted or not wanted]


def add_places(made: Written, table: tables.Table, today: date) -> None:
    """Columns «название», «октмо», «центр», «населённые пункты»; without «центр» the first settlement is it."""
    faults, lines = tables.Faults(tables.PLACES.title), dict[str, int]()
    for number, cells in table.lines:
        name = tables.name_in((number, cells), faults)
        settlements = [tables.without_kind(part) for part in tables.parts(cells.get("населенные пункты", ""))]
        centre = tables.without_kind(cells.get("центр", "")) or (settlements[0] if settlements else "")
        oktmo = cells.get("октмо", "").replace(" ", "")
        for said in _wrong_place(name, centre, oktmo):
            faults.add(number, said)
        for said in filter(None, (tables.plain(name), oktmo)):
            if said in lines:
                faults.add(number, f"«{name if said == tables.plain(name) else oktmo}» уже в строке {lines[said]}.")
            lines.setdefault(said, number)
        code = code_of(centre or name, made.places)
        made.places.append({
            "code": code, "kind": kind_of(name, oktmo), "name": name, "short": centre, "centre": centre,
            **{key: found for key, head in LISTED.items() if (found := tables.parts(cells.get(head, "")))},
            "settlements": [settlement for settlement in settlements if settlement != centre],
            **{key: _people(number, cells[head], faults) for key, head in PEOPLE.items() if cells.get(head)},
            "checked": today,
        })  # fmt: skip
        made.lines[code], made.numbers[code] = number, oktmo[: tables.OKTMO[0]]
    faults.refuse()
    name_apart(made.places)
    made.todo += _unread(tables.PLACES, table)


def _wrong_place(name: str, centre: str, oktmo: str) -> Iterator[str]:
    if len(centre) > BUTTON:
        yield f"центр «{centre}» длиннее {BUTTON} знаков, а он стоит на кнопке."
    if oktmo and (not oktmo.isdecimal() or len(oktmo) not in tables.OKTMO):
        yield f"ОКТМО «{oktmo}»: нужно 8 или 11 цифр. Если пропал ноль в начале, сделайте столбец текстовым."


def _people(number: int, cell: str, faults: tables.Faults) -> int:
    """The number of residents; 0 and a fault where the cell holds none."""
    digits = cell.replace(" ", "")
    if not digits.isdecimal():
        faults.add(number, f"«{cell}» — не число жителей.")
        return 0
    return int(digits)


def kind_of(name: str, oktmo: str) -> str:
    """By its name, else by the third digit of ОКТМО: 7 are cities."""
    words = tables.plain(name)
    city = words.startswith("город") or "городской" in words or (oktmo[2:3] == "7" and "муниципальн" not in words)
    return "city_okrug" if city else "municipal_okrug"


def name_apart(places: Rows) -> None:
    """Names apart, in place, two municipalities of one centre, a town and what lies around it; both say which."""
    count = Counter(tables.plain(place["centre"]) for place in places if place["centre"])
    for place in places:
        if count[tables.plain(place["centre"])] > 1:
            kind = "город" if place["kind"] == "city_okrug" else "округ"
            place["short"] = f"{place['centre'][: BUTTON - len(kind) - 3]} ({kind})"


def add_settlements(made: Written, table: tables.Table) -> None:
    """Columns «название» and «муниципалитет», by name or ОКТМО; the first of a municipality without a centre is it."""
    faults, known = tables.Faults(tables.SETTLEMENTS.title), tables.names_of(made.places, made.numbers)
    of = {place["code"]: place for place in made.places}
    for line in table.lines:
        name, code = tables.without_kind(tables.name_in(line, faults)), tables.place_in(line, known, faults)
        if name and code and not of[code]["centre"]:
            of[code]["centre"] = of[code]["short"] = name
        elif name and code and name not in (of[code]["centre"], *of[code]["settlements"]):
            of[code]["settlements"].append(name)
    faults.refuse()
    made.todo += _unread(tables.SETTLEMENTS, table)
    name_apart(made.places)


def refuse_places_without_centre(made: Written) -> None:
    """Refusal that names the line of each municipality for which no centre could be found."""
    faults = tables.Faults(tables.PLACES.title)
    for place in made.places:
        if not place["centre"]:
            faults.add(made.lines[place["code"]], "нет ни «центр», ни «населённые пункты», ни строк в --settlements.")
    faults.refuse()


def add_bodies(made: Written, table: tables.Table, groups: Rows, today: date) -> None:
    """Columns «название», «коротко», «муниципалитет» (empty: everywhere) and «темы»: codes or names of groups."""
    faults, known = tables.Faults(tables.BODIES.title), tables.names_of(made.places, made.numbers)
    by_group = {tables.plain(name): group["code"] for group in groups for name in (group["code"], group["name"])}
    taken: dict[tuple[str, str], tuple[str, int]] = {}
    for number, cells in table.lines:
        name = tables.name_in((number, cells), faults)
        code = tables.place_in((number, cells), known, faults) if cells.get("муниципалитет") else ""
        short, place = cells.get("коротко", "") or name, {"place": code} if code else {}
        topics = [ANYTHING if ANYTHING in part else part for part in tables.items_of(cells.get("темы", ""), by_group)]
        for topic in topics:
            if fault := _wrong_topic(topic, by_group, cells):
                faults.add(number, fault)
                faults.hint = groups_in_words(groups) if topic not in by_group and topic != ANYTHING else faults.hint
            elif before := taken.get((code, by_group.get(topic, topic))):
                faults.add(number, f"за «{topic}» здесь уже отвечает «{before[0]}» (строка {before[1]}).")
            taken.setdefault((code, by_group.get(topic, topic)), (short, number))
        body = code_of(short, made.agencies)
        level = "municipality" if place else "region"
        made.agencies.append({
            "code": body, "name": name, "short": tables.shorten_to_button(short), "level": level, **place,
            "checked": today,
        })  # fmt: skip
        if mine := [by_group[topic] for topic in topics if topic in by_group]:
            made.routes.append({"agency": body, **place, "groups": mine, "checked": today})
        if ANYTHING in topics:
            made.routes.append({"agency": body, **place, "checked": today})
        made.todo += _about_body(short, topics)
    faults.refuse()
    made.todo += _unread(tables.BODIES, table)


def _wrong_topic(topic: str, by_group: Mapping[str, str], cells: Mapping[str, str]) -> str:
    if topic == ANYTHING:
        return "" if cells.get("муниципалитет") else f"«{ANYTHING}» — только у органа с муниципалитетом."
    if topic in by_group:
        return ""
    return f"группы тем «{topic}» нет. {tables.nearest(topic, by_group)}".rstrip()


def groups_in_words(groups: Rows) -> str:
    """A line for each group: its code or its name may be written."""
    return "\n".join(["Группы тем, код или название:", *(f"  {group['code']} — {group['name']}" for group in groups)])


def _about_body(short: str, topics: Sequence[str]) -> Iterator[str]:
    if len(short) > BUTTON:
        yield f"agencies.yaml, short: «{tables.shorten_to_button(short)}» обрезано, на кнопке {BUTTON} знаков."
    if not topics:
        yield f"routes.yaml: за что отвечает «{short}»."


def _unread(sheet: tables.Sheet, table: tables.Table) -> Iterator[str]:
    """A line that names the columns that were not read."""
    if table.unread:
        yield f"{sheet.title}: столбцы не прочитаны: {', '.join(table.unread)}."


def code_of(name: str, others: Rows) -> str:
    """A new code in Latin letters for this name; a code that stands there already gets a number."""
    code = (
        re.sub(r"[^a-z0-9]+", "-", "".join(LATIN.get(letter, letter) for letter in name.casefold())).strip("-") or "x"
    )
    code = code if len(code) <= LONGEST_CODE else code[: LONGEST_CODE + 1].rpartition("-")[0] or code[:LONGEST_CODE]
    code, taken = code if code[0].isalpha() else f"n{code}", {other["code"] for other in others}
    return code if code not in taken else next(free for at in range(2, 999) if (free := f"{code}-{at}") not in taken)


def checklist(wanted: RegionPlan, own: Sequence[str]) -> str:
    """The text of what only people there know, the first thing first; `own` is of these tables."""
    general = (line for line in TODO if wanted.outlines is None or not line.startswith(map_file.NAME))
    told = "\n".join(f"- [ ] {line}" for line in (*own, *general))
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
    """The file of the region itself; of the shipped one only what holds in the whole country is taken over."""
    lines = [row for row in _rows(shipped / "region.yaml", "crisis") if row.get("number") and row.get("source")]
    numbers = [row for row in _rows(shipped / "region.yaml", "emergency") if row["number"] in FEDERAL]
    return {
        "region": {
            "name": wanted.name.strip(), "formal_channel": "https://www.gosuslugi.ru/", "timezone": wanted.timezone,
            "places_count": places, "checked": wanted.today,
        },
        "emergency": numbers,
        "crisis": lines,
        "communities": [{"id": 1, "name": "Приёмная", "checked": wanted.today}],
    }  # fmt: skip


def _rows(file: Path, section: str) -> Rows:
    """The rows of one section of a file."""
    return list(data_of(file)[0][section])


def _column_in_words(rows: Rows, key: str) -> str:
    return ", ".join(row[key] for row in rows)


def _plain(value: Any) -> Any:
    """Lists for what the reader keeps as tuples."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
