"""One official page: what to mend in words, what the bot and a person checked and when, and the history of every fact.

Another agency's page is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.charts.numbers import MISSING, number
from bot.web.asked import local_day
from bot.web.layout import render
from bot.web.site import Page, site_of, viewer_of
from features.official_pages import sql as registry
from features.official_pages.model.card import ANSWERS, BY_HAND, MARK, Card, Point, card
from features.official_pages.model.facts import HAND, NAMES, Fact, Name, latest, merge_fact
from features.official_pages.model.facts import number as counted
from features.official_pages.model.page import NETWORKS, OPEN, STATES, Network, OfficialPage, PageState
from features.official_pages.model.wanted import PageFilter
from features.official_pages.pages.views import MENU, day_in_words, link, may_see, row, shown_address
from handlers.text.words import plural
from states.audit import AuditAction, AuditLine
from states.people.viewers import Role, Viewer
from storage.db.transaction import Transaction
from storage.privacy import audit

WEEK = timedelta(days=7)
MARKS = {True: ("check", "good"), False: ("close", "bad"), None: ("dash", "dim")}


@dataclass(frozen=True, slots=True)
class PointView:
    """A point as it is read."""

    title: str
    icon: str
    colour: str
    value: str


async def official_page(request: Request) -> Response:
    """Answers with one page of the registry; HTTP 404 also where the viewer may not see it."""
    site, number_of = site_of(request), request.path_params["number"]
    today = local_day(site)

    async def body(tx: Transaction) -> tuple[OfficialPage | None, list[Fact]]:
        found = await registry.one(tx, number_of)
        return found, (await registry.facts_of(tx, [number_of]))[number_of]

    page, facts = await site.readers.run(body)
    if page is None or not may_see(viewer_of(request), page):
        raise HTTPException(404)
    known = latest(facts)
    check = card(known, page.network)
    return render(
        request,
        "official_page.html",
        page=page,
        row=row(site, page, known, check, today),
        address=shown_address(page.address),
        there=page.state in OPEN,
        mend=mend(check),
        points=check.to_mend,
        by_itself=[point_view(point) for point in check.points if not point.by_hand],
        by_hand=[point_view(point) for point in check.points if point.by_hand],
        seen_itself=last_look(check, today, by_hand=False),
        seen_hand=last_look(check, today, by_hand=True),
        why=list(why_no_figures(page, known, today, counts=bool(site.settings.vk_service_token))),
        keeps=may_check(viewer_of(request)),
        members=number(counted(known.get(Name.MEMBERS))),
        history=history(facts, today),
        asks=asks(known) if may_check(viewer_of(request)) and page.state in OPEN else (),
        same=link(PageFilter(words=page.body, places=(page.place,))),
        back=link(PageFilter(), anchor="registry"),
    )


async def save_check(request: Request) -> Response:
    """What a person saw of a page: each answered point becomes a fact of today, one left open stays as it was."""
    site, number_of, viewer = site_of(request), request.path_params["number"], viewer_of(request)
    if not may_check(viewer):
        raise HTTPException(403)
    said = await request.form()
    answers = [(name, value) for name in BY_HAND if (value := str(said.get(name, "")))]
    if any(value not in ANSWERS for _, value in answers):
        raise HTTPException(400)
    today = local_day(site)

    async def body(tx: Transaction) -> bool:
        page = await registry.one(tx, number_of)
        if page is None or page.state not in OPEN:
            return False
        known = latest((await registry.facts_of(tx, [page.id]))[page.id])
        fresh = [merge_fact(known, Fact(page.id, name, value, HAND, today, today)) for name, value in answers]
        await registry.keep_facts(tx, fresh)
        line = AuditLine(viewer.user, AuditAction.PAGE_CHECKED, "", str(page.id))
        await audit.append(tx, [line], site.clock.now())
        return True

    if not await site.db.run(body):
        raise HTTPException(404)
    return RedirectResponse(f"/pages/{number_of}", 303)


def may_check(viewer: Viewer) -> bool:
    """Whether the viewer may check pages: who looks at them for the region; whoever keeps a page does not judge it."""
    return viewer.role in (Role.CUR, Role.ADMINISTRATOR)


def asks(known: Mapping[Name, Fact]) -> list[tuple[str, str, str]]:
    """The points that a person answers: field, title, the answer until now."""
    return [(name.value, NAMES[name], known[name].value if name in known else "") for name in BY_HAND]


def mend(check: Card) -> str:
    """What to mend, in words: «Поправить 3: телефон, записи, QR-код»."""
    if not check.was_looked_at:
        return "Эту страницу ещё не проверяли."
    if not check.to_mend:
        told = plural(check.measured_count, "пункт", "пункта", "пунктов")
        return f"Поправлять нечего: проверили {told}, всё есть."
    names = ", ".join(point.title[0].lower() + point.title[1:] if point.title[1:2].islower() else point.title
                      for point in check.to_mend)  # fmt: skip
    return f"Поправить {len(check.to_mend)}: {names}"


def point_view(point: Point) -> PointView:
    """A point of the check as text with its icon and colour; «не проверяли» where nobody measured it."""
    icon, colour = MARKS[point.met]
    return PointView(point.title, icon, colour, "не проверяли" if point.met is None else point.value)


def last_look(check: Card, today: date, *, by_hand: bool) -> str:
    """The last look at any of the points: «23 ноября, VK»; "" without any."""
    looks = [point for point in check.points if point.by_hand is by_hand and point.seen and point.title != MARK]
    if not looks:
        return ""
    last = max(looks, key=lambda look: look.seen or date.min)
    assert last.seen is not None
    return f"{day_in_words(last.seen, today)}, {last.source}"


def why_no_figures(page: OfficialPage, known: Mapping[Name, Fact], today: date, *, counts: bool) -> Iterator[str]:
    """Sentences why there are no figures, since when, and what has to happen first. `counts`: there is a key that VK
    shows walls to."""
    if page.state not in OPEN:
        return
    if page.network is not Network.VK:
        yield f"Чисел нет: {NETWORKS[page.network]} бот не смотрит, только VK. Пункты ниже проверяет человек."
        return
    if page.checked is None:
        since = day_of_adding(page, known, today)
        yield f"Чисел нет: бот ещё не смотрел страницу, она здесь с {since}. Смотрит раз в неделю."
        return
    about, posts = known.get(Name.ABOUT), known.get(Name.POSTS)
    if about is None:
        since = day_in_words(page.checked, today)
        yield f"Чисел нет с {since}: по этой ссылке VK не показал сообщества. Проверьте ссылку."
    elif page.checked - about.seen > WEEK:
        yield f"Числа от {day_in_words(about.seen, today)}: с тех пор VK сообщества по этой ссылке не показывает."
    if not counts:
        yield "Записи и ответы не считаем: администратор не задал ключ BOT_VK_SERVICE_TOKEN."
    elif posts is None:
        yield "Записи ещё не считали: очередь дойдёт за неделю."
    elif not posts.value:
        yield f"Записей не видно с {day_in_words(posts.day, today)}: VK не показывает стену этой страницы."


def day_of_adding(page: OfficialPage, known: Mapping[Name, Fact], today: date) -> str:
    """The day since when the table has named this address, in words."""
    address = known.get(Name.ADDRESS)
    return day_in_words(address.day if address is not None else page.since, today)


def history(facts: list[Fact], today: date) -> list[tuple[str, str, str, str, str]]:
    """The newest first: since when, what, its value, who said so, until when it was still so."""
    ordered = sorted(facts, key=lambda fact: (fact.day, fact.name), reverse=True)
    return [
        (day_in_words(fact.day, today), NAMES[fact.name], value_of(fact), fact.source, day_in_words(fact.seen, today))
        for fact in ordered
    ]


def value_of(fact: Fact) -> str:
    """The fact as people read it: states by name, numbers with spaces, a dash for nothing."""
    if fact.name is Name.STATE:
        return STATES[PageState(fact.value)]
    figure = counted(fact) if fact.name in (Name.POSTS, Name.MEMBERS) else None
    return number(figure) if figure is not None else fact.value or MISSING


PAGES = (
    Page("/pages/{number:int}", official_page, MENU),
    Page("/pages/{number:int}", save_check, MENU, methods=("POST",)),
)
