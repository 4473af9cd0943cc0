"""One municipality or agency: why it stands where it stands among the others, and the messages two taps away.

Who is bound to one sees its own page only, and of the others what their place is made of: shares, never messages (R24).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.charts.intervals import cell
from bot.charts.lines import Lines, Series, lines
from bot.charts.map import Area, Map, drawn_high, outlines
from bot.charts.mark import drawing
from bot.charts.numbers import MISSING, number
from bot.charts.paint import PANEL
from bot.region.map_file import neighbours
from bot.web.asked import link, local_day, of_request
from bot.web.layout import render
from bot.web.pages.chats import state_of
from bot.web.site import MenuEntry, Page, Site, viewer_of
from bot.web.views.rows import AppealRow, row
from bot.web.views.week import hours, value_in_words
from features.statistics.pages.groups import BY, KEPT, TITLES, messages, monthly, months, namer, share_explained
from features.statistics.report.overdue_map import STEPS
from features.statistics.report.reasons import OTHER, Rank, ReasonPart, Reasons, missed_count, read
from features.statistics.report.standings import FIELDS, GroupLine
from handlers.text.words import date_words, plural
from handlers.views.filter_words import agency_words, between
from handlers.views.titles import topic_title
from states.people.viewers import Role, Section, Viewer, may_open
from states.statistics.change import Good, MeasuredFigure, verdict
from states.statistics.filter import NONE, NOT_KEPT, By, Filter, TermOutcome
from states.statistics.listed import ListedAppeal
from states.statistics.rating import Counts, share
from storage.db.transaction import Transaction
from storage.ops import search
from storage.ops.measured import (
    back,
    known_back,
    known_in_time,
    known_median,
    known_stars,
    median,
    ratings_count,
    stars,
)
from storage.ops.search import Today
from storage.records import chats

EVERYBODY = frozenset(Role)
OWN = MenuEntry("standing", "Наше место", frozenset({Role.AGENCY, Role.MUNICIPALITY}), Section.QUEUE, in_sight=True)
SCOPES = {Role.AGENCY: Section.AGENCIES, Role.MUNICIPALITY: Section.PLACES}
LISTED, TOPICS, PARTS, NEAR = 6, 8, 10, 5
WIDE = 340
"""Of a drawing, in points: what a telephone has, so that its letters keep their size there."""
WIDE_MAP = 150
FEW = "мало"


@dataclass(frozen=True, slots=True)
class Late:
    """A message that missed its term. `waits`: it still has no answer."""

    delay: str
    waits: bool
    row: AppealRow


@dataclass(frozen=True, slots=True)
class Bunch:
    """What was missed by one side: its number opens `rows` in place, `chips` lead to those of each."""

    kind: str
    name: str
    missed: int
    due: str
    share: str
    href: str
    chips: list[tuple[str, str]]
    rows: list[Late]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as text: `beside` is the region's or the former one, `word` says whether it is better or worse than
    that."""

    name: str
    value: str
    beside: str
    href: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class GroupRequest:
    """Who is looked at, how, and by whom. `plain` names no group, for the others are needed to compare."""

    site: Site
    viewer: Viewer
    section: Section
    code: str
    plain: Filter
    today: Today

    @property
    def own_filter(self) -> Filter:
        """The filter of all messages of this group in the period."""
        return replace(self.plain, **{FIELDS[BY[self.section]]: (self.code,)})  # type: ignore[arg-type]

    @property
    def bound(self) -> bool:
        """Whether this viewer's role sees one group only."""
        return self.viewer.role in SCOPES

    def of_part(self, *codes: str) -> Filter:
        """The filter of the group's messages with these agencies, or in these places."""
        field = FIELDS[OTHER[BY[self.section]]]
        return replace(self.own_filter, **{field: tuple(code or NONE for code in codes)})  # type: ignore[arg-type]

    def missed_filter(self, wanted: Filter) -> Filter:
        """This filter cut down to messages whose term is over and that were answered late or not at all."""
        return wanted.by_term(local_day(self.site), *NOT_KEPT)


async def one_group(request: Request) -> Response:
    """The page of the agency or municipality that the address names: /agencies/CODE or /places/CODE."""
    section = Section(request.url.path.split("/")[1])
    return await group_page(request, section, str(request.path_params["code"]))


async def own_standing(request: Request) -> Response:
    """The page of the viewer's own agency or municipality; HTTP 403 for a viewer who is bound to none."""
    viewer = viewer_of(request)
    if not viewer.scope:
        raise HTTPException(403)
    return await group_page(request, SCOPES[viewer.role], viewer.scope)


