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
from bot.web import names, several
from bot.web.actions import alarm_acts
from bot.web.asked import link, local_day, of_request
from bot.web.layout import number, render
from bot.web.live import danger_words
from bot.web.site import Notice, Page, Site, viewer_of
from bot.web.told import take_flash_message
from bot.web.views.rows import rows
from bot.web.views.week import compare_periods
from handlers.text.words import clock, date_words, plural, waiting_time
from handlers.views.filter_words import agency_words, between
from handlers.views.listed import when_said
from handlers.views.titles import brief, place_title, topic_title
from screening.sensitive import mask_personal
from states.events import Did
from states.lifecycle.appeal import OPEN, Status
from states.lifecycle.spikes import FEWEST, WINDOW, Spike, spikes
from states.people.viewers import Role, Section
from states.statistics.filter import NONE, By, Filter, View
from states.statistics.listed import ListedAppeal
from storage.db.transaction import Transaction
from storage.ops import panel_acts, search, sums
from storage.ops.search import Today
from storage.records.appeal_lists import counts

URGENT = 10
DANGERS = 3
"""Messages of danger that «Что решить» names; the others are counted."""
OPEN_VIEWS = (
    View.NEW, View.UNASSIGNED, View.OWN_LATE, View.TODAY, View.OVERDUE, View.BACK, View.DANGER, View.LONG_OVERDUE,
    View.PROMISED, View.NOT_ACCEPTED, View.URGENT,
)  # fmt: skip


APART = tuple(sorted(OPEN - {Status.MERGED}))
"""States of a message that is answered by itself."""


@dataclass(frozen=True, slots=True)
class Surge:
    """A spike of which something is left to decide: `apart` of its open messages are still answered one by one."""

    spike: Spike
    wanted: Filter
    apart: int

    @property
    def open(self) -> Filter:
        """Those messages of the surge that are still apart."""
        return replace(self.wanted, statuses=APART)


@dataclass(frozen=True, slots=True)
class NowData:
    """Everything that the page knows, of one moment."""

    numbers: Mapping[View, int]
    oldest: datetime | None
    nearest: datetime | None
    tonight: int
    most: Mapping[View, tuple[str, int]]
    danger: Sequence[ListedAppeal]
    surges: Sequence[Surge]
    urgent: Sequence[ListedAppeal]
    week: sums.Sums
    before: sums.Sums
    days: Mapping[date, int]
    reached: Mapping[View, int]
    """Of each view in which the ЦУР reminds: how many of its messages are in a chat where that is read."""


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
    """Answers a request for the page."""
    site, wanted, today = of_request(request)
    plain = Filter(places=wanted.places, agencies=wanted.agencies)
    day = local_day(site)
    week = replace(plain, since=day - timedelta(days=7), until=day - timedelta(days=1))
    seen = await site.readers.run(lambda tx: look(tx, plain, week, today, day))
    role = viewer_of(request).role
    whole = role not in (Role.AGENCY, Role.MUNICIPALITY)
    more = [noticing(request, plain) for feature in site.features for noticing in feature.notices()]
    shown = render(
        request,
        "now.html",
        when=f"{_WEEKDAYS[day.weekday()]}, {date_words(day)}, {clock(today.now, site.zone)}",
        tiles=list(tiles(site, seen, plain, today)),
        notices=[*notices(site, seen, plain, today, role), *(notice for extra in more for notice in extra.notices)],
        chart=week_chart(week, seen),
        days=between(week.since or day, week.until or day),
        week=compare_periods(week, seen.week, seen.before, day),
        urgent=rows(site, seen.urgent, replace(plain, view=View.URGENT)),
        all_urgent=seen.numbers[View.URGENT],
        all_href=link(Section.QUEUE, replace(plain, view=View.URGENT)),
        health=await request.app.state.health.line(site) if whole else None,
        wanted=plain,
        whole=whole,
        danger_words=danger_words(seen.numbers[View.DANGER]),
        said=take_flash_message(request).words,
        presses=await several.progress(request),
        here=link(Section.NOW, plain),
        live=link("live", plain),
        wall=request.query_params.get("wall") == "yes",
        wall_href=link(Section.NOW, plain, [("wall", "yes")]),
        plain_href=link(Section.NOW, plain),
        at=clock(today.now, site.zone),
        asks=names.fields(site.directory(), wanted),
    )
    shown.background = BackgroundTasks([BackgroundTask(extra.behind) for extra in more if extra.behind is not None])
    return shown


async def look(tx: Transaction, plain: Filter, week: Filter, today: Today, day: date) -> NowData:
    """Reads in one transaction all figures and rows of the page «Сейчас»."""
    in_chats = await search.numbers_of_open(tx, plain, today, OPEN_VIEWS)
    agencies = search.by_agency(in_chats) | await search.numbers(tx, plain, today, [View.UNDELIVERED])
    numbers = {view: found.total() for view, found in agencies.items()}
    told = await panel_acts.reminded_chats(tx)
    urgent = await search.some(tx, replace(plain, view=View.URGENT), today, 0, URGENT)
    days = await sums.sums_by(tx, week, ["day"], day) | await sums.sums_by(tx, week.before(), ["day"], day)
    soon = await search.some(tx, replace(plain, view=View.TODAY), today, 0, 1) if numbers[View.TODAY] else []
    everywhere = not plain.places and not plain.agencies
    return NowData(
        numbers=numbers,
        oldest=await search.oldest(tx, replace(plain, view=View.UNASSIGNED), today),
        nearest=soon[0].due_at if soon else None,
        tonight=await search.since(tx, plain, today, today.ends - timedelta(days=1, hours=6)),
        most={view: min(found.items(), key=_most_first) for view, found in agencies.items() if found},
        danger=await search.some(tx, replace(plain, view=View.DANGER), today, 0, DANGERS),
        surges=await surges(tx, today, day) if everywhere else (),
        urgent=urgent,
        week=_whole(days, week),
        before=_whole(days, week.before()),
        days={day: totals["received"] for (day,), totals in days.items()},
        reached={view: sum(many for (_, chat), many in in_chats[view].items() if chat in told) for view in REMINDED},
    )


async def surges(tx: Transaction, today: Today, day: date) -> list[Surge]:
    """Spikes that somebody must still decide about: what was united or answered is none any more."""
    begun = day if today.ends - today.now < timedelta(days=1) - WINDOW else day - timedelta(days=1)
    found = []
    for spike in spikes(await counts(tx, today.now)):
        wanted = Filter(topics=(spike.topic,), places=(spike.place or NONE,), since=begun)
        apart = await search.number(tx, Surge(spike, wanted, 0).open, today)
        found += [Surge(spike, wanted, apart)] if apart >= FEWEST else []
    return found


def _whole(days: Mapping[tuple[date], sums.Sums], week: Filter) -> sums.Sums:
    """The sums of the last week's days together."""
    assert week.since is not None and week.until is not None
    return sums.together(totals for (day,), totals in days.items() if week.since <= day <= week.until)


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    """Sorts (name, count) pairs by the largest count, then by name."""
    return (-counted[1], counted[0])


def tiles(site: Site, seen: NowData, plain: Filter, today: Today) -> Iterator[Tile]:
    """The tiles, worst first; one for danger only where there is any."""

    def of(view: View) -> tuple[int, str]:
        """The number of this view and the address of its list."""
        return seen.numbers[view], link(Section.QUEUE, replace(plain, view=view))

    value, href = of(View.DANGER)
    if value:
        unread = sum(alarm.alert is None or alarm.alert.seen_at is None for alarm in seen.danger)
        note = "никто не взял" if unread else "прочитали, исхода ещё нет"
        yield Tile("Опасность", "danger", value, note, href, "bad", View.DANGER)
    value, href = of(View.NEW)
    yield Tile("Новые", "inbox", value, f"с вечера пришло {number(seen.tonight)}", href, view=View.NEW)
    value, href = of(View.UNASSIGNED)
    oldest = f"самое старое ждёт {waiting_time(seen.oldest, today.now)}" if seen.oldest else "все направлены"
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
    if seen.numbers[View.DANGER]:
        return  # six stand in a row: a spike stands in «Что решить»
    topics = [topic_title(site.directory(), surge.spike.topic).lower() for surge in seen.surges[:2]]
    yield Tile("Всплески", "spike", len(seen.surges), ", ".join(topics) or "за последний час нет", "#decide")


def dangers(site: Site, seen: NowData, plain: Filter, today: Today, *, acts: bool) -> Iterator[Notice]:
    """A notice for each danger, with what ends it."""
    wanted = replace(plain, view=View.DANGER)
    for place, alarm in enumerate(seen.danger, 1):
        left = seen.numbers[View.DANGER] - place if place == len(seen.danger) else 0
        more = f" И ещё {number(left)}." if left else ""
        href = link(Section.QUEUE, wanted, [("open", alarm.code)])
        yield Notice(
            f"Опасность: {what_is_said(site, alarm)}",
            f"{untaken(site, alarm, today)}{more}",
            href,
            "Открыть",
            code=alarm.code,
            acts=alarm_acts(alarm.alert) if acts and alarm.alert is not None else (),
        )


def what_is_said(site: Site, listed: ListedAppeal) -> str:
    """The topic of a message, else its first words, and where."""
    directory = site.directory()
    what = topic_title(directory, listed.topic) if listed.topic else f"«{brief(mask_personal(listed.text))}»"
    where = ", ".join(filter(None, (place_title(directory, listed.place), brief(listed.address))))
    return ", ".join(filter(None, (what, where)))


def untaken(site: Site, listed: ListedAppeal, today: Today) -> str:
    """How long nobody has taken it; of an alarm who has read it."""
    alert = listed.alert
    if alert is None:
        return f"Никто не принял за {waiting_time(listed.created_at, today.now)}, №{listed.code}."
    said = f"Сказали {when_said(alert.told_at, today.now, site.zone)}, №{listed.code}."
    if alert.seen_at is None:
        return f"{said} Никто не нажал «Вижу»."
    name = site.directory().duty.name_of(alert.seen_by)
    read = f"Прочитал {name}" if name else "Прочитали"
    return f"{said} {read} {when_said(alert.seen_at, today.now, site.zone)}, исхода ещё нет."


def notices(site: Site, seen: NowData, plain: Filter, today: Today, role: Role) -> Iterator[Notice]:
    """Worst first; what is zero is not there."""
    yield from dangers(site, seen, plain, today, acts=role in OF_CUR)
    yield from (surge_notice(site, surge, role) for surge in seen.surges)
    yield from _counted_notices(site, seen, plain, today, role)


def surge_notice(site: Site, surge: Surge, role: Role) -> Notice:
    """The notice of a surge: how many messages of a topic in an hour against the usual number. Its button merges them
    for the ЦУР where the topic allows that, else it only opens the list."""
    spike, where = surge.spike, place_title(site.directory(), surge.spike.place) or "место не указано"
    many = plural(spike.count, "сообщение", "сообщения", "сообщений")
    usual = figure(spike.usual, 1) if spike.usual >= 0.1 else "почти ни одного"
    title = f"Всплеск: {topic_title(site.directory(), spike.topic)}, {where}"
    topic = site.directory().topic_by_code.get(spike.topic)
    unites = role in OF_CUR and topic is not None and topic.joinable
    act, step = (f"Объединить {number(surge.apart)}", step_of(Did.MERGE, surge.open)) if unites else ("Посмотреть", "")
    return Notice(title, f"{many} за час, обычно {usual}.", link(Section.QUEUE, surge.wanted), act, step=step)


def step_of(did: Did, wanted: Filter) -> str:
    """The address of the list of what would be done with all of them."""
    return link("queue/several", wanted, [("did", did), ("all", "yes"), ("back", "/now")])


REMINDED = (View.LONG_OVERDUE, View.PROMISED, View.NOT_ACCEPTED)
UNREACHED = "Некому напомнить: {many} (у ЦУР, или бота нет в их чате)."
OF_CUR = (Role.CUR, Role.ADMINISTRATOR)
"""Who reminds and directs."""
OWN = {View.LONG_OVERDUE: "Ответить", View.PROMISED: "Ответить", View.NOT_ACCEPTED: "Принять"}
"""What an agency itself does about them: nobody reminds oneself."""


def _counted_notices(site: Site, seen: NowData, plain: Filter, today: Today, role: Role) -> Iterator[Notice]:
    """A notice for each view that holds messages, in a fixed order: the number, the cause, a link to exactly these, and
    the act that this role may do. A reminder counts only those whose chat can be reached."""
    oldest = f"Самое старое ждёт {waiting_time(seen.oldest, today.now)}." if seen.oldest else ""
    most = {} if role is Role.AGENCY else {view: _most(site, seen, view) for view in OWN}
    kinds = (
        (View.OWN_LATE, "Срок ЦУР вышел", "Жители об этом прочитали. Эти сообщения есть и ниже.", "Направить"),
        (View.UNASSIGNED, "Без адресата", oldest, "Направить"),
        (View.LONG_OVERDUE, "Просрочены на три дня", "", "Напомнить"),
        (View.PROMISED, "Обещание не выполнено", "", "Спросить"),
        (View.NOT_ACCEPTED, "Не приняты три рабочих дня", "", "Напомнить"),
        (View.BACK, "Жители пишут, что не решено", "Решите, кто ответит снова.", "Направить"),
        (View.UNDELIVERED, "Ответ не дошёл до жителя", "Житель закрыл сообщения или VK их не принимает.", "Посмотреть"),
    )
    for view, title, cause, act in kinds:
        many = seen.numbers[view]
        if many:
            said = plural(many, "сообщение", "сообщения", "сообщений")
            href = link(Section.QUEUE, replace(plain, view=view))
            does = may_do(role, view, act)
            step = step_of(STEPS[does], replace(plain, view=view)) if does in STEPS else ""
            why = most.get(view, cause)
            if STEPS.get(does) is Did.REMIND and (left := many - seen.reached[view]):
                does = does if seen.reached[view] else "Посмотреть"
                step, many = step if seen.reached[view] else "", seen.reached[view] or many
                why = f"{why} {UNREACHED.format(many=number(left))}".strip()
            yield Notice(f"{title}: {said}", why, href, f"{does} {number(many)}", step=step)


STEPS = {"Направить": Did.ASSIGN, "Напомнить": Did.REMIND, "Спросить": Did.REMIND, "Принять": Did.ACCEPT}
"""What is done with all of them at once, after one look at what would happen."""


def may_do(role: Role, view: View, act: str) -> str:
    """In one word what this role does about a list."""
    if role in OF_CUR:
        return act
    return OWN.get(view, "Посмотреть") if role is Role.AGENCY else "Посмотреть"


def _most(site: Site, seen: NowData, view: View) -> str:
    """Which agency has most of this view, as a sentence; "" where none is known."""
    if view not in seen.most:
        return ""
    agency, many = seen.most[view]
    return f"Больше всех: {agency_words(site.directory(), agency)}, {number(many)}."


def week_chart(week: Filter, seen: NowData) -> str:
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
