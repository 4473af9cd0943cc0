"""Invented figures for every kind of chart: for tests, gallery and benchmark. Only names of places are real."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

from bot.charts.bars import Bars, Pair
from bot.charts.heat import Heat
from bot.charts.intervals import Axis, IntervalRow, Intervals, axis_for
from bot.charts.lines import Lines, Series
from bot.charts.map import Area, Map
from bot.charts.numbers import WEEKDAYS
from bot.charts.parts import Part, Parts
from bot.charts.sparkline import Sparkline
from bot.charts.stacked import Column, Stacked
from bot.region.directory_file import read as read_directory
from bot.region.map_file import RegionMap
from bot.region.map_file import read as read_map
from states.directory import Place

REGION = Path(__file__).parents[2] / "regions" / "chelyabinsk"
NOW, WAS = (702, 531, 554, 847, 861, 838, 795), (690, 498, 497, 812, 796, 768, 749)
MONTHS = ("ноя", "дек", "янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя")
PAGES = (700, 980, 1340, 1780, 2240, 2790, 3350, 3890, 4350, 4820, 5280, 5690, 6000)
MARKED = (210, 320, 480, 680, 930, 1250, 1580, 1900, 2280, 2620, 2950, 3270, 3577)


def days() -> tuple[str, ...]:
    return tuple(WEEKDAYS[(4 + turn) % 7] for turn in range(7))


def bars(wide: float = 342) -> Bars:
    pairs = tuple(
        Pair(name, now, was, str(20 + turn), f"{name} {20 + turn} ноября", f"/queue?day=2026-11-{20 + turn}")
        for turn, (name, now, was) in enumerate(zip(days(), NOW, WAS, strict=True))
    )
    return Bars("Поступило по дням", "Сообщения за 20–26 ноября против 13–19 ноября.", pairs, wide=wide)


def bars_with_gap() -> Bars:
    pairs = (*bars().pairs[:3], Pair("пн", None, 812, "23"), Pair("вт", 1204, None, "24"), *bars().pairs[5:])
    return Bars("Поступило по дням", "За понедельник данных нет.", pairs)


def month_bars() -> Bars:
    pairs = tuple(
        Pair("", 600 + 210 * math.sin(day / 1.1), 560 + 190 * math.sin(day / 1.1), str(day)) for day in range(1, 31)
    )
    return Bars("Ноябрь по дням", "Против октября.", tuple(
        Pair(one.name, round(one.now or 0), round(one.was or 0), one.below) for one in pairs
    ), "ноябрь", "октябрь", wide=620)  # fmt: skip


def stacked(wide: float = 620, gap: bool = False) -> Stacked:
    columns = tuple(
        Column(
            name,
            None if gap and turn == 5 else first,
            whole - first,
            700 + 5300 * turn / 12,
            {0: "2025", 2: "2026"}.get(turn, ""),
            href=f"/pages?month={turn}",
        )
        for turn, (name, first, whole) in enumerate(zip(MONTHS, MARKED, PAGES, strict=True))
    )
    note = "План на ноябрь, 6\u00a0000, выполнен"
    title, about = "За год: с 700 до 6\u00a0000 страниц", "Официальные страницы по месяцам."
    return Stacked(title, about, columns, "с госметкой", "без метки", note=note, wide=wide)


def lines(gap: bool = True) -> Lines:
    labels = tuple(f"{day}.{month:02}" for month in (9, 10, 11) for day in range(1, 31))
    now = tuple(
        None if gap and 40 <= turn < 55 or turn == 70 else round(600 + 200 * math.sin(turn / 1.1) + turn)
        for turn in range(90)
    )
    was = tuple(round(520 + 190 * math.sin(turn / 1.1)) for turn in range(90))
    series = (Series("этот год", now), Series("прошлый", was))
    return Lines("Поступило за 90 дней", "По дням, против прошлого года.", labels, series,
                 tuple(f"/queue?day={turn}" for turn in range(90)))  # fmt: skip


def sparkline() -> Sparkline:
    return Sparkline("Копейский ГО, 12 недель", (60, 62, 58, 61, None, 66, 64, 70, 69, 74, 71, 95))


def heat(upright: bool = False) -> Heat:
    def count(day: int, hour: int) -> float | None:
        if day == 2 and 3 <= hour < 6:
            return None
        return round(max(0, 70 * math.sin((hour - 5) / 19 * math.pi) - (25 if day > 4 else 0) - 3 * day))

    counts = tuple(tuple(count(day, hour) for hour in range(24)) for day in range(7))
    hrefs = tuple(tuple(f"/queue?weekday={day}&hour={hour}" for hour in range(24)) for day in range(7))
    return Heat("Когда пишут", "По дням недели и часам, ноябрь.", counts, hrefs, upright, 342 if upright else 620)


def parts() -> Parts:
    found = (Part("есть страница", 3590, "/pages"), Part("ждут подпись", 138, "/pages?wait"), Part("создают", 12))
    return Parts("Органы в сетях", "Из 3\u00a0740 органов.", found)


ROWS = (
    IntervalRow("Копейский ГО", 700, 861, "/queue?place=kopeysk"),
    IntervalRow("Еманжелинский МО", 185, 225, "/queue?place=emanzhelinsky"),
    IntervalRow("Аргаяшский МО", 168, 188, "/queue?place=argayashsky"),
    IntervalRow("Челябинский ГО", 5450, 5950, "/queue?place=chelyabinsk"),
    IntervalRow("Магнитогорский ГО", 2113, 2229, "/queue?place=magnitogorsk"),
    IntervalRow("Снежинский ГО", 270, 279, "/queue?place=snezhinsk"),
    IntervalRow("Октябрьский МО", 70, 75, "/queue?place=oktyabrsky"),
    IntervalRow("Локомотивный ГО", 0, 0),
)


def intervals() -> Intervals:
    return Intervals("Ответили в срок", "Доля с интервалом 95 %.", ROWS, axis_for(ROWS, 0.911))


def axis() -> Axis:
    return axis_for(ROWS, 0.911)


@cache
def outlines() -> RegionMap:
    found = read_map(REGION)
    assert found is not None
    return found


@cache
def places() -> tuple[Place, ...]:
    return read_directory(REGION).places


def region_map(wide: float = 300, legend: bool = True, name: str = "map") -> Map:
    worst = {"kopeysk": 1, "emanzhelinsky": 2, "verkhny-ufaley": 3, "kartalinsky": 4, "korkinsky": 5}
    few = {"lokomotivny", "oktyabrsky", "chesmensky", "nagaybaksky", "nyazepetrovsky", "karabash"}
    areas = []
    for turn, place in enumerate(places()):
        value = 16.0 + turn % 3 if place.code in worst else 3.0 + turn * 7 % 11
        known = None if place.code == "uysky" else value
        areas.append(
            Area(
                place.code, place.name, known, place.code in few, worst.get(place.code, 0), f"/queue?place={place.code}"
            )
        )
    title, about, steps = "Доля просроченных", "По муниципалитетам за ноябрь.", (5, 8, 10, 14)
    return Map(title, about, outlines().shapes, tuple(areas), steps, outlines().by, name=name, wide=wide, legend=legend)