def may_look(viewer: Viewer, section: Section, code: str) -> bool:
    """Whether this viewer may open the group's page: whoever is bound to a group sees that one only (R24)."""
    if viewer.role in SCOPES:
        return SCOPES[viewer.role] is section and bool(code) and viewer.scope == code
    return may_open(viewer, section)


async def group_page(request: Request, section: Section, code: str) -> Response:
    """Renders the group's page. HTTP 403 and 404 as `asked_group` says."""
    asked = asked_group(request, section, code)
    found, late, talking = await asked.site.readers.run(lambda tx: look(tx, asked))
    path = "standing" if asked.bound else f"{section}/{code}"
    return render(
        request,
        "one_group.html",
        title=namer(asked.site, section)(code),
        up="" if asked.bound else link(section, asked.plain),
        up_name=TITLES[section],
        when=between(asked.plain.since or asked.today.taken_by, asked.plain.until or asked.today.taken_by),
        bunches=late,
        chats=talking,
        keeps_chats=may_open(asked.viewer, Section.CHATS),
        months=months(asked.site, path, asked.plain),
        **page_values(asked, found),
    )


def asked_group(request: Request, section: Section, code: str) -> GroupRequest:
    """The group that the address asks for. Raises HTTPException: 403 for another's page, 404 for what the directory has
    not."""
    site, wanted, today = of_request(request)
    viewer, directory = viewer_of(request), site.directory()
    if not may_look(viewer, section, code):
        raise HTTPException(403)
    if code not in (directory.place_by_code if section is Section.PLACES else directory.agency_by_code):
        raise HTTPException(404)
    wanted = monthly(wanted, local_day(site))
    kept = {name: getattr(wanted, name) for name in KEPT if name not in FIELDS.values()}
    return GroupRequest(site, viewer, section, code, replace(Filter(), **kept), today)


def page_values(asked: GroupRequest, found: Reasons) -> dict[str, Any]:
    """What stands on the page of these figures."""
    return {
        "head": headline(found),
        "sentence": sentence(asked, found),
        "parts": [part(asked, region_part) for region_part in found.parts[:PARTS]],
        "parts_title": "Кто отвечает" if asked.section is Section.PLACES else "Где",
        "figures": list(figures(asked, found)),
        "spread": spread(found.rank, found.own_rank),
        "chart": trend(asked, found),
        "near": near(asked, found),
        "topics": [topic(asked, group) for group in by_received(found.topics)[:TOPICS]],
        "topics_href": link(Section.TOPICS, asked.own_filter),
        "worked": share_explained(replace(found.found, total=found.line)),
        "least": asked.site.formula.least,
    }


# What is read


async def look(tx: Transaction, asked: GroupRequest) -> tuple[Reasons, list[Bunch], list[tuple[str, str, bool]]]:
    """Reads why a group stands where it stands, its messages by reason, and what people write about."""
    site = asked.site
    found = await read(tx, asked.plain, local_day(site), BY[asked.section], asked.code, site.formula, site.directory())
    return found, [await bunch(tx, asked, *side) for side in sides(asked, found)], await talking(tx, asked, found)


def sides(asked: GroupRequest, found: Reasons) -> list[tuple[str, str, Sequence[ReasonPart]]]:
    """The parts to show apart: of a place its administration and all others, of an agency everything."""
    if asked.section is Section.AGENCIES:
        return [("all", "Не ответили в срок", found.parts)]
    own, others = ([region_part for region_part in found.parts if region_part.own is so] for so in (True, False))
    names = [agency_words(asked.site.directory(), region_part.code) for region_part in own]
    return [("own", names[0] if len(names) == 1 else "Администрация", own), ("others", "Другие ведомства", others)]


async def bunch(tx: Transaction, asked: GroupRequest, kind: str, name: str, some: Sequence[ReasonPart]) -> Bunch:
    """Some parts of the missed answers together, with the first messages of them."""
    there = [region_part for region_part in some if region_part.missed_count]
    due, kept = (
        sum(region_part.counts.due for region_part in some),
        sum(region_part.counts.kept for region_part in some),
    )
    wanted = asked.missed_filter(asked.of_part(*(region_part.code for region_part in there)))
    listed = await search.some(tx, wanted, asked.today, 0, LISTED) if there else []
    return Bunch(
        kind,
        name,
        due - kept,
        number(due),
        in_time(asked, kept, due),
        link(Section.QUEUE, wanted) if there else "",
        [
            (
                f"{part_name(asked, region_part.code)} {number(region_part.missed_count)}",
                part_href(asked, region_part.code),
            )
            for region_part in there
            if len(there) > 1
        ],
        [late(asked, message, wanted) for message in listed],
    )


