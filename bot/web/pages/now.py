"""«Сейчас»: what somebody must see and do at this moment, worst first. It must never show what the viewer's role does
not, and every number is a link to exactly the messages that it counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from starlette.background import BackgroundTask, BackgroundTasks
from starlette.requests import Request
from starlette.responses import Response

from bot.charts.bars import Bars, Pair, bars
from bot.charts.numbers import WEEKDAYS
from bot.charts.numbers import number as figure
from bot.web.asked import link, local_day, of_request
from bot.web.layout import number, render
from bot.web.site import Notice, Page, Site, viewer_of
from bot.web.views.rows import rows
from bot.web.views.week import compared
from handlers.text.words import clock, date_words, plural, waited
from handlers.views.filter_words import agency_words, between
from handlers.views.titles import place_title, topic_title
from states.lifecycle.spikes import Spike, spikes
from states.people.viewers import Role, Section
from states.statistics.filter import NONE, By, Filter, View
from states.statistics.listed import Listed
from storage.db.transaction import Transaction
from storage.ops import search, sums
from storage.ops.search import Today
from storage.records.appeal_lists import counts

URGENT = 10
VIEWS = (
    View.NEW, View.UNASSIGNED, View.OWN_LATE, View.TODAY, View.OVERDUE, View.BACK, View.DANGER, View.LONG_OVERDUE,
    View.PROMISED, View.NOT_ACCEPTED, View.UNDELIVERED, View.URGENT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that the page knows, of one moment."""

    numbers: Mapping[View, int]
    oldest: datetime | None
    nearest: datetime | None
    tonight: int
    most: Mapping[View, tuple[str, int]]
    danger: Sequence[Listed]
    spikes: Sequence[Spike]
    urgent: Sequence[Listed]
    week: sums.Sums
    before: sums.Sums
    days: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the six numbers."""

    name: str
    icon: str
    value: int
    note: str
    href: str
    colour: str = ""
    view: View = View.ANY


async def now(request: Request) -> Response:
    site, wanted, today = of_request(request)
    plain = Filter(places=wanted.places, agencies=wanted.agencies)
    day = local_day(site)
    week = replace(plain, since=day - timedelta(days=7), until=day - timedelta(days=1))
    seen = await site.readers.run(lambda tx: look(tx, plain, week, today))
    whole = viewer_of(request).role not in (Role.AGENCY, Role.MUNICIPALITY)
    more = [noticing(request, plain) for feature in site.features for noticing in feature.notices()]
    shown = render(
        request,
        "now.html",
        when=f"{_WEEKDAYS[day.weekday()]}, {date_words(day)}, {clock(today.now, site.zone)}",
        tiles=list(tiles(site, seen, plain, today)),
        notices=[*notices(site, seen, plain, today), *(notice for one in more for notice in one.notices)],
        chart=week_chart(week, seen),
        days=between(week.since or day, week.until or day),
        week=compared(week, seen.week, seen.before),
        urgent=rows(site, seen.urgent, replace(plain, view=View.URGENT)),
        all_urgent=seen.numbers[View.URGENT],
        all_href=link(Section.QUEUE, replace(plain, view=View.URGENT)),
        health=await request.app.state.health.line(site) if whole else None,
        wanted=plain,
        whole=whole,
        live=link("live", plain),
        wall=request.query_params.get("wall") == "yes",
        wall_href=link(Section.NOW, plain, [("wall", "yes")]),
        plain_href=link(Section.NOW, plain),
        at=clock(today.now, site.zone),
        places=[(one.code, place_title(site.directory(), one.code)) for one in site.directory().places],
        agencies=[(one.code, one.short) for one in site.directory().agencies],
    )
    shown.background = BackgroundTasks([BackgroundTask(one.behind) for one in more if one.behind is not None])
    return shown


async def look(tx: Transaction, plain: Filter, week: Filter, today: Today) -> Seen:
    agencies = await search.numbers(tx, plain, today, VIEWS)
    numbers = {view: found.total() for view, found in agencies.items()}
    urgent = await search.some(tx, replace(plain, view=View.URGENT), today, 0, URGENT)
    days = await sums.grouped(tx, replace(week, since=week.before().since), ["day"])
    soon = await search.some(tx, replace(plain, view=View.TODAY), today, 0, 1) if numbers[View.TODAY] else []
    everywhere = not plain.places and not plain.agencies
    return Seen(
        numbers=numbers,
        oldest=await search.oldest(tx, replace(plain, view=View.UNASSIGNED), today),
        nearest=soon[0].due_at if soon else None,
        tonight=await search.since(tx, plain, today, today.ends - timedelta(days=1, hours=6)),
        most={view: min(found.items(), key=_most_first) for view, found in agencies.items() if found},
        danger=await search.some(tx, replace(plain, view=View.DANGER), today, 0, 1),
        spikes=spikes(await counts(tx, today.now)) if everywhere else (),
        urgent=urgent,
        week=_whole(days, week),
        before=_whole(days, week.before()),
        days={day: one["received"] for (day,), one in days.items()},
    )


def _whole(days: Mapping[tuple[date], sums.Sums], week: Filter) -> sums.Sums:
    assert week.since is not None and week.until is not None
    return sums.together(one for (day,), one in days.items() if week.since <= day <= week.until)


def _most_first(one: tuple[str, int]) -> tuple[int, str]:
    return (-one[1], one[0])


def tiles(site: Site, seen: Seen, plain: Filter, today: Today) -> Iterator[Tile]:
    def of(view: View) -> tuple[int, str]:
        return seen.numbers[view], link(Section.QUEUE, replace(plain, view=view))

    value, href = of(View.NEW)
    yield Tile("Новые", "inbox", value, f"с вечера пришло {number(seen.tonight)}", href, view=View.NEW)
    value, href = of(View.UNASSIGNED)
    oldest = f"самое старое ждёт {waited(seen.oldest, today.now)}" if seen.oldest else "все направлены"
    yield Tile("Без адресата", "question", value, oldest, href, "warn" if value else "", View.UNASSIGNED)
    value, href = of(View.TODAY)
    nearest = f"ближайшее в {clock(seen.nearest, site.zone)}" if seen.nearest else "на сегодня больше ничего"
    yield Tile("Истекает сегодня", "clock", value, nearest, href, "warn" if value else "", View.TODAY)
    value, href = of(View.OVERDUE)
    long = seen.numbers[View.LONG_OVERDUE]
    late = f"из них {number(long)} на три дня" if long else "ни одного на три дня"
    yield Tile("Просрочено", "late", value, late, href, "bad" if value else "", View.OVERDUE)
    value, href = of(View.BACK)
    yield Tile("«Не решено»", "back", value, "ждут решения ЦУР", href, view=View.BACK)
    topics = [topic_title(site.directory(), one.topic).lower() for one in seen.spikes[:2]]
    yield Tile("Всплески", "spike", len(seen.spikes), ", ".join(topics) or "за последний час нет", "#decide")


def notices(site: Site, seen: Seen, plain: Filter, today: Today) -> Iterator[Notice]:
    """Worst first; what is zero is not there."""
    directory = site.directory()
    for one in seen.danger:
        where = ", ".join(filter(None, (topic_title(directory, one.topic), place_title(directory, one.place))))
        others = seen.numbers[View.DANGER] - 1
        href = link(Section.QUEUE, replace(plain, view=View.DANGER), [("open", one.code)])
        more = f" И ещё {number(others)}." if others else ""
        cause = f"Никто не принял за {waited(one.created_at, today.now)}.{more}"
        yield Notice(f"Опасность: {where}", cause, href, "Открыть")
    for spike in seen.spikes:
        where = place_title(directory, spike.place) or "место не указано"
        wanted = replace(plain, topics=(spike.topic,), places=(spike.place or NONE,), since=local_day(site))
        many = plural(spike.count, "сообщение", "сообщения", "сообщений")
        usual = figure(spike.usual, 1) if spike.usual >= 0.1 else "почти ни одного"
        cause = f"{many} за час, обычно {usual}."
        title = f"Всплеск: {topic_title(directory, spike.topic)}, {where}"
        yield Notice(title, cause, link(Section.QUEUE, wanted), "Посмотреть")
    yield from _numbered(site, seen, plain, today)


def _numbered(site: Site, seen: Seen, plain: Filter, today: Today) -> Iterator[Notice]:
    oldest = f"Самое старое ждёт {waited(seen.oldest, today.now)}." if seen.oldest else ""
    kinds = (
        (View.OWN_LATE, "Срок ЦУР вышел", "Жителям обещали решить, кто ответит; они об этом прочитали.", "Направить"),
        (View.UNASSIGNED, "Без адресата", oldest, "Направить"),
        (View.LONG_OVERDUE, "Просрочены на три дня", _most(site, seen, View.LONG_OVERDUE), "Напомнить"),
        (View.PROMISED, "Обещание не выполнено", _most(site, seen, View.PROMISED), "Спросить"),
        (View.NOT_ACCEPTED, "Не приняты три рабочих дня", _most(site, seen, View.NOT_ACCEPTED), "Напомнить"),
        (View.BACK, "Жители пишут, что не решено", "Решите, кто ответит снова.", "Направить"),
        (View.UNDELIVERED, "Ответ не дошёл до жителя", "Житель закрыл сообщения или VK их не принимает.", "Посмотреть"),
    )
    for view, title, cause, act in kinds:
        many = seen.numbers[view]
        if many:
            said = plural(many, "сообщение", "сообщения", "сообщений")
            href = link(Section.QUEUE, replace(plain, view=view))
            yield Notice(f"{title}: {said}", cause, href, f"{act} {number(many)}")


def _most(site: Site, seen: Seen, view: View) -> str:
    if view not in seen.most:
        return ""
    agency, many = seen.most[view]
    return f"Больше всех: {agency_words(site.directory(), agency)}, {number(many)}."


def week_chart(week: Filter, seen: Seen) -> str:
    """Received by day: the last seven whole days against the seven before."""
    assert week.since is not None
    pairs = []
    for ahead in range(7):
        day = week.since + timedelta(days=ahead)
        href = link(Section.QUEUE, replace(week, by=By.RECEIVED, since=day, until=day))
        was = seen.days.get(day - timedelta(days=7), 0)
        full = f"{_WEEKDAYS[day.weekday()]}, {date_words(day)}"
        pairs.append(Pair(WEEKDAYS[day.weekday()], seen.days.get(day, 0), was, str(day.day), full, href))
    about = "Столбцы: сообщения за каждый из семи дней и за тот же день неделей раньше."
    return bars(Bars("Поступило за семь дней", about, tuple(pairs))).svg


_WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")

PAGES = (Page("/now", now, Section.NOW),)
