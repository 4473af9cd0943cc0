"""«Темы»: what people write about, what grows, where and when. Each number leads to its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.charts.heat import DAYS, HOURS, Heat, heat
from bot.charts.numbers import number
from bot.charts.sparkline import Sparkline, sparkline
from bot.report.standings import WEEKS
from bot.web.asked import link, local_day, of_request
from bot.web.downloads.table_files import FORMS, file
from bot.web.layout import render
from bot.web.pages.groups import KEPT, messages, monthly, months
from bot.web.site import Page, Site
from handlers.text.words import plural
from handlers.views.filter_words import between, in_words
from handlers.views.titles import place_title, topic_title
from states.people.viewers import Section
from states.statistics.filter import NONE, Filter
from storage.db.transaction import Transaction
from storage.ops import search, sums
from storage.ops.search import Today
from storage.ops.sums import Sums

FIRST = 30
"""Topics that stand at once; the others are asked for."""
FEW = 10
"""A change of fewer messages is no news."""


@dataclass(frozen=True, slots=True)
class Line:
    """A topic: how many came, how many before, by week, and the municipality with the most."""

    code: str
    now: int
    was: int
    weeks: tuple[int, ...]
    most: tuple[str, int] | None

    @property
    def change(self) -> float | None:
        """In per cent; None where there was too little to compare."""
        return 100 * (self.now - self.was) / self.was if self.was >= FEW else None


@dataclass(frozen=True, slots=True)
class Seen:
    lines: Sequence[Line]
    hours: Mapping[int, int]
    total: int


async def topics(request: Request) -> Response:
    site, wanted, today = of_request(request)
    plain = replace(Filter(), **{name: getattr(monthly(wanted, local_day(site)), name) for name in KEPT})
    seen = await site.readers.run(lambda tx: look(tx, plain, today, site))
    if (form := request.path_params.get("form")) is not None:
        return file(form, f"topics-{plain.since}", [("что", in_words(plain, site.directory()))], *table_of(site, seen))
    assert plain.since is not None and plain.until is not None, "monthly gives both"
    most = len(seen.lines) if request.query_params.get("all") == "yes" else FIRST
    return render(
        request,
        "topics.html",
        when=between(plain.since, plain.until),
        told=messages(seen.total),
        rows=[shown(site, plain, line) for line in seen.lines[:most]],
        more=plural(len(seen.lines) - most, "тема", "темы", "тем") if len(seen.lines) > most else "",
        whole=link(Section.TOPICS, plain, [("all", "yes")]),
        grown=[shown(site, plain, line) for line in grown(seen.lines)],
        chart=heat(hours_of(seen.hours)).svg,
        months=months(site, Section.TOPICS, plain),
        forms=[(name, link(f"topics.{form}", plain)) for form, name in FORMS],
    )


async def look(tx: Transaction, plain: Filter, today: Today, site: Site) -> Seen:
    now = await sums.grouped(tx, plain, ["topic"], times=False)
    was = await sums.grouped(tx, plain.before(), ["topic"], times=False)
    places = await sums.grouped(tx, plain, ["topic", "place"], times=False)
    by_week, most = await sums.weekly(tx, plain, "topic", WEEKS), busiest(places)
    lines = [
        Line(
            code,
            now.get((code,), Sums())["received"],
            was.get((code,), Sums())["received"],
            by_week.get(code, (0,) * WEEKS),
            most.get(code),
        )
        for code in sorted({key[0] for key in (*now, *was)})
    ]
    lines.sort(key=lambda one: (-one.now, one.code))
    ahead = today.now.astimezone(site.zone).utcoffset() or timedelta()
    return Seen(lines, await search.hours(tx, plain, today, ahead), sum(one.now for one in lines))


def busiest(places: Mapping[tuple[str, ...], Sums]) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for (topic, place), one in sorted(places.items()):
        if place and one["received"] > found.get(topic, ("", 0))[1]:
            found[topic] = (place, one["received"])
    return found


def grown(lines: Sequence[Line]) -> list[Line]:
    """What grew most, in messages."""
    more = [one for one in lines if one.change is not None and one.now - one.was >= FEW]
    return sorted(more, key=lambda one: (one.was - one.now, one.code))[:5]


def shown(site: Site, plain: Filter, line: Line) -> dict[str, str]:
    """A row of the table: its words, its numbers and where each leads."""
    directory, wanted = site.directory(), replace(plain, topics=(line.code or NONE,))
    name = topic_title(directory, line.code) if line.code else "Тема не указана"
    place, many = line.most or ("", 0)
    return {
        "name": name,
        "now": number(line.now),
        "now_href": link(Section.QUEUE, wanted),
        "was": number(line.was),
        "was_href": link(Section.QUEUE, wanted.before()),
        "change": "мало" if line.change is None else f"{'+' if line.change > 0 else ''}{number(line.change)}",
        "spark": sparkline(Sparkline(f"{name}: двенадцать недель", line.weeks)).svg,
        "place": place_title(directory, place),
        "many": number(many) if place else "",
        "place_href": link(Section.QUEUE, replace(wanted, places=(place,))) if place else "",
    }


def hours_of(counts: Mapping[int, int]) -> Heat:
    about = "Чем темнее, тем больше сообщений пришло в этот час недели."
    cells = tuple(tuple(counts.get(day * HOURS + hour, 0) for hour in range(HOURS)) for day in range(DAYS))
    return Heat("Когда пишут", about, cells)


TABLE = ("тема", "поступило", "было", "изменение, %", "больше всего в", "там")


def table_of(site: Site, seen: Seen) -> tuple[tuple[str, ...], list[list[str | int | float]]]:
    lines: list[list[str | int | float]] = []
    for one in seen.lines:
        place, many = one.most or ("", 0)
        change = "мало" if one.change is None else round(one.change, 1)
        where = place_title(site.directory(), place)
        lines.append([topic_title(site.directory(), one.code), one.now, one.was, change, where, many])
    return TABLE, lines


PAGES = (Page("/topics", topics, Section.TOPICS), Page("/topics.{form}", topics, Section.TOPICS))