def late(asked: GroupRequest, listed: ListedAppeal, wanted: Filter) -> Late:
    """One missed answer: how late it was, or that it still waits."""
    said_row = row(asked.site, listed, wanted)
    if listed.final is None or listed.term is None:
        waits = listed.due_at is not None and listed.due_at < asked.today.now
        return Late(f"ждёт {said_row.term.rest.removeprefix('на ')}" if waits else "ответа не было", waits, said_row)
    days = (listed.final - listed.term).days
    return Late(
        f"опоздал на {plural(days, 'день', 'дня', 'дней')}" if days > 0 else "опоздал меньше чем на день",
        False,
        said_row,
    )


async def talking(tx: Transaction, asked: GroupRequest, found: Reasons) -> list[tuple[str, str, bool]]:
    """The agencies whose answers these are: name, whether its chat is reached, whether that is bad."""
    codes = (
        [asked.code]
        if asked.section is Section.AGENCIES
        else [region_part.code for region_part in found.parts if region_part.code]
    )
    bound = {chat.agency: chat for chat in await chats.bound(tx)}
    directory, now = asked.site.directory(), asked.today.now
    told = [
        (agency_words(directory, code), state_of(bound[code], now, asked.site), bound[code].lost)
        if code in bound
        else (agency_words(directory, code), "чата нет, сообщения приходят в ЦУР", True)
        for code in codes[:PARTS]
    ]
    return sorted(told, key=lambda line: not line[2])


# What is said


def headline(found: Reasons) -> str:
    """The heading: why this place in the order, or why none."""
    if found.rank is None:
        return "Почему не сравниваем"
    return f"Почему {found.rank.at}-е место из {found.rank.of}"


def sentence(asked: GroupRequest, found: Reasons) -> tuple[str, str]:
    """The sentence on top: what is bold and what follows; whose fault it was, first of all."""
    counts = found.line.counts
    if not counts.due:
        return "За этот период сроков ещё не наступило.", ""
    few = (
        f" Наступил срок у {number(counts.due)}, сравниваем от {asked.site.formula.least}."
        if found.rank is None
        else ""
    )
    if not missed_count(counts):
        return f"В срок ответили на всё: {messages(counts.due)}.", few
    if asked.section is Section.PLACES:
        return not_own(asked, found), worst(asked, found) + own_place(found) + few
    return f"Не в срок {number(missed_count(counts))} из {number(counts.due)}.", worst(asked, found) + few


def not_own(asked: GroupRequest, found: Reasons) -> str:
    """A sentence that splits the missed terms of a place between its administration and other agencies."""
    others, all_missed = missed_count(found.others), missed_count(found.line.counts)
    mine = number(all_missed - others)
    return f"Не в срок {number(all_missed)}: у администрации {mine}, у других ведомств {number(others)}."


def worst(asked: GroupRequest, found: Reasons) -> str:
    """Who missed most, as a sentence; "" where nobody else did."""
    some = [region_part for region_part in found.parts if region_part.missed_count and not region_part.own]
    if not some:
        return ""
    first = some[0]
    told = f"{number(first.missed_count)} из {number(first.counts.due)}"
    return f" Больше всех: {part_name(asked, first.code)}, {told}."


def own_place(found: Reasons) -> str:
    """A sentence with the administration's rank by its own answers; "" where it has too few to be ranked."""
    return f" По своим ответам администрация {found.own_rank.at}-я." if found.own_rank is not None else ""


def spread(rank: Rank | None, own: Rank | None) -> str:
    """Between which places it might stand by chance, and where by its own answers."""
    if rank is None:
        return ""
    told = (
        f"Место могло быть от {rank.best}-го до {rank.worst}-го: сообщений немного." if rank.best < rank.worst else ""
    )
    return f"{told} Только по своим ответам: {own.at}-е из {own.of}.".strip() if own is not None else told


def in_time(asked: GroupRequest, kept: int, due: int) -> str:
    """The share in per cent as text; «мало» where fewer were due than are compared."""
    return FEW if due < asked.site.formula.least else number(share(kept, due), 1)


def part_name(asked: GroupRequest, code: str) -> str:
    """The name of a part of this group: an agency of a municipality, or a municipality of an agency."""
    return namer(asked.site, Section.AGENCIES if asked.section is Section.PLACES else Section.PLACES)(code)


