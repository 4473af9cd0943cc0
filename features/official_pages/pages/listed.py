"""«Официальные страницы»: the year, who is represented, who waits for a signature, the registry. Every number is a link
to exactly the pages that it counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.charts.map import Area, Map, chart_map
from bot.charts.numbers import MISSING, number, percent
from bot.charts.stacked import Column, Stacked, stacked_chart
from bot.web.asked import local_day
from bot.web.downloads.table_files import FORMS, Cell, file
from bot.web.layout import render
from bot.web.site import Page, Site, site_of, viewer_of
from features.official_pages import sql as registry
from features.official_pages.model.facts import Fact
from features.official_pages.model.page import KINDS, NETWORKS, OPEN, BodyKind, OfficialPage, PageState
from features.official_pages.model.wanted import PageFilter, to_address
from features.official_pages.pages.one import may_check
from features.official_pages.pages.views import (
    BOUND,
    CELLS,
    MENU,
    Count,
    Facet,
    PageRow,
    RegistryGroup,
    conditions,
    facets,
    fitting,
    group,
    groups,
    link,
    link_to_list,
    month_ends,
    rows,
    sum_by,
    wanted_of,
)
from handlers.text.words import plural
from handlers.views.titles import place_title
from states.statistics.pages_plan import Plan, pages_by, read
from storage.db.transaction import Transaction

MOST, FIRST = 50, 8
LONG, LATE = 90, 150
"""Days of waiting for a signature: what is to be reminded, and what somebody must answer for."""
ALL = 1_000_000
STEPS = (80.0, 90.0, 95.0, 98.0)
"""Borders of shades on the map, in per cent of bodies that are represented."""
SHORT = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
LISTED = (
    "номер", "организация", "вид", "муниципалитет", "кто выше", "сеть", "ссылка", "состояние", "с какого дня",
    "проверка", "записей за неделю", "подписчиков", "проверено",
)  # fmt: skip
WIDE = 420
"""Of the year's chart, in points: on a telephone its letters keep their size nearly."""


@dataclass(frozen=True, slots=True)
class RegistryData:
    """What the page knows, of one moment."""

    bodies: Mapping[tuple[str, ...], int]
    pages: Mapping[tuple[str, ...], int]
    months: Sequence[tuple[int, int]]
    waiting: Sequence[PageRow]
    waits: int
    long: int
    listed: Sequence[PageRow]
    total: int
    facets: Sequence[Facet]


async def official(request: Request) -> Response:
    """Answers with the registry, or the same as a file."""
    site, wanted = site_of(request), wanted_of(request)
    if (form := request.path_params.get("form")) is not None:
        return await as_file(site, wanted, form)
    today, start, viewer = local_day(site), _start(request), viewer_of(request)
    bound = BOUND.get(viewer.role, "")
    area = replace(PageFilter(), kinds=wanted.kinds, places=wanted.places, parents=wanted.parents)
    seen = await site.readers.run(lambda tx: look(tx, site, area, wanted, today, start, bound))
    whole = overview(area, seen)
    return render(
        request,
        "official.html",
        area=area,
        whole=whole,
        states=of_states(area, seen),
        networks=of_networks(area, seen),
        chart=year_chart(area, seen, read(site.settings.pages_plan), today),
        grown=grown(seen),
        waiting=seen.waiting,
        waits=Count(seen.waits, link_to_list(replace(area, states=(PageState.WAITS,)))),
        long=Count(
            seen.long, link_to_list(replace(area, states=(PageState.WAITS,), until=today - timedelta(days=LONG)))
        ),
        LONG=LONG,
        LATE=LATE,
        kinds=by_kind(area, seen),
        places=(places := by_place(site, area, seen)),
        map=region_map(site, places) if len(places) > 1 else "",
        rows=seen.listed,
        total=seen.total,
        told=f"{number(seen.total)} {plural(seen.total, 'запись', 'записи', 'записей').split()[1]}",
        facets=seen.facets,
        chips=list(conditions(site, wanted, bound)),
        hidden=[pair for pair in to_address(wanted) if pair[0] != "words"],
        wanted=wanted,
        pages=_pages(wanted, start, seen.total),
        forms=[(name, link(wanted, form=form)) for form, name in FORMS],
        plain=link_to_list(PageFilter()),
        bound=bool(bound),
        keeps=may_check(viewer),
        number=number,
        percent=percent,
        MISSING=MISSING,
    )


