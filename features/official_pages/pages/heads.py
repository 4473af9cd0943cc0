"""«Страницы глав»: the rating of a month by its parts. A part that nobody measured is «нет данных», and who has too few
parts stands below the compared ones without a score. It must never show the sum without its parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.charts.numbers import MISSING, MONTHS, number
from bot.web.asked import local_day
from bot.web.downloads.table_files import FORMS, file
from bot.web.layout import render
from bot.web.site import Page, Site, site_of, viewer_of
from features.official_pages import sql as registry
from features.official_pages.model.facts import Fact
from features.official_pages.model.heads import TITLES, Norms, Parts, RatingPart, of_month, parts, score
from features.official_pages.model.page import OPEN, BodyKind, Network, OfficialPage
from features.official_pages.model.wanted import PageFilter
from features.official_pages.pages.views import MENU, month_ends, within
from handlers.views.titles import place_title
from storage.db.transaction import Transaction

MOST = 1000
NORMS = Norms()
"""No act confirms them and no region has asked for others; they stand under the table in words."""
UNITS = {
    RatingPart.LOOK: "%",
    RatingPart.POSTS: "в неделю",
    RatingPart.ANSWERED: "%",
    RatingPart.SPEED: "ч",
    RatingPart.AUDIENCE: "%",
}
PLACES = {RatingPart.POSTS: 1, RatingPart.SPEED: 1, RatingPart.AUDIENCE: 1}
"""Decimals of what was counted; the others have none."""


@dataclass(frozen=True, slots=True)
class HeadPageRow:
    """`cells`: of each part its points and what was counted, both in words. `rank` is empty where nobody compares."""

    id: int
    rank: str
    body: str
    place: str
    score: str
    before: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A head's page with the parts of this month, its score, and that of a month before; None where too few parts were
    measured."""

    page: OfficialPage
    parts: Parts
    score: float | None
    before: float | None


async def heads(request: Request) -> Response:
    """Answers with the rating of a month, or the same as a file."""
    site = site_of(request)
    month, norms = month_of(request, local_day(site)), NORMS
    wanted = within(viewer_of(request), PageFilter(kinds=(BodyKind.HEAD,), networks=(Network.VK,), states=OPEN))

    async def body(tx: Transaction) -> tuple[list[OfficialPage], dict[int, list[Fact]]]:
        pages = await registry.some(tx, wanted, 0, MOST)
        return pages, await registry.facts_of(tx, [page.id for page in pages])

    pages, facts = await site.readers.run(body)
    rows = table_rows(site, rate_heads(site, pages, facts, month, norms))
    if (form := request.path_params.get("form")) is not None:
        return as_file(rows, month, norms, form)
    return render(
        request,
        "heads.html",
        rows=rows,
        heads=[(TITLES[part], UNITS[part]) for part in RatingPart],
        said=in_words(month),
        months=months(local_day(site), month),
        forms=[(name, address(month, form)) for form, name in FORMS],
        words=norms.words,
    )


# --- the month


def month_of(request: Request, today: date) -> date:
    """The first day of the month that is asked for; by default of the last month that is over."""
    said = request.query_params.get("month", "")
    if not said:
        return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    try:
        return date.fromisoformat(f"{said}-01")
    except ValueError:
        raise HTTPException(400) from None


def end_of(month: date) -> date:
    """The last day of the month that begins on this day."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def months(today: date, chosen: date) -> list[tuple[str, str, bool]]:
    """The present month and those before it: words, address, whether it is the chosen one."""
    first = [end.replace(day=1) for end in reversed(month_ends(today))]
    return [(in_words(day), address(day), day == chosen) for day in dict.fromkeys(first)]


def in_words(month: date) -> str:
    """«ноябрь 2026»."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def address(month: date, form: str = "") -> str:
    """The address of the rating of this month; with `form` that of the file."""
    return f"/pages/heads{'.' + form if form else ''}?month={month:%Y-%m}"


# --- the table


def rate_heads(
    site: Site, pages: Sequence[OfficialPage], facts: Mapping[int, Sequence[Fact]], month: date, norms: Norms
) -> list[Judged]:
    """The best first, then who is not compared."""
    residents = {place.code: place.residents for place in site.directory().places}
    before = (month - timedelta(days=1)).replace(day=1)

    def of(official_page: OfficialPage, first: date) -> Parts:
        """The measured parts of the rating of this page in the month that begins on `first`."""
        said = of_month(facts[official_page.id], first, end_of(first))
        return parts(said, residents.get(official_page.place, 0), norms, official_page.network)

    found = [(page, of(page, month), of(page, before)) for page in pages]
    known = [Judged(page, now, score(now, norms), score(was, norms)) for page, now, was in found]
    return sorted(
        known, key=lambda judged: (judged.score is None, -(judged.score or 0), judged.page.place, judged.page.id)
    )


def table_rows(site: Site, found: Sequence[Judged]) -> list[HeadPageRow]:
    """The rows as text, numbered in the given order; no number and «мало данных» where there is no score."""
    directory = site.directory()
    return [
        HeadPageRow(
            id=judged.page.id,
            rank=str(turn) if judged.score is not None else "",
            body=judged.page.body,
            place=place_title(directory, judged.page.place) or "все места",
            score=number(judged.score) if judged.score is not None else "мало данных",
            before=number(judged.before) if judged.before is not None else MISSING,
            cells=tuple(cell(judged.parts, part) for part in RatingPart),
        )
        for turn, judged in enumerate(found, 1)
    ]


def cell(known: Parts, part: RatingPart) -> tuple[str, str]:
    """The points of a part and its measure in words: «80», «2,4 в неделю»."""
    measure = known.get(part)
    if measure is None:
        return MISSING, ""
    return number(measure.points), f"{number(measure.value, PLACES.get(part, 0))}\u00a0{UNITS[part]}"


def as_file(rows: Sequence[HeadPageRow], month: date, norms: Norms, form: str) -> Response:
    """The rating as a file: two columns for each part, its points and what was measured."""
    names = [name for part in RatingPart for name in (f"{TITLES[part]}, баллов", f"{TITLES[part]}, {UNITS[part]}")]
    lines = [
        [row.rank, row.place, row.body, row.score, row.before, *(said for pair in row.cells for said in pair)]
        for row in rows
    ]
    head = [("что", f"Страницы глав, {in_words(month)}"), ("как считали", norms.words)]
    named = ["место", "муниципалитет", "страница", "балл", "месяцем раньше", *names]
    return file(form, f"heads-{month:%Y-%m}", head, named, lines)


PAGES = (
    Page("/pages/heads", heads, MENU),
    Page("/pages/heads.{form}", heads, MENU),
)