def part_href(asked: GroupRequest, *codes: str) -> str:
    """The address of the list of missed terms in these parts of the group."""
    return link(Section.QUEUE, asked.missed_filter(asked.of_part(*codes)))


def part(asked: GroupRequest, region_part: ReasonPart) -> dict[str, str | int]:
    """A row: who, how many missed of how many, each a list."""
    due = asked.of_part(region_part.code).by_term(local_day(asked.site))
    return {
        "name": part_name(asked, region_part.code),
        "own": "yes" if region_part.own else "",
        "missed": number(region_part.missed_count),
        "missed_href": part_href(asked, region_part.code),
        "due": number(region_part.counts.due),
        "due_href": link(Section.QUEUE, due),
        "share": in_time(asked, region_part.counts.kept, region_part.counts.due),
        "wide": region_part.missed_count,
    }


def by_received(some: Sequence[ReasonPart]) -> list[ReasonPart]:
    """The parts with most messages received first, then by code."""
    return sorted(some, key=lambda region_part: (-region_part.counts.received, region_part.code))


def topic(asked: GroupRequest, group: ReasonPart) -> dict[str, str]:
    """One topic of a group as a row: received, not in time, with links to both."""
    wanted = replace(asked.own_filter, topics=(group.code or NONE,))
    return {
        "name": topic_title(asked.site.directory(), group.code) if group.code else "Тема не указана",
        "received": number(group.counts.received),
        "href": link(Section.QUEUE, wanted),
        "missed": number(group.missed_count),
        "missed_href": link(Section.QUEUE, asked.missed_filter(wanted)),
    }


def figures(asked: GroupRequest, found: Reasons) -> Iterator[Figure]:
    """The figures, each beside the region's; «лучше» and «хуже» only beyond chance."""
    wanted, counts, today = asked.own_filter, found.line.counts, local_day(asked.site)
    yield kept_figure(asked, found)
    yield first_figure(found, link(Section.QUEUE, replace(wanted, by=By.FIRST)))
    before = f"перед этим {number(found.line.before.received)}"
    yield Figure("Поступило", number(counts.received), before, link(Section.QUEUE, wanted))
    own, region = found.line.sums, found.found.total.sums
    beside, word = (
        f"среднее {value_in_words(back(region), 'share')}",
        better(known_back(own), known_back(region), Good.LESS),
    )
    yield Figure(
        "«Не решено», %",
        value_in_words(back(own), "share"),
        beside,
        link(Section.QUEUE, replace(wanted, by=By.REOPENED)),
        word,
    )
    beside, word = (
        f"среднее {value_in_words(stars(region), 'share')}",
        better(known_stars(own), known_stars(region), Good.MORE),
    )
    name = f"Оценка из 5 ({number(ratings_count(own))})"
    yield Figure(
        name, value_in_words(stars(own), "share"), beside, link(Section.QUEUE, replace(wanted, by=By.RATED)), word
    )
    waiting, of = (
        link(Section.QUEUE, wanted.by_term(today, TermOutcome.WAITING)),
        f"из {number(counts.due)}, у кого он наступил",
    )
    yield Figure("Без ответа после срока", number(counts.waiting), of, waiting)


def kept_figure(asked: GroupRequest, found: Reasons) -> Figure:
    """The share answered in time, with the region's beside it and whether the difference is more than chance."""
    counts, whole = found.line.counts, found.found.total
    value = in_time(asked, counts.kept, counts.due) if counts.due else MISSING
    word = better(known_in_time(found.line.sums), known_in_time(whole.sums), Good.MORE)
    href = link(Section.QUEUE, asked.own_filter.by_term(local_day(asked.site), TermOutcome.KEPT))
    region = value_in_words(share(whole.counts.kept, whole.counts.due), "share")
    return Figure("Ответили в срок, %", value, f"среднее {region}", href, word)


def first_figure(found: Reasons, href: str) -> Figure:
    """The median of the first answer in working hours, with the region's beside it; less is better."""
    own, region = (median(line.sums, "first") for line in (found.line, found.found.total))
    known, usual = (known_median(line.sums, "first") for line in (found.line, found.found.total))
    value, beside = (MISSING if minutes is None else hours(minutes) for minutes in (own, region))
    word = better(known, usual, Good.LESS)
    return Figure("Первый ответ, рабочих ч:мин", value, f"среднее {beside}", href, word)


def better(now: MeasuredFigure | None, region: MeasuredFigure | None, good: Good) -> str:
    """Whether it is better or worse than the region, in a word; "" where that is chance."""
    found = verdict(now, region, good)
    return "" if found is None else found.value