async def look(
    tx: Transaction, site: Site, area: PageFilter, wanted: PageFilter, today: date, start: int, bound: str
) -> RegistryData:
    """Reads in one transaction what the page of the registry shows."""
    waits = replace(area, states=(PageState.WAITS,))
    waiting = await registry.some(tx, waits, 0, FIRST)
    found, total = await registry.page(tx, wanted, start, MOST)
    facts = await registry.facts_of(tx, [official_page.id for official_page in (*waiting, *found)])
    base = PageFilter(parents=wanted.parents, places=wanted.places if bound == "places" else ())
    cells = await registry.counts(tx, base, *CELLS)
    rest = replace(wanted, kinds=(), places=base.places, networks=(), states=())
    within = cells if rest == base else await registry.counts(tx, rest, *CELLS)
    there = fitting(cells, area)
    return RegistryData(
        bodies=sum_by({key: many for key, many in there.items() if key[-1]}, 0, 1, 3),
        pages=sum_by(there, 0, 1, 2, 3),
        months=await registry.months(tx, area, month_ends(today)),
        waiting=list(rows(site, waiting, facts, today)),
        waits=await registry.number(tx, waits),
        long=await registry.number(tx, replace(waits, until=today - timedelta(days=LONG))),
        listed=list(rows(site, found, facts, today)),
        total=total,
        facets=facets(site, wanted, within, bound),
    )


# --- the year and the whole


def overview(area: PageFilter, seen: RegistryData) -> RegistryGroup:
    """The whole of the chosen bodies in one group."""
    return group("", "", area, _sum(seen.bodies, 2), _sum(seen.pages, 3))


def _sum(found: Mapping[tuple[str, ...], int], *places: int) -> Counter[str]:
    """Counts by these parts of their keys only."""
    summed: Counter[str] = Counter()
    for key, many in found.items():
        summed["|".join(key[place] for place in places)] += many
    return summed


def of_states(area: PageFilter, seen: RegistryData) -> list[tuple[str, str, Count, float | None]]:
    """Bodies by how far they have come: words, class of the mark, number, share."""
    by, whole = _sum(seen.bodies, 2), sum(seen.bodies.values())
    kinds = (
        ("есть страница", "bar", OPEN),
        ("ждут подпись", "warn", (PageState.WAITS,)),
        ("создают", "other", (PageState.CREATING,)),
        ("страницы нет", "none", (PageState.NONE, PageState.CLOSED)),
    )
    found = []
    for words, mark, states in kinds:
        many = sum(by[state] for state in states)
        href = link_to_list(replace(area, states=states, bodies=True))
        if many:
            found.append((words, mark, Count(many, href), many / whole if whole else None))
    return found


def of_networks(area: PageFilter, seen: RegistryData) -> list[tuple[str, Count]]:
    """By network, how many pages are open, with the address of their list."""
    by = _sum(seen.pages, 2, 3)
    return [
        (
            name,
            Count(
                sum(by[f"{network}|{state}"] for state in OPEN),
                link_to_list(replace(area, networks=(network,), states=OPEN)),
            ),
        )
        for network, name in NETWORKS.items()
    ]


def grown(seen: RegistryData) -> str:
    """How the number of pages grew in a year, in words."""
    return f"За год: с {number(seen.months[0][0])} до {number(seen.months[-1][0])} страниц"


