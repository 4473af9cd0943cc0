"""The page for everybody: what was received and answered, how fast, about what and where; nothing of few (R56)."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.charts.bars import Bars, Pair, bars
from bot.charts.chart import Chart
from bot.charts.numbers import MONTHS, days
from bot.web.downloads.table_files import FORMS, file
from bot.web.layout import number, render
from bot.web.site import Site
from bot.web.views.week import hours
from features.open_data.routes import figures
from features.open_data.routes.figures import Figures, Group, GroupFigures, Period
from features.open_data.routes.opened import Opened
from handlers.views.titles import place_title, topic_title

NAMES = {Group.ALL: "Всего", Group.TOPIC: "Тема", Group.PLACE: "Муниципалитет"}
HEADS = (
    "период", "с", "по", "разрез", "код", "название", "поступило, округлённо", "дано ответов, округлённо",
    "в срок, %", "первый ответ, рабочих минут: среднее", "первый ответ: медиана, около",
    "окончательный ответ: среднее", "окончательный ответ: медиана, около",
)  # fmt: skip


FIRST = 20
"""Rows that stand at once; the others are unfolded."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of the table as text."""

    name: str
    cells: tuple[str, ...]


async def page(request: Request, opened: Opened) -> Response:
    """Answers with the page of figures."""
    found = await figures.figures(opened)
    month, year = found.periods
    return render(
        request,
        "open.html",
        few=few(opened),
        least=opened.least,
        first=FIRST,
        periods=[
            (period_in_words(period), tiles(opened, found.lines[period.name, Group.ALL][0])) for period in found.periods
        ],
        chart=chart(found).svg,
        topics=rows(opened, found, Group.TOPIC),
        places=rows(opened, found, Group.PLACE),
        heads=(month_name(month), "12 месяцев"),
        until=days(year.since, year.until),
        forms=[(f"/open.{form}", name) for form, name in FORMS],
    )


def few(opened: Opened) -> str:
    """What stands for a number that is hidden."""
    return f"меньше {opened.least}"


def month_name(period: Period) -> str:
    """«Ноябрь»."""
    return MONTHS[period.since.month - 1].capitalize()


def period_in_words(period: Period) -> str:
    """What the period is and its days."""
    return f"{'Этот месяц' if period.name == 'month' else '12 месяцев'}, {days(period.since, period.until)}"


def tiles(opened: Opened, line: GroupFigures) -> list[tuple[str, str, str]]:
    """The tiles of a period: name, value, note."""
    least = opened.least
    share = few(opened) if line.in_time is None else f"{line.in_time} %"
    return [
        ("Поступило", count(line.received, least), "сообщений жителей"),
        ("Дано ответов", count(line.answered, least), f"в срок: {share}"),
        ("Первый ответ", time(line.first_median), f"медиана, ч:мин рабочего времени; среднее {time(line.first_mean)}"),
        ("Окончательный ответ", time(line.final_median), f"медиана; среднее {time(line.final_mean)}"),
    ]


def count(value: int | None, least: int) -> str:
    """The number in words; «меньше …» where too few residents stand behind it."""
    return f"меньше {least}" if value is None else number(value)


def time(minutes: int | None) -> str:
    """Working minutes in words; «мало ответов» where they are hidden."""
    return "мало ответов" if minutes is None else hours(minutes)


def chart(found: Figures) -> Chart:
    """The chart of a year by months."""
    pairs = tuple(
        Pair(
            MONTHS[month.first.month - 1][:3],
            line.received,
            line.answered,
            below=f"{month.first:%y}",
            full=f"{MONTHS[month.first.month - 1]} {month.first.year}",
        )
        for month, line in found.months
    )
    about = "Сколько сообщений поступило и сколько дано ответов в каждом месяце, округлённо."
    return bars(Bars("Год по месяцам", about, pairs, now="поступило", was="дано ответов", head="месяц", wide=760))


def name_of(site: Site, group: Group, code: str) -> str:
    """The name of the region, the topic or the municipality."""
    if group is Group.ALL:
        return site.directory().region
    return topic_title(site.directory(), code) if group is Group.TOPIC else place_title(site.directory(), code)


def rows(opened: Opened, found: Figures, group: Group) -> tuple[list[FigureRow], list[str]]:
    """The most first by the year; and the names of what is hidden even then."""
    month = {line.code: line for line in found.lines["month", group]}
    year = found.lines["year", group]
    named = [(name_of(opened.site, group, line.code), line) for line in year]
    named.sort(key=lambda pair: (-(pair[1].received or 0), pair[0]))
    least = opened.least
    shown = [
        FigureRow(
            name,
            (
                count(month[line.code].received, least),
                count(month[line.code].answered, least),
                count(line.received, least),
                count(line.answered, least),
                time(line.first_median),
                time(line.final_median),
            ),
        )
        for name, line in named
        if line.received is not None
    ]
    return shown, [name for name, line in named if line.received is None]


async def file_of(request: Request, opened: Opened) -> Response:
    """All figures of the page as a file, rounded and hidden as there; HTTP 404 for an unknown form."""
    form = request.path_params["form"]
    if form not in dict(FORMS):
        raise HTTPException(404)
    found = await figures.figures(opened)
    head = [
        ("что", f"{opened.site.directory().region}: сообщения жителей"),
        ("как", f"числа округлены до {opened.least}; где меньше {opened.least} человек — «{few(opened)}»"),
    ]
    lines = [
        [
            period.name, period.since.isoformat(), period.until.isoformat(), NAMES[group], line.code,
            name_of(opened.site, group, line.code), *values(line, few(opened)),
        ]
        for period in found.periods
        for group in Group
        for line in found.lines[period.name, group]
    ]  # fmt: skip
    return file(form, f"open-{found.periods[0].until}", head, HEADS, lines)


def values(line: GroupFigures, hidden: str) -> list[str | int]:
    """The numbers of a line, hidden ones as `hidden`."""
    numbers = (
        line.received, line.answered, line.in_time, line.first_mean, line.first_median,
        line.final_mean, line.final_median,
    )  # fmt: skip
    return [hidden if value is None else value for value in numbers]