def trend(asked: GroupRequest, found: Reasons) -> str:
    """The SVG of the share in time by week; a week of which too few terms fell is a gap, not a jump."""
    assert asked.plain.until is not None, "monthly gives both"
    name = namer(asked.site, asked.section)(asked.code)
    first = asked.plain.until - timedelta(days=7 * len(found.weeks) - 1)
    labels = tuple(date_words(first + timedelta(days=7 * turn)) for turn in range(len(found.weeks)))
    own, region = (tuple(weekly(region_part) for region_part in some) for some in zip(*found.weeks, strict=True))
    drawn = Lines(
        f"{name}: двенадцать недель",
        "В срок, %.",
        labels,
        (Series(name[:14], own), Series("среднее", region)),
        head="неделя",
        wide=WIDE,
        high=170,
    )
    return lines(drawn).svg if any(value is not None for value in own) else ""


LEAST_WEEK = 5
"""Of fewer a week's share is no share."""


def weekly(counts: Counts) -> float | None:
    """The share in time in per cent; None where too few were due."""
    told = share(counts.kept, counts.due)
    return None if told is None or counts.due < LEAST_WEEK else round(told, 1)


def near(asked: GroupRequest, found: Reasons) -> dict[str, object]:
    """Neighbours on the map; of an agency those beside it in the order of shares."""
    by_code = {line.code: line for line in found.found.lines if line.code}
    around = neighbours(asked.site.map, asked.code)[:NEAR] if asked.section is Section.PLACES else []
    codes = [code for code in around if code in by_code] or in_order(asked, found)
    rows = [
        beside_it(asked, found, by_code.get(code, found.line), place) for place, code in enumerate([asked.code, *codes])
    ]
    title = "Соседи" if around else "Рядом по месту"
    drawn = near_map(asked, found, codes) if around else ""
    return {
        "title": title,
        "rows": rows,
        "map": drawn,
        "code": asked.code,
        "by": asked.site.map.by if asked.site.map else "",
    }


def in_order(asked: GroupRequest, found: Reasons) -> list[str]:
    """Two above and two below."""
    compared = [line for line in found.found.lines if line.code and line.counts.due >= asked.site.formula.least]
    compared.sort(key=lambda line: (-(line.row.share or 0), line.code))
    at = next((place for place, line in enumerate(compared) if line.code == asked.code), None)
    return [] if at is None else [line.code for line in compared[max(0, at - 2) : at + 3] if line.code != asked.code]


def beside_it(asked: GroupRequest, found: Reasons, line: GroupLine, place: int) -> dict[str, str | int]:
    """A row of the comparison with neighbours. No link for a viewer who is bound to one group, nor without a rank."""
    name, counts = namer(asked.site, asked.section)(line.code), line.counts
    few = counts.due < found.found.axis.least
    return {
        "name": name,
        "rank": place,
        "href": "" if asked.bound or not place else link(f"{asked.section}/{line.code}", asked.plain),
        "interval": f"{counts.kept}\u00a0из\u00a0{counts.due}"
        if few
        else cell(replace(line.row, name=name), found.found.axis),
        "share": in_time(asked, counts.kept, counts.due),
    }


def near_map(asked: GroupRequest, found: Reasons, codes: Sequence[str]) -> str:
    """The map of these municipalities alone: the region would hide them."""
    known = asked.site.map
    assert known is not None, "it has neighbours"
    ranks = {code: place for place, code in enumerate(codes, 1)}
    shapes = tuple(shape for shape in known.shapes if shape.code == asked.code or shape.code in ranks)
    name_of = namer(asked.site, asked.section)
    areas = [
        Area(
            line.code, name_of(line.code), share(missed_count(line.counts), line.counts.due),
            line.counts.due < found.found.axis.least, ranks.get(line.code, 0),
        )
        for line in found.found.lines
        if any(line.code == shape.code for shape in shapes)
    ]  # fmt: skip
    title, about = "Соседи", "Чем темнее, тем больше не в срок."
    data = Map(title, about, shapes, tuple(areas), STEPS, known.by, name="near", wide=WIDE_MAP, legend=False)
    return drawing("map", title, about, (data.wide, drawn_high(data)), outlines(data), PANEL)


PAGES = (
    Page("/standing", own_standing, OWN),
    *(
        Page(f"/{section}/{{code}}", one_group, MenuEntry(section, TITLES[section], EVERYBODY, through=section))
        for section in BY
    ),
)