def year_chart(area: PageFilter, seen: RegistryData, plan: Plan, today: date) -> str:
    """The plan is of the whole registry: a part of it has none."""
    known = plan if area == PageFilter() else ()
    columns = []
    for turn, (day, (there, marked)) in enumerate(zip(month_ends(today), seen.months, strict=True)):
        name = SHORT[day.month - 1]
        year = str(day.year) if not turn or day.month == 1 else ""
        href = link_to_list(replace(area, on=day))
        columns.append(Column(name, marked, there - marked, pages_by(known, day), year, f"{name} {day.year}", href))
    about = "Столбцы: сколько страниц было в конце каждого месяца, из них с госметкой."
    data = Stacked("Официальные страницы за год", about, tuple(columns), "с госметкой", "без метки", wide=WIDE)
    return stacked_chart(data).svg


# --- by kind and by municipality


def by_kind(area: PageFilter, seen: RegistryData) -> list[RegistryGroup]:
    """Bodies and pages counted by the kind of body, each number with the address of its list."""
    return groups(
        area, sum_by(seen.bodies, 0, 2), sum_by(seen.pages, 0, 3), lambda code: KINDS[BodyKind(code)],
        lambda code: replace(area, kinds=(BodyKind(code),)),
    )  # fmt: skip


def by_place(site: Site, area: PageFilter, seen: RegistryData) -> list[RegistryGroup]:
    """Bodies and pages counted by municipality, each number with the address of its list."""
    directory = site.directory()
    return groups(
        area, sum_by(seen.bodies, 1, 2), sum_by(seen.pages, 1, 3),
        lambda code: place_title(directory, code) or code or "Все места",
        lambda code: replace(area, places=(code,)),
    )  # fmt: skip


def region_map(site: Site, places: Sequence[RegistryGroup]) -> str:
    """The share of bodies with a page by municipality as a map in SVG; "" where the region has no outlines."""
    known = site.map
    if known is None:
        return ""
    there = {shape.code for shape in known.shapes}
    areas = tuple(
        Area(place.code, place.name, place.share, href=place.bodies.href) for place in places if place.code in there
    )
    about = "Чем темнее, тем больше доля организаций, у которых есть официальная страница."
    return chart_map(Map("Доля организаций со страницей", about, known.shapes, areas, STEPS, known.by)).svg


# --- the list as a file


async def as_file(site: Site, wanted: PageFilter, form: str) -> Response:
    """All pages of the filter, not only the portion shown, as a file."""
    today = local_day(site)

    async def body(tx: Transaction) -> tuple[list[OfficialPage], dict[int, list[Fact]]]:
        found = await registry.some(tx, wanted, 0, ALL)
        return found, await registry.facts_of(tx, [official_page.id for official_page in found])

    pages, facts = await site.readers.run(body)
    found = list(rows(site, pages, facts, today))
    said = "; ".join(words for words, _ in conditions(site, wanted, "")) or "все записи"
    head = [("что", said), ("записей", str(len(found))), ("на день", today.isoformat())]
    lines = [_line(row, page) for row, page in zip(found, pages, strict=True)]
    return file(form, f"pages-{today}", head, LISTED, lines)


def _line(row: PageRow, page: OfficialPage) -> list[Cell]:
    """One page as cells of the file."""
    return [
        row.id, row.body, row.kind, row.place, row.parent, row.network, row.href, row.state, page.since,
        row.passed, row.posts, row.members, page.checked or row.checked,
    ]  # fmt: skip


def _start(request: Request) -> int:
    """From which line on the list is shown; 0 for anything unreadable."""
    said = request.query_params.get("start", "0")
    return min(int(said), ALL) if said.isascii() and said.isdigit() and len(said) < 9 else 0


def _pages(wanted: PageFilter, start: int, total: int) -> tuple[str, str]:
    """The addresses of the page before and after; "" where there is none."""
    before = link(wanted, [("start", str(max(0, start - MOST)))], anchor="registry") if start else ""
    more = start + MOST < total
    return before, link(wanted, [("start", str(start + MOST))], anchor="registry") if more else ""


PAGES = (Page("/pages", official, MENU), Page("/pages.{form}", official, MENU))
