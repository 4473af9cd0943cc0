"""«Чаты»: which agency is reached where, who works there, what is out of order. It binds and unbinds nothing: that is
the administrator's, by a one-time code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from bot.web.asked import link, today_of
from bot.web.layout import render
from bot.web.site import Page, Site, site_of
from handlers.text.words import date_words, day, plural
from handlers.views.filter_words import agency_words
from states.people.chats import CUR, Chat
from states.people.officials import Official, Standing
from states.people.viewers import Section
from states.statistics.filter import Filter, View
from storage.db.transaction import Transaction
from storage.ops import search
from storage.ops.search import Today
from storage.records import chats as records
from storage.records import officials


@dataclass(frozen=True, slots=True)
class Row:
    """`bad` where nobody can be reached there now."""

    agency: str
    state: str
    bad: bool
    since: str
    people: str
    waiting: str
    working: tuple[str, ...]
    asking: tuple[str, ...]
    bound_by: str
    open: int
    href: str


Known = tuple[list[Chat], Mapping[int, Mapping[int, Official]], Mapping[str, int]]


async def chats(request: Request) -> Response:
    site = site_of(request)
    today = today_of(site)
    bound, people, held = await site.readers.run(lambda tx: look(tx, today))
    rows = [row(site, one, people.get(one.peer, {}), held, today.now) for one in bound]
    rows.sort(key=lambda one: (not one.bad, one.agency))
    there = {one.agency for one in bound}
    without = [one.short for one in site.directory().agencies if one.code not in there]
    return render(request, "chats.html", rows=rows, without=without, told=plural(len(rows), "чат", "чата", "чатов"))


async def look(tx: Transaction, today: Today) -> Known:
    bound = await records.bound(tx)
    people = await officials.of_chats(tx, [one.peer for one in bound])
    return bound, people, dict(await search.by_group(tx, Filter(view=View.OPEN), today, "agency"))


def row(site: Site, chat: Chat, people: Mapping[int, Official], held: Mapping[str, int], now: datetime) -> Row:
    agency = chat.agency or ""
    working, asking = (named(people, standing) for standing in (Standing.WORKS, Standing.ASKED))
    binder = people.get(chat.bound_by)
    wanted = Filter(view=View.UNASSIGNED) if agency == CUR else Filter(view=View.OPEN, agencies=(agency,))
    return Row(
        agency="Центр управления регионом" if agency == CUR else agency_words(site.directory(), agency),
        state=state_of(chat, now, site),
        bad=chat.lost,
        since=day(chat.bound_at, site.zone) if chat.bound_at else "",
        people=plural(len(working), "сотрудник", "сотрудника", "сотрудников") if chat.listed_at else "ещё не знаем",
        waiting=plural(len(asking), "ждёт допуска", "ждут допуска", "ждут допуска") if asking else "",
        working=working,
        asking=asking,
        bound_by=name_of(binder) if binder is not None else "",
        open=held.get(agency, 0),
        href="" if agency == CUR else link(Section.QUEUE, wanted),
    )


def named(people: Mapping[int, Official], standing: Standing) -> tuple[str, ...]:
    """As VK shows them to the bot: «Ольга П.»."""
    return tuple(sorted(name_of(one) for one in people.values() if one.standing is standing))


def name_of(one: Official) -> str:
    return one.name or f"id{one.user}"


def state_of(chat: Chat, now: datetime, site: Site) -> str:
    if chat.lost:
        return "бота нет или он не видит сообщений"
    if chat.paused(now) and chat.paused_until is not None:
        return f"на паузе до {date_words(chat.paused_until.astimezone(site.zone).date())}"
    return "на связи"


PAGES = (Page("/chats", chats, Section.CHATS),)
