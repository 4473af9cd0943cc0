"""A region that there is not, from a list of its own: files of a directory as an administrator would write them.

Nothing of it is taken from regions/, so that a rule that knows only the first region fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

CHECKED = date(2026, 11, 24)

PLACES = """
    zaozersky  | municipal_okrug | Заозёрский муниципальный округ  | Заозёрье     | Лиственка, Дальний Кут
    kremnevsk  | city_okrug      | Кремнёвский городской округ     | Кремнёвск    | Подгорка
    beloborsky | municipal_okrug | Белоборский муниципальный округ | Белоборье    | Лиственка, Сосновая Горка
    uzhny      | city_okrug      | Южногорский городской округ     | Южногорск    |
"""
"""Лиственка stands in two of them: that must be asked."""

TOPICS = """
    voda    | parom    | Паромная переправа   | Паром не ходит или опаздывает.  | паром, переправа, причал
    voda    | bereg    | Берег озера          | Мусор и разруха на берегу.      | берег озера, мусор на берегу, пляж
    les     | doroga   | Лесная дорога        | Разбита дорога через лес.       | лесная дорога, разбита дорога, яма
    les     | pozhar   | Сухостой у домов     | Сухие деревья рядом с домами.   | сухостой, сухие деревья
    zhizn   | svet     | Уличный свет         | Не горят фонари.                | фонарь, не горит фонарь, темно
    zhizn   | magazin  | Автолавка            | Не приезжает автолавка.         | автолавка, магазин на колёсах
"""
GROUPS = {"voda": "Вода и берега", "les": "Лес и дороги", "zhizn": "Жизнь в посёлке"}
AGENCIES = """
    vodhoz | Управление вод Озёрного края      | Управление вод  | region       |
    leshoz | Лесная служба Озёрного края       | Лесная служба   | region       |
    kremn  | Администрация Кремнёвска          | Кремнёвск       | municipality | kremnevsk
    belo   | Администрация Белоборья           | Белоборье       | municipality | beloborsky
"""
ROUTES = [
    {"agency": "vodhoz", "groups": ["voda"]},
    {"agency": "leshoz", "groups": ["les"]},
    {"agency": "kremn", "place": "kremnevsk", "topics": ["svet", "magazin"]},
    {"agency": "belo", "place": "beloborsky", "topics": ["svet", "magazin"]},
]


def rows(table: str) -> Iterator[list[str]]:
    for line in table.strip().splitlines():
        yield [cell.strip() for cell in line.split("|")]


def comma(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(",") if part.strip()]


def files() -> dict[str, Any]:
    """By their names."""
    return {
        "region": {
            "region": {
                "name": "Озёрный край", "formal_channel": "https://www.gosuslugi.ru/",
                "places_count": 4, "checked": CHECKED,
            },
            "emergency": [{"number": "112", "about": "единый номер", "checked": CHECKED}],
            "communities": [{"id": 101, "name": "Приёмная края", "checked": CHECKED}],
        },
        "places": {
            "places": [
                {
                    "code": code, "kind": kind, "name": name, "short": centre, "centre": centre,
                    "settlements": comma(settlements), "checked": CHECKED,
                }
                for code, kind, name, centre, settlements in rows(PLACES)
            ]
        },
        "topics": {
            "groups": [
                {
                    "code": group, "name": name, "checked": CHECKED,
                    "topics": [
                        {"code": code, "name": called, "about": about, "words": comma(words)}
                        for of, code, called, about, words in rows(TOPICS)
                        if of == group
                    ],
                }
                for group, name in GROUPS.items()
            ]
        },
        "agencies": {
            "agencies": [
                {"code": code, "name": name, "short": short, "level": level, "checked": CHECKED}
                | ({"place": place} if place else {})
                for code, name, short, level, place in rows(AGENCIES)
            ]
        },
        "routes": {"routes": [{**route, "checked": CHECKED} for route in ROUTES]},
    }  # fmt: skip


def written(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder
